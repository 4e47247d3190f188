/** The outside as the runner's environment describes it: its proxies, and the API of the GitHub it belongs to. */
import { createGitHub, type GitHubClient } from './github/octokit.ts';
import { createHttp, type Http } from './http/http.ts';
import { proxiesFrom } from './http/proxies.ts';
import { whenSent } from './http/sent.ts';
import type { Clock, Log } from './rotation/ports.ts';
import type { Secret } from './secret.ts';

/** Of this release; held equal to package.json by a test. */
export const version = '0.1.0';

const userAgent = `rotate-vtex-token/${version}`;

export interface Network {
  readonly http: Http;
  /** One client for each token: GitHub counts the requests of a token, whatever input it came by. */
  readonly gitHub: (token: Secret) => GitHubClient;
  /** The first requests to GitHub are out: time for what is needed once they are answered. */
  readonly idle: Promise<unknown>;
}

/** A connection in this network takes longer. Milliseconds. */
const sentSoonMs = 50;

/** Throws `HttpFailure` if a proxy of the environment is not a URL. */
export function openNetwork(env: NodeJS.ProcessEnv, log: Log, clock: Clock): Network {
  const http = createHttp({ proxyFor: proxiesFrom(env), userAgent });
  const apiUrl = env.GITHUB_API_URL ?? 'https://api.github.com';
  // VTEX is asked first; loading octokit takes longer than sending that, and less time than any reply.
  const loadAfter = whenSent(sentSoonMs);
  const idle = loadAfter.then(() => whenSent(sentSoonMs, URL.parse(apiUrl)?.origin));
  const clients = new Map<string, GitHubClient>();
  const gitHub = (token: Secret): GitHubClient => {
    const known = clients.get(token.reveal());
    if (known !== undefined) return known;
    const client = createGitHub({ token, apiUrl, fetch: http.fetch, userAgent, clock, log, loadAfter });
    clients.set(token.reveal(), client);
    return client;
  };
  return { http, gitHub, idle };
}
