/**
 * A fleet on the fakes: accounts, keys, environments with their secrets, and jobs that are given what GitHub would give
 * them. What a job gets comes from the workflow files, by the code of the first job and GitHub's own expressions.
 */
import { fileURLToPath } from 'node:url';
import type { Key } from '../../src/fleet/key.ts';
import { plan } from '../../src/fleet/plan.ts';
import type { GitHubToken, Permission } from '../fakes/github-call.ts';
import { renewApiToken, startStore, type Store } from '../fakes/index.ts';
import { type ActionHandle, type RunOptions, startAction } from '../runner/runner.ts';
import { VirtualTime } from '../runner/virtual-time.ts';
import { type Contexts, textOf, valueOf } from './expressions.ts';
import { fleet, inputsOfStep, jobOf, oneKey, secretsOfJob } from './workflow.ts';

export interface FleetOptions {
  readonly accounts: readonly string[];
  readonly keysPerAccount: number;
  /** Policy for all. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** Number of the one key that reaches both servers by another name of the same address, so that its requests are known. */
  readonly marked: number;
}

export interface Member {
  readonly key: Key;
  readonly apiKey: string;
  readonly managerToken: string;
  /** The path of its environment's secrets. */
  readonly home: string;
}

export interface JobOptions {
  readonly job: 'rotate' | 'finish';
  readonly operation?: string;
  /** `needs.rotate.outputs`, for the second job. */
  readonly outputs?: Readonly<Record<string, string>>;
  readonly run?: Omit<RunOptions, 'inputs' | 'env' | 'virtualTime' | 'actionDir'>;
}

export interface StartedJob {
  readonly handle: ActionHandle;
  /** Of the job's environment and repository; the App's key, which stays with the step that makes the token, left out. */
  readonly secrets: readonly string[];
  /** The App's token, made for this job. */
  readonly token: string;
}

const repository = 'acme/vtex-tokens';
const privateKey = '-----BEGIN RSA PRIVATE KEY-----';
const hundredDays = 100 * 86_400_000;
/** The same address as that of the servers, by a name that is seen in the header of a request. */
const byName = (url: string): string => url.replace('127.0.0.1', 'localhost');

export class FleetStage implements AsyncDisposable {
  readonly store: Store;
  readonly members: readonly Member[];
  readonly #marked: number;
  readonly #time: VirtualTime;

  private constructor(store: Store, members: readonly Member[], marked: number) {
    this.store = store;
    this.members = members;
    this.#marked = marked;
    this.#time = new VirtualTime(store.world);
  }

  static async start(options: FleetOptions): Promise<FleetStage> {
    const { accounts, keysPerAccount, defaults = {}, marked } = options;
    const store = await startStore({ repository, account: 'unused' });
    const { vtex, github } = store;
    const environments = new Map<string, { readonly apiKey: string; readonly managerToken: string }>();
    const list = { defaults, accounts: [] as object[] };
    for (const account of accounts) {
      await vtex.addAccount(account);
      const manager = vtex.addKey({ account, resources: [renewApiToken] });
      const managerToken = vtex.tokens(manager).current;
      const keys = Array.from({ length: keysPerAccount }, (_, index) => {
        const apiKey = vtex.addKey({ account });
        const environment = `${account}-key-${index + 1}`;
        const isMarked = environments.size === marked;
        environments.set(environment, { apiKey, managerToken });
        github.repositories.get(repository).environments.add(environment);
        const set = (name: string, value: string): void => {
          const path = `repos/${repository}/environments/${environment}/secrets/${name}`;
          github.setSecret(path, value, { at: store.world.now() - hundredDays });
        };
        set('VTEX_APP_TOKEN', vtex.tokens(apiKey).current);
        set('VTEX_MANAGER_APP_TOKEN', managerToken);
        const url = vtex.urlOf(account);
        return { 'api-key': apiKey, environment, 'vtex-url': isMarked ? byName(url) : url };
      });
      list.accounts.push({ account, 'app-key': manager, keys });
    }
    github.setSecret(store.path('ROTATION_APP_PRIVATE_KEY'), privateKey);
    const planned = plan({
      list: JSON.stringify(list),
      repository,
      ref: 'refs/heads/main',
      only: '',
      renewAfterDays: '',
    });
    if (planned.problems !== undefined) throw new Error(planned.problems.join('\n'));
    const members = matrixOf(planned.keys).map((key) => {
      const facts = environments.get(key.environment);
      if (facts === undefined) throw new Error(`no such environment: ${key.environment}`);
      return { key, ...facts, home: `repos/${repository}/environments/${key.environment}/secrets` };
    });
    return new FleetStage(store, members, marked);
  }

  get marked(): Member {
    const member = this.members[this.#marked];
    if (member === undefined) throw new Error('there is no such key');
    return member;
  }

  /** Starts the action of one job of a key, with what GitHub gives to it at this moment. */
  startJob(member: Member, { job: name, operation = 'rotate', outputs = {}, run }: JobOptions): StartedJob {
    const { store } = this;
    const job = jobOf(oneKey, name);
    const contexts: Contexts = {
      inputs: { ...callOf(member.key, operation), 'github-app-client-id': 'Iv1' },
      github: { repository_owner: 'acme', repository, token: store.workflowToken },
      needs: { rotate: { outputs } },
      steps: {},
      job: {},
    };
    const environment = textOf(job.environment?.name, contexts);
    const secrets = secretsOfJob(job, (secret) => store.github.resolve(repository, secret, environment));
    const withSecrets = { ...contexts, secrets };
    const token = this.#mint(inputsOfStep(job, 'actions/create-github-app-token', withSecrets));
    const inputs = inputsOfStep(job, '$/fleet/rotate', {
      ...withSecrets,
      steps: { app: { outputs: { token } } },
    });
    const env = store.env();
    const isMarked = member === this.marked;
    const handle = startAction({
      ...run,
      actionDir: fileURLToPath(new URL('../../fleet/rotate', import.meta.url)),
      inputs: { ...inputs, 'run-token': store.workflowToken },
      env: { ...env, ...(isMarked ? { GITHUB_API_URL: byName(env.GITHUB_API_URL ?? '') } : {}) },
      virtualTime: this.#time,
      // Of real time: sixty processes share the machine.
      timeoutMs: 180_000,
    });
    const given = Object.values(secrets).filter((one) => one !== '' && one !== privateKey);
    return { handle, secrets: given, token };
  }

  /** All values that only this key's jobs may ever hold. */
  ownTokens({ apiKey }: Member): readonly string[] {
    return this.store.vtex.tokensEver(apiKey);
  }

  value({ home }: Member, name: string): string | undefined {
    return this.store.github.secret(`${home}/${name}`)?.value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]();
  }

  /** An installation token, with the permissions and repositories that the step asks for, and no others. */
  #mint(given: Readonly<Record<string, string>>): string {
    if (given['private-key'] !== privateKey) throw new Error('the job has no private key of the App');
    const asked = Object.entries(given).filter(([name]) => name.startsWith('permission-'));
    const permissions: GitHubToken['permissions'] = {
      metadata: 'read',
      ...Object.fromEntries(
        asked.map(([name, level]) => [
          name.slice('permission-'.length).replaceAll('-', '_') as Permission,
          level,
        ]),
      ),
    };
    const names = given.repositories?.split(',').map((name) => `${given.owner ?? ''}/${name}`);
    return this.store.addToken({ permissions, repositories: names ?? 'all' });
  }
}

/** What the job of the matrix gives to the workflow that it calls. */
export function callOf(key: Key, operation: string): Record<string, unknown> {
  const contexts = { matrix: { key }, inputs: { operation }, vars: {}, needs: {} };
  const given = Object.entries(jobOf(fleet, 'key').with ?? {});
  return Object.fromEntries(given.map(([name, text]) => [name, valueOf(text, contexts)]));
}

/** The jobs that GitHub makes of the matrix. */
export function matrixOf(keys: readonly Key[]): readonly Key[] {
  const needs = { plan: { outputs: { keys: JSON.stringify(keys) } } };
  return valueOf(jobOf(fleet, 'key').strategy?.matrix.key, { needs, inputs: {} }) as readonly Key[];
}
