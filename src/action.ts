/** Puts the parts together: environment in, rotation, reports out. */
import { systemClock } from './runner/clock.ts';
import { createJournal } from './runner/journal.ts';
import { RunnerLog } from './runner/log.ts';
import { publishError, publishOutputs, publishSummary } from './runner/publish.ts';
import { stopSignal } from './runner/stop.ts';
import { RotationError } from './errors.ts';
import { HttpFailure } from './http/failure.ts';
import { GitHubRunQueue } from './github/run-queue.ts';
import { readThisRun } from './github/this-run.ts';
import { loadSodium } from './github/secrets/seal.ts';
import { GitHubSecretStore } from './github/secrets/secret-store.ts';
import { GitHubVerifier } from './github/verification/verifier.ts';
import { type Inputs, parseInputs } from './inputs/inputs.ts';
import { secretInputs } from './inputs/names.ts';
import { type Network, openNetwork } from './network.ts';
import { Quoter } from './quoter.ts';
import { outputsOf, outputsOfInvalidInputs } from './report/outputs.ts';
import { checkLines } from './report/plan.ts';
import { summaryOf, summaryOfInvalidInputs } from './report/summary.ts';
import { annotationText, type Links, plainAnnotation } from './report/texts.ts';
import { isSuccess, type Outcome } from './rotation/model.ts';
import { isUsable } from './rotation/evidence.ts';
import type { Ports } from './rotation/ports.ts';
import type { Secret } from './secret.ts';
import { rotate } from './rotation/rotate.ts';
import { ownError } from './rotation/steps/context.ts';
import { VtexClient } from './vtex/client.ts';

/** Runs the action and gives its exit status. Never throws. */
export async function run(): Promise<0 | 1> {
  try {
    return await runReporting();
  } catch (error) {
    // Not the error's own text, nor its stack: this one came by no path that made it safe to print.
    const own = ownError(error, 'github-unavailable');
    publishError(own.code, plainAnnotation(own, links()));
    return 1;
  }
}

async function runReporting(): Promise<0 | 1> {
  const quoter = new Quoter();
  const log = new RunnerLog();
  const journal = createJournal(quoter, log);
  for (const secret of secretInputs(process.env)) journal.mask(secret);
  const parsed = parseInputs(process.env, systemClock.now());
  if (parsed.problems !== undefined) return reportInvalidInputs(parsed.problems, log);
  const { inputs } = parsed;
  let network: Network;
  try {
    network = openNetwork(process.env, log, systemClock);
  } catch (error) {
    return reportInvalidInputs([unusableProxy(error)], log);
  }
  // Read from a place in a whole value, it is no input of its own.
  if (inputs.settings.currentToken !== undefined) journal.mask(inputs.settings.currentToken);
  for (const warning of inputs.warnings) log.warning(warning);
  const ports = connect(inputs, { network, log, journal, quoter });
  if (inputs.settings.operation !== 'check') void network.idle.then(loadSodium);
  const stop = stopSignal(longestRunMs(inputs));
  const outcome = await rotate(inputs.settings, ports, log, stop);
  await report(inputs, outcome, log);
  await network.http.close();
  return isSuccess(outcome.result) ? 0 : 1;
}

/** The environment is wrong, not an input; of the closed set of codes this is the one for what the user has to correct. */
function unusableProxy(error: unknown): RotationError {
  if (!(error instanceof HttpFailure)) throw error;
  return new RotationError('input-invalid', `The environment is wrong: ${error.message}.`, error.hint);
}

interface Means {
  readonly network: Network;
  readonly log: RunnerLog;
  readonly journal: Ports['journal'];
  readonly quoter: Quoter;
}

function connect(inputs: Inputs, { network, log, journal, quoter }: Means): Ports {
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

/** The page with a section for each code, at the very version that runs. */
function links(): Links {
  const {
    GITHUB_SERVER_URL: server,
    GITHUB_ACTION_REPOSITORY: repository,
    GITHUB_ACTION_REF: ref,
  } = process.env;
  if (!server || !repository || !ref) return { troubleshooting: '' };
  return { troubleshooting: `${server}/${repository}/blob/${ref}/docs/troubleshooting.md` };
}

async function report(inputs: Inputs, outcome: Outcome, log: RunnerLog): Promise<void> {
  const { settings, account } = inputs;
  const lines = settings.operation === 'check' ? checkLines(settings, outcome) : [];
  const token = exposedToken(inputs, outcome);
  const outputs = outputsOf(account, settings, outcome);
  publishOutputs(token === undefined ? outputs : { ...outputs, 'new-token': token }, process.env, log);
  const extra = { warnings: log.warnings, planLines: lines };
  await publishSummary(summaryOf(account, settings, outcome, extra), log);
  for (const line of lines) log.info(line);
  if (outcome.note !== undefined) {
    if (outcome.noteIsWarning) log.warning(outcome.note);
    else log.notice(outcome.note);
  }
  for (const error of outcome.errors)
    publishError(error.code, annotationText(error, settings, outcome, links()));
  log.info(`Result: ${outcome.result}`);
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

async function reportInvalidInputs(problems: readonly RotationError[], log: RunnerLog): Promise<1> {
  publishOutputs(outputsOfInvalidInputs(problems), process.env, log);
  await publishSummary(summaryOfInvalidInputs(problems), log);
  for (const problem of problems) publishError(problem.code, plainAnnotation(problem, links()));
  return 1;
}
