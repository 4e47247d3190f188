/** The traces that outlive the process: masks in the runner, and the sealed token in the state of the step. */
import * as core from '@actions/core';
import type { Quoter } from '../quoter.ts';
import type { Journal } from '../rotation/ports.ts';
import type { Secret } from '../secret.ts';
import { stateKeys } from './saved-state.ts';

export function createJournal(quoter: Quoter): Journal {
  return {
    mask(secret: Secret) {
      core.setSecret(secret.reveal());
      quoter.know(secret);
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
