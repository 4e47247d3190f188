/** Time, as the rotation asks for it. */

/** Milliseconds since the epoch. */
export type Instant = number;

export interface Clock {
  now(): Instant;
  /** Resolves after `ms` milliseconds, or at once when `stop` fires. `ms` must be finite. */
  sleep(ms: number, stop?: AbortSignal): Promise<void>;
}
