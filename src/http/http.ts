/**
 * The only door to the network. It adds what neither VTEX nor GitHub gives: a limit on time and size, proxies,
 * errors in fixed words that tell whether the request can have been carried out, and no redirects.
 */
import { EnvHttpProxyAgent, type Dispatcher } from 'undici';
import { HttpFailure, reasonOf } from './failure.ts';

export { HttpFailure };

const defaultTimeoutMs = 30_000;
const connectTimeoutMs = 10_000;
const defaultMaxBytes = 1024 * 1024;
const fetchMaxBytes = 16 * 1024 * 1024;

/** Fetch: "a null body status is a status that is 101, 103, 204, 205, or 304". https://fetch.spec.whatwg.org/#statuses */
const nullBodyStatuses: ReadonlySet<number> = new Set([204, 205, 304]);

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** For the whole exchange: connecting, headers and body. Milliseconds; 30 s by default. */
  readonly timeoutMs?: number;
  /** Of the reply's body; 1 MiB by default. */
  readonly maxBytes?: number;
  /** True: only status and headers are wanted; the body is not read, however large, and `text` is empty. */
  readonly skipBody?: boolean;
  readonly signal?: AbortSignal;
}

export interface HttpReply {
  readonly status: number;
  /** Names in lower case; repeated ones joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Undefined if the text is not JSON. */
  json(): unknown;
}

export interface Http {
  /** Any status is a reply, also 3xx and 5xx. Throws `HttpFailure` and nothing else. */
  request(request: HttpRequest): Promise<HttpReply>;
  /**
   * For octokit. The body is read whole before it resolves, so that reading it later cannot hang. Throws
   * `HttpFailure`, also for a redirect: octokit would take a 3xx for success.
   */
  readonly fetch: typeof globalThis.fetch;
  /** Cuts every connection, so that the process can end. */
  close(): Promise<void>;
}

export interface ProxySettings {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

/** The usual proxy variables of an environment; lower case wins, as in curl. Empty means none. */
export function proxiesFrom(env: Readonly<Record<string, string | undefined>>): ProxySettings {
  const read = (name: string): string => env[name] ?? env[name.toUpperCase()] ?? '';
  return {
    httpProxy: withScheme(read('http_proxy')),
    httpsProxy: withScheme(read('https_proxy')),
    noProxy: read('no_proxy'),
  };
}

/** `proxy:8080` is a common way to write a proxy, but to a URL parser `proxy:` is the scheme. */
function withScheme(proxy: string): string {
  return proxy === '' || proxy.includes('://') ? proxy : `http://${proxy}`;
}

/** Throws `HttpFailure` if a proxy is not a URL; its text is not shown, since it may hold a password. */
export function createHttp(options: { readonly proxies: ProxySettings; readonly userAgent: string }): Http {
  const closing = new AbortController();
  const dispatcher = createDispatcher(options.proxies, closing.signal);

  function exchange(request: HttpRequest): Promise<RawReply> {
    const headers = { 'accept-encoding': 'identity', ...request.headers, 'user-agent': options.userAgent };
    return new Exchange({ ...request, headers }).run(dispatcher);
  }

  return {
    async request(request) {
      const { status, headers, body } = await exchange(request);
      const text = new TextDecoder().decode(body);
      return { status, headers, text, json: () => parseJson(text) };
    },

    async fetch(input, init) {
      const { url, method, headers, body, signal } = await readFetch(input, init);
      const reply = await exchange({ url, method, headers, body, signal, maxBytes: fetchMaxBytes });
      return toResponse(url, reply);
    },

    async close() {
      closing.abort();
      await dispatcher.destroy();
    },
  };
}

function createDispatcher(proxies: ProxySettings, closing: AbortSignal): Dispatcher {
  try {
    return new EnvHttpProxyAgent({
      ...proxies,
      connectTimeout: connectTimeoutMs,
      // undici does not destroy a socket that is still connecting, which would keep the process alive.
      connect: { signal: closing },
      // The time-out over the whole exchange covers these two.
      headersTimeout: 0,
      bodyTimeout: 0,
      // On HTTP/2 undici sends a request again after GOAWAY or REFUSED_STREAM; HTTP/1.1 has no such cases.
      allowH2: false,
    });
  } catch {
    throw new HttpFailure('not-sent', 'the proxy in http_proxy or https_proxy is not an http or https URL');
  }
}

interface RawReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * One request and its reply. It is built on `dispatch`, below `request` and `fetch` of undici, because only there
 * `onRequestStart` tells when a request is about to be written to a connection: an error before that moment
 * proves that the server never saw it.
 * Source: https://undici.nodejs.org/#/docs/api/Dispatcher
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: HttpRequest;
  readonly #reply = Promise.withResolvers<RawReply>();
  readonly #chunks: Uint8Array[] = [];
  #size = 0;
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  #sent: Dispatcher.DispatchController | undefined;
  #over = false;

  constructor(request: HttpRequest) {
    this.#request = request;
  }

  async run(dispatcher: Dispatcher): Promise<RawReply> {
    const { url, method, headers = {}, body, signal, timeoutMs = defaultTimeoutMs } = this.#request;
    if (signal?.aborted === true) throw new HttpFailure('not-sent', 'cancelled');
    const target = parseUrl(url);
    const cancel = (): void => {
      this.#fail('cancelled');
    };
    signal?.addEventListener('abort', cancel);
    const timer = setTimeout(() => {
      this.#fail(`timed out after ${timeoutMs / 1000} s`);
    }, timeoutMs);
    try {
      const path = target.pathname + target.search;
      dispatcher.dispatch({ origin: target.origin, path, method, headers, body: body ?? null }, this);
      return await this.#reply.promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Twice means that undici is about to send again what it has sent; a renewal must not be doubled unseen.
    if (this.#sent !== undefined) this.#fail('connection lost before the reply');
    if (this.#over) controller.abort(new HttpFailure('not-sent', 'cancelled'));
    else this.#sent = controller;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // 1xx only announces the reply.
    if (status < 200) return;
    this.#status = status;
    this.#headers = joinHeaders(headers);
    if (this.#request.skipBody !== true) return;
    this.onResponseEnd();
    controller.abort(new HttpFailure('unknown', 'reply not wanted'));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    const { maxBytes = defaultMaxBytes } = this.#request;
    this.#size += chunk.length;
    if (this.#size > maxBytes) this.#fail(`reply larger than ${maxBytes} bytes`);
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#over = true;
    this.#reply.resolve({ status: this.#status, headers: this.#headers, body: Buffer.concat(this.#chunks) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(reasonOf(error), error);
  }

  #fail(reason: string, cause?: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#chunks.length = 0;
    const failure = new HttpFailure(this.#sent === undefined ? 'not-sent' : 'unknown', reason, { cause });
    this.#reply.reject(failure);
    this.#sent?.abort(failure);
  }
}

function parseUrl(url: string): URL {
  const target = URL.parse(url);
  if (target === null) throw new HttpFailure('not-sent', 'not a URL');
  return target;
}

function joinHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readFetch(
  input: Parameters<typeof globalThis.fetch>[0],
  init: RequestInit | undefined,
): Promise<Required<Pick<HttpRequest, 'url' | 'method' | 'headers' | 'body' | 'signal'>>> {
  const request = new Request(input, init);
  const body = request.body === null ? undefined : await request.text();
  const headers = Object.fromEntries(request.headers);
  // The signal of a Request is only a follower of the given one, and follows no more once it is collected.
  const signal = init?.signal ?? request.signal;
  return { url: request.url, method: request.method, headers, body, signal };
}

function toResponse(url: string, { status, headers, body }: RawReply): Response {
  if (status >= 300 && status < 400 && status !== 304) {
    throw new HttpFailure('unknown', `redirected with status ${status}, which is not followed`);
  }
  try {
    const response = new Response(nullBodyStatuses.has(status) ? null : body, { status, headers });
    return Object.defineProperty(response, 'url', { value: url });
  } catch (cause) {
    // A status above 599, or a header that is not a byte string.
    throw new HttpFailure('unknown', 'reply cannot be read', { cause });
  }
}
