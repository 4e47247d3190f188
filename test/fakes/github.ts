// GitHub, as far as secrets and workflow runs go.
import type { Reply } from './faults.ts';
import type { GitHubToken } from './github-call.ts';
import { Gate, isOldRelease, versions, type EnterpriseRelease } from './github-gate.ts';
import { Issues } from './github-issues.ts';
import { RateLimits } from './github-limits.ts';
import { Machines } from './github-machines.ts';
import { Repositories, type Repository, type RepositoryOptions } from './github-repositories.ts';
import { Runs, type Run, type RunOrigin, type RunPlan, type SignIn } from './github-runs.ts';
import { secretRoutes } from './github-secret-routes.ts';
import { Secrets, type SecretOptions } from './github-secrets.ts';
import type { StoredSecret } from './github-shelf.ts';
import { Workflows, type Workflow, type WorkflowOptions } from './github-workflows.ts';
import { LoopbackServer, type Incoming } from './server.ts';
import type { World } from './world.ts';

export type { EnterpriseRelease } from './github-gate.ts';

export interface GitHubOptions {
  /** Behave like this release of GitHub Enterprise Server instead of github.com. */
  readonly ghes?: EnterpriseRelease;
  /** Where workflow runs sign in. */
  readonly signIn?: SignIn;
}

/** It refuses what GitHub's own OpenAPI refuses. */
export class FakeGitHub {
  readonly server: LoopbackServer;
  readonly machines: Machines;
  readonly repositories: Repositories;
  readonly secrets: Secrets;
  readonly runs: Runs;
  readonly workflows: Workflows;
  readonly issues: Issues;
  readonly limits: RateLimits;
  readonly tokens = new Map<string, GitHubToken>();
  readonly #gate: Gate;

  private constructor(world: World, { ghes, signIn = () => true }: GitHubOptions) {
    this.machines = new Machines(() => world.now());
    this.limits = new RateLimits(() => world.now());
    if (ghes !== undefined) this.limits.switchOff();
    this.secrets = new Secrets(world, this.machines);
    this.repositories = new Repositories(
      () => this.url,
      (from, to) => {
        this.secrets.renamed(from, to);
      },
    );
    const { machines, limits, repositories, secrets, tokens } = this;
    this.runs = new Runs(world, { machines, repositories, secrets, signIn });
    this.issues = new Issues(() => world.now());
    const isOld = isOldRelease(ghes);
    this.workflows = new Workflows(world, this.repositories, this.runs, { old: isOld });
    const behind = { machines, limits, repositories, tokens, ghes, worldNow: () => world.now() };
    this.#gate = new Gate(behind, {
      ...this.repositories.routes(),
      ...secretRoutes(this.secrets, this.repositories),
      ...this.runs.routes(),
      ...this.workflows.routes(),
      ...this.issues.routes(),
      'GET /versions': () => ({ status: 200, body: isOld ? versions.slice(0, 1) : versions }),
      'GET /meta': () => ({
        status: 200,
        body: ghes === undefined ? {} : { installed_version: `${ghes}.0` },
      }),
    });
    this.server = new LoopbackServer(world, {
      upstream: 'github',
      handle: (request): Reply => this.#gate.handle(request, this.url),
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
    return this.server.url + this.#gate.prefix;
  }

  /** Requests that GitHub's OpenAPI does not allow. */
  get violations(): string[] {
    return this.#gate.violations;
  }

  /** Where this fake's own replies fall short of the OpenAPI, if `checksReplies` is on. */
  get replyProblems(): string[] {
    return this.#gate.replyProblems;
  }

  set checksReplies(on: boolean) {
    this.#gate.checksReplies = on;
  }

  /** What a credential may do. */
  token(value: string): GitHubToken {
    const token = this.tokens.get(value);
    if (token === undefined) throw new Error('the fake knows no such token');
    return token;
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

  #label(request: Incoming): string {
    const query = [...request.query].map(([name, value]) =>
      name === 'created' ? 'created=:time' : `${name}=${value}`,
    );
    const path = this.#gate
      .pathname(request)
      .slice(1)
      .replace(/(\/actions\/runs\/)\d+/, '$1:run');
    return path + (query.length === 0 ? '' : `?${query.join('&')}`);
  }
}
