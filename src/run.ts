/** Puts the parts together: inputs in, the rotation, reports out. */
import { RotationError } from './common/errors.ts';
import { GitHubRunQueue } from './github/run-queue.ts';
import { loadSodium } from './github/secrets/seal.ts';
import { GitHubSecretStore } from './github/secrets/secret-store.ts';
import { readThisRun } from './github/this-run.ts';
import { GitHubVerifier } from './github/verification/verifier.ts';
import { HttpFailure } from './http/failure.ts';
import type { Inputs } from './inputs/inputs.ts';
import { type Network, openNetwork, version } from './network.ts';
import type { Quoter } from './common/quoter.ts';
import { outputsOf } from './report/outputs.ts';
import type { Links } from './report/links.ts';
import { checkLines, checkReport } from './report/plan.ts';
import { summaryOf } from './report/summary.ts';
import { lastLine } from './report/last-line.ts';
import { annotationText } from './report/texts.ts';
import { isUsable } from './rotation/evidence.ts';
import { isSuccess, type Outcome } from './rotation/model.ts';
import type { Ports } from './rotation/ports.ts';
import { rotate } from './rotation/rotate.ts';
import { systemClock } from './runner/clock.ts';
import type { RunnerLog } from './runner/log.ts';
import { publishError, publishOutputs, publishSummary } from './runner/publish.ts';
import { watchForStop } from './runner/stop.ts';
import type { Secret } from './common/secret.ts';
import { VtexClient } from './vtex/client.ts';

export interface Means {
  readonly log: RunnerLog;
  readonly journal: Ports['journal'];
  readonly quoter: Quoter;
  readonly links: Links;
  /** Ends the run over what the user has to correct. */
  readonly refuse: (problems: readonly RotationError[]) => Promise<1>;
}

/** Gives the exit status. */
export async function runOperation(inputs: Inputs, means: Means): Promise<0 | 1> {
  const { log, quoter } = means;
  const { operation, deleteOldToken } = inputs.settings;
  const mode = operation === 'rotate' ? `, delete-old-token: ${deleteOldToken}` : '';
  log.info(`rotate-vtex-token ${version} on Node ${process.versions.node} · ${operation}${mode}`);
  let network: Network;
  try {
    network = openNetwork({ env: process.env, clock: systemClock, log, quoter });
  } catch (error) {
    return means.refuse([unusableProxy(error)]);
  }
  const ports = connect(inputs, network, means);
  if (inputs.settings.operation !== 'check') void network.idle.then(loadSodium);
  const stop = watchForStop(longestRunMs(inputs));
  try {
    const outcome = await rotate(inputs.settings, ports, log, stop.signal);
    await report(inputs, outcome, means);
    await network.http.close();
    return isSuccess(outcome.result) ? 0 : 1;
  } finally {
    stop.release();
  }
}

/** The environment is wrong, not an input; of the closed set of codes this is the one for what the user has to correct. */
function unusableProxy(error: unknown): RotationError {
  if (!(error instanceof HttpFailure)) throw error;
  return new RotationError('input-invalid', `The environment is wrong: ${error.message}.`, error.hint);
}

function connect(inputs: Inputs, network: Network, { log, journal, quoter }: Means): Ports {
  const clock = systemClock;
  const serverUrl = process.env.GITHUB_SERVER_URL ?? 'https://github.com';
  const octokit = network.gitHub(inputs.githubToken);
  return {
    issuer: new VtexClient({
      baseUrl: inputs.vtexUrl,
      apiKey: inputs.settings.apiKey,
      http: network.http,
      clock,
      log,
      quoter,
      mask: (secret) => {
        journal.mask(secret);
      },
    }),
    store: new GitHubSecretStore({ octokit, clock, quoter, log }),
    verifier: new GitHubVerifier({
      octokit: network.gitHub(inputs.verificationToken),
      workflows: inputs.workflows,
      inputs: inputs.verificationInputs,
      timeoutMs: inputs.verificationTimeoutMs,
      clock,
      log,
      quoter,
      serverUrl,
    }),
    queue: new GitHubRunQueue({
      octokit,
      runOctokit: inputs.runToken === undefined ? undefined : network.gitHub(inputs.runToken),
      serverUrl,
      thisRun: readThisRun(process.env),
      quoter,
    }),
    clock,
    log,
    journal,
    rateLeft: () => octokit.rateLeft(),
  };
}

/** Every wait has a deadline of its own; this one bounds their sum, and leaves time to report. Milliseconds. */
function longestRunMs({ settings, verificationTimeoutMs }: Inputs): number {
  const rotations = settings.deleteOldToken === 'later' ? 2 : 1;
  const waits = verificationTimeoutMs + settings.drainTimeoutMs + 8 * settings.propagationTimeoutMs;
  return 120 * 60_000 + rotations * waits;
}

async function report(inputs: Inputs, outcome: Outcome, { log, links }: Means): Promise<void> {
  const { settings, account } = inputs;
  const check = checkReport(settings, outcome);
  const token = exposedToken(inputs, outcome);
  const outputs = outputsOf(account, settings, outcome);
  publishOutputs(token === undefined ? outputs : { ...outputs, 'new-token': token }, process.env, log);
  const extra = { warnings: log.warnings, check };
  await publishSummary(summaryOf(account, settings, outcome, links, extra), log);
  if (check !== undefined) for (const line of checkLines(check, outcome)) log.info(line);
  if (outcome.note !== undefined) {
    if (outcome.noteIsWarning) log.warning(outcome.note);
    else log.notice(outcome.note);
  }
  for (const error of outcome.errors)
    publishError(error.code, annotationText(error, settings, outcome, links));
  log.info(lastLine(settings, outcome));
}

/** The token that is to remain, so that another store can be fed, again if need be. */
function exposedToken(
  { exposeNewToken, settings }: Inputs,
  { result, knowledge }: Outcome,
): Secret | undefined {
  if (!exposeNewToken || settings.operation !== 'rotate') return undefined;
  if (['rotated', 'pending', 'finished'].includes(result)) return knowledge.renewal?.newToken;
  const isUsableRenewal = knowledge.seen !== undefined && isUsable(settings, knowledge.seen);
  return result === 'skipped' && isUsableRenewal ? settings.pendingToken : undefined;
}
