/** Octokit with its plugins and this project's conventions. Loaded late: evaluating it takes longer than most requests. */
import { getOctokit } from '@actions/github';
import { retry } from '@octokit/plugin-retry';
import { throttling, type ThrottlingOptions } from '@octokit/plugin-throttling';
import type { RateLeft } from '../rotation/ports.ts';
import type { GitHubClient, GitHubOptions } from './octokit.ts';
import type { Pacer } from './pacer.ts';
import { askedPause, rateLeftOf } from './rate-limit.ts';

type Octokit = ReturnType<typeof getOctokit>;

/** Supported on api.github.com until 2028-03-10 and by every GitHub Enterprise Server that is. */
const apiVersion = '2022-11-28';

const defaultPatienceMs = 900_000;
const rateLimitRetries = 3;

/**
 * Statuses that plugin-retry must leave alone: its own list, and two more. 429 belongs to the throttling
 * plugin, which waits as long as GitHub asks; 409 is an answer, not a fault.
 */
const answers = [400, 401, 403, 404, 409, 410, 422, 429, 451];

/** Octokit prints remote text and deprecation warnings, the latter through `request.log`. */
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** What octokit hands to hooks and groups: the parts of a request that are looked at here. */
interface RequestOptions {
  readonly method: string;
  readonly request?: {
    readonly signal?: unknown;
    readonly unsentAfter?: unknown;
    readonly urgent?: unknown;
    readonly patienceMs?: unknown;
  };
}

export function makeOctokit(
  options: GitHubOptions,
  pacer: Pacer,
  learn: (left: RateLeft) => void,
): Pick<GitHubClient, 'request'> {
  const mayWait = (
    seconds: number,
    request: RequestOptions,
    _octokit: unknown,
    retryCount: number,
  ): boolean => seconds * 1000 <= patienceOf(request) && retryCount < rateLimitRetries;
  // A plugin registered later wraps those before it: the conventions stand next to the request itself, and each try of
  // plugin-retry takes its turn.
  return getOctokit(
    options.token.reveal(),
    {
      baseUrl: options.apiUrl.replace(/\/+$/, ''),
      userAgent: options.userAgent,
      log: silent,
      request: { fetch: options.fetch, log: silent },
      retry: { doNotRetry: answers, retries: options.retries ?? 3 },
      throttle: {
        onRateLimit: mayWait,
        onSecondaryRateLimit: mayWait,
        // Whoever is sent again waits in the pacer's queue for the end of the pause, not in a timer of the plugin's.
        retryAfterBaseValue: 0,
        ...groups(pacer),
      },
    },
    conventions({ ...options, pacer, learn }),
    throttling,
    retry,
  );
}

/**
 * The plugin's queues: in `global` each request takes its turn. A write passes `write` before, with nothing to do there.
 * That `global` and `auth` can be given is not documented; a test holds the plugin to it.
 */
function groups(pacer: Pacer): Pick<ThrottlingOptions, 'write' | 'search' | 'notifications'> {
  type Send = (request: RequestOptions) => Promise<unknown>;
  const group = (schedule: (job: unknown, send: Send, request: RequestOptions) => Promise<unknown>) => ({
    key: () => ({ schedule }),
  });
  const unpaced = group((_job, send, request) => send(request));
  const global = group((_job, send, request) => pacer.run(turnOf(request), () => send(request)));
  const given: object = { global, auth: unpaced, write: unpaced, search: unpaced, notifications: unpaced };
  return given;
}

function turnOf(options: RequestOptions): Parameters<Pacer['run']>[0] {
  const { signal, unsentAfter, urgent } = options.request ?? {};
  return {
    isWrite: isWrite(options),
    isUrgent: urgent === true,
    patienceMs: patienceOf(options),
    stops: [signal, unsentAfter].filter((stop) => stop instanceof AbortSignal),
  };
}

function isWrite({ method }: RequestOptions): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

function patienceOf({ request }: RequestOptions): number {
  const { patienceMs, urgent } = request ?? {};
  if (typeof patienceMs === 'number') return patienceMs;
  return urgent === true ? 0 : defaultPatienceMs;
}

interface Means extends GitHubOptions {
  readonly pacer: Pacer;
  readonly learn: (left: RateLeft) => void;
}

/**
 * What this project asks of every request: the API version, which octokit does not send; nothing sent once
 * the caller's `request.unsentAfter` has fired, however long the request stood in a queue; what `request.atLast` gives
 * added to its parameters, each time that it is sent; and obedience to what GitHub says of its limits.
 * The throttling plugin knows a secondary limit by its wording alone, while GitHub's documentation goes by the
 * headers, so every refusal of a limit is given the wording.
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
function conventions({ pacer, learn, clock, log }: Means) {
  const obey = (error: RefusedRequest, request: RequestOptions): void => {
    const { response } = error;
    const asked = askedPause(error.status, response.headers, error.message, clock.now());
    if (asked === undefined) return;
    response.headers['retry-after'] = String(asked.seconds);
    error.message = 'GitHub asked to wait: secondary rate limit';
    const isTooFast = !asked.isPrimary && isWrite(request);
    const isNews = pacer.refused(isTooFast, asked.seconds * 1000, error);
    if (isNews) log.info(`GitHub's rate limit: waiting ${asked.seconds} s`);
  };
  return (octokit: Pick<Octokit, 'hook'>): Record<string, never> => {
    octokit.hook.before('request', async (request) => {
      // Its turn has come: what it reads for itself now is fresh when it is sent.
      const atLast: unknown = request.request.atLast;
      if (isParameterSource(atLast)) Object.assign(request, await atLast());
      const unsentAfter: unknown = request.request.unsentAfter;
      if (unsentAfter instanceof AbortSignal && unsentAfter.aborted)
        throw new Error('stopped before it was sent');
      request.headers['x-github-api-version'] = apiVersion;
    });
    octokit.hook.after('request', (response) => {
      const left = rateLeftOf(response.headers);
      if (left !== undefined) learn(left);
    });
    octokit.hook.error('request', (error, request) => {
      // Octokit takes an abort for a failed request, and plugin-retry would wait 1, 4 and 9 s to repeat it.
      if (request.request.signal?.aborted) throw new Error('given up');
      if (isRefused(error)) {
        const left = rateLeftOf(error.response.headers);
        if (left !== undefined) learn(left);
        obey(error, request);
      }
      throw error;
    });
    return {};
  };
}

interface RefusedRequest extends Error {
  readonly status: number;
  readonly response: { readonly headers: Record<string, unknown> };
}

function isRefused(error: Error): error is RefusedRequest {
  return 'response' in error && typeof error.response === 'object' && error.response !== null;
}

function isParameterSource(value: unknown): value is () => Promise<Record<string, unknown>> {
  return typeof value === 'function';
}

function ignore(): void {
  // Nothing of it may be printed.
}
