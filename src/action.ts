/** Puts the parts together: environment in, rotation, reports out. */
import * as core from '@actions/core';
import { systemClock } from './runner/clock.ts';
import { createJournal } from './runner/journal.ts';
import { RunnerLog } from './runner/log.ts';
import { RotationError } from './errors.ts';
import { GitHubRunQueue } from './github/run-queue.ts';
import { readThisRun } from './github/this-run.ts';
import { GitHubSecretStore } from './github/secrets/secret-store.ts';
import { GitHubVerifier } from './github/verification/verifier.ts';
import { type Inputs, parseInputs } from './inputs/inputs.ts';
import { secretInputs } from './inputs/names.ts';
import { type Network, openNetwork } from './network.ts';
import { Quoter } from './quoter.ts';
import { outputsOf, outputsOfInvalidInputs } from './report/outputs.ts';
import { planLines } from './report/plan.ts';
import { summaryOf, summaryOfInvalidInputs } from './report/summary.ts';
import { annotationText } from './report/texts.ts';
import type { Outcome } from './rotation/model.ts';
import type { Ports } from './rotation/ports.ts';
import { rotate } from './rotation/rotate.ts';
import { asRotationError } from './rotation/steps/context.ts';
import { VtexClient } from './vtex/client.ts';

/** Runs the action and gives its exit status. Never throws. */
export async function run(): Promise<0 | 1> {
  try {
    return await runReporting();
  } catch (error) {
    // Not the error's own text, nor its stack: this one came by no path that made it safe to print.
    const { code, message, hint } = asRotationError(error);
    core.error(`${code}: ${message} ${hint}`, { title: code });
    return 1;
  }
}

async function runReporting(): Promise<0 | 1> {
  const quoter = new Quoter();
  const journal = createJournal(quoter);
  for (const secret of secretInputs(process.env)) journal.mask(secret);
  const parsed = parseInputs(process.env, systemClock.now());
  if (parsed.problems !== undefined) return reportInvalidInputs(parsed.problems);
  const { inputs } = parsed;
  const log = new RunnerLog();
  let network: Network;
  try {
    network = openNetwork(process.env, log);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'the proxy cannot be used';
    return reportInvalidInputs([new RotationError('input-invalid', `The environment is wrong: ${reason}.`)]);
  }
  for (const warning of inputs.warnings) log.warning(warning);
  const ports = connect(inputs, { network, log, journal, quoter });
  const stop = stopSignal(longestRunMs(inputs));
  const outcome = await rotate(inputs.plan, ports, log, stop);
  await report(inputs, outcome, log);
  await network.http.close();
  return outcome.result === 'failed' || outcome.result === 'restored' ? 1 : 0;
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
      apiKey: inputs.plan.apiKey,
      http: network.http,
      clock,
      log,
      quoter,
      mask: (secret) => {
        journal.mask(secret);
      },
    }),
    store: new GitHubSecretStore({ octokit, clock, quoter }),
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
      runOctokit: undefined,
      serverUrl,
      thisRun: readThisRun(process.env),
    }),
    clock,
    log,
    journal,
  };
}

/** Every wait has a deadline of its own; this one bounds their sum, and leaves time to report. Milliseconds. */
function longestRunMs({ plan, verificationTimeoutMs }: Inputs): number {
  const rotations = plan.deleteOldToken === 'later' ? 2 : 1;
  const waits = verificationTimeoutMs + plan.drainTimeoutMs + 5 * plan.propagationTimeoutMs;
  return 60 * 60_000 + rotations * waits;
}

/** Fires when the runner cancels the step (SIGINT, then SIGTERM), or when the run has taken too long. */
function stopSignal(longestMs: number): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  setTimeout(stop, longestMs).unref();
  return controller.signal;
}

async function report(inputs: Inputs, outcome: Outcome, log: RunnerLog): Promise<void> {
  const { plan, account } = inputs;
  const lines = plan.operation === 'check' ? planLines(plan, outcome) : [];
  for (const [name, value] of Object.entries(outputsOf(account, plan, outcome))) core.setOutput(name, value);
  const { token } = outcome.knowledge;
  const holdsToken = ['rotated', 'pending', 'finished'].includes(outcome.result);
  if (inputs.exposeNewToken && holdsToken && token !== undefined) {
    core.setOutput('new-token', token.secret.reveal());
  }
  await writeSummary(summaryOf(account, plan, outcome, { warnings: log.warnings, planLines: lines }));
  for (const line of lines) log.info(line);
  if (outcome.note !== undefined) {
    // Nothing to finish although the workflow asked for it: somebody should look.
    const sentNothing = plan.operation === 'finish' && outcome.knowledge.finish === 'not-sent';
    if (sentNothing) log.warning(outcome.note);
    else log.notice(outcome.note);
  }
  for (const error of outcome.errors) core.error(annotationText(error, plan, outcome), { title: error.code });
  log.info(`Result: ${outcome.result}`);
}

async function reportInvalidInputs(problems: readonly RotationError[]): Promise<1> {
  for (const [name, value] of Object.entries(outputsOfInvalidInputs(problems))) core.setOutput(name, value);
  await writeSummary(summaryOfInvalidInputs(problems));
  for (const { code, message, hint } of problems) core.error(`${code}: ${message} ${hint}`, { title: code });
  return 1;
}

async function writeSummary(markdown: string): Promise<void> {
  try {
    await core.summary.addRaw(markdown).write();
  } catch {
    core.info('The job summary could not be written.');
  }
}
