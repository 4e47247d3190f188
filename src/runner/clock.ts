import type { Clock } from '../rotation/ports/clock.ts';

/** The runner's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep(ms, stop) {
    if (!Number.isFinite(ms) || ms < 0)
      throw new RangeError('a wait must be a finite number of milliseconds');
    if (stop?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(end, ms);
      function end(): void {
        clearTimeout(timer);
        stop?.removeEventListener('abort', end);
        resolve();
      }
      stop?.addEventListener('abort', end);
    });
  },
};
