/**
 * As much of `fetch` as octokit uses: https://github.com/octokit/request.js/blob/main/src/fetch-wrapper.ts. The global
 * `Request`, `Response` and `Headers` would load a second undici, Node's own.
 */
import type { HttpRequest, RawReply } from './exchange.ts';
import { HttpFailure } from './failure.ts';

const maxBytes = 16 * 1024 * 1024;

export interface FetchOptions {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  readonly signal?: AbortSignal | null | undefined;
}

export interface FetchReply {
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  /** Names in lower case. */
  readonly headers: Iterable<[string, string]> & { get(name: string): string | null | undefined };
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * The body is read whole before it resolves, so that reading it later cannot hang. Throws `HttpFailure`. A redirect is
 * not followed; it is a reply like any other, and octokit does not throw for it.
 */
export type Fetch = (url: string, options?: FetchOptions) => Promise<FetchReply>;

export function fetchOver(exchange: (request: HttpRequest) => Promise<RawReply>): Fetch {
  return async (url, { method = 'GET', headers = {}, body, signal } = {}) => {
    const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    const reply = await exchange({
      url,
      method,
      headers: Object.fromEntries(lowerCase) as Record<string, string>,
      body: textOf(body),
      signal: signal ?? undefined,
      maxBytes,
    });
    return toFetchReply(url, reply);
  };
}

function textOf(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') return body;
  throw new HttpFailure('not-sent', 'not a valid request');
}

function toFetchReply(url: string, { status, headers, body }: RawReply): FetchReply {
  if (status > 599) throw new HttpFailure('unknown', 'reply cannot be read');
  return {
    url,
    status,
    statusText: '',
    headers: new Map(Object.entries(headers)),
    text: () => Promise.resolve(new TextDecoder().decode(body)),
    arrayBuffer: () => Promise.resolve(body.slice().buffer),
  };
}
