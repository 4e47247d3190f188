import type { Clock, Instant } from '../../src/rotation/ports.ts';
import { noon } from './values.ts';

/** Time that passes only where somebody waits. */
export class WaitingClock implements Clock {
  readonly waits: number[] = [];
  /** What happens meanwhile: told the time before each wait. */
  meanwhile: (now: Instant) => void = () => undefined;
  #now = noon;

  now(): Instant {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  async sleep(ms: number, stop?: AbortSignal): Promise<void> {
    if (!Number.isFinite(ms) || ms < 0) throw new RangeError('no such wait');
    if (stop?.aborted) return;
    this.meanwhile(this.#now);
    this.waits.push(ms);
    this.#now += ms;
    await Promise.resolve();
  }
}
