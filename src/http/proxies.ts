/** The proxies of an environment, in the variables that the runner itself and curl read. */
import { HttpFailure } from './failure.ts';
import { isLoopback, parseNoProxy } from './no-proxy.ts';

export interface Proxy {
  /** May hold a password: never to be shown. */
  readonly url: string;
  /** The name of the variable that holds it, for messages: `HTTPS_PROXY`. */
  readonly variable: string;
}

/** The proxy to ask a URL through; undefined to ask its host itself. */
export type ProxyFor = (url: URL) => Proxy | undefined;

/**
 * `https_proxy` for https, `http_proxy` for http, `all_proxy` where that one is not set; lower case wins, and empty means
 * not set. A loopback host never goes through a proxy, whatever `no_proxy` says: elsewhere it is another machine,
 * and tokens would go there in clear. Throws `HttpFailure` if a proxy cannot be used; its text is not shown.
 * https://docs.github.com/actions/how-tos/manage-runners/self-hosted-runners/use-proxy-servers
 */
export function proxiesFrom(env: Readonly<Record<string, string | undefined>>): ProxyFor {
  const http = read(env, 'http_proxy') ?? read(env, 'all_proxy');
  const https = read(env, 'https_proxy') ?? read(env, 'all_proxy');
  const isExcepted = parseNoProxy(valueOf(env, 'no_proxy')?.value ?? '');
  return (url) => {
    if (isLoopback(url.hostname) || isExcepted(url)) return undefined;
    return url.protocol === 'https:' ? https : http;
  };
}

function valueOf(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): { readonly variable: string; readonly value: string } | undefined {
  for (const variable of [name, name.toUpperCase()]) {
    const value = env[variable]?.trim() ?? '';
    if (value !== '') return { variable, value };
  }
  return undefined;
}

function read(env: Readonly<Record<string, string | undefined>>, name: string): Proxy | undefined {
  const given = valueOf(env, name);
  if (given === undefined) return undefined;
  const { variable, value } = given;
  // `proxy:8080` is a common way to write a proxy, but to a URL parser `proxy:` is the scheme.
  const url = URL.parse(value.includes('://') ? value : `http://${value}`);
  if (url === null || !/^https?:$/.test(url.protocol) || !isDecodable(url.username + url.password)) {
    throw new HttpFailure('not-sent', `the proxy in the environment variable ${variable} cannot be used`, {
      fault: 'proxy',
      hint:
        `Set ${variable} to http://host:port or https://host:port, with user:password@ before the host if the proxy wants ` +
        'them (special characters percent-encoded), or to nothing if there is no proxy.',
    });
  }
  return { url: url.href, variable };
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
