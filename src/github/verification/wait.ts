import { RotationError } from '../../errors.ts';
import type { Quoter } from '../../quoter.ts';
import type { Clock, Instant, Log } from '../../rotation/ports.ts';
import type { WorkflowRef } from '../../workflow-ref.ts';
import { ask, property, type Reply, succeeded } from '../request.ts';
import { gitHubFailure } from '../failure.ts';
import type { GitHubClient } from '../octokit.ts';
import { firstFailure } from './run-failure.ts';

export interface Watch {
  readonly octokit: GitHubClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly quoter: Quoter;
  readonly workflow: WorkflowRef;
  readonly runId: number;
  /** Page of the run. */
  readonly url: string;
  readonly deadline: Instant;
}

export interface Ending {
  /** GitHub's word; null if there is none, or none that can be read. */
  readonly conclusion: string | null;
  /** Undefined only for `completed` with `success`. */
  readonly failure: RotationError | undefined;
}

interface RunState {
  readonly status: string;
  readonly conclusion: string | null;
}

const firstWaitMs = 2_000;
const longestWaitMs = 15_000;
/** A run that has just been started may not be found yet. */
const birthMs = 60_000;
/** How long the poll at the deadline may take. */
const lastPollMs = 5_000;
/** How long GitHub may take to hear that a run is to be cancelled; writes stand in a queue, a second apart. */
const cancelRequestMs = 60_000;
/** How long a cancelled run may take to end before it is cancelled by force. */
const cancelMs = 10_000;
/** The runner kills the process 10 s after its first signal. */
const stopMs = 7_000;

/** Waits until the run is completed, the deadline has come (the run is then cancelled) or `stop` fires (too). */
export async function waitForRun(watch: Watch, stop: AbortSignal): Promise<Ending> {
  const { clock, deadline } = watch;
  const start = clock.now();
  // A poll that is held up by a rate limit, or tried again and again, must not outlast the deadline.
  const over = within(deadline - start + lastPollMs, stop);
  let etag: unknown;
  let status: string | undefined;
  for (let wait = firstWaitMs; ; wait = Math.min(wait * 1.5, longestWaitMs)) {
    const reply = await readRun(watch, over, etag);
    if (stop.aborted) return stopped(watch);
    const run = stateOf(reply);
    if (run !== undefined) {
      etag = reply.headers.etag;
      if (run.status === 'completed') return ended(watch, run.conclusion, stop);
      if (run.status !== status) announce(watch, run.status);
      status = run.status;
    } else {
      const failure = failureOf(watch, reply, clock.now() - start);
      if (failure !== undefined) return { conclusion: null, failure };
    }
    const left = deadline - clock.now();
    if (left <= 0) return timedOut(watch, stop);
    await clock.sleep(Math.min(wait, left), stop);
  }
}

/** What ends the wait; undefined for what may pass: no reply, nothing new, or a run that is not listed yet. */
function failureOf({ url }: Watch, reply: Reply, ageMs: number): RotationError | undefined {
  const isYoung = reply.status === 404 && ageMs < birthMs;
  if (succeeded(reply) || reply.status === 304 || isYoung) return undefined;
  const attempt = { to: `read the run ${url}`, needs: 'runs', token: 'verification-token' } as const;
  const failure = gitHubFailure(reply, attempt, 'verification-failed');
  return failure.code === 'github-unavailable' ? undefined : failure;
}

/** With the etag of an earlier reply GitHub may answer 304, which costs nothing of the rate limit. */
function readRun({ octokit, workflow, runId }: Watch, signal: AbortSignal, etag?: unknown): Promise<Reply> {
  const { owner, repo } = workflow;
  const headers = typeof etag === 'string' ? { 'if-none-match': etag } : {};
  const route = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}';
  return ask(octokit, route, { owner, repo, run_id: runId, headers }, { signal });
}

function stateOf(reply: Reply): RunState | undefined {
  const status = property(reply.data, 'status');
  if (!succeeded(reply) || typeof status !== 'string') return undefined;
  return { status, conclusion: wordOf(property(reply.data, 'conclusion')) };
}

function wordOf(value: unknown): string | null {
  return typeof value === 'string' && /^[a-z_]{1,40}$/.test(value) ? value : null;
}

function announce({ log, quoter, workflow, url }: Watch, status: string): void {
  if (status === 'waiting') log.notice(`${workflow.input}: the run waits for an approval: ${url}`);
  else log.info(`${workflow.input}: ${quoter.quote(status, 40)}`);
}

/** Success is one word; every other conclusion, also one that GitHub has yet to invent, is a failure. */
async function ended(watch: Watch, conclusion: string | null, stop: AbortSignal): Promise<Ending> {
  const { octokit, log, quoter, workflow, runId, url } = watch;
  log.info(`${workflow.input}: completed, ${conclusion ?? 'without a conclusion'}`);
  if (conclusion === 'success') return { conclusion, failure: undefined };
  const { owner, repo } = workflow;
  const where = await firstFailure(octokit, { owner, repo, runId }, quoter, stop);
  const message =
    `The verification workflow ${workflow.input} ended with ${conclusion ?? 'no conclusion'}` +
    `${where === '' ? '' : ` in ${where}`}: ${url}`;
  return {
    conclusion,
    failure: new RotationError('verification-failed', message, 'Read the log of the run.'),
  };
}

async function timedOut(watch: Watch, stop: AbortSignal): Promise<Ending> {
  const conclusion = await cancelInTime(watch, stop);
  const message = `The verification workflow ${watch.workflow.input} was not done in time: ${watch.url}`;
  const hint = 'Its run was cancelled. See what held it up, or raise `verification-timeout-minutes`.';
  return { conclusion, failure: new RotationError('verification-timeout', message, hint) };
}

/**
 * Cancelling is asynchronous, and a run may ignore it; only then does GitHub want `force-cancel`.
 * https://docs.github.com/rest/actions/workflow-runs#force-cancel-a-workflow-run
 */
async function cancelInTime(watch: Watch, stop: AbortSignal): Promise<string | null> {
  const { clock } = watch;
  await cancel(watch, 'cancel', within(cancelRequestMs, stop));
  const deadline = clock.now() + cancelMs;
  const over = within(cancelMs, stop);
  while (clock.now() < deadline && !over.aborted) {
    await clock.sleep(firstWaitMs, over);
    const run = stateOf(await readRun(watch, over));
    if (run?.status === 'completed') return run.conclusion;
  }
  await cancel(watch, 'force-cancel', within(cancelRequestMs, stop));
  return null;
}

/** Fires after so many milliseconds, or with `stop`. */
function within(ms: number, stop: AbortSignal): AbortSignal {
  return AbortSignal.any([stop, AbortSignal.timeout(Math.max(0, ms))]);
}

async function stopped(watch: Watch): Promise<Ending> {
  await cancel(watch, 'cancel', AbortSignal.timeout(stopMs));
  const message = `The verification run was cancelled, because this run was asked to stop: ${watch.url}`;
  return { conclusion: null, failure: new RotationError('cancelled', message) };
}

/** Asks for it and says so; what comes of it is seen in the run. 409: the run has ended already. */
async function cancel(watch: Watch, how: 'cancel' | 'force-cancel', signal: AbortSignal): Promise<void> {
  const { octokit, log, workflow, runId, url } = watch;
  const { owner, repo } = workflow;
  const route = `POST /repos/{owner}/{repo}/actions/runs/{run_id}/${how}`;
  const reply = await ask(octokit, route, { owner, repo, run_id: runId }, { signal });
  if (succeeded(reply) || reply.status === 409) log.info(`${workflow.input}: asked GitHub to ${how} ${url}`);
  else log.warning(`${workflow.input}: the run could not be cancelled and may still be going: ${url}`);
}
