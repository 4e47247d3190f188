/**
 * VTEX ID's operations on the token of an API key.
 * Source: https://developers.vtex.com/docs/api-reference/vtex-id-api
 */
import { HttpFailure } from '../http/failure.ts';
import type { Http, HttpReply, HttpRequest } from '../http/http.ts';
import type { Quoter } from '../common/quoter.ts';
import { isGenuinePermit, type FinishPermit } from '../rotation/finish-guard.ts';
import type { Clock } from '../rotation/ports/clock.ts';
import type { Log } from '../rotation/ports/runner.ts';
import type {
  Credential,
  FinishReply,
  OnRequestId,
  Renewal,
  SignInOptions,
  TokenIssuer,
} from '../rotation/ports/vtex.ts';
import type { Secret } from '../common/secret.ts';
import { finishRefused, renewalGivenUp, renewalRefused, requestIdOf, tell, unavailable } from './errors.ts';
import { confirmsFinish, parseRenewal, parseSignIn } from './replies.ts';
import {
  askedToWait,
  type CallPolicy,
  GaveUp,
  isSuccess,
  mayBeCarriedOut,
  policies,
  type Tries,
  type TryResult,
  tryUntilDone,
} from './retry.ts';

export interface VtexClientOptions {
  /** Without a slash at the end: `https://acme.vtexcommercestable.com.br`. */
  readonly baseUrl: string;
  /** The key whose token is renewed. */
  readonly apiKey: string;
  readonly http: Pick<Http, 'request'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly quoter: Quoter;
  /** Makes the runner hide a value from now on, and the quoter withhold it. */
  readonly mask: (secret: Secret) => void;
}

export class VtexClient implements TokenIssuer {
  readonly #options: VtexClientOptions;

  constructor(options: VtexClientOptions) {
    this.#options = options;
  }

  async signIn(credential: Credential, options: SignInOptions = {}): Promise<'accepted' | 'refused'> {
    const { mask, quoter } = this.#options;
    const body = JSON.stringify({ appkey: credential.appKey, apptoken: credential.appToken.reveal() });
    const answer = await this.#tryUntilDone({
      policy: policies.signIn,
      attempts: options.attempts,
      // "Since you are sending the credentials on the request body, there is no need to send authentication headers."
      call: { method: 'POST', url: '/api/vtexid/apptoken/login', body },
      judge: (result) => {
        if (result instanceof HttpFailure) return undefined;
        const answer = judgeSignIn(result, mask);
        if (answer === 'refused') options.onRequestId?.(requestIdOf(result, quoter));
        return answer;
      },
    });
    if (answer instanceof GaveUp) throw unavailable('the sign-in', answer.last, quoter);
    return answer;
  }

  async renew(manager: Credential, onToken: (token: Secret) => void, stop: AbortSignal): Promise<Renewal> {
    const { quoter } = this.#options;
    const answer = await this.#tryUntilDone({
      policy: policies.renew,
      stop,
      call: this.#renewalCall('renew', manager),
      judge: (result, earlier) => {
        if (result instanceof HttpFailure || isTransient(result.status)) return undefined;
        if (!isSuccess(result.status)) throw renewalRefused(result, earlier, quoter);
        return parseRenewal(result.json(), onToken, requestIdOf(result, quoter));
      },
    });
    if (answer instanceof GaveUp) throw renewalGivenUp(answer, quoter);
    // It goes into the record: an id that repeats a secret is none.
    const { vtexId } = answer;
    return { ...answer, vtexId: quoter.quote(vtexId) === vtexId ? vtexId : undefined };
  }

  /** One try: between two of them the caller asks for the tokens again. */
  async finish(permit: FinishPermit, manager: Credential): Promise<FinishReply> {
    if (!isGenuinePermit(permit)) throw new Error('finish-renewal was not permitted');
    const { quoter, clock } = this.#options;
    const result = await this.#ask(policies.finish, this.#renewalCall('finish-renewal', manager));
    const said = tell(result, quoter);
    const mayBeDeleted = mayBeCarriedOut(result);
    if (result instanceof HttpFailure) return { kind: 'unclear', mayBeDeleted, said, waitMs: undefined };
    const { status } = result;
    if (status === 200 && confirmsFinish(result.json())) return { kind: 'finished' };
    if (status === 404) return { kind: 'not-pending' };
    if (isSuccess(status) || isTransient(status)) {
      return { kind: 'unclear', mayBeDeleted, said, waitMs: askedToWait(result, clock.now()) };
    }
    return { kind: 'refused', error: finishRefused(result, quoter) };
  }

  async status(path: string, credential: Credential, onRequestId?: OnRequestId): Promise<number> {
    const result = await this.#ask(policies.status, {
      method: 'GET',
      // Without the slash a path could go on with the host name: `.example.com`.
      url: path.startsWith('/') ? path : `/${path}`,
      headers: authentication(credential),
      skipBody: true,
    });
    if (result instanceof HttpFailure)
      throw unavailable('a verification request', result, this.#options.quoter);
    onRequestId?.(requestIdOf(result, this.#options.quoter));
    return result.status;
  }

  #tryUntilDone<T>({
    call,
    ...tries
  }: Omit<Tries<T>, 'ask' | 'tell'> & { call: HttpRequest }): Promise<T | GaveUp> {
    const { clock, log, quoter } = this.#options;
    return tryUntilDone(clock, log, {
      ...tries,
      ask: () => this.#ask(tries.policy, call),
      tell: (result) => tell(result, quoter),
    });
  }

  #renewalCall(operation: 'renew' | 'finish-renewal', manager: Credential): HttpRequest {
    const url = `/api/vtexid/apikey/${encodeURIComponent(this.#options.apiKey)}/apitoken/${operation}`;
    return { method: 'PATCH', url, headers: authentication(manager) };
  }

  /** One try; `call.url` is the path. */
  async #ask(policy: CallPolicy, call: HttpRequest): Promise<TryResult> {
    try {
      return await this.#options.http.request({
        ...call,
        url: this.#options.baseUrl + call.url,
        headers: { accept: 'application/json', 'content-type': 'application/json', ...call.headers },
        timeoutMs: policy.timeoutMs,
      });
    } catch (error) {
      if (error instanceof HttpFailure) return error;
      throw error;
    }
  }
}

function authentication(credential: Credential): Record<string, string> {
  return { 'x-vtex-api-appkey': credential.appKey, 'x-vtex-api-apptoken': credential.appToken.reveal() };
}

/** Undefined: the reply is no clear answer. */
function judgeSignIn(reply: HttpReply, mask: (secret: Secret) => void): 'accepted' | 'refused' | undefined {
  if (isSuccess(reply.status)) return parseSignIn(reply.json(), mask);
  return isClearNo(reply.status) ? 'refused' : undefined;
}

/** A 4xx is the server's word about the request, save for those that speak of the moment. */
function isClearNo(status: number): boolean {
  return status >= 400 && status < 500 && ![408, 425, 429].includes(status);
}

function isTransient(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}
