/** The client of GitHub's REST API: octokit, loaded when it is needed, and paced. */
import type { Fetch } from '../http/fetch.ts';
import type { RateLeft } from '../rotation/ports.ts';
import type { Clock } from '../rotation/ports/clock.ts';
import type { Log } from '../rotation/ports/runner.ts';
import type { Secret } from '../common/secret.ts';
import { Pacer, type Waits } from './pacer.ts';

export interface GitHubClient {
  /**
   * Octokit's `request`. Beside octokit's own options `request` takes `unsentAfter` (a signal that keeps what still
   * waits from being sent), `atLast` (gives parameters right before it is sent), `urgent` (goes first; nothing else
   * waits for a limit in its place) and `patienceMs` (the longest pause of a limit that it waits for; a quarter of an
   * hour by default, none for what is urgent, whose sender has ways of its own).
   */
  request(route: string, parameters?: Readonly<Record<string, unknown>>): Promise<GitHubReply>;
  /** Undefined until GitHub has told it; on Enterprise Server it may have none to tell. */
  rateLeft(): RateLeft | undefined;
}

export interface GitHubReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly data: unknown;
}

export interface GitHubOptions {
  readonly token: Secret;
  /** `GITHUB_API_URL`: `https://api.github.com`, or `https://{host}/api/v3` on GitHub Enterprise Server. */
  readonly apiUrl: string;
  /** Brings the time-outs and size limits, and follows no redirect. */
  readonly fetch: Fetch;
  readonly userAgent: string;
  readonly clock: Clock;
  /** `waiting` is told every ten seconds how requests wait for GitHub's limits. */
  readonly log: Log & { waiting?(message: string): void };
  /** Octokit is loaded only then. */
  readonly loadAfter?: Promise<unknown>;
  /** How often a request that got a 5xx or no reply is sent again; the waits are 1, 4 and 9 s. */
  readonly retries?: number;
}

/**
 * The only place that makes a client of GitHub's REST API. GitHub counts per token, and so does a client: there must
 * be one for each token.
 */
export function createGitHub(options: GitHubOptions): GitHubClient {
  const pacer = new Pacer(options.clock, (waits) => {
    options.log.waiting?.(progressLine(waits));
  });
  let left: RateLeft | undefined;
  const learn = (news: RateLeft): void => {
    // Replies come in any order: within an hour fewer are newer. GitHub's machines may disagree by a second on its end.
    const isNew = left === undefined || news.resetAt > left.resetAt + 2000 || news.remaining < left.remaining;
    if (isNew) left = news;
  };
  let octokit: Promise<Pick<GitHubClient, 'request'>> | undefined;
  const load = async (): Promise<Pick<GitHubClient, 'request'>> => {
    await options.loadAfter;
    const { makeOctokit } = await import('./octokit-with-plugins.ts');
    return makeOctokit(options, pacer, learn);
  };
  return {
    request: async (route, parameters) => (await (octokit ??= load())).request(route, parameters),
    rateLeft: () => left,
  };
}

function progressLine({ waiting, answered, elapsedMs, leftMs }: Waits): string {
  const aMinute = Math.round(answered / (elapsedMs / 60_000));
  return (
    `Within GitHub's limits: ${answered} requests answered in ${seconds(elapsedMs)} (${aMinute} a minute), ` +
    `${waiting} waiting, about ${seconds(leftMs)} left`
  );
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
