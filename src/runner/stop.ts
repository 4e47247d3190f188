/** The wish to stop: the runner's signals, and a limit on the length of the run. */

/**
 * The runner cancels a step with SIGINT, then SIGTERM, and on Windows with SIGINT, then SIGBREAK; ten seconds later it
 * kills. To be heard is all they need: a process that does not listen dies of the first.
 * https://github.com/actions/runner/blob/main/src/Runner.Sdk/ProcessInvoker.cs
 */
const signals = ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const;

/** Fires with the reason `stopped` when the runner cancels the step, with `too-long` after so many milliseconds. */
export function stopSignal(longestMs: number): AbortSignal {
  const controller = new AbortController();
  for (const signal of signals) {
    process.on(signal, () => {
      controller.abort('stopped');
    });
  }
  setTimeout(() => {
    controller.abort('too-long');
  }, longestMs).unref();
  return controller.signal;
}
