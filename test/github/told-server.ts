import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGitHub, type GitHubClient } from '../../src/github/octokit.ts';
import { createHttp } from '../../src/http/http.ts';
import type { Clock } from '../../src/rotation/ports/clock.ts';
import type { Log } from '../../src/rotation/ports/runner.ts';
import { systemClock } from '../../src/runner/clock.ts';
import { Secret } from '../../src/common/secret.ts';

export interface Asked {
  /** `GET /repos/acme/store`, still percent-encoded and without the query. */
  readonly line: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** `cut` closes the connection without a reply. */
export type Answer =
  | 'cut'
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };

/** A server on the loopback that answers as it is told and remembers what it was asked. */
export class ToldServer implements AsyncDisposable {
  readonly asked: Asked[] = [];
  readonly said: string[] = [];
  readonly #server;

  private constructor(answer: (asked: Asked) => Answer | Promise<Answer>) {
    this.#server = createServer((request, response) => {
      void this.#serve(request, response, answer);
    });
  }

  static async open(answer: (asked: Asked) => Answer | Promise<Answer>): Promise<ToldServer> {
    const server = new ToldServer(answer);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get lines(): string[] {
    return this.asked.map(({ line }) => line);
  }

  get log(): Log & { waiting(message: string): void } {
    const say = (message: string): void => {
      this.said.push(message);
    };
    return { info: say, notice: say, warning: say, waiting: say };
  }

  /** Each client has a token of its own, and with it a queue of its own. */
  client(retries = 0, fetch = http.fetch, clock: Clock = systemClock): GitHubClient {
    const token = new Secret(randomBytes(20).toString('hex'));
    return createGitHub({
      token,
      apiUrl: this.url,
      fetch,
      userAgent: 'test',
      clock,
      log: this.log,
      retries,
    });
  }

  /** Looks every few milliseconds; the test's own time-out bounds it. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
    answer: (asked: Asked) => Answer | Promise<Answer>,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    const asked: Asked = {
      line: `${request.method ?? ''} ${path}`,
      query: new URLSearchParams(query),
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
    this.asked.push(asked);
    const given = await answer(asked);
    if (given === 'cut') {
      response.destroy();
      return;
    }
    const isText = typeof given.body === 'string';
    response.writeHead(given.status, {
      'content-type': isText ? 'application/vnd.github.raw+json; charset=utf-8' : 'application/json',
      ...given.headers,
    });
    if (given.body === undefined) response.end();
    else response.end(isText ? given.body : JSON.stringify(given.body));
  }
}

const http = createHttp({ userAgent: 'test' });

export const notFound: Answer = { status: 404, body: { message: 'Not Found' } };

/** A clock on which every sleep is over at once, having taken its time. */
export function quickClock(start = Date.parse('2026-11-20T10:00:00Z')): Clock {
  let time = start;
  return {
    now: () => time,
    sleep(ms) {
      time += ms;
      return Promise.resolve();
    },
  };
}

/** Gives the error that a promise is rejected with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it was fulfilled');
}
