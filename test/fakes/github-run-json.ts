import { wholeSeconds } from './github-call.ts';
import type { Repositories } from './github-repositories.ts';
import type { Run } from './github-runs.ts';

export const runPage = (run: Run): string =>
  `https://github.com/${run.repository.fullName}/actions/runs/${run.id}`;

export function runJson(run: Run, repositories: Repositories): Record<string, unknown> {
  const repository = repositories.json(run.repository);
  const base = `${repositories.api()}/repos/${run.repository.fullName}`;
  const url = `${base}/actions/runs/${run.id}`;
  return {
    id: run.id,
    name: run.workflowName,
    node_id: `WFR_${run.id}`,
    head_branch: run.branch,
    head_sha: run.sha,
    path: run.path,
    display_title: run.displayTitle,
    run_number: run.number,
    run_attempt: run.attempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflowId,
    check_suite_id: run.id + 1,
    check_suite_node_id: `CS_${run.id}`,
    url,
    html_url: runPage(run),
    pull_requests: [],
    created_at: wholeSeconds(run.createdAt),
    updated_at: wholeSeconds(run.updatedAt),
    run_started_at: wholeSeconds(run.attemptedAt),
    actor: repositories.account(run.actor),
    triggering_actor: repositories.account(run.actor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${base}/check-suites/${run.id + 1}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${base}/actions/workflows/${run.workflowId}`,
    head_commit: {
      id: run.sha,
      tree_id: run.sha,
      message: 'Commit',
      timestamp: wholeSeconds(run.createdAt),
      author: { name: 'A', email: 'a@example.com' },
      committer: { name: 'A', email: 'a@example.com' },
    },
    repository,
    head_repository: repository,
  };
}

const jobConclusions = new Set([
  'success',
  'failure',
  'neutral',
  'cancelled',
  'skipped',
  'timed_out',
  'action_required',
]);

/** One job of two steps; a run that never came as far as a job has none. */
export function jobsOf(run: Run, api: string): Record<string, unknown>[] {
  const { status } = run;
  // A job knows fewer conclusions than a run.
  const conclusion =
    run.conclusion === null || jobConclusions.has(run.conclusion) ? run.conclusion : 'failure';
  if (run.plan.neverStarts === true && conclusion !== 'skipped') return [];
  if (status === 'requested' || status === 'pending') return [];
  const id = run.id * 10;
  const base = `${api}/repos/${run.repository.fullName}`;
  const started = wholeSeconds(run.startedAt ?? run.createdAt);
  const ended = status === 'completed' ? wholeSeconds(run.updatedAt) : null;
  const step = (number: number, name: string, result: string | null): Record<string, unknown> => ({
    name,
    number,
    status: result === null ? status : 'completed',
    conclusion: result,
    started_at: started,
    completed_at: result === null ? null : (ended ?? started),
  });
  const hasSteps = run.startedAt !== undefined;
  return [
    {
      id,
      node_id: `J_${id}`,
      run_id: run.id,
      run_url: `${base}/actions/runs/${run.id}`,
      run_attempt: run.attempt,
      head_sha: run.sha,
      head_branch: run.branch,
      workflow_name: run.workflowName,
      name: 'verify',
      url: `${base}/actions/jobs/${id}`,
      html_url: `${runPage(run)}/job/${id}`,
      check_run_url: `${base}/check-runs/${id}`,
      status,
      conclusion,
      created_at: wholeSeconds(run.createdAt),
      started_at: started,
      completed_at: ended,
      steps: hasSteps ? [step(1, 'Set up job', 'success'), step(2, 'Sign in to VTEX', conclusion)] : [],
      labels: ['ubuntu-latest'],
      runner_id: hasSteps ? 1 : null,
      runner_name: hasSteps ? 'GitHub Actions 1' : null,
      runner_group_id: hasSteps ? 2 : null,
      runner_group_name: hasSteps ? 'GitHub Actions' : null,
    },
  ];
}

export function pendingDeploymentsOf(run: Run): Record<string, unknown>[] {
  if (run.status !== 'waiting') return [];
  const name = run.plan.environment ?? 'production';
  return [
    {
      environment: { id: 1, node_id: 'EN_1', name, url: '', html_url: '' },
      wait_timer: 0,
      wait_timer_started_at: null,
      current_user_can_approve: true,
      reviewers: [],
    },
  ];
}
