import type { Clock, Instant } from '../../src/rotation/ports/clock.ts';
import { noon } from './values.ts';

interface Sleeper {
  readonly due: Instant;
  readonly wake: () => void;
}

/** Time that passes only when everybody waits, and then at once to the end of the shortest wait. */
export class WaitingClock implements Clock {
  readonly waits: number[] = [];
  /** What happens while somebody waits: told the time before each wait. */
  meanwhile: (now: Instant) => void = () => undefined;
  #now = noon;
  #sleepers: Sleeper[] = [];

  now(): Instant {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  sleep(ms: number, stop?: AbortSignal): Promise<void> {
    if (!Number.isFinite(ms) || ms < 0) throw new RangeError('no such wait');
    if (stop?.aborted) return Promise.resolve();
    this.waits.push(ms);
    return new Promise((wake) => {
      this.#sleepers.push({ due: this.#now + ms, wake });
      stop?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.wake !== wake);
        wake();
      });
      this.meanwhile(this.#now);
      setImmediate(() => {
        this.#wakeNext();
      });
    });
  }

  #wakeNext(): void {
    const [next, ...others] = this.#sleepers.toSorted((a, b) => a.due - b.due);
    if (next === undefined) return;
    this.#sleepers = others;
    this.#now = Math.max(this.#now, next.due);
    next.wake();
  }
}
