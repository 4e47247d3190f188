/** Limits on how long a request is waited for, by the clock that all waits go by. */
import type { Clock } from '../../rotation/ports/clock.ts';

export interface TimeLimit extends Disposable {
  readonly signal: AbortSignal;
}

/** A signal that fires with `stop`, or after `ms` milliseconds; no more once it is disposed of. */
export function timeLimit(clock: Clock, ms: number, stop?: AbortSignal): TimeLimit {
  const over = new AbortController();
  const done = new AbortController();
  void clock.sleep(Math.max(0, ms), done.signal).then(() => {
    over.abort();
  });
  return {
    signal: stop === undefined ? over.signal : AbortSignal.any([stop, over.signal]),
    [Symbol.dispose]() {
      done.abort();
    },
  };
}

/** A signal that fires some milliseconds after another one. */
export function graceAfter(clock: Clock, stop: AbortSignal, ms: number): TimeLimit {
  const late = new AbortController();
  const done = new AbortController();
  const start = (): void => {
    void clock.sleep(ms, done.signal).then(() => {
      late.abort();
    });
  };
  if (stop.aborted) start();
  else stop.addEventListener('abort', start, { once: true });
  return {
    signal: late.signal,
    [Symbol.dispose]() {
      stop.removeEventListener('abort', start);
      done.abort();
    },
  };
}
