/** Waiting: for VTEX to agree with itself, and for GitHub to come back. */
import { RotationError } from '../../common/errors.ts';
import { growingWaits } from '../../common/waits.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/runner.ts';

/** How long a write is tried again while GitHub cannot be reached and VTEX already has a renewal pending. */
export const githubPatienceMs = 5 * 60_000;

/** The same for the only copy of a new token. The App's token lives no longer than that. */
export const stagePatienceMs = 60 * 60_000;

/** How long GitHub's reads may lag behind its writes. */
export const readLagMs = 30_000;

/**
 * Repeats `attempt` until it gives true or `windowMs` have passed; at least once, and once more at the very end
 * of the window. A stop ends the waiting.
 */
export async function pollUntil(
  attempt: () => Promise<boolean>,
  windowMs: number,
  clock: Clock,
  stop: AbortSignal,
  firstWaitMs = 1000,
): Promise<boolean> {
  const deadline = clock.now() + windowMs;
  for (const wait of growingWaits(firstWaitMs, 1.5, 10_000)) {
    if (await attempt()) return true;
    const left = deadline - clock.now();
    if (left <= 0 || stop.aborted) return false;
    await clock.sleep(Math.min(wait, left), stop);
  }
  return false;
}

/**
 * Repeats a write while GitHub is unavailable, for `patienceMs`; the client's own quick retries are inside
 * `write`. Any other error is thrown at once. Once `stop` has fired it hurries instead of giving up: the caller
 * bounds the time that is left.
 */
export async function untilGitHubAnswers<T>(
  write: () => Promise<T>,
  what: string,
  ports: { readonly clock: Clock; readonly log: Log },
  stop: AbortSignal,
  patienceMs = githubPatienceMs,
): Promise<T> {
  const deadline = ports.clock.now() + patienceMs;
  for (const wait of growingWaits(2000, 2, 30_000)) {
    try {
      return await write();
    } catch (error) {
      const left = deadline - ports.clock.now();
      if (!(error instanceof RotationError) || error.code !== 'github-unavailable' || left <= 0) throw error;
      ports.log.info(
        `GitHub does not answer (${error.message}) Still trying to ${what}, for ${Math.ceil(left / 1000)} s more.`,
      );
      await (stop.aborted ? ports.clock.sleep(500) : ports.clock.sleep(Math.min(wait, left), stop));
    }
  }
  throw new Error('the waits ended');
}
