/** The log as the runner shows it: lines, groups and annotations. */
import * as core from '@actions/core';
import { stepLabels, stepLine } from '../report/texts.ts';
import type { Log } from '../rotation/ports.ts';
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
    clearInterval(this.#heartbeat);
    this.#heartbeat = setInterval(() => {
      this.info(line());
    }, heartbeatMs).unref();
  }

  /** How a wait goes on, where the step itself does not say how far it has come. */
  waiting(message: string): void {
    if (this.#heartbeat === undefined) this.info(message);
  }

  started(step: keyof typeof stepLabels): void {
    this.#group = stepLabels[step];
  }

  #open(): void {
    if (this.#group === undefined || this.#inGroup) return;
    core.startGroup(this.#group);
    this.#inGroup = true;
  }

  ended(times: Parameters<Progress['ended']>[0]): void {
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
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
