import { RotationError } from '../errors.ts';
import type { Instant, RunQueue, WaitingRun } from '../rotation/ports.ts';
import type { OrganizationSecretPath, SecretPath } from '../secret-path.ts';
import { ask, idOf, instantOf, isoSeconds, property, succeeded } from './request.ts';
import { absentOrForbidden, type Attempt, gitHubFailure, unreadable } from './failure.ts';
import type { GitHubClient } from './octokit.ts';
import { selectedRepositories, visibilityOf } from './secrets/organization-secret.ts';
import { runPage } from './run-page.ts';

export interface RunQueueOptions {
  /** Acts with `github-token`. */
  readonly octokit: GitHubClient;
  /** `GITHUB_SERVER_URL`, for the pages of runs. */
  readonly serverUrl: string;
  /** `GITHUB_RUN_ID`: this run waits for no other sake than the drain's. */
  readonly thisRunId: number | undefined;
}

/**
 * A run moves forward through these while they are listed, so an early list cannot miss what a later one
 * will not show. https://docs.github.com/rest/actions/workflow-runs#list-workflow-runs-for-a-repository
 */
const unfinishedStatuses = ['requested', 'queued', 'pending', 'waiting', 'in_progress'];

const pageSize = 100;

/** The unfinished workflow runs of the repositories that read a secret. */
export class GitHubRunQueue implements RunQueue {
  readonly #options: RunQueueOptions;

  constructor(options: RunQueueOptions) {
    this.#options = options;
  }

  async inspect(path: SecretPath): Promise<void> {
    // A secret that does not exist has no old value that a run could hold.
    const repositories = (await this.#readersOf(path)) ?? [];
    await Promise.all(repositories.map((repository) => this.#page(repository, { per_page: 1 })));
  }

  async unfinished(path: SecretPath, updatedAt: Instant): Promise<readonly WaitingRun[]> {
    const repositories = await this.#readersOf(path);
    // It has been written, so GitHub is wrong about it for the moment.
    if (repositories === undefined) throw unreadable(readingOf(path));
    const runs = await this.#pass(repositories, updatedAt);
    // A run may slip through while lists are paged and runs move; it hardly does so twice.
    return runs.length > 0 ? runs : this.#pass(repositories, updatedAt);
  }

  async #pass(repositories: readonly string[], updatedAt: Instant): Promise<readonly WaitingRun[]> {
    const found = await Promise.all(repositories.map((repository) => this.#runsOf(repository, updatedAt)));
    return found.flat();
  }

  async #runsOf(repository: string, updatedAt: Instant): Promise<readonly WaitingRun[]> {
    const { thisRunId } = this.#options;
    const found = new Map<number, WaitingRun>();
    for (const status of unfinishedStatuses) {
      for (const run of await this.#listed(repository, status, updatedAt)) {
        if (run.id !== thisRunId) found.set(run.id, run);
      }
    }
    return [...found.values()];
  }

  /** All runs of one status, created up to that second: GitHub's times are whole seconds. */
  async #listed(repository: string, status: string, updatedAt: Instant): Promise<readonly WaitingRun[]> {
    const found: WaitingRun[] = [];
    const created = `<=${isoSeconds(updatedAt)}`;
    for (let page = 1; ; page++) {
      const runs = await this.#page(repository, { status, created, per_page: pageSize, page });
      for (const run of runs) {
        const id = idOf(property(run, 'id'));
        const createdAt = instantOf(property(run, 'created_at'));
        if (id === undefined || createdAt === undefined) throw unreadable(listing(repository));
        if (createdAt > updatedAt) continue;
        found.push({ id, repository, status, url: runPage(this.#options.serverUrl, repository, id) });
      }
      if (runs.length < pageSize) return found;
    }
  }

  async #page(repository: string, query: Readonly<Record<string, unknown>>): Promise<readonly unknown[]> {
    const attempt = listing(repository);
    const [owner, repo] = repository.split('/');
    const reply = await ask(this.#options.octokit, 'GET /repos/{owner}/{repo}/actions/runs', {
      owner,
      repo,
      ...query,
    });
    if (reply.status === 404) {
      const message = `The runs of ${repository} cannot be listed: ${absentOrForbidden(attempt)}`;
      throw new RotationError('github-forbidden', message);
    }
    if (!succeeded(reply)) throw gitHubFailure(reply, attempt);
    const runs = property(reply.data, 'workflow_runs');
    if (!Array.isArray(runs)) throw unreadable(attempt);
    return runs as unknown[];
  }

  /** Undefined if GitHub shows no such secret. */
  async #readersOf(path: SecretPath): Promise<readonly string[] | undefined> {
    if (path.level !== 'organization') return [`${path.owner}/${path.repo}`];
    const { octokit } = this.#options;
    const attempt = readingOf(path);
    const secret = await ask(octokit, `GET /${path.path}`);
    if (secret.status === 404) return undefined;
    if (!succeeded(secret)) throw gitHubFailure(secret, attempt);
    const visibility = visibilityOf(secret, attempt);
    if (visibility !== 'selected') return this.#organizationRepositories(path, visibility === 'private');
    const repositories = await selectedRepositories(octokit, path);
    return repositories.map(({ fullName }) => fullName);
  }

  /** https://docs.github.com/rest/repos/repos#list-organization-repositories */
  async #organizationRepositories({ org }: OrganizationSecretPath, onlyPrivate: boolean): Promise<string[]> {
    const to = `list the repositories of ${org}`;
    const attempt: Attempt = { to, needs: 'repositories', token: 'github-token' };
    const names = new Set<string>();
    for (let page = 1; ; page++) {
      const query = { org, type: 'all', per_page: pageSize, page };
      const reply = await ask(this.#options.octokit, 'GET /orgs/{org}/repos', query);
      if (!succeeded(reply)) throw gitHubFailure(reply, attempt, 'github-forbidden');
      if (!Array.isArray(reply.data)) throw unreadable(attempt);
      for (const repository of reply.data as unknown[]) {
        const name = property(repository, 'full_name');
        if (typeof name !== 'string') throw unreadable(attempt);
        if (!onlyPrivate || isPrivate(repository)) names.add(name);
      }
      if (reply.data.length < pageSize) return [...names];
    }
  }
}

/** Internal repositories count as private for secrets. */
function isPrivate(repository: unknown): boolean {
  const visibility = property(repository, 'visibility');
  return visibility === 'private' || visibility === 'internal' || property(repository, 'private') === true;
}

function readingOf({ path }: SecretPath): Attempt {
  return { to: `read the secret ${path}`, needs: 'organization', token: 'github-token' };
}

function listing(repository: string): Attempt {
  return { to: `list the runs of ${repository}`, needs: 'runs', token: 'github-token' };
}
