/** Sends the dispatch of a workflow, once. */
import { RotationError } from '../../common/errors.ts';
import type { Quoter } from '../../common/quoter.ts';
import type { Clock } from '../../rotation/ports/clock.ts';
import type { WorkflowRef } from '../../paths/workflow-ref.ts';
import { ask, idOf, property, type Reply, succeeded } from '../request.ts';
import { absentOrForbidden, type Purpose, gitHubFailure, requestOf } from '../failure.ts';
import type { GitHubClient } from '../octokit.ts';
import { graceAfter } from './time-limit.ts';

export type Dispatched =
  | { readonly kind: 'started'; readonly runId: number; /** Unchecked. */ readonly htmlUrl: unknown }
  /** GitHub may have started a run, but did not tell which. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly failure: RotationError };

export interface Dispatch {
  readonly octokit: GitHubClient;
  readonly clock: Clock;
  readonly workflow: WorkflowRef;
  readonly ref: string;
  readonly inputs: ReadonlyMap<string, string>;
  readonly quoter: Quoter;
}

/** How long a reply is waited for once the run is asked to stop, so that what it started can be cancelled. */
const graceMs = 3_000;

/**
 * Dispatches a workflow once. The request has no key that would make it repeatable, so it is never sent again
 * unless GitHub certainly refused it.
 * https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event
 */
export async function dispatchOnce(dispatch: Dispatch, stop: AbortSignal): Promise<Dispatched> {
  using grace = graceAfter(dispatch.clock, stop, graceMs);
  let reply = await post(dispatch, { return_run_details: true }, stop, grace.signal);
  if (refusesRunDetails(reply)) reply = await post(dispatch, {}, stop, grace.signal);
  if (succeeded(reply)) {
    const runId = idOf(property(reply.data, 'workflow_run_id'));
    if (runId === undefined) return { kind: 'unknown' };
    return { kind: 'started', runId, htmlUrl: property(reply.data, 'html_url') };
  }
  const wasSent = reply.lost?.kind !== 'not-sent';
  const isLost = reply.status === undefined || reply.status >= 500 || reply.status === 408;
  if (isLost && wasSent) return { kind: 'unknown' };
  return { kind: 'refused', failure: refusal(reply, dispatch) };
}

function post(
  { octokit, workflow, ref, inputs }: Dispatch,
  details: object,
  stop: AbortSignal,
  signal: AbortSignal,
): Promise<Reply> {
  const { owner, repo, file } = workflow;
  return ask(
    octokit,
    'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
    { owner, repo, workflow_id: file, ref, inputs: Object.fromEntries(inputs), ...details },
    { once: true, unsentAfter: stop, signal },
  );
}

/**
 * GitHub Enterprise Server up to 3.20 does not know the parameter and says so before it starts anything:
 * https://github.com/benc-uk/workflow-dispatch/issues/86
 */
function refusesRunDetails(reply: Reply): boolean {
  const message = property(reply.data, 'message');
  return (
    (reply.status === 400 || reply.status === 422) &&
    typeof message === 'string' &&
    message.includes('return_run_details')
  );
}

/** A dispatch that fails is a failed verification, save that 401 and 403 keep their own code. */
function refusal(reply: Reply, { workflow, ref, quoter }: Dispatch): RotationError {
  const purpose: Purpose = {
    to: `dispatch the workflow ${workflow.input}`,
    needs: 'dispatch',
    token: 'verification-token',
    quoter,
  };
  if (reply.status === 404) {
    const message = `GitHub did not find the workflow ${workflow.input} to dispatch: ${absentOrForbidden(purpose)}${requestOf(reply, purpose)}`;
    return new RotationError('verification-failed', message);
  }
  const said = quoter.quote(property(reply.data, 'message'));
  const detail = `on ${quoter.quote(ref, 100)} it said: ${said}`;
  const failure = gitHubFailure(reply, purpose, 'verification-failed', detail);
  return failure.code === 'github-forbidden'
    ? failure
    : new RotationError('verification-failed', failure.message, failure.hint);
}
