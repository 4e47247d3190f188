/** Pages of GitHub to look at: this run, a job of it, and what may be done about a failure. */
import type { Environment } from '../inputs/names.ts';
import type { Pages } from './summary.ts';

/** The run's where the id is none. */
export function jobUrl(env: Environment, id: string): string {
  return /^\d+$/.test(id) ? `${runUrl(env)}/job/${id}` : runUrl(env);
}

export function pagesFor(env: Environment): Pages {
  const { GITHUB_SERVER_URL: server, GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref } = env;
  const isKnown = [server, repository, ref].every((part) => part !== undefined && part !== '');
  const page = `${server ?? ''}/${repository ?? ''}/blob/${ref ?? ''}/docs/troubleshooting.md`;
  return { run: runUrl(env), troubleshooting: isKnown ? page : '' };
}

function runUrl({
  GITHUB_SERVER_URL: server,
  GITHUB_REPOSITORY: repository,
  GITHUB_RUN_ID: run,
}: Environment): string {
  return `${server ?? 'https://github.com'}/${repository ?? ''}/actions/runs/${run ?? ''}`;
}
