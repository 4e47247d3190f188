// A typical store on both fakes, with all that its workflow would be given.
import { impose, type Conditions } from './conditions.ts';
import { FakeGitHub, type EnterpriseRelease } from './github.ts';
import type { GitHubToken, Permission } from './github-call.ts';
import type { Run } from './github-runs.ts';
import { makeGitHubToken } from './tokens.ts';
import { FakeVtex, renewApiToken } from './vtex.ts';
import { World } from './world.ts';

export interface StoreOptions {
  readonly account?: string;
  readonly repository?: string;
  /** How fast the clock of the world runs. */
  readonly speed?: number;
  readonly ghes?: EnterpriseRelease;
  /** How long ago the run was queued that the action is part of; five seconds, if not told. */
  readonly runAgeMs?: number;
  /** What is not quite right with the two services, from the first request on. */
  readonly conditions?: Conditions;
  /** Both fakes speak https; `env` makes the action trust them. */
  readonly https?: boolean;
}

export interface OwnRunOptions {
  readonly runAgeMs?: number;
  /** Above 1: a re-run, which is made of what the first attempt was given. */
  readonly attempt?: number;
}

const everyPermission: Readonly<Record<Permission, 'read' | 'write'>> = {
  metadata: 'read',
  contents: 'read',
  actions: 'write',
  issues: 'write',
  secrets: 'write',
  environments: 'write',
  dependabot_secrets: 'write',
  codespaces_secrets: 'write',
  agent_secrets: 'write',
  organization_secrets: 'write',
  organization_dependabot_secrets: 'write',
  organization_codespaces_secrets: 'write',
  organization_agent_secrets: 'write',
};

const day = 24 * 60 * 60 * 1000;

/** A typical store: one key to renew, its token in one repository secret, and all that may renew it. */
export class Store implements AsyncDisposable {
  readonly world: World;
  readonly vtex: FakeVtex;
  readonly github: FakeGitHub;
  readonly repository: string;
  /** The app key that calls VTEX. */
  readonly managerKey: string;
  /** The app key whose token is renewed. */
  readonly targetKey: string;
  /** An App's installation token with every permission. */
  readonly githubToken: string;
  /** `GITHUB_TOKEN`: it may dispatch workflows in this repository and can never touch secrets. */
  readonly workflowToken: string;
  /** The run that the action is part of. */
  run: Run;

  private constructor(world: World, vtex: FakeVtex, github: FakeGitHub, options: StoreOptions) {
    const repository = options.repository ?? 'acme/store';
    this.world = world;
    this.vtex = vtex;
    this.github = github;
    this.repository = repository;
    this.managerKey = vtex.addKey({ resources: [renewApiToken] });
    this.targetKey = vtex.addKey();
    github.addRepository(repository);
    github.setSecret(this.path('VTEX_APP_TOKEN'), vtex.tokens(this.targetKey).current, {
      at: world.now() - 100 * day,
    });
    this.githubToken = this.addToken({ permissions: everyPermission });
    this.workflowToken = this.addToken({
      actor: 'github-actions[bot]',
      permissions: { metadata: 'read', contents: 'read', actions: 'write' },
      repositories: [repository],
      perHour: 1000,
    });
    this.run = this.queueOwnRun(options);
  }

  static async start(options: StoreOptions = {}): Promise<Store> {
    const world = await World.start(options);
    const vtex = await FakeVtex.start(world, options.account);
    // Workflows sign in with the key that their token belongs to, unless a plan names another.
    const github = await FakeGitHub.start(world, {
      signIn: (appKey, token) => vtex.accepts(appKey ?? vtex.keyOf(token) ?? '', token),
      ...(options.ghes === undefined ? {} : { ghes: options.ghes }),
    });
    const store = new Store(world, vtex, github, options);
    impose(store, options.conditions ?? {});
    return store;
  }

  /** GitHub's path of a secret of this repository. */
  path(name: string): string {
    return `repos/${this.repository}/actions/secrets/${name}`;
  }

  /** Makes a credential for GitHub; by default an App's, with every repository and no permission. */
  addToken(token: Partial<GitHubToken>): string {
    const kind = token.kind ?? 'app';
    const value = makeGitHubToken(kind === 'app' ? 'ghs_' : 'github_pat_');
    this.github.tokens.set(value, {
      kind,
      permissions: {},
      repositories: 'all',
      actor: 'rotator[bot]',
      ...token,
    });
    return value;
  }

  /** The workflow run with the action in it ends, and the next one is queued. */
  nextRun(options?: OwnRunOptions): Run {
    this.github.runs.end(this.run, 'success');
    this.run = this.queueOwnRun(options);
    return this.run;
  }

  /** The inputs that a workflow would pass if it were queued now. */
  inputs(overrides: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      account: this.vtex.account,
      'app-key': this.managerKey,
      'app-token': this.vtex.tokens(this.managerKey).current,
      'api-key': this.targetKey,
      'current-token': this.github.resolve(this.repository, 'VTEX_APP_TOKEN'),
      'pending-token': this.github.resolve(this.repository, 'VTEX_APP_TOKEN_PENDING'),
      'old-token': this.github.resolve(this.repository, 'VTEX_APP_TOKEN_OLD'),
      'run-token': this.workflowToken,
      'vtex-url': this.vtex.url,
      'github-token': this.githubToken,
      secrets: 'VTEX_APP_TOKEN',
      ...overrides,
    };
  }

  /** What the runner puts into the environment of a step. */
  env(): Record<string, string> {
    const [owner = ''] = this.repository.split('/');
    const { defaultBranch, id } = this.github.repositories.get(this.repository);
    const { trusted } = this.world;
    return {
      ...(trusted === undefined ? {} : { NODE_EXTRA_CA_CERTS: trusted.file }),
      GITHUB_ACTIONS: 'true',
      GITHUB_API_URL: this.github.url,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: this.repository,
      GITHUB_REPOSITORY_ID: String(id),
      GITHUB_REPOSITORY_OWNER: owner,
      GITHUB_RUN_ID: String(this.run.id),
      GITHUB_RUN_NUMBER: String(this.run.number),
      GITHUB_RUN_ATTEMPT: String(this.run.attempt),
      GITHUB_REF: `refs/heads/${defaultBranch}`,
      GITHUB_REF_NAME: defaultBranch,
      GITHUB_REF_TYPE: 'branch',
      GITHUB_SHA: this.run.sha,
      GITHUB_WORKFLOW: this.run.workflowName,
      GITHUB_EVENT_NAME: this.run.event,
      GITHUB_JOB: 'rotate',
      GITHUB_ACTOR: this.run.actor,
    };
  }

  /** Every token that must never be printed: VTEX's, the sessions', GitHub's. */
  everyToken(): string[] {
    return [...this.vtex.everyToken, ...this.vtex.everySessionToken, ...this.github.tokens.keys()];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world[Symbol.asyncDispose]();
  }

  private queueOwnRun({ runAgeMs = 5000, attempt = 1 }: OwnRunOptions = {}): Run {
    const name = 'Rotate the VTEX token';
    const now = this.world.now();
    return this.github.queueRun(this.repository, {
      startsAs: 'in_progress',
      runsForMs: Infinity,
      origin: {
        workflowId: 5000,
        workflowName: name,
        displayTitle: name,
        path: '.github/workflows/rotate.yml',
        event: 'schedule',
        createdAt: now - runAgeMs,
        attempt,
        ...(attempt > 1 ? { attemptedAt: now } : {}),
      },
    });
  }
}

export const startStore = (options?: StoreOptions): Promise<Store> => Store.start(options);
