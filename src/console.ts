/** The runner's side of the action: log, masks, annotations and state, through @actions/core. */
import * as core from '@actions/core';
import type { RemoteText } from './remote-text.ts';
import { stepLabels, stepLine } from './report/texts.ts';
import type { Journal, Log } from './rotation/ports.ts';
import type { Progress } from './rotation/rotate.ts';
import type { Secret } from './secret.ts';
import { stateKeys } from './state.ts';

/** A log that remembers its warnings, for the summary. */
export class Console implements Log, Progress {
  readonly warnings: string[] = [];
  #inGroup = false;

  info(message: string): void {
    core.info(oneLine(message));
  }

  notice(message: string): void {
    core.notice(oneLine(message));
  }

  warning(message: string): void {
    this.warnings.push(message);
    core.warning(oneLine(message));
  }

  started(step: keyof typeof stepLabels): void {
    core.startGroup(stepLabels[step]);
    this.#inGroup = true;
  }

  ended(times: Parameters<Progress['ended']>[0], failed: boolean): void {
    if (this.#inGroup) core.endGroup();
    this.#inGroup = false;
    core.info(stepLine(times, failed));
  }
}

export function createJournal(remoteText: RemoteText): Journal {
  return {
    mask(secret: Secret) {
      core.setSecret(secret.reveal());
      remoteText.know(secret);
    },
    // Appended to a file at once, so it outlives the process however that ends.
    renewed({ path, keyId, value }) {
      core.saveState(stateKeys.path, path.path);
      core.saveState(stateKeys.keyId, keyId);
      core.saveState(stateKeys.value, value);
    },
    staged() {
      core.saveState(stateKeys.value, '');
    },
  };
}

/** The runner takes a line that begins with `::`, or has `##[` anywhere, for a command. */
function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').replaceAll('##[', '## [').replace(/^::/, ': :');
}
