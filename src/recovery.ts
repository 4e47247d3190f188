/**
 * What the `post` step does when the main step died between VTEX's reply and the first write: it writes the sealed
 * token to the pending secret. It never renews and never finishes.
 */
import * as core from '@actions/core';
import { RotationError } from './common/errors.ts';
import { GitHubSecretStore } from './github/secrets/secret-store.ts';
import { secretInputs } from './inputs/names.ts';
import { InputReader } from './inputs/reader.ts';
import { readTargets } from './inputs/targets.ts';
import { type Network, openNetwork } from './network.ts';
import { Quoter } from './common/quoter.ts';
import { nextRunResumes, undoLostRenewal } from './rotation/next-moves.ts';
import { ownError } from './rotation/steps/context.ts';
import { untilGitHubAnswers } from './rotation/steps/patience.ts';
import { systemClock } from './runner/clock.ts';
import { createJournal } from './runner/journal.ts';
import { RunnerLog } from './runner/log.ts';
import { stateKeys } from './runner/saved-state.ts';
import { Secret } from './common/secret.ts';
import { parseSecretPath } from './paths/parse-secret-path.ts';
import { sameSecret, type SecretPath } from './paths/secret-path.ts';

/** The server ends a cancelled job, this step included, five minutes after the cancel. */
const patienceMs = 4 * 60_000;

/** Gives the exit status of the step. Never throws. */
export async function recover(): Promise<0 | 1> {
  const quoter = new Quoter();
  const log = new RunnerLog();
  const journal = createJournal(quoter, log);
  for (const secret of secretInputs(process.env)) journal.mask(secret);
  const pathText = core.getState(stateKeys.path);
  let network: Network | undefined;
  try {
    network = openNetwork({ env: process.env, clock: systemClock, log, quoter });
    await save(network, pathText, quoter, log);
    log.notice(`The run ended early; its new token is now in ${pathText}. ${nextRunResumes}`);
    return 0;
  } catch (cause) {
    const error = cause instanceof RotationError ? cause : ownError(cause, 'secret-write-failed');
    core.error(
      `secret-write-failed: The new token could not be saved in ${pathText}: ${error.message} This run has not deleted the old token.\n` +
        `Do: ${nextRunResumes} If it fails with renewal-pending and that secret does not hold the new token: ${undoLostRenewal}`,
      { title: 'secret-write-failed' },
    );
    return 1;
  } finally {
    await network?.http.close();
  }
}

async function save({ gitHub }: Network, pathText: string, quoter: Quoter, log: RunnerLog): Promise<void> {
  const path = pendingSecretAt(pathText);
  const octokit = gitHub(new Secret(core.getInput('github-token')));
  const store = new GitHubSecretStore({ octokit, clock: systemClock, quoter, log });
  const sealed = { path, keyId: core.getState(stateKeys.keyId), value: core.getState(stateKeys.value) };
  const tooLate = AbortSignal.timeout(patienceMs);
  const ports = { clock: systemClock, log };
  await untilGitHubAnswers(
    () => store.writeSealed(sealed),
    `save the token in ${pathText}`,
    ports,
    tooLate,
    patienceMs,
  );
}

/** The state has the path alone; who may read an organization secret that has yet to be created stands in the inputs. */
function pendingSecretAt(pathText: string): SecretPath {
  const path = parseSecretPath(pathText, '');
  const { pendingSecret } = readTargets(new InputReader(process.env), process.env);
  return sameSecret(path, pendingSecret) ? pendingSecret : path;
}
