/**
 * Stands in the bundle for `@actions/http-client`, which loads all of undici: `@actions/core` wants it for OIDC and
 * `@actions/github` for its proxies, and neither is used. Requests go through `src/http` alone.
 */

export class HttpClient {
  /** `@actions/github` asks for it while it is loaded; octokit is given a `fetch` that knows the proxies. */
  getAgent(): undefined {
    return undefined;
  }

  getAgentDispatcher(): undefined {
    return undefined;
  }

  getJson(): never {
    throw new Error('@actions/http-client is not part of this bundle');
  }
}

/** Of `@actions/http-client/lib/auth`. */
export const BearerCredentialHandler = HttpClient;
