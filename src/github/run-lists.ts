/** Which workflow runs of a repository are not completed, asked with as few requests as GitHub's lists allow. */
import { RotationError } from '../common/errors.ts';
import type { Quoter } from '../common/quoter.ts';
import type { Instant } from '../rotation/ports/clock.ts';
import { absentOrForbidden, type Purpose, gitHubFailure, unreadable, requestOf } from './failure.ts';
import type { GitHubClient } from './octokit.ts';
import { pageSize, Paging } from './paging.ts';
import { ask, idOf, instantOf, isoSeconds, property, type Reply, succeeded } from './request.ts';

/** What a list tells of a run, as far as it matters here. */
export interface ListedRun {
  readonly id: number;
  readonly createdAt: Instant;
  readonly status: string;
  readonly workflowId: number | undefined;
  /** Path of the workflow's file, without a ref: `.github/workflows/rotate.yml`. */
  readonly file: string | undefined;
}

export interface Look {
  /** Runs that were created later do not count. */
  readonly until: Instant;
  /** Leaves out what the caller need not wait for. */
  readonly counting: (runs: readonly ListedRun[]) => readonly ListedRun[];
  readonly stop: AbortSignal | undefined;
}

interface Page {
  /** How many runs match, on all pages. */
  readonly total: number;
  readonly runs: readonly ListedRun[];
}

type Query = Readonly<Record<string, string | number | boolean>>;

/**
 * A run moves forward through these while they are listed, so an early list cannot miss what a later one
 * will not show. https://docs.github.com/rest/actions/workflow-runs#list-workflow-runs-for-a-repository
 */
const unfinishedStatuses = ['requested', 'queued', 'pending', 'waiting', 'in_progress'];

/**
 * No run that was created earlier can still be unfinished: a run is ended after 35 days, and may be run again
 * for 30 days after it was created. https://docs.github.com/actions/reference/limits and
 * https://docs.github.com/actions/how-tos/manage-workflow-runs/re-run-workflows-and-jobs
 */
const longestLifeMs = (35 + 30) * 24 * 60 * 60_000;

/**
 * GitHub lists runs by repository only, and has a filter for each status but none for "not completed". A
 * repository that had at most one page of runs within the longest life of a run costs one request a look, and
 * what it answers is of one moment. Any other costs five, one a status, and ten when they show nothing: a run
 * may slip through while it moves between the lists, but hardly does so twice. A look that shows what the
 * last one showed is answered with 304, which costs nothing of the primary rate limit:
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
export class RunLists {
  readonly #octokit: GitHubClient;
  readonly #quoter: Quoter;
  readonly #busy = new Set<string>();
  readonly #seen = new Map<string, { readonly etag: string; readonly page: Page }>();

  constructor(octokit: GitHubClient, quoter: Quoter) {
    this.#octokit = octokit;
    this.#quoter = quoter;
  }

  /** One request that tells whether the runs of `owner/repo` may be listed. Throws if they may not. */
  async probe(repository: string): Promise<void> {
    await this.#page(repository, { per_page: 1 });
  }

  /** The runs of `owner/repo` that are not completed and that count. Throws if it cannot be known. */
  async unfinished(repository: string, look: Look): Promise<readonly ListedRun[]> {
    const { until, counting, stop } = look;
    if (!this.#busy.has(repository)) {
      const created = `${isoSeconds(until - longestLifeMs)}..${isoSeconds(until)}`;
      const { total, runs } = await this.#page(repository, { created, per_page: pageSize }, stop);
      if (runs.length >= total) return counting(unfinishedOf(runs, until));
      this.#busy.add(repository);
    }
    const found = counting(unfinishedOf(await this.#byStatus(repository, until, stop), until));
    if (found.length > 0) return found;
    return counting(unfinishedOf(await this.#byStatus(repository, until, stop), until));
  }

  async #byStatus(
    repository: string,
    until: Instant,
    stop: AbortSignal | undefined,
  ): Promise<readonly ListedRun[]> {
    const created = `<=${isoSeconds(until)}`;
    const found = new Map<number, ListedRun>();
    for (const status of unfinishedStatuses) {
      const ids = new Set<number>();
      const paging = new Paging(ids);
      let isLast = false;
      while (!isLast) {
        const { runs } = await this.#page(repository, { status, created, ...paging.next() }, stop);
        for (const run of runs) {
          ids.add(run.id);
          found.set(run.id, run);
        }
        isLast = paging.isLast(runs);
      }
    }
    return [...found.values()];
  }

  async #page(repository: string, query: Query, stop?: AbortSignal): Promise<Page> {
    const key = `${repository} ${JSON.stringify(query)}`;
    const seen = this.#seen.get(key);
    const [owner, repo] = repository.split('/');
    const headers = seen === undefined ? {} : { 'if-none-match': seen.etag };
    const parameters = { owner, repo, exclude_pull_requests: true, ...query, headers };
    const reply = await ask(this.#octokit, 'GET /repos/{owner}/{repo}/actions/runs', parameters, {
      signal: stop,
    });
    if (reply.status === 304 && seen !== undefined) return seen.page;
    const page = pageOf(reply, purposeOf(repository, this.#quoter), repository);
    const { etag } = reply.headers;
    if (typeof etag === 'string') this.#seen.set(key, { etag, page });
    return page;
  }
}

function purposeOf(repository: string, quoter: Quoter): Purpose {
  const to = `list the runs of ${repository}`;
  return { to, needs: 'runs', token: 'github-token', quoter, ifMoved: 'secret-missing' };
}

function pageOf(reply: Reply, purpose: Purpose, repository: string): Page {
  if (reply.status === 404) {
    const message = `The runs of ${repository} cannot be listed: ${absentOrForbidden(purpose)}${requestOf(reply, purpose)}`;
    throw new RotationError('github-forbidden', message);
  }
  if (!succeeded(reply)) throw gitHubFailure(reply, purpose);
  const total = property(reply.data, 'total_count');
  const runs = property(reply.data, 'workflow_runs');
  if (typeof total !== 'number' || !Array.isArray(runs)) throw unreadable(reply, purpose);
  return { total, runs: runs.map((run) => runOf(run) ?? fail(unreadable(reply, purpose))) };
}

function unfinishedOf(runs: readonly ListedRun[], until: Instant): readonly ListedRun[] {
  return runs.filter(({ status, createdAt }) => status !== 'completed' && createdAt <= until);
}

function runOf(run: unknown): ListedRun | undefined {
  const id = idOf(property(run, 'id'));
  const createdAt = instantOf(property(run, 'created_at'));
  const status = property(run, 'status');
  if (id === undefined || createdAt === undefined || !isStatus(status)) return undefined;
  const path = property(run, 'path');
  return {
    id,
    createdAt,
    status,
    workflowId: idOf(property(run, 'workflow_id')),
    file: typeof path === 'string' ? path.split('@')[0] : undefined,
  };
}

/** It is shown to whoever waits for the run. */
function isStatus(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z_]{1,40}$/.test(value);
}

function fail(error: RotationError): never {
  throw error;
}
