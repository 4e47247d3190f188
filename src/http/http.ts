/**
 * The only door to the network. It adds what neither VTEX nor GitHub gives: a limit on time and size, proxies,
 * errors in fixed words that tell whether the request can have been carried out, and no redirects.
 */
import { Agents } from './agents.ts';
import { Exchange, type HttpRequest, type RawReply } from './exchange.ts';
import { HttpFailure } from './failure.ts';
import { type Fetch, fetchOver } from './fetch.ts';
import { proxiesFrom, type ProxyFor } from './proxies.ts';

export { HttpFailure, type HttpRequest };

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
  /** For octokit. */
  readonly fetch: Fetch;
  /** Cuts every connection, so that the process can end. */
  close(): Promise<void>;
}

/** What a request was and what came of it. Nothing in it has been tamed yet, save `reason`. */
export interface Traffic {
  readonly method: string;
  readonly url: string;
  readonly durationMs: number;
  readonly outcome: Pick<RawReply, 'status' | 'headers'> | { readonly reason: string };
}

export interface HttpOptions {
  readonly userAgent: string;
  /** By default there is none. */
  readonly proxyFor?: ProxyFor;
  /** Is told of every request once it is over. */
  readonly onTraffic?: ((traffic: Traffic) => void) | undefined;
}

export function createHttp({ userAgent, proxyFor = proxiesFrom({}), onTraffic }: HttpOptions): Http {
  const agents = new Agents();

  async function exchange(request: HttpRequest): Promise<RawReply> {
    const target = URL.parse(request.url);
    if (target === null) throw new HttpFailure('not-sent', 'not a URL');
    const headers = { 'accept-encoding': 'identity', ...request.headers, 'user-agent': userAgent };
    const proxy = proxyFor(target);
    const via = proxy && { variable: proxy.variable, forwards: target.protocol === 'http:' };
    return await new Exchange({ ...request, headers }, target, via).run(agents.to(proxy));
  }

  const reported = onTraffic === undefined ? exchange : reporting(exchange, onTraffic);

  return {
    async request(request) {
      const { status, headers, body } = await reported(request);
      const text = new TextDecoder().decode(body);
      return { status, headers, text, json: () => parseJson(text) };
    },
    fetch: fetchOver(reported),
    close: () => agents.destroy(),
  };
}

function reporting(
  exchange: (request: HttpRequest) => Promise<RawReply>,
  onTraffic: (traffic: Traffic) => void,
): typeof exchange {
  return async (request) => {
    const started = performance.now();
    const tell = (outcome: Traffic['outcome']): void => {
      const { method, url } = request;
      onTraffic({ method, url, durationMs: performance.now() - started, outcome });
    };
    try {
      const reply = await exchange(request);
      tell(reply);
      return reply;
    } catch (error) {
      tell({ reason: error instanceof HttpFailure ? error.reason : 'request failed' });
      throw error;
    }
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
