// What every request to the fake GitHub passes before an operation serves it, and what every reply of it bears.
import { createHash, randomBytes } from 'node:crypto';
import { bodyText, type Reply } from './faults.ts';
import { authorize, needOf } from './github-access.ts';
import { Refusal, sees, type ApiVersion, type GitHubToken, type Routes } from './github-call.ts';
import type { RateLimits } from './github-limits.ts';
import type { Machines } from './github-machines.ts';
import type { Repositories } from './github-repositories.ts';
import { OpenApi, type Edition, type Match } from './openapi.ts';
import type { Incoming } from './server.ts';

export type EnterpriseRelease = '3.17' | '3.18' | '3.19' | '3.20' | '3.21';

export const versions: readonly ApiVersion[] = ['2022-11-28', '2026-03-10'];

/** Stores that no release of Enterprise Server has: a client learns it from the 404. */
const absentFromEnterprise = /^\/(?:repos\/[^/]+\/[^/]+|orgs\/[^/]+)\/(?:agents|codespaces)\//;

interface Behind {
  readonly machines: Machines;
  readonly limits: RateLimits;
  readonly repositories: Repositories;
  readonly tokens: ReadonlyMap<string, GitHubToken>;
  readonly worldNow: () => number;
  readonly ghes: EnterpriseRelease | undefined;
}

/** Releases up to 3.20 know neither `return_run_details` nor API version 2026-03-10. */
export const isOldRelease = (ghes: EnterpriseRelease | undefined): boolean =>
  ghes !== undefined && ghes !== '3.21';

export class Gate {
  /** Requests that GitHub's OpenAPI does not allow. */
  readonly violations: string[] = [];
  /** Where the fake's own replies fall short of the OpenAPI, if `checksReplies` is on. */
  readonly replyProblems: string[] = [];
  checksReplies = false;
  readonly #behind: Behind;
  readonly #routes: Routes;

  constructor(behind: Behind, routes: Routes) {
    this.#behind = behind;
    this.#routes = routes;
  }

  /** Where the API begins: `GITHUB_API_URL` without the origin. */
  get prefix(): string {
    return this.#behind.ghes === undefined ? '' : '/api/v3';
  }

  pathname({ pathname }: Incoming): string {
    return pathname.startsWith(`${this.prefix}/`) ? pathname.slice(this.prefix.length) : '/outside';
  }

  handle(request: Incoming, api: string): Reply {
    return this.#behind.machines.serve(() => this.#serve(request, api));
  }

  #serve(request: Incoming, api: string): Reply {
    const { machines, limits, tokens, worldNow, ghes } = this.#behind;
    const token = tokens.get(bearer(request));
    const headers: Record<string, string> = {
      date: new Date(machines.now()).toUTCString(),
      'x-github-media-type': 'github.v3; format=json',
      'x-github-request-id': requestId(),
      ...(ghes === undefined ? {} : { 'x-github-enterprise-version': `${ghes}.0` }),
    };
    if (token === undefined || (token.expiresAt ?? Infinity) <= worldNow()) {
      return withHeaders(new Refusal(401, 'Bad credentials').reply, { ...headers, ...limits.headers() });
    }
    let reply: Reply;
    try {
      // Asking for what is left costs nothing.
      if (this.pathname(request) !== '/rate_limit') {
        limits.spend(token, request.method, request.concurrent);
      }
      reply = this.#answer(request, token, headers, api);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      reply = error.reply;
    }
    if (request.method === 'GET' && reply.status === 200) {
      const etag = `W/"${createHash('sha256').update(bodyText(reply.body)).digest('hex')}"`;
      headers.etag = etag;
      if (request.headers['if-none-match'] === etag) {
        limits.refund(token);
        reply = { status: 304 };
      }
    }
    return withHeaders(reply, { ...headers, ...limits.headers(token) });
  }

  #answer(request: Incoming, token: GitHubToken, headers: Record<string, string>, api: string): Reply {
    const { method, query } = request;
    const { ghes, limits } = this.#behind;
    const pathname = this.pathname(request);
    const version = String(request.headers['x-github-api-version'] ?? '2022-11-28');
    if (!isVersion(version) || (isOldRelease(ghes) && version !== '2022-11-28')) {
      throw new Refusal(400, `Version ${version} is not a supported version.`);
    }
    headers['x-github-api-version-selected'] = version;
    if (method === 'GET' && pathname === '/rate_limit') return rateLimit(limits.headers(token), ghes);
    const openApi = OpenApi.of(this.#edition);
    const [match, route] = this.#match(openApi, method, pathname);
    if (isOldRelease(ghes) && request.body.includes('"return_run_details"')) {
      throw new Refusal(400, '`return_run_details` is not a permitted key.');
    }
    const need = needOf(method, match.template);
    headers['x-accepted-github-permissions'] = `${need.permission}=${need.level}`;
    const repository = this.#repositoryOf(match, token, { method, pathname, api });
    authorize(token, need, repository);
    if (method !== 'GET' && repository?.archived === true) {
      throw new Refusal(403, 'Repository was archived so is read-only.');
    }
    const problems = openApi.problems(method, match, query, request.body, version);
    if (problems.length > 0) {
      this.violations.push(...problems.map((problem) => `${method} ${match.template}: ${problem}`));
      throw new Refusal(422, `Invalid request.\n\n${problems.join('\n')}`);
    }
    const reply = route({
      params: match.params,
      query,
      body: request.body === '' ? {} : (JSON.parse(request.body) as Record<string, unknown>),
      token,
      version,
      accept: request.headers.accept ?? '',
      url: `${api}${pathname}`,
    });
    if (this.checksReplies && typeof reply.body !== 'string') {
      const found = openApi.replyProblems(method, match, reply.status, reply.body);
      this.replyProblems.push(...found.map((problem) => `${method} ${match.template}: ${problem}`));
    }
    return reply;
  }

  #match(openApi: OpenApi, method: string, pathname: string): [Match, Routes[string]] {
    if (this.#behind.ghes !== undefined && absentFromEnterprise.test(pathname)) {
      throw new Refusal(404, 'Not Found');
    }
    const match = openApi.match(method, pathname);
    const route = match === undefined ? undefined : this.#routes[`${method} ${match.template}`];
    if (match === undefined || route === undefined) {
      this.violations.push(
        `${method} ${pathname}: ${match === undefined ? 'no such operation' : 'not faked'}`,
      );
      throw new Refusal(404, 'Not Found');
    }
    return [match, route];
  }

  /** The repository that a request names; who asks for one by an old name is told where it is now. */
  #repositoryOf(
    { params }: Match,
    token: GitHubToken,
    asked: { readonly method: string; readonly pathname: string; readonly api: string },
  ): ReturnType<Repositories['find']> {
    const { repositories } = this.#behind;
    const { owner, repo } = params;
    if (owner === undefined || repo === undefined) return undefined;
    const repository = repositories.find(`${owner}/${repo}`);
    if (repository !== undefined) return repository;
    const moved = repositories.moved(`${owner}/${repo}`);
    if (moved === undefined || (moved.private && !sees(token, moved))) throw new Refusal(404, 'Not Found');
    const rest = asked.pathname.split('/').slice(4).join('/');
    const location = `${asked.api}/repositories/${moved.id}${rest === '' ? '' : `/${rest}`}`;
    const status = repositories.movedStatus ?? (asked.method === 'GET' ? 301 : 307);
    throw new Refusal(status, status === 307 ? 'Temporary Redirect' : 'Moved Permanently', { location });
  }

  get #edition(): Edition {
    const { ghes } = this.#behind;
    return ghes === '3.17' || ghes === '3.18' || ghes === '3.19' ? `ghes-${ghes}` : 'api.github.com';
  }
}

const isVersion = (version: string): version is ApiVersion => versions.some((one) => one === version);

/** As GitHub makes them: groups of hexadecimal digits with colons between. */
function requestId(): string {
  const hex = randomBytes(16).toString('hex').toUpperCase();
  return [hex.slice(0, 4), hex.slice(4, 10), hex.slice(10, 17), hex.slice(17, 24), hex.slice(24)].join(':');
}

function rateLimit(headers: Readonly<Record<string, string>>, ghes: EnterpriseRelease | undefined): Reply {
  if (ghes !== undefined) throw new Refusal(404, 'Rate limiting is not enabled.');
  const number = (name: string): number => Number(headers[`x-ratelimit-${name}`]);
  const core = {
    limit: number('limit'),
    used: number('used'),
    remaining: number('remaining'),
    reset: number('reset'),
  };
  return { status: 200, body: { resources: { core, search: core } } };
}

function bearer({ headers }: Incoming): string {
  return /^(?:token|bearer) (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}

function withHeaders(reply: Reply, headers: Readonly<Record<string, string>>): Reply {
  return { ...reply, headers: { ...headers, ...reply.headers } };
}
