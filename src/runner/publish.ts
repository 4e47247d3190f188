/**
 * What the run leaves with the runner at its end. Nothing here throws: a disk that is full must neither change how a run
 * ended nor keep the other reports from being made.
 */
import * as core from '@actions/core';
import type { Log } from '../rotation/ports/runner.ts';
import type { Secret } from '../common/secret.ts';
import { fileFault } from './file-fault.ts';

/**
 * Later steps get these; those that cannot be written are one warning. Secrets have been masked, and are left out where
 * the runner gives no file for outputs: the toolkit would print them instead.
 */
export function publishOutputs(
  outputs: Readonly<Record<string, string | Secret>>,
  env: Readonly<Record<string, string | undefined>>,
  log: Pick<Log, 'warning'>,
): void {
  const missing: string[] = [];
  let fault = 'it is not set';
  const hasFile = (env.GITHUB_OUTPUT ?? '') !== '';
  for (const [name, value] of Object.entries(outputs)) {
    try {
      if (typeof value === 'string') core.setOutput(name, value);
      else if (hasFile) core.setOutput(name, value.reveal());
      else missing.push(name);
    } catch (error) {
      missing.push(name);
      fault = fileFault(error);
    }
  }
  if (missing.length === 0) return;
  log.warning(
    `Later steps do not get these outputs: ${missing.join(', ')} (GITHUB_OUTPUT: ${fault}). The log says what the run did.`,
  );
}

/** The page of the run shows it. */
export async function publishSummary(markdown: string, log: Pick<Log, 'warning'>): Promise<void> {
  try {
    await core.summary.addRaw(markdown).write();
  } catch (error) {
    log.warning(`The job summary cannot be written (GITHUB_STEP_SUMMARY: ${fileFault(error)}).`);
  }
}

/** An annotation, which is also the line of the log. */
export function publishError(code: string, text: string): void {
  core.error(text, { title: code });
}
