/**
 * What the `post` step does when the main step died between VTEX's reply and the first write, or in the middle of a
 * restore: it writes the sealed token to the pending secret. It never renews and never finishes.
 */
import * as core from '@actions/core';
import { systemClock } from './runner/clock.ts';
import { RunnerLog } from './runner/log.ts';
import { GitHubSecretStore } from './github/secrets/secret-store.ts';
import { secretInputs } from './inputs/names.ts';
import { openNetwork } from './network.ts';
import { Quoter } from './quoter.ts';
import { takenUpByNextRun, undoRenewal } from './rotation/next-moves.ts';
import { asRotationError } from './rotation/steps/context.ts';
import { Secret } from './secret.ts';
import { parseSecretPath } from './secret-path.ts';
import { stateKeys } from './runner/saved-state.ts';

/** Gives the exit status of the step. Never throws. */
export async function recover(): Promise<0 | 1> {
  for (const secret of secretInputs(process.env)) core.setSecret(secret.reveal());
  const log = new RunnerLog();
  const { http, gitHub } = openNetwork(process.env, log);
  const pathText = core.getState(stateKeys.path);
  try {
    const path = parseSecretPath(pathText, '');
    const octokit = gitHub(new Secret(core.getInput('github-token')));
    const store = new GitHubSecretStore({ octokit, clock: systemClock, quoter: new Quoter() });
    // GitHub dates in whole seconds, and the pending secret must be younger than what main wrote last.
    await systemClock.sleep(1000);
    await store.write({
      path,
      keyId: core.getState(stateKeys.keyId),
      value: core.getState(stateKeys.value),
    });
    log.notice(`The run ended early; its new token is now in ${path.path}. ${takenUpByNextRun}`);
    return 0;
  } catch (error) {
    core.error(
      `secret-write-failed: The new token could not be saved in ${pathText}: ${asRotationError(error).message} ` +
        'The old token still works. Run the action again with pending-token: if that secret holds the new token already, ' +
        `the renewal is taken up; if it fails with renewal-pending, the new token is lost: ${undoRenewal}`,
      { title: 'secret-write-failed' },
    );
    return 1;
  } finally {
    await http.close();
  }
}
