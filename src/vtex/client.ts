/**
 * VTEX ID's operations on the token of an API key.
 * Source: https://developers.vtex.com/docs/api-reference/vtex-id-api
 */
import { RotationError } from '../errors.ts';
import { HttpFailure } from '../http/failure.ts';
import type { Http, HttpReply, HttpRequest } from '../http/http.ts';
import type { Quoter } from '../quoter.ts';
import { isGenuinePermit, type FinishPermit } from '../rotation/finish-guard.ts';
import type { Clock, Credential, FinishReply, Log, Renewal, TokenIssuer } from '../rotation/ports.ts';
import type { Secret } from '../secret.ts';
import {
  advise,
  checkApiKey,
  endPendingRenewal,
  grantRenewToken,
  tryLater,
  undoLostRenewal,
} from './advice.ts';
import { confirmsFinish, parseRenewal, parseSignIn } from './replies.ts';
import {
  askedToWait,
  GaveUp,
  mayBeCarriedOut,
  isSuccess,
  policies,
  tell,
  tryUntilDone,
  type Answer,
  type CallPolicy,
  type Outcome,
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
  /** Makes the runner hide a value from now on. */
  readonly mask: (secret: Secret) => void;
}

export class VtexClient implements TokenIssuer {
  readonly #options: VtexClientOptions;

  constructor(options: VtexClientOptions) {
    this.#options = options;
  }

  async signIn(credential: Credential, options: { attempts?: number } = {}): Promise<'accepted' | 'refused'> {
    const { clock, log, mask, quoter } = this.#options;
    const policy = policies.signIn;
    const body = JSON.stringify({ appkey: credential.appKey, apptoken: credential.appToken.reveal() });
    const result = await tryUntilDone(clock, log, {
      policy,
      attempts: options.attempts,
      // "Since you are sending the credentials on the request body, there is no need to send authentication headers."
      ask: () => this.#ask(policy, { method: 'POST', url: '/api/vtexid/apptoken/login', body }),
      judge: (answer) => {
        if (answer instanceof HttpFailure) return undefined;
        if (isSuccess(answer.status)) {
          return parseSignIn(answer.json(), (token) => {
            mask(token);
            quoter.know(token);
          });
        }
        return isClearNo(answer.status) ? 'refused' : undefined;
      },
    });
    if (result instanceof GaveUp) throw unavailable('the sign-in', result.last, tryLater);
    return result;
  }

  async renew(manager: Credential, onToken: (token: Secret) => void, stop: AbortSignal): Promise<Renewal> {
    const { clock, log, quoter } = this.#options;
    const policy = policies.renew;
    const result = await tryUntilDone(clock, log, {
      policy,
      stop,
      ask: () => this.#ask(policy, this.#renewalCall('renew', manager)),
      judge: (answer, earlier) => {
        if (answer instanceof HttpFailure) return undefined;
        if (isSuccess(answer.status)) {
          return parseRenewal(answer.json(), (token) => {
            onToken(token);
            quoter.know(token);
          });
        }
        if (isTransient(answer.status)) return undefined;
        throw renewalRefused(answer, earlier);
      },
    });
    if (!(result instanceof GaveUp)) return result;
    const undo = result.outcome === 'unknown' && undoLostRenewal;
    if (result.reason === 'cancelled') throw cancelled('the renewal', advise(undo));
    throw unavailable('the renewal', result.last, advise(undo, tryLater));
  }

  /** One try: between two of them the caller asks for the tokens again. */
  async finish(permit: FinishPermit, manager: Credential): Promise<FinishReply> {
    if (!isGenuinePermit(permit)) throw new Error('finish-renewal was not permitted');
    const answer = await this.#ask(policies.finish, this.#renewalCall('finish-renewal', manager));
    const said = tell(answer);
    const mayBeDeleted = mayBeCarriedOut(answer);
    if (answer instanceof HttpFailure) return { kind: 'unclear', mayBeDeleted, said, waitMs: undefined };
    const { status } = answer;
    if (status === 200 && confirmsFinish(answer.json())) return { kind: 'finished' };
    if (status === 404) return { kind: 'not-pending' };
    if (isSuccess(status) || isTransient(status)) {
      return { kind: 'unclear', mayBeDeleted, said, waitMs: askedToWait(answer, this.#options.clock.now()) };
    }
    const hint = isForbidden(status) ? grantRenewToken : tryLater;
    const message = `VTEX refused finish-renewal, so nothing was deleted: ${said}.`;
    return { kind: 'refused', error: new RotationError('finish-failed', message, hint) };
  }

  async status(path: string, credential: Credential): Promise<number> {
    const answer = await this.#ask(policies.status, {
      method: 'GET',
      // Without the slash a path could go on with the host name: `.example.com`.
      url: path.startsWith('/') ? path : `/${path}`,
      headers: authentication(credential),
      skipBody: true,
    });
    if (answer instanceof HttpFailure) throw unavailable('a verification request', answer, tryLater);
    return answer.status;
  }

  #renewalCall(operation: 'renew' | 'finish-renewal', manager: Credential): HttpRequest {
    const url = `/api/vtexid/apikey/${encodeURIComponent(this.#options.apiKey)}/apitoken/${operation}`;
    return { method: 'PATCH', url, headers: authentication(manager) };
  }

  /** One try; `call.url` is the path. */
  async #ask(policy: CallPolicy, call: HttpRequest): Promise<Answer> {
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

/** A 4xx is the server's word about the request, save for those that speak of the moment. */
function isClearNo(status: number): boolean {
  return status >= 400 && status < 500 && ![408, 425, 429].includes(status);
}

function isForbidden(status: number): boolean {
  return status === 401 || status === 403;
}

function isTransient(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

function renewalRefused(answer: HttpReply, earlier: Outcome): RotationError {
  const { status } = answer;
  const undo = earlier === 'unknown' && undoLostRenewal;
  if (status === 409) return renewalConflict(earlier);
  if (status === 400) {
    const message =
      'VTEX does not know the key in api-key, or it belongs to another account (HTTP status 400).';
    return new RotationError('vtex-key-invalid', message, advise(checkApiKey, undo));
  }
  if (isForbidden(status)) {
    const message = `VTEX does not let the key in app-key renew a token (HTTP status ${status}).`;
    return new RotationError('vtex-forbidden', message, advise(grantRenewToken, undo));
  }
  // No answer that VTEX documents, so nobody knows what it did.
  return unavailable('the renewal', answer, advise(undoLostRenewal, tryLater));
}

/** After an unknown outcome the pending renewal is most likely ours, and its token went with the lost reply. */
function renewalConflict(earlier: Outcome): RotationError {
  if (earlier === 'not-done') {
    const message = 'VTEX already has a renewed token pending for this key (HTTP status 409).';
    return new RotationError('renewal-pending', message, endPendingRenewal);
  }
  return new RotationError(
    'renewal-lost',
    'An earlier try of the renewal had no clear outcome, and now VTEX says that a renewal is pending (HTTP status ' +
      '409): its new token was lost on the way.',
    undoLostRenewal,
  );
}

function unavailable(what: string, last: Answer | undefined, hint: string): RotationError {
  const message = `VTEX gave no clear answer to ${what}: ${came(last)}.`;
  return new RotationError('vtex-unavailable', message, hintFor(last, hint), causeOf(last));
}

/** Where the network tells whose fault it is, that comes first, and VTEX's status page is of no use. */
function hintFor(last: Answer | undefined, hint: string): string {
  if (!(last instanceof HttpFailure)) return hint;
  const { fault, hint: ofNetwork } = last;
  const host =
    fault === 'host-name'
      ? 'The host name is made of the input account, so that is probably wrong; or the runner cannot look up names.'
      : '';
  const own = fault === 'other' ? hint : hint.replace(tryLater, '').trim();
  return advise(host, ofNetwork, own);
}

function cancelled(what: string, hint: string): RotationError {
  return new RotationError('cancelled', `The run was asked to stop during ${what}.`, hint);
}

function came(last: Answer | undefined): string {
  return last === undefined ? 'it was not asked' : tell(last);
}

function causeOf(last: Answer | undefined): ErrorOptions {
  return last instanceof HttpFailure ? { cause: last } : {};
}
