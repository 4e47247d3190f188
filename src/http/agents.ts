/** The pools of connections: one for the hosts that are asked directly, one for each proxy. */
import { isIP } from 'node:net';
import type { Dispatcher } from 'undici';
import connectThrough from 'undici/lib/api/api-connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';
import { TunnelError } from './failure.ts';
import type { Proxy } from './proxies.ts';

const connectTimeoutMs = 10_000;

const settings = {
  connectTimeout: connectTimeoutMs,
  // The time-out over the whole exchange covers these two.
  headersTimeout: 0,
  bodyTimeout: 0,
  // On HTTP/2 undici sends a request again after GOAWAY or REFUSED_STREAM; HTTP/1.1 has no such cases.
  allowH2: false,
} as const;

export class Agents {
  readonly #closing = new AbortController();
  readonly #byProxy = new Map<string, Dispatcher>();
  #isClosed = false;

  /** The agent for hosts behind this proxy; without one, for those that are asked directly. */
  to(proxy: Proxy | undefined): Dispatcher {
    const url = proxy?.url ?? '';
    const known = this.#byProxy.get(url);
    if (known !== undefined) return known;
    const agent = url === '' ? this.#directAgent() : proxyAgent(url);
    this.#byProxy.set(url, agent);
    // An agent that comes after the end has nothing to do either.
    if (this.#isClosed) void agent.destroy();
    return agent;
  }

  /** Cuts every connection. */
  async destroy(): Promise<void> {
    this.#isClosed = true;
    this.#closing.abort();
    await Promise.all([...this.#byProxy.values()].map((agent) => agent.destroy()));
  }

  #directAgent(): Dispatcher {
    // undici does not destroy a socket that is still connecting, which would keep the process alive.
    return new Agent({ ...settings, connect: { signal: this.#closing.signal } });
  }
}

function proxyAgent(url: string): Dispatcher {
  return new ProxyAgent({
    ...settings,
    uri: url,
    clientFactory: (origin, options) => {
      const pool = new Pool(origin, namingNoAddress(options));
      return Object.assign(pool, {
        connect: (call: Dispatcher.ConnectOptions) => openTunnel(pool, call),
      });
    },
  });
}

/** undici gives a proxy's IP address as the TLS server name, which may hold names only: Node warns of it on stderr. */
function namingNoAddress(options: Pool.Options): Pool.Options {
  const { connect } = options;
  if (typeof connect !== 'function') return options;
  return {
    ...options,
    connect: ({ servername = '', ...call }, callback) => {
      const isAddress = isIP(servername.replace(/^\[(.*)\]$/, '$1')) > 0;
      connect({ ...call, ...(isAddress ? {} : { servername }) }, callback);
    },
  };
}

/** Tells what goes wrong at the proxy from what goes wrong behind it; undici gives the same errors for both. */
async function openTunnel(proxy: Pool, call: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> {
  let reply: Dispatcher.ConnectData;
  try {
    reply = await connectThrough.call(proxy, call);
  } catch (cause) {
    throw new TunnelError(undefined, { cause });
  }
  if (reply.statusCode === 200) return reply;
  reply.socket.on('error', () => undefined).destroy();
  throw new TunnelError(reply.statusCode);
}
