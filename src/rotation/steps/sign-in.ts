/** Whether VTEX accepts a token: by sign-in, or where that is closed by the requests that the user named. */
import { RotationError } from '../../common/errors.ts';
import type { Secret } from '../../common/secret.ts';
import type { TokenState } from '../model.ts';
import type { Ports } from '../ports.ts';
import type { Credential } from '../ports/vtex.ts';
import type { Settings } from '../settings.ts';
import { pollUntil } from './patience.ts';

/** What VTEX said, and in which words for a message. */
export interface Answer {
  readonly state: Exclude<TokenState, 'absent'>;
  readonly said: string;
  /** What to do where there is no clear answer, if the issuer knows. */
  readonly hint?: string;
  /** VTEX's id of the request that was refused, as words for the end of a sentence; else empty. */
  readonly requestId?: string;
  /** How often VTEX was asked. */
  readonly tries?: number;
}

export interface Asking {
  readonly settings: Settings;
  readonly ports: Ports;
  readonly stop: AbortSignal;
}

/** VTEX's machines may disagree for a moment, so one answer is not the word of VTEX. */
const answersWanted = 3;

/** Asks once. Never throws: without a clear answer the state is `unknown`. */
export async function askOnce(
  { settings, ports }: Asking,
  token: Secret,
  attempts?: number,
): Promise<Answer> {
  const credential = { appKey: settings.apiKey, appToken: token };
  return settings.signInCheck
    ? signIn(ports, credential, attempts)
    : askByRequests(settings, ports, credential);
}

/** The same for any key, by sign-in alone. */
export async function signIn({ issuer }: Ports, credential: Credential, attempts?: number): Promise<Answer> {
  let requestId = '';
  const onRequestId = (words: string): void => {
    requestId = words;
  };
  try {
    const state = await issuer.signIn(credential, {
      onRequestId,
      ...(attempts !== undefined && { attempts }),
    });
    return { state, said: state + requestId, requestId };
  } catch (error) {
    if (!(error instanceof RotationError)) throw error;
    return { state: 'unknown', said: error.message, hint: error.hint };
  }
}

/** Accepted at once; refused after three clear refusals, a second apart. */
export async function ask(asking: Asking, token: Secret): Promise<Answer> {
  return certain(asking, () => askOnce(asking, token));
}

export async function certain(
  { ports, stop }: Pick<Asking, 'ports' | 'stop'>,
  once: () => Promise<Answer>,
): Promise<Answer> {
  for (let refusals = 1; ; refusals++) {
    const answer = await once();
    if (answer.state !== 'refused' || refusals === answersWanted) return answer;
    await ports.clock.sleep(1000, stop);
    if (stop.aborted) return { state: 'unknown', said: 'the run was asked to stop' };
  }
}

/**
 * For a token that is about to be written where a dead one would be an outage: three answers in a row must agree, a
 * second apart. While they differ it is asked on, for as long as VTEX may need to spread a change.
 */
export async function askSteadily(asking: Asking, token: Secret): Promise<Answer> {
  const { ports, settings, stop } = asking;
  const deadline = ports.clock.now() + settings.propagationTimeoutMs;
  let last = await askOnce(asking, token);
  for (let alike = 1; last.state !== 'unknown' && alike < answersWanted;) {
    await ports.clock.sleep(1000, stop);
    if (stop.aborted) return { state: 'unknown', said: 'the run was asked to stop' };
    const next = await askOnce(asking, token);
    const isAlike = next.state === last.state;
    if (!isAlike && ports.clock.now() >= deadline)
      return { state: 'unknown', said: 'the answers of VTEX differ' };
    alike = isAlike ? alike + 1 : 1;
    last = next;
  }
  return last;
}

/**
 * Asks until VTEX gives the wanted answer, for as long as it may need to spread a change; gives the last answer. One
 * refusal is enough here: it is for what VTEX has confirmed already.
 */
export async function askUntil(
  asking: Asking,
  token: Secret,
  wanted: 'accepted' | 'refused',
): Promise<Answer> {
  let last: Answer = { state: 'unknown', said: '' };
  let tries = 0;
  await pollUntil(
    async () => {
      tries += 1;
      last = await askOnce(asking, token, 1);
      return last.state === wanted;
    },
    asking.settings.propagationTimeoutMs,
    asking.ports.clock,
    asking.stop,
  );
  return { ...last, tries };
}

async function askByRequests(settings: Settings, ports: Ports, credential: Credential): Promise<Answer> {
  const paths = settings.verificationRequests;
  const answers = await Promise.all(paths.map((path) => statusOf(ports, path, credential)));
  const all = (matches: (status: number | undefined) => boolean): boolean =>
    answers.every(({ status }) => matches(status));
  const said = answers.map((answer, index) => `GET ${paths[index] ?? ''}: ${answer.said}`).join('; ');
  if (all(isSuccess)) return { state: 'accepted', said };
  if (all((status) => status === 401 || status === 403)) return { state: 'refused', said };
  const [hint] = answers.flatMap((answer) => answer.hint ?? []);
  return { state: 'unknown', said, ...(hint !== undefined && { hint }) };
}

/** A GET of a path of the store with a pair; the status is undefined if no reply came. */
export async function statusOf(
  { issuer }: Ports,
  path: string,
  credential: Credential,
): Promise<{ readonly status: number | undefined } & Pick<Answer, 'said' | 'hint'>> {
  let requestId = '';
  try {
    const status = await issuer.status(path, credential, (words) => {
      requestId = words;
    });
    return { status, said: `status ${status}${requestId}` };
  } catch (error) {
    if (!(error instanceof RotationError)) throw error;
    return { status: undefined, said: error.message, hint: error.hint };
  }
}

export function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}
