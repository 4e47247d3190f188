/** The outside as the runner's environment describes it: its proxies, and the API of the GitHub it belongs to. */
import { createGitHub, type GitHubClient } from './github/octokit.ts';
import { createHttp, type Http } from './http/http.ts';
import { proxiesFrom } from './http/proxies.ts';
import { whenSent } from './http/sent.ts';
import { trafficLine } from './http/traffic-line.ts';
import type { Quoter } from './common/quoter.ts';
import type { Clock } from './rotation/ports/clock.ts';
import type { Log } from './rotation/ports/runner.ts';
import type { Secret } from './common/secret.ts';

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

/** Requests that go out side by side leave when their connections are there. Milliseconds. */
const othersSentMs = 10;

export interface NetworkOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly log: Log & { debug(message: string): void; waiting(message: string): void };
  readonly quoter: Quoter;
}

/** Throws `HttpFailure` if a proxy of the environment cannot be used. */
export function openNetwork({ env, clock, log, quoter }: NetworkOptions): Network {
  // https://docs.github.com/actions/how-tos/monitor-workflows/enable-debug-logging
  const isDebugging = env.RUNNER_DEBUG === '1';
  const http = createHttp({
    proxyFor: proxiesFrom(env),
    userAgent,
    onTraffic: isDebugging
      ? (traffic) => {
          log.debug(trafficLine(traffic, quoter));
        }
      : undefined,
  });
  const apiUrl = env.GITHUB_API_URL ?? 'https://api.github.com';
  // VTEX is asked first; loading octokit takes longer than sending that, and less time than any reply.
  const loadAfter = whenSent(sentSoonMs);
  const idle = loadAfter
    .then(() => whenSent(sentSoonMs, URL.parse(apiUrl)?.origin))
    .then(() => clock.sleep(othersSentMs));
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
