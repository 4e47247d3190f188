/** Looks for a run that GitHub did not name in its reply to the dispatch. */
import type { RotationError } from '../../common/errors.ts';
import type { Quoter } from '../../common/quoter.ts';
import type { Clock, Instant } from '../../rotation/ports/clock.ts';
import { growingWaits } from '../../common/waits.ts';
import type { WorkflowRef } from '../../paths/workflow-ref.ts';
import { ask, idOf, isoSeconds, property, type Reply, succeeded } from '../request.ts';
import { gitHubFailure } from '../failure.ts';
import type { GitHubClient } from '../octokit.ts';

export interface Search {
  readonly octokit: GitHubClient;
  readonly clock: Clock;
  readonly quoter: Quoter;
  readonly workflow: WorkflowRef;
  /** The id that the workflow shows in its `run-name`. */
  readonly distinctId: string;
  readonly dispatchedAt: Instant;
}

export type Found =
  | { readonly kind: 'run'; readonly runId: number }
  | { readonly kind: 'forbidden'; readonly failure: RotationError }
  | { readonly kind: 'none' };

/** A run has been seen to be listed only 8 s later: https://github.com/Codex-/return-dispatch/issues/183 */
const patienceMs = 120_000;
const firstWaitMs = 2_000;
const longestWaitMs = 15_000;
/** Between our clock and GitHub's. */
const clockAllowanceMs = 600_000;

/**
 * Looks for the one run whose title shows the id of this dispatch. Nothing else tells to which
 * dispatch a run belongs: the newest run of the workflow may be somebody else's.
 */
export async function findRun(search: Search, stop: AbortSignal): Promise<Found> {
  const { clock, quoter } = search;
  const deadline = clock.now() + patienceMs;
  for (const wait of growingWaits(firstWaitMs, 1.5, longestWaitMs)) {
    const reply = await listRuns(search, stop);
    if (succeeded(reply)) {
      const runs = matches(reply, search.distinctId);
      const [runId] = runs;
      if (runs.length > 1) return { kind: 'none' };
      if (runId !== undefined) return { kind: 'run', runId };
    } else if (reply.status !== undefined) {
      const to = `look for the run of ${search.workflow.input}`;
      const failure = gitHubFailure(reply, { to, needs: 'runs', token: 'verification-token', quoter });
      if (failure.code === 'github-forbidden') return { kind: 'forbidden', failure };
    }
    if (stop.aborted || clock.now() >= deadline) return { kind: 'none' };
    await clock.sleep(wait, stop);
  }
  return { kind: 'none' };
}

/** https://docs.github.com/rest/actions/workflow-runs#list-workflow-runs-for-a-workflow */
function listRuns({ octokit, workflow, dispatchedAt }: Search, stop: AbortSignal): Promise<Reply> {
  const { owner, repo, file } = workflow;
  return ask(
    octokit,
    'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs',
    {
      owner,
      repo,
      workflow_id: file,
      event: 'workflow_dispatch',
      created: `>=${isoSeconds(dispatchedAt - clockAllowanceMs)}`,
      per_page: 100,
    },
    { signal: stop },
  );
}

function matches(reply: Reply, distinctId: string): readonly number[] {
  const runs = property(reply.data, 'workflow_runs');
  if (!Array.isArray(runs)) return [];
  return runs.flatMap((run: unknown) => {
    const title = property(run, 'display_title');
    const id = idOf(property(run, 'id'));
    return typeof title === 'string' && title.includes(distinctId) && id !== undefined ? [id] : [];
  });
}
