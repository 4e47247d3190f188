/** One request and its reply. */
import type { Dispatcher } from 'undici';
import { explain, HttpFailure, type Via } from './failure.ts';

const defaultTimeoutMs = 30_000;
const defaultMaxBytes = 1024 * 1024;

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** For the whole exchange: connecting, headers and body. Milliseconds; 30 s by default. */
  readonly timeoutMs?: number;
  /** Of the reply's body; 1 MiB by default. */
  readonly maxBytes?: number;
  /** True: only status and headers are wanted; the body is not read, however large, and stays empty. */
  readonly skipBody?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface RawReply {
  readonly status: number;
  /** Names in lower case; repeated ones joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * Built on `dispatch`, below `request` and `fetch` of undici, because only there `onRequestStart` tells when a request is
 * about to be written to a connection: an error before that moment proves that the server never saw it.
 * Source: https://undici.nodejs.org/#/docs/api/Dispatcher
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: HttpRequest;
  readonly #target: URL;
  readonly #via: Via | undefined;
  readonly #reply = Promise.withResolvers<RawReply>();
  readonly #chunks: Uint8Array[] = [];
  #size = 0;
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  #sent: Dispatcher.DispatchController | undefined;
  #over = false;

  /** `target` is the request's URL, `via` the proxy that the dispatcher goes through. */
  constructor(request: HttpRequest, target: URL, via: Via | undefined) {
    this.#request = request;
    this.#target = target;
    this.#via = via;
  }

  /** Any status is a reply. Throws `HttpFailure`. */
  async run(dispatcher: Dispatcher): Promise<RawReply> {
    const { method, headers = {}, body = null, signal, timeoutMs = defaultTimeoutMs } = this.#request;
    if (signal?.aborted === true) throw new HttpFailure('not-sent', 'cancelled');
    const cancel = (): void => {
      this.#fail('cancelled');
    };
    signal?.addEventListener('abort', cancel);
    const timer = setTimeout(() => {
      this.#fail(`timed out after ${timeoutMs / 1000} s`);
    }, timeoutMs);
    try {
      const { origin, pathname, search } = this.#target;
      dispatcher.dispatch({ origin, path: pathname + search, method, headers, body }, this);
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
    this.#fail(error);
  }

  /** `cause` is a reason in words of ours, or an error that has yet to be told in such. */
  #fail(cause: string | Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#chunks.length = 0;
    const isSent = this.#sent !== undefined;
    const { reason, ...more } = explain(cause, this.#via, isSent);
    const failure = new HttpFailure(isSent ? 'unknown' : 'not-sent', reason, { ...more, cause });
    this.#reply.reject(failure);
    this.#sent?.abort(failure);
  }
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
