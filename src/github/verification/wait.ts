/** Waits for a verification run, and cancels it when it takes too long or this run is asked to stop. */
import { RotationError } from '../../common/errors.ts';
import type { Quoter } from '../../common/quoter.ts';
import type { Clock, Instant } from '../../rotation/ports/clock.ts';
import type { Log } from '../../rotation/ports/runner.ts';
import { growingWaits } from '../../common/waits.ts';
import type { WorkflowRef } from '../../paths/workflow-ref.ts';
import { ask, property, type Reply, succeeded } from '../request.ts';
import { gitHubFailure } from '../failure.ts';
import type { GitHubClient } from '../octokit.ts';
import { firstFailure } from './run-failure.ts';
import { timeLimit } from './time-limit.ts';

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
  /** What the deadline was reckoned from, for the text. */
  readonly timeoutMs: number;
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
/** So each wait is about a tenth of the time since the start: what is waited for in vain is in proportion. */
const waitsGrow = 1.1;
/** A run that has just been started may not be found yet. */
const notListedYetMs = 60_000;
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
  using limit = timeLimit(clock, deadline - start + lastPollMs, stop);
  let etag: unknown;
  let status: string | undefined;
  for (const wait of growingWaits(firstWaitMs, waitsGrow, longestWaitMs)) {
    const reply = await readRun(watch, limit.signal, etag);
    if (stop.aborted) return await stopped(watch);
    const run = stateOf(reply);
    if (run !== undefined) {
      etag = reply.headers.etag;
      if (run.status === 'completed') return await ended(watch, run.conclusion, stop);
      if (run.status !== status) announce(watch, run.status);
      status = run.status;
    } else {
      const failure = failureOf(watch, reply, clock.now() - start);
      if (failure !== undefined) return { conclusion: null, failure };
    }
    const left = deadline - clock.now();
    if (left <= 0) return await timedOut(watch, stop);
    await clock.sleep(Math.min(wait, left), stop);
  }
  return await timedOut(watch, stop);
}

/** What ends the wait; undefined for what may pass: no reply, nothing new, or a run that is not listed yet. */
function failureOf({ url, quoter }: Watch, reply: Reply, ageMs: number): RotationError | undefined {
  const isYoung = reply.status === 404 && ageMs < notListedYetMs;
  if (succeeded(reply) || reply.status === 304 || isYoung) return undefined;
  const purpose = { to: `read the run ${url}`, needs: 'runs', token: 'verification-token', quoter } as const;
  const failure = gitHubFailure(reply, purpose, 'verification-failed');
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
  const { workflow, url, timeoutMs } = watch;
  const conclusion = await cancelInTime(watch, stop);
  const message = `The verification workflow ${workflow.input} was not completed within ${timeoutMs / 60_000} minutes: ${url}`;
  const hint = `${afterTheDeadline(conclusion)} See what held it up, or raise \`verification-timeout-minutes\`.`;
  return { conclusion, failure: new RotationError('verification-timeout', message, hint) };
}

function afterTheDeadline(conclusion: string | null): string {
  if (conclusion === 'cancelled') return 'Its run was cancelled.';
  if (conclusion === null) return 'Its run was not seen to end after that: it may still be going.';
  return `Its run ended with ${conclusion} after that, which was too late.`;
}

/**
 * Cancelling is asynchronous, and a run may ignore it; only then does GitHub want `force-cancel`.
 * https://docs.github.com/rest/actions/workflow-runs#force-cancel-a-workflow-run
 */
async function cancelInTime(watch: Watch, stop: AbortSignal): Promise<string | null> {
  for (const how of ['cancel', 'force-cancel'] as const) {
    await cancel(watch, how, cancelRequestMs, stop);
    const conclusion = await endOfCancelled(watch, stop);
    if (conclusion !== undefined) return conclusion;
  }
  return null;
}

/** Undefined if the run was not seen to end. */
async function endOfCancelled(watch: Watch, stop: AbortSignal): Promise<string | null | undefined> {
  using limit = timeLimit(watch.clock, cancelMs, stop);
  while (!limit.signal.aborted) {
    await watch.clock.sleep(firstWaitMs, limit.signal);
    const run = stateOf(await readRun(watch, limit.signal));
    if (run?.status === 'completed') return run.conclusion;
  }
  return undefined;
}

async function stopped(watch: Watch): Promise<Ending> {
  const wasAsked = await cancel(watch, 'cancel', stopMs);
  const became = wasAsked ? 'was cancelled' : 'could not be cancelled';
  const message = `This run was asked to stop, and the verification run ${became}: ${watch.url}`;
  return { conclusion: null, failure: new RotationError('cancelled', message) };
}

/** Asks for it and says so; what comes of it is seen in the run. 409: the run has ended already. */
async function cancel(
  { octokit, clock, log, workflow, runId, url }: Watch,
  how: 'cancel' | 'force-cancel',
  ms: number,
  stop?: AbortSignal,
): Promise<boolean> {
  using limit = timeLimit(clock, ms, stop);
  const { owner, repo } = workflow;
  const route = `POST /repos/{owner}/{repo}/actions/runs/{run_id}/${how}`;
  const { signal } = limit;
  const reply = await ask(octokit, route, { owner, repo, run_id: runId }, { signal });
  const wasAsked = succeeded(reply) || reply.status === 409;
  if (wasAsked) log.info(`${workflow.input}: asked GitHub to ${how} ${url}`);
  else log.warning(`${workflow.input}: the run could not be cancelled and may still be going: ${url}`);
  return wasAsked;
}
