import { createHash } from 'node:crypto';
import { bodyText, type Reply } from './faults.ts';
import { authorize, needOf, type Need } from './github-access.ts';
import { Refusal, type ApiVersion, type GitHubToken, type Routes } from './github-call.ts';
import { RateLimits } from './github-limits.ts';
import { Repositories, type Repository, type RepositoryOptions } from './github-repositories.ts';
import { Runs, type Run, type RunOrigin, type RunPlan, type SignIn } from './github-runs.ts';
import { Secrets, type SecretOptions, type StoredSecret } from './github-secrets.ts';
import { Workflows, type Workflow, type WorkflowOptions } from './github-workflows.ts';
import { OpenApi, type Match } from './openapi.ts';
import { LoopbackServer, type Incoming } from './server.ts';
import type { World } from './world.ts';

export type EnterpriseRelease = '3.17' | '3.18' | '3.19' | '3.20' | '3.21';

export interface GitHubOptions {
  /** Behave like this release of GitHub Enterprise Server instead of github.com. */
  readonly ghes?: EnterpriseRelease;
  /** Where workflow runs sign in. */
  readonly signIn?: SignIn;
}

const versions: readonly ApiVersion[] = ['2022-11-28', '2026-03-10'];

/** GitHub, as far as secrets and workflow runs go. It refuses what GitHub's own OpenAPI refuses. */
export class FakeGitHub {
  readonly server: LoopbackServer;
  readonly repositories: Repositories;
  readonly secrets: Secrets;
  readonly runs: Runs;
  readonly workflows: Workflows;
  readonly limits: RateLimits;
  readonly tokens = new Map<string, GitHubToken>();
  /** Requests that GitHub's OpenAPI does not allow. */
  readonly violations: string[] = [];
  /** Where this fake's own replies fall short of the OpenAPI, if `checksReplies` is on. */
  readonly replyProblems: string[] = [];
  checksReplies = false;
  readonly #world: World;
  readonly #ghes: EnterpriseRelease | undefined;
  readonly #routes: Routes;

  private constructor(world: World, { ghes, signIn = () => true }: GitHubOptions) {
    this.#world = world;
    this.#ghes = ghes;
    this.limits = new RateLimits(() => world.now());
    // Enterprise Server has its limits switched off unless an administrator switches them on.
    if (ghes !== undefined) this.limits.perHour = this.limits.pointsPerMinute = Infinity;
    this.repositories = new Repositories(() => this.url);
    this.secrets = new Secrets(world, this.repositories);
    this.runs = new Runs(world, this.repositories, this.secrets, signIn);
    this.workflows = new Workflows(world, this.repositories, this.runs, { old: this.#isOld });
    this.#routes = {
      ...this.repositories.routes(),
      ...this.secrets.routes(),
      ...this.runs.routes(),
      ...this.workflows.routes(),
      'GET /versions': () => ({ status: 200, body: this.#isOld ? versions.slice(0, 1) : versions }),
      'GET /meta': () => ({
        status: 200,
        body: ghes === undefined ? {} : { installed_version: `${ghes}.0` },
      }),
    };
    this.server = new LoopbackServer(world, {
      upstream: 'github',
      handle: (request) => this.#handle(request),
      label: (request) => this.#label(request),
    });
  }

  static async start(world: World, options: GitHubOptions = {}): Promise<FakeGitHub> {
    const { default: sodium } = await import('libsodium-wrappers');
    await sodium.ready;
    const github = new FakeGitHub(world, options);
    await github.server.up();
    return github;
  }

  /** `GITHUB_API_URL`. */
  get url(): string {
    return this.server.url + this.#prefix;
  }

  get #prefix(): string {
    return this.#ghes === undefined ? '' : '/api/v3';
  }

  get #isOld(): boolean {
    return this.#ghes !== undefined && this.#ghes !== '3.21';
  }

  addRepository(fullName: string, options?: RepositoryOptions): Repository {
    return this.repositories.add(fullName, options);
  }

  addWorkflow(fullName: string, file: string, options?: WorkflowOptions): Workflow {
    return this.workflows.add(this.repositories.get(fullName), file, options);
  }

  /** Queues a run that no client asked for: a push, a schedule, somebody in the browser. */
  queueRun(fullName: string, plan: RunPlan & { readonly origin?: Partial<RunOrigin> } = {}): Run {
    const { origin, ...rest } = plan;
    const repository = this.repositories.get(fullName);
    return this.runs.queue(
      repository,
      {
        workflowId: 5001,
        workflowName: 'Deploy',
        path: '.github/workflows/deploy.yml',
        event: 'push',
        branch: repository.defaultBranch,
        actor: 'octocat',
        displayTitle: 'Deploy',
        inputs: {},
        ...origin,
      },
      { keepsSigningIn: true, ...rest },
    );
  }

  /** The secret at GitHub's path, `repos/acme/store/actions/secrets/NAME`, with its plaintext. */
  secret(path: string): StoredSecret | undefined {
    return this.secrets.get(path);
  }

  setSecret(path: string, value: string, options?: SecretOptions): void {
    this.secrets.set(path, value, options);
  }

  /** What `${{ secrets.NAME }}` gives to a run that is queued now, or to a job that starts now. */
  resolve(fullName: string, name: string, environment?: string): string {
    return this.secrets.resolve(this.repositories.get(fullName), name, environment);
  }

  #handle(request: Incoming): Reply {
    const token = this.tokens.get(bearer(request));
    const headers: Record<string, string> = {
      date: new Date(this.#world.now()).toUTCString(),
      'x-github-media-type': 'github.v3; format=json',
      ...(this.#ghes === undefined ? {} : { 'x-github-enterprise-version': `${this.#ghes}.0` }),
    };
    if (token === undefined || (token.expiresAt ?? Infinity) <= this.#world.now()) {
      return withHeaders(new Refusal(401, 'Bad credentials').reply, headers);
    }
    let reply: Reply;
    try {
      this.limits.spend(token, request.method);
      reply = this.#answer(request, token, headers);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      reply = error.reply;
    }
    if (request.method === 'GET' && reply.status === 200) {
      const etag = `W/"${createHash('sha256').update(bodyText(reply.body)).digest('hex')}"`;
      headers.etag = etag;
      if (request.headers['if-none-match'] === etag) {
        this.limits.refund(token);
        reply = { status: 304 };
      }
    }
    return withHeaders(reply, { ...headers, ...this.limits.headers(token) });
  }

  #answer(request: Incoming, token: GitHubToken, headers: Record<string, string>): Reply {
    const { method, query } = request;
    const pathname = this.#pathname(request);
    const version = request.headers['x-github-api-version'] ?? '2022-11-28';
    if (!versions.includes(version as ApiVersion) || (this.#isOld && version !== '2022-11-28')) {
      throw new Refusal(400, `Version ${String(version)} is not a supported version.`);
    }
    headers['x-github-api-version-selected'] = String(version);
    if (method === 'GET' && pathname === '/rate_limit') return this.#rateLimit(token);
    const api = OpenApi.of(this.#edition);
    const match = api.match(method, pathname);
    const route = match === undefined ? undefined : this.#routes[`${method} ${match.template}`];
    if (match === undefined || route === undefined) {
      this.violations.push(
        `${method} ${pathname}: ${match === undefined ? 'no such operation' : 'not faked'}`,
      );
      throw new Refusal(404, 'Not Found');
    }
    if (this.#isOld && request.body.includes('"return_run_details"')) {
      throw new Refusal(400, '`return_run_details` is not a permitted key.');
    }
    const need = needOf(method, match.template);
    headers['x-accepted-github-permissions'] = `${need.permission}=${need.level}`;
    this.#authorize(token, need, match);
    const problems = api.problems(method, match, query, request.body, String(version));
    if (problems.length > 0) {
      this.violations.push(...problems.map((problem) => `${method} ${match.template}: ${problem}`));
      throw new Refusal(422, `Invalid request.\n\n${problems.join('\n')}`);
    }
    const reply = route({
      params: match.params,
      query,
      body: request.body === '' ? {} : (JSON.parse(request.body) as Record<string, unknown>),
      token,
      version: version as ApiVersion,
      accept: request.headers.accept ?? '',
      url: this.server.url + request.pathname,
    });
    if (this.checksReplies && typeof reply.body !== 'string') {
      const found = api.replyProblems(method, match, reply.status, reply.body);
      this.replyProblems.push(...found.map((problem) => `${method} ${match.template}: ${problem}`));
    }
    return reply;
  }

  #authorize(token: GitHubToken, need: Need, { params }: Match): void {
    const { owner, repo } = params;
    const named = owner === undefined || repo === undefined ? undefined : `${owner}/${repo}`;
    const repository = named === undefined ? undefined : this.repositories.find(named);
    if (named !== undefined && repository === undefined) throw new Refusal(404, 'Not Found');
    authorize(token, need, repository);
  }

  #rateLimit(token: GitHubToken): Reply {
    const headers = this.limits.headers(token);
    if (this.#ghes !== undefined) throw new Refusal(404, 'Rate limiting is not enabled.');
    const number = (name: string): number => Number(headers[`x-ratelimit-${name}`]);
    const core = {
      limit: number('limit'),
      used: number('used'),
      remaining: number('remaining'),
      reset: number('reset'),
    };
    return { status: 200, body: { resources: { core, search: core } } };
  }

  get #edition(): 'api.github.com' | 'ghes-3.17' | 'ghes-3.18' | 'ghes-3.19' {
    const release = this.#ghes;
    return release === '3.17' || release === '3.18' || release === '3.19'
      ? `ghes-${release}`
      : 'api.github.com';
  }

  #pathname({ pathname }: Incoming): string {
    return pathname.startsWith(`${this.#prefix}/`) ? pathname.slice(this.#prefix.length) : '/outside';
  }

  #label(request: Incoming): string {
    const query = [...request.query].map(([name, value]) =>
      name === 'created' ? 'created=:time' : `${name}=${value}`,
    );
    const path = this.#pathname(request)
      .slice(1)
      .replace(/(\/actions\/runs\/)\d+/, '$1:run');
    return path + (query.length === 0 ? '' : `?${query.join('&')}`);
  }
}

function bearer({ headers }: Incoming): string {
  return /^(?:token|bearer) (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}

function withHeaders(reply: Reply, headers: Readonly<Record<string, string>>): Reply {
  return { ...reply, headers: { ...headers, ...reply.headers } };
}
