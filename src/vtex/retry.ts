/** How often VTEX is asked, and how long is waited in between. */
import { HttpFailure } from '../http/failure.ts';
import type { HttpReply } from '../http/http.ts';
import type { Clock, Instant, Log } from '../rotation/ports.ts';

export interface CallPolicy {
  /** For the log. */
  readonly name: string;
  /** Of one try; milliseconds. */
  readonly timeoutMs: number;
  /** Before the second try, the third and so on; milliseconds. */
  readonly waitsMs: readonly number[];
}

export const policies = {
  signIn: { name: 'sign-in', timeoutMs: 30_000, waitsMs: [1_000, 2_000] },
  // VTEX has been slow at such calls: making a key once timed out over an e-mail that went out first.
  renew: { name: 'renewal', timeoutMs: 60_000, waitsMs: [2_000, 4_000, 8_000] },
  // One try: the caller looks at the tokens before it asks again.
  finish: { name: 'finish-renewal', timeoutMs: 30_000, waitsMs: [] },
  status: { name: 'request', timeoutMs: 30_000, waitsMs: [] },
} as const satisfies Record<string, CallPolicy>;

const longestWaitMs = 5 * 60_000;

export type Answer = HttpReply | HttpFailure;

/** Whether VTEX may have carried out what it was asked for, in some try that gave no result. */
export type Outcome = 'not-done' | 'unknown';

/** No try gave a result. */
export class GaveUp {
  readonly reason: 'cancelled' | 'exhausted';
  readonly outcome: Outcome;
  /** Undefined if there was no try at all. */
  readonly last: Answer | undefined;

  constructor(reason: 'cancelled' | 'exhausted', outcome: Outcome, last: Answer | undefined) {
    this.reason = reason;
    this.outcome = outcome;
    this.last = last;
  }
}

export interface Tries<T> {
  readonly policy: CallPolicy;
  /** At most; by default as many as the policy has waits, and one. */
  readonly attempts?: number | undefined;
  readonly stop?: AbortSignal;
  /** One try. It is never cut short: a reply that nobody reads may hold the only copy of a token. */
  ask(): Promise<Answer>;
  /** Gives the result, or undefined to ask again; throws to end it. `earlier` is the outcome of the tries before. */
  judge(answer: Answer, earlier: Outcome): T | undefined;
}

export async function tryUntilDone<T>(clock: Clock, log: Log, tries: Tries<T>): Promise<T | GaveUp> {
  const { policy, stop, attempts = policy.waitsMs.length + 1 } = tries;
  let outcome: Outcome = 'not-done';
  let last: Answer | undefined;
  for (let attempt = 1; stop?.aborted !== true; attempt++) {
    last = await tries.ask();
    const result = tries.judge(last, outcome);
    if (result !== undefined) return result;
    if (mayBeCarriedOut(last)) outcome = 'unknown';
    const waitMs = askedToWait(last, clock.now()) ?? backOff(policy, attempt);
    if (attempt >= attempts || waitMs > longestWaitMs) return new GaveUp('exhausted', outcome, last);
    log.info(`VTEX, ${policy.name}: ${tell(last)}; try ${attempt + 1} of ${attempts} in ${waitMs / 1000} s.`);
    await clock.sleep(waitMs, stop);
  }
  return new GaveUp('cancelled', outcome, last);
}

function backOff({ waitsMs }: CallPolicy, attempt: number): number {
  return waitsMs[attempt - 1] ?? waitsMs.at(-1) ?? 0;
}

/**
 * VTEX does not say whether a 500 may have made a token, so it may; the same goes for a 200 that cannot be read.
 * A 429 "has not been processed".
 * Source: https://developers.vtex.com/docs/guides/pricing-api-overview
 */
export function mayBeCarriedOut(answer: Answer): boolean {
  if (answer instanceof HttpFailure) return answer.kind === 'unknown';
  return isSuccess(answer.status) || answer.status === 408 || answer.status >= 500;
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** What came, in words of ours. */
export function tell(answer: Answer): string {
  return answer instanceof HttpFailure ? answer.reason : `HTTP status ${answer.status}`;
}

/**
 * Of a 429 VTEX documents that it "will contain a Retry-After header".
 * Source: https://developers.vtex.com/docs/guides/how-to-load-test-a-store
 */
export function askedToWait(answer: Answer, now: Instant): number | undefined {
  if (answer instanceof HttpFailure || answer.status !== 429) return undefined;
  return parseRetryAfter(answer.headers['retry-after'], now);
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3); gives milliseconds from now. */
function parseRetryAfter(value: string | undefined, now: Instant): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = /^[A-Z][a-z]+, /.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
