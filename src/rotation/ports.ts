/**
 * What the rotation needs of the outside, in its own words. The obligations stand in the comments of `ports/`; an
 * implementation that breaks one of them breaks the promise of the action.
 */
import type { Clock, Instant } from './ports/clock.ts';
import type { RunQueue } from './ports/run-queue.ts';
import type { Journal, Log } from './ports/runner.ts';
import type { SecretStore } from './ports/secret-store.ts';
import type { Verifier } from './ports/verifier.ts';
import type { TokenIssuer } from './ports/vtex.ts';

/** How much of GitHub's hourly limit is left, as of its last reply. */
export interface RateLeft {
  readonly remaining: number;
  readonly limit: number;
  readonly resetAt: Instant;
}

/** Everything outside, in one hand. */
export interface Ports {
  readonly issuer: TokenIssuer;
  readonly store: SecretStore;
  readonly verifier: Verifier;
  readonly queue: RunQueue;
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: Journal;
  /** Undefined until GitHub has told it. */
  readonly rateLeft: () => RateLeft | undefined;
}
