/** The log as the runner shows it: lines, groups and annotations. */
import * as core from '@actions/core';
import { stepLabels, stepLine } from '../report/texts.ts';
import type { Log } from '../rotation/ports/runner.ts';
import { duration } from '../rotation/progress.ts';
import type { Progress } from '../rotation/rotate.ts';

/** So that nobody takes a run for one that hangs. */
const heartbeatMs = 10_000;

/** A log that remembers its warnings, for the summary. */
export class RunnerLog implements Log, Progress {
  readonly warnings: string[] = [];
  /** Of the step that runs: opened by the first line that is said in it. */
  #group: string | undefined;
  #inGroup = false;
  #heartbeat: NodeJS.Timeout | undefined;
  /** How far the step has come, where it says so itself. */
  #progress: (() => string) | undefined;
  /** Nothing was said since the last beat. */
  #isQuiet = true;

  /** Shown only where step debug logging is on. */
  debug(message: string): void {
    core.debug(oneLine(message));
  }

  info(message: string): void {
    this.#open();
    core.info(oneLine(message));
  }

  notice(message: string): void {
    this.#open();
    core.notice(oneLine(message));
  }

  warning(message: string): void {
    this.#open();
    this.warnings.push(message);
    core.warning(oneLine(message));
  }

  progress(line: () => string): void {
    this.#progress = line;
  }

  /** How a wait goes on, where the step itself does not say how far it has come. */
  waiting(message: string): void {
    if (this.#progress === undefined) this.info(message);
  }

  started(step: keyof typeof stepLabels): void {
    const label = stepLabels[step];
    const startedAt = Date.now();
    this.#group = label;
    this.#isQuiet = true;
    this.#heartbeat = setInterval(() => {
      if (this.#progress !== undefined) this.info(this.#progress());
      else if (this.#isQuiet) this.info(`${label}: still at it after ${duration(Date.now() - startedAt)}`);
      this.#isQuiet = true;
    }, heartbeatMs).unref();
  }

  #open(): void {
    this.#isQuiet = false;
    if (this.#group === undefined || this.#inGroup) return;
    core.startGroup(this.#group);
    this.#inGroup = true;
  }

  ended(times: Parameters<Progress['ended']>[0]): void {
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
    this.#progress = undefined;
    if (this.#inGroup) core.endGroup();
    this.#inGroup = false;
    this.#group = undefined;
    core.info(stepLine(times));
  }
}

/** The runner takes a line that begins with `::`, or has `##[` anywhere, for a command. */
function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').replaceAll('##[', '## [').replace(/^::/, ': :');
}
