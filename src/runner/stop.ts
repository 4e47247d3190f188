/** The wish to stop: the runner's signals, and a limit on the length of the run. */

/**
 * The runner cancels a step with SIGINT, then SIGTERM, and on Windows with SIGINT, then SIGBREAK; ten seconds later it
 * kills. To be heard is all they need: a process that does not listen dies of the first.
 * https://github.com/actions/runner/blob/main/src/Runner.Sdk/ProcessInvoker.cs
 */
const signals = ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const;

export interface StopWatch {
  /** Fires with the reason `stopped` when the runner cancels the step, with `too-long` when the time is over. */
  readonly signal: AbortSignal;
  /** The run is over: nobody listens any more. */
  readonly release: () => void;
}

export function watchForStop(longestMs: number): StopWatch {
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort('stopped');
  };
  for (const signal of signals) process.on(signal, stop);
  const limit = setTimeout(() => {
    controller.abort('too-long');
  }, longestMs).unref();
  const release = (): void => {
    clearTimeout(limit);
    for (const signal of signals) process.off(signal, stop);
  };
  return { signal: controller.signal, release };
}
