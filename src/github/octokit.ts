import { createHash } from 'node:crypto';
import { getOctokit } from '@actions/github';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import type { Fetch } from '../http/fetch.ts';
import type { Log } from '../rotation/ports.ts';
import type { Secret } from '../secret.ts';

export type GitHubClient = ReturnType<typeof getOctokit>;

export interface GitHubOptions {
  readonly token: Secret;
  /** `GITHUB_API_URL`: `https://api.github.com`, or `https://{host}/api/v3` on GitHub Enterprise Server. */
  readonly apiUrl: string;
  /** Brings the time-outs and size limits, and follows no redirect. */
  readonly fetch: Fetch;
  readonly userAgent: string;
  readonly log: Log;
  /** How often a request that got a 5xx or no reply is sent again; the waits are 1, 4 and 9 s. */
  readonly retries?: number;
}

/** Supported on api.github.com until 2028-03-10 and by every GitHub Enterprise Server that is. */
const apiVersion = '2022-11-28';

const longestRateLimitSeconds = 900;
const rateLimitRetries = 3;

/**
 * Statuses that plugin-retry must leave alone: its own list, and two more. 429 belongs to the throttling
 * plugin, which waits as long as GitHub asks; 409 is an answer, not a fault.
 */
const answers = [400, 401, 403, 404, 409, 410, 422, 429, 451];

/** Octokit prints remote text and deprecation warnings, the latter through `request.log`. */
const silent = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
};

/** The only place that makes a client of GitHub's REST API. */
export function createGitHub(options: GitHubOptions): GitHubClient {
  const token = options.token.reveal();

  function mayWait(seconds: number, _request: unknown, _octokit: unknown, retryCount: number): boolean {
    if (seconds > longestRateLimitSeconds || retryCount >= rateLimitRetries) return false;
    options.log.info(`GitHub's rate limit: waiting ${seconds} s`);
    return true;
  }

  // A plugin registered later wraps those before it, so `conventions` stands next to the request itself and
  // throttling outermost, as in octokit.js.
  return getOctokit(
    token,
    {
      baseUrl: options.apiUrl.replace(/\/+$/, ''),
      userAgent: options.userAgent,
      log: silent,
      request: { fetch: options.fetch, log: silent },
      retry: { doNotRetry: answers, retries: options.retries ?? 3 },
      throttle: {
        // The plugin's queues are global to the process, one per id. GitHub counts per token
        // (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api), so the queues do too.
        id: createHash('sha256').update(token).digest('hex'),
        onRateLimit: mayWait,
        onSecondaryRateLimit: mayWait,
      },
    },
    conventions,
    retry,
    throttling,
  );
}

/**
 * What this project asks of every request: the API version, which octokit does not send; nothing sent once
 * the caller's `request.unsentAfter` has fired, however long the request stood in a queue; what `request.atLast` gives
 * added to its parameters, each time that it is sent; and obedience to
 * `retry-after`. The throttling plugin knows a secondary limit by its wording alone, while GitHub's
 * documentation goes by the header, so a refusal that carries the header is given the wording.
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
function conventions(octokit: Pick<GitHubClient, 'hook'>): Record<string, never> {
  octokit.hook.before('request', async (request) => {
    // Its turn has come: what it reads for itself now is fresh when it is sent.
    const atLast: unknown = request.request.atLast;
    if (isParameterSource(atLast)) Object.assign(request, await atLast());
    const unsentAfter: unknown = request.request.unsentAfter;
    if (unsentAfter instanceof AbortSignal && unsentAfter.aborted)
      throw new Error('stopped before it was sent');
    request.headers['x-github-api-version'] = apiVersion;
  });
  octokit.hook.error('request', (error, request) => {
    // Octokit takes an abort for a failed request, and plugin-retry would wait 1, 4 and 9 s to repeat it.
    if (request.request.signal?.aborted) throw new Error('given up');
    if ('response' in error && (error.status === 403 || error.status === 429)) {
      const asksToWait = error.response?.headers['retry-after'] !== undefined;
      if (asksToWait) error.message = 'GitHub asked to wait: secondary rate limit';
    }
    throw error;
  });
  return {};
}

function isParameterSource(value: unknown): value is () => Promise<Record<string, unknown>> {
  return typeof value === 'function';
}

function ignore(): void {
  // Nothing of it may be printed.
}
