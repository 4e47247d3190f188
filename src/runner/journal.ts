/** The traces that outlive the process: masks in the runner, and the sealed token in the state of the step. */
import * as core from '@actions/core';
import type { Quoter } from '../common/quoter.ts';
import type { Journal, Log } from '../rotation/ports/runner.ts';
import { fileFault } from './file-fault.ts';
import { stateKeys } from './saved-state.ts';

/** A state that cannot be written is a warning, once: the run needs it only if it dies, and goes on. */
export function createJournal(quoter: Quoter, log: Pick<Log, 'warning'>): Journal {
  let isTold = false;

  function save(entries: Readonly<Record<string, string>>): void {
    try {
      // Appended to a file at once, so it outlives the process however that ends.
      for (const [key, value] of Object.entries(entries)) core.saveState(key, value);
    } catch (error) {
      if (isTold) return;
      isTold = true;
      log.warning(
        `The state of this step cannot be written (GITHUB_STATE: ${fileFault(error)}). The run goes on; but should it ` +
          'be killed, the end of the job cannot save a new token for it.',
      );
    }
  }

  return {
    mask(secret) {
      core.setSecret(secret.reveal());
      quoter.know(secret);
    },
    renewed({ path, keyId, value }) {
      // The value comes last: without it `post` does nothing.
      save({ [stateKeys.path]: path.path, [stateKeys.keyId]: keyId, [stateKeys.value]: value });
    },
    staged() {
      save({ [stateKeys.value]: '' });
    },
  };
}
