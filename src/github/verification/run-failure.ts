/** Where a run failed, for the text of an error. */
import type { Quoter } from '../../common/quoter.ts';
import { ask, property, succeeded } from '../request.ts';
import type { GitHubClient } from '../octokit.ts';

export interface RunAddress {
  readonly owner: string;
  readonly repo: string;
  readonly runId: number;
}

const pageSize = 100;
/** A run has at most 256 jobs to a matrix; beyond this many pages nobody reads the name. */
const mostPages = 10;

/**
 * Names the first failed job of a run and its first failed step, for the error's text. Empty when there is
 * none to name (a run may fail before it has jobs) or when GitHub does not tell.
 * https://docs.github.com/rest/actions/workflow-jobs#list-jobs-for-a-workflow-run
 */
export async function firstFailure(
  octokit: GitHubClient,
  { owner, repo, runId }: RunAddress,
  quoter: Quoter,
  stop: AbortSignal,
): Promise<string> {
  const jobs: unknown[] = [];
  for (let page = 1; page <= mostPages; page++) {
    const reply = await ask(
      octokit,
      'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs',
      { owner, repo, run_id: runId, filter: 'latest', per_page: pageSize, page },
      { signal: stop },
    );
    const listed = succeeded(reply) ? property(reply.data, 'jobs') : undefined;
    if (!Array.isArray(listed)) break;
    jobs.push(...(listed as unknown[]));
    if (listed.length < pageSize) break;
  }
  // When one job of a matrix fails the others are cancelled, and they may stand before it.
  const job = jobs.find(failed) ?? jobs.find(cutShort);
  if (job === undefined) return '';
  const named = `job ${quoter.quote(property(job, 'name'), 80)}`;
  const steps = property(job, 'steps');
  const step: unknown = Array.isArray(steps) ? (steps.find(failed) ?? steps.find(cutShort)) : undefined;
  return step === undefined ? named : `${named}, step ${quoter.quote(property(step, 'name'), 80)}`;
}

function failed(part: unknown): boolean {
  const conclusion = property(part, 'conclusion');
  return conclusion === 'failure' || conclusion === 'timed_out';
}

function cutShort(part: unknown): boolean {
  const conclusion = property(part, 'conclusion');
  return conclusion === 'cancelled' || conclusion === 'action_required';
}
