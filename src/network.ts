/** The outside as the runner's environment describes it: its proxies, and the API of the GitHub it belongs to. */
import { createGitHub, type GitHubClient } from './github/octokit.ts';
import { createHttp, type Http, proxiesFrom } from './http.ts';
import type { Log } from './rotation/ports.ts';
import type { Secret } from './secret.ts';
import { userAgent } from './version.ts';

export interface Network {
  readonly http: Http;
  readonly gitHub: (token: Secret) => GitHubClient;
}

/** Throws `HttpFailure` if a proxy of the environment is not a URL. */
export function openNetwork(env: NodeJS.ProcessEnv, log: Log): Network {
  const http = createHttp({ proxies: proxiesFrom(env), userAgent });
  const apiUrl = env.GITHUB_API_URL ?? 'https://api.github.com';
  return { http, gitHub: (token) => createGitHub({ token, apiUrl, fetch: http.fetch, userAgent, log }) };
}
