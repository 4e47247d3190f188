import { HttpFailure } from '../http/failure.ts';
import type { Clock, Instant } from '../rotation/ports/clock.ts';
import type { GitHubClient } from './octokit.ts';

/** What came of a request, whatever its status; nothing in it has been checked. */
export interface Reply {
  /** HTTP status. Undefined if no reply could be had: what GitHub did with the request is unknown. */
  readonly status: number | undefined;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly data: unknown;
  /** Why there is no status, where that is known. */
  readonly lost?: HttpFailure | undefined;
}

export interface AskOptions {
  /** Ends the waiting at once: the reply is then as good as lost. */
  readonly signal?: AbortSignal | undefined;
  /** Keeps a request that is still queued from being sent. */
  readonly unsentAfter?: AbortSignal | undefined;
  /**
   * Parameters to be had when the request's turn has come, right before each time that it is sent: they are as fresh
   * as can be, whatever it waited for. If it throws, nothing is sent, and the reply is as good as lost.
   */
  readonly atLast?: () => Promise<Readonly<Record<string, unknown>>>;
  /** Goes before requests that are not. When GitHub asks to wait, that is left to the caller. */
  readonly urgent?: boolean;
  /** The longest pause of GitHub's limits that is waited for. Milliseconds; a quarter of an hour, 0 if it is urgent. */
  readonly patienceMs?: number;
  /** Never sent again after a 5xx or a lost reply: for requests that are not idempotent. */
  readonly once?: boolean;
}

const lost: Reply = { status: undefined, headers: {}, data: undefined };

/**
 * Sends one request to GitHub. Never throws: octokit throws for every status from 300 on, which makes a 404
 * that is an answer look like a fault. `route` is octokit's: `GET /repos/{owner}/{repo}`.
 */
export async function ask(
  octokit: Pick<GitHubClient, 'request'>,
  route: string,
  parameters: Readonly<Record<string, unknown>> = {},
  { signal, once = false, ...others }: AskOptions = {},
): Promise<Reply> {
  if (signal?.aborted) return lost;
  const reply = octokit
    .request(route, {
      ...parameters,
      request: { ...others, ...(signal && { signal }), ...(once && { retries: 0 }) },
    })
    .then(toReply, replyOfError);
  return signal === undefined ? reply : Promise.race([reply, firing(signal, reply)]);
}

/** A request may stand in a queue or wait between tries, where no signal reaches it. */
function firing(signal: AbortSignal, reply: Promise<Reply>): Promise<Reply> {
  return new Promise((resolve) => {
    const end = (): void => {
      resolve(lost);
    };
    signal.addEventListener('abort', end, { once: true });
    void reply.finally(() => {
      signal.removeEventListener('abort', end);
    });
  });
}

function toReply(response: { status: number; headers: object; data: unknown }): Reply {
  return { status: response.status, headers: { ...response.headers }, data: response.data };
}

/** An octokit error without `response` is a network fault, for which octokit makes up the status 500. */
function replyOfError(error: unknown): Reply {
  const response = property(error, 'response');
  const status = property(response, 'status');
  if (typeof status !== 'number') {
    const cause = property(error, 'cause');
    return cause instanceof HttpFailure ? { ...lost, lost: cause } : lost;
  }
  const headers = property(response, 'headers');
  return {
    status,
    headers: typeof headers === 'object' ? { ...headers } : {},
    data: property(response, 'data'),
  };
}

export function succeeded(reply: Reply): boolean {
  return reply.status !== undefined && reply.status >= 200 && reply.status < 300;
}

/** The property of a value that may be anything. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** An id of GitHub, or undefined if the value is none. */
export function idOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** GitHub's ISO 8601 time, or undefined if the value is none. */
export function instantOf(value: unknown): Instant | undefined {
  if (typeof value !== 'string' || !isoTime.test(value)) return undefined;
  const instant = Date.parse(value);
  return Number.isNaN(instant) ? undefined : instant;
}

/** The form in which GitHub writes times, and takes them in its filters: whole seconds, rounded down. */
export function isoSeconds(instant: Instant): string {
  return new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** GitHub's clock when it answered; ours where the reply does not tell. */
export function answeredAt(reply: Reply, clock: Clock): Instant {
  const date = reply.headers.date;
  const instant = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(instant) ? clock.now() : instant;
}
