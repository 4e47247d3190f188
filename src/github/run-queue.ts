/** The unfinished workflow runs of the repositories that read a secret, and the age of this run. */
import { attempted, RotationError } from '../common/errors.ts';
import type { Quoter } from '../common/quoter.ts';
import type { Instant } from '../rotation/ports/clock.ts';
import type { RunQueue, SecretUpdate, UnfinishedOptions, WaitingRun } from '../rotation/ports/run-queue.ts';
import type { SecretPath } from '../paths/secret-path.ts';
import { gitHubFailure, unreadable } from './failure.ts';
import type { GitHubClient } from './octokit.ts';
import { ask, instantOf, property, succeeded } from './request.ts';
import { type ListedRun, RunLists } from './run-lists.ts';
import { runPage } from './run-page.ts';
import { SecretReaders } from './secret-readers.ts';
import type { ThisRun } from './this-run.ts';

export interface RunQueueOptions {
  /** Acts with `github-token`. */
  readonly octokit: GitHubClient;
  /** Acts with `run-token`; undefined if there is none. */
  readonly runOctokit: GitHubClient | undefined;
  /** `GITHUB_SERVER_URL`, for the pages of runs. */
  readonly serverUrl: string;
  readonly thisRun: ThisRun;
  readonly quoter: Quoter;
}

/** The repositories to look at; a run counts if it was created no later than the instant. */
type Lookout = ReadonlyMap<string, Instant>;

/** So many repositories are named in one error. */
const namedAtMost = 5;

/**
 * Requests: `inspect` takes one a repository. `unfinished` takes one a repository too, or five for one with
 * many runs (see `RunLists`), however many secrets it reads; and one for each organization secret and for each
 * hundred repositories of an organization, to find out who reads them. Once runs are known that must be waited
 * for, only their repositories are asked: nobody else can change the answer. "None" is only ever said after a
 * look at all of them. Fewer are not to be had: GitHub has no list of the runs of more than one repository.
 */
export class GitHubRunQueue implements RunQueue {
  readonly #options: RunQueueOptions;
  readonly #lists: RunLists;
  /** Where the last look found runs. */
  #waitedFor: Lookout = new Map();
  #queuedAt: Instant | undefined;

  constructor(options: RunQueueOptions) {
    this.#options = options;
    this.#lists = new RunLists(options.octokit, options.quoter);
  }

  async inspect(paths: readonly SecretPath[]): Promise<readonly RotationError[]> {
    const readers = new SecretReaders(this.#options);
    const found = await Promise.all(paths.map((path) => attempted(() => readers.of(path))));
    const repositories = byName(found.flatMap((one) => (one instanceof RotationError ? [] : (one ?? []))));
    const probes = await Promise.all(
      repositories.map(async (repository) => ({
        repository,
        answer: await attempted(() => this.#lists.probe(repository)),
      })),
    );
    return [...found.filter((one) => one instanceof RotationError), ...gathered(probes)];
  }

  async unfinished(
    updates: readonly SecretUpdate[],
    { leaveOut = new Set(), stop }: UnfinishedOptions = {},
  ): Promise<readonly WaitingRun[]> {
    const still = await this.#look(this.#waitedFor, leaveOut, stop);
    if (still.length > 0) return still;
    return this.#look(await this.#lookout(updates, stop), leaveOut, stop);
  }

  async queuedAt(): Promise<Instant> {
    this.#queuedAt ??= await this.#askQueuedAt();
    return this.#queuedAt;
  }

  /** https://docs.github.com/rest/actions/workflow-runs#get-a-workflow-run */
  async #askQueuedAt(): Promise<Instant> {
    const { runOctokit, thisRun, quoter } = this.#options;
    const [owner = '', repo = ''] = thisRun.repository.split('/');
    const to = 'tell when this run was queued';
    const purpose = { to, needs: 'runs', token: 'run-token', quoter } as const;
    const way = 'Give the job `permissions: actions: read`; `run-token` is then GITHUB_TOKEN by default.';
    if (runOctokit === undefined || thisRun.id === undefined || repo === '') {
      throw new RotationError('github-forbidden', 'GitHub cannot be asked when this run was queued.', way);
    }
    const route = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}';
    const reply = await ask(runOctokit, route, { owner, repo, run_id: thisRun.id });
    if (!succeeded(reply)) {
      const { code, message, hint } = gitHubFailure(reply, purpose, 'github-forbidden');
      throw new RotationError(code, message, code === 'github-forbidden' ? way : hint);
    }
    const createdAt = instantOf(property(reply.data, 'created_at'));
    if (createdAt === undefined) throw unreadable(reply, purpose);
    return createdAt;
  }

  /** Each repository with the latest of the updates that it reads. */
  async #lookout(updates: readonly SecretUpdate[], stop: AbortSignal | undefined): Promise<Lookout> {
    const readers = new SecretReaders(this.#options, stop);
    const until = new Map<string, { name: string; at: Instant }>();
    await Promise.all(
      updates.map(async ({ path, updatedAt }) => {
        const names = await readers.of(path);
        // It has been written, so GitHub is wrong about it for the moment.
        if (names === undefined) {
          throw new RotationError('github-unavailable', `GitHub does not show ${path.path} at the moment.`);
        }
        for (const name of names) {
          const known = until.get(name.toLowerCase())?.at ?? updatedAt;
          until.set(name.toLowerCase(), { name, at: Math.max(known, updatedAt) });
        }
      }),
    );
    return new Map([...until.values()].map(({ name, at }) => [name, at]));
  }

  async #look(
    lookout: Lookout,
    leaveOut: ReadonlySet<number | undefined>,
    stop: AbortSignal | undefined,
  ): Promise<readonly WaitingRun[]> {
    const looks = [...lookout].map(async ([repository, until]) => {
      const counting = (runs: readonly ListedRun[]): readonly ListedRun[] =>
        this.#thatCount(repository, runs).filter(({ id }) => !leaveOut.has(id));
      const runs = await this.#lists.unfinished(repository, { until, counting, stop });
      return runs.map(({ id, status }) => this.#waiting(repository, id, status));
    });
    const runs = (await Promise.all(looks)).flat();
    const holders = new Set(runs.map(({ repository }) => repository));
    this.#waitedFor = new Map([...lookout].filter(([repository]) => holders.has(repository)));
    return runs;
  }

  /** Without this run, and without runs of this workflow that have yet to start: they will find out for themselves. */
  #thatCount(repository: string, runs: readonly ListedRun[]): readonly ListedRun[] {
    const { thisRun } = this.#options;
    if (repository.toLowerCase() !== thisRun.repository.toLowerCase()) return runs;
    const workflowId = runs.find(({ id }) => id === thisRun.id)?.workflowId;
    return runs.filter((run) => {
      if (run.id === thisRun.id) return false;
      const isOfThisWorkflow =
        (workflowId !== undefined && run.workflowId === workflowId) ||
        (thisRun.workflowFile !== undefined && run.file === thisRun.workflowFile);
      return !isOfThisWorkflow || run.status === 'in_progress';
    });
  }

  #waiting(repository: string, id: number, status: string): WaitingRun {
    return { id, repository, status, url: runPage(this.#options.serverUrl, repository, id) };
  }
}

/** GitHub compares names without case. */
function byName(repositories: readonly string[]): readonly string[] {
  return [...new Map(repositories.map((name) => [name.toLowerCase(), name])).values()];
}

/** A hundred repositories with one thing wrong are one error. */
function gathered(
  probes: readonly { readonly repository: string; readonly answer: unknown }[],
): readonly RotationError[] {
  const failed = probes.flatMap(({ repository, answer }) =>
    answer instanceof RotationError ? [{ repository, problem: answer }] : [],
  );
  return [...Map.groupBy(failed, ({ problem }) => problem.code).values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const { code, message, hint } = first.problem;
    if (others.length === 0) return [first.problem];
    const named = others.slice(0, namedAtMost).map(({ repository }) => repository);
    const rest = others.length > namedAtMost ? ` and ${others.length - namedAtMost} more` : '';
    return [new RotationError(code, `${message} The same goes for ${named.join(', ')}${rest}.`, hint)];
  });
}
