/** How often VTEX is asked, and how long is waited in between. */
import { HttpFailure } from '../http/failure.ts';
import type { HttpReply } from '../http/http.ts';
import type { Clock, Instant } from '../rotation/ports/clock.ts';
import type { Log } from '../rotation/ports/runner.ts';
import { growingWaits } from '../common/waits.ts';

export interface CallPolicy {
  /** For the log. */
  readonly name: string;
  /** Of one try; milliseconds. */
  readonly timeoutMs: number;
  /** How often VTEX is asked at the most. */
  readonly attempts: number;
  /** Before the second try; each further wait is twice as long. Milliseconds. */
  readonly firstWaitMs: number;
}

export const policies = {
  signIn: { name: 'sign-in', timeoutMs: 30_000, attempts: 3, firstWaitMs: 1000 },
  // VTEX has been slow at such calls: making a key once timed out over an e-mail that went out first.
  renew: { name: 'renewal', timeoutMs: 60_000, attempts: 4, firstWaitMs: 2000 },
  // One try: the caller looks at the tokens before it asks again.
  finish: { name: 'finish-renewal', timeoutMs: 30_000, attempts: 1, firstWaitMs: 0 },
  status: { name: 'request', timeoutMs: 30_000, attempts: 1, firstWaitMs: 0 },
} as const satisfies Record<string, CallPolicy>;

const longestWaitMs = 5 * 60_000;

/** What one try brought: a reply, or the failure to get one. */
export type TryResult = HttpReply | HttpFailure;

/** Whether VTEX may have carried out what it was asked for, in some try that gave no clear answer. */
export type Effect = 'none' | 'unknown';

/** No try gave a clear answer. */
export class GaveUp {
  readonly reason: 'cancelled' | 'exhausted';
  readonly effect: Effect;
  /** Undefined if there was no try at all. */
  readonly last: TryResult | undefined;

  constructor(reason: 'cancelled' | 'exhausted', effect: Effect, last: TryResult | undefined) {
    this.reason = reason;
    this.effect = effect;
    this.last = last;
  }
}

export interface Tries<T> {
  readonly policy: CallPolicy;
  /** At most; by default as many as the policy allows. */
  readonly attempts?: number | undefined;
  readonly stop?: AbortSignal;
  /** One try. It is never cut short: a reply that nobody reads may hold the only copy of a token. */
  ask(): Promise<TryResult>;
  /** Gives the answer, or undefined to ask again; throws to end it. `earlier` is the effect of the tries before. */
  judge(result: TryResult, earlier: Effect): T | undefined;
  /** For the log. */
  tell(result: TryResult): string;
}

export async function tryUntilDone<T>(clock: Clock, log: Log, tries: Tries<T>): Promise<T | GaveUp> {
  const { policy, stop, attempts = policy.attempts } = tries;
  const waits = growingWaits(policy.firstWaitMs, 2, longestWaitMs);
  let effect: Effect = 'none';
  let last: TryResult | undefined;
  for (let attempt = 1; stop?.aborted !== true; attempt++) {
    last = await tries.ask();
    const answer = tries.judge(last, effect);
    if (answer !== undefined) return answer;
    if (mayBeCarriedOut(last)) effect = 'unknown';
    const backOffMs = waits.next().value;
    const waitMs = askedToWait(last, clock.now()) ?? backOffMs;
    if (attempt >= attempts || waitMs > longestWaitMs) return new GaveUp('exhausted', effect, last);
    log.info(
      `VTEX, ${policy.name}: ${tries.tell(last)}; try ${attempt + 1} of ${attempts} in ${waitMs / 1000} s.`,
    );
    await clock.sleep(waitMs, stop);
  }
  return new GaveUp('cancelled', effect, last);
}

/**
 * VTEX does not say whether a 500 may have made a token, so it may; the same goes for a 200 that cannot be read.
 * A 429 "has not been processed".
 * Source: https://developers.vtex.com/docs/guides/pricing-api-overview
 */
export function mayBeCarriedOut(result: TryResult): boolean {
  if (result instanceof HttpFailure) return result.kind === 'unknown';
  return isSuccess(result.status) || result.status === 408 || result.status >= 500;
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/**
 * Of a 429 VTEX documents that it "will contain a Retry-After header".
 * Source: https://developers.vtex.com/docs/guides/how-to-load-test-a-store
 */
export function askedToWait(result: TryResult, now: Instant): number | undefined {
  if (result instanceof HttpFailure || result.status !== 429) return undefined;
  return parseRetryAfter(result.headers['retry-after'], now);
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3); gives milliseconds from now. */
function parseRetryAfter(value: string | undefined, now: Instant): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = /^[A-Z][a-z]+, /.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
