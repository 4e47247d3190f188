import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSigned, type Certificate } from './certificate.ts';
import { send, suffer, type Reply } from './faults.ts';
import type { Phase, RecordedRequest, Upstream, World } from './world.ts';

export interface Incoming {
  readonly method: string;
  /** Undecoded, so that an encoded slash stays inside its segment. */
  readonly pathname: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** How many requests there are at this moment, this one included. */
  readonly concurrent: number;
}

/** The part of a fake that has effects. Synchronous, so that requests side by side cannot tear the state. */
export type Handler = (request: Incoming) => Reply;

export interface Service {
  readonly upstream: Upstream;
  readonly handle: Handler;
  readonly label: (request: Incoming) => string;
}

const credentials = new Set(['authorization', 'x-vtex-api-apptoken', 'vtexidclientautcookie', 'cookie']);

/** A fake's socket: records every request, lets the world inject faults around the effect, and answers. */
export class LoopbackServer implements AsyncDisposable {
  readonly #world: World;
  readonly #service: Service;
  #server: Server | undefined;
  #port = 0;
  #active = 0;

  constructor(world: World, service: Service) {
    this.#world = world;
    this.#service = service;
    world.adopt(this);
  }

  get url(): string {
    return `${this.#world.trusted === undefined ? 'http' : 'https'}://127.0.0.1:${this.#port}`;
  }

  /** Listens, after `down` on the same port as before; after `distrust` with its own certificate again. */
  async up(): Promise<void> {
    const trusted = this.#world.trusted?.certificate;
    if (this.#server !== undefined) {
      if (trusted !== undefined) this.#show(trusted);
      return;
    }
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      this.#serve(request, response).catch((error: unknown) => {
        this.#world.failures.push(error);
        response.destroy();
      });
    };
    const server = trusted === undefined ? createServer(listener) : createTlsServer(trusted, listener);
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** From now on connections are refused, and those that are open are cut. */
  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  /** From now on new connections are shown a certificate that no client trusts, and those that are open are cut. */
  async distrust(): Promise<void> {
    this.#show(await selfSigned());
    this.#server?.closeAllConnections();
  }

  #show(certificate: Certificate): void {
    if (this.#server instanceof TlsServer) this.#server.setSecureContext(certificate);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.sendDate = false;
    response.on('error', ignore);
    this.#active += 1;
    response.once('close', () => {
      this.#active -= 1;
    });
    const received = await receive(request);
    if (received === undefined) return;
    const incoming = { ...received, concurrent: this.#active };
    const world = this.#world;
    const record: RecordedRequest = {
      index: world.requests.length,
      upstream: this.#service.upstream,
      method: incoming.method,
      url: request.url ?? '',
      label: `${incoming.method} ${this.#service.upstream} ${this.#service.label(incoming)}`,
      headers: harmless(incoming.headers),
      body: this.#service.upstream === 'github' ? incoming.body : '',
      at: world.now(),
    };
    world.arrived(record);
    if (await this.#suffers(record, 'before', response)) return;
    // Whatever fell due while the interceptor was busy has happened before this request.
    world.now();
    world.handling = record;
    let reply: Reply;
    try {
      reply = this.#service.handle(incoming);
    } finally {
      world.handling = undefined;
    }
    if (await this.#suffers(record, 'after', response, reply)) return;
    record.status = reply.status;
    send(response, reply);
  }

  async #suffers(
    record: RecordedRequest,
    phase: Phase,
    response: ServerResponse,
    real?: Reply,
  ): Promise<boolean> {
    const fault = await this.#world.disturb(record, phase);
    if (fault === undefined) return false;
    record.fault = { phase, kind: fault.kind };
    const status = suffer(fault, response, this.#world.elsewhere.url, real);
    if (status !== undefined) record.status = status;
    return true;
  }
}

function ignore(): void {
  // The client has gone away, which is its right.
}

/** Reads the whole request; `undefined` if the client went away in the middle of it. */
async function receive(request: IncomingMessage): Promise<Omit<Incoming, 'concurrent'> | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  const [pathname = '', query = ''] = (request.url ?? '').split('?', 2);
  return {
    method: request.method ?? '',
    pathname,
    query: new URLSearchParams(query),
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function harmless(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !credentials.has(name))
      .map(([name, value]) => [name, String(value)]),
  );
}

/** The object that a body holds, or an empty one if it holds none. */
export function jsonObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
