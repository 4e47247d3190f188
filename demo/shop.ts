/** A store as there are many: one VTEX token, in a repository's, an environment's and an organization's secret. */
import { fingerprint, startStore, type Store } from '../test/fakes/index.ts';
import type { ActionHandle } from '../test/runner/runner.ts';
import { OutageWatch } from '../test/world/outage-watch.ts';
import { nameOf } from '../test/world/token-names.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const secretName = 'VTEX_APP_TOKEN';

/** What a secret holds, fit to be shown. */
export interface Holding {
  readonly path: string;
  readonly fingerprint: string;
  /** `old`, `new` or `absent`. */
  readonly token: string;
  readonly updatedAt: number | undefined;
}

export class Shop implements AsyncDisposable {
  readonly store: Store;
  /** Paths of the listed secrets. */
  readonly secrets: readonly string[];
  readonly pendingSecret: string;
  readonly oldToken: string;
  readonly watch: OutageWatch;
  /** The run of the action that goes on at the moment. */
  running: ActionHandle | undefined;

  private constructor(store: Store, secrets: readonly string[]) {
    this.store = store;
    this.secrets = secrets;
    this.pendingSecret = store.path(`${secretName}_PENDING`);
    this.oldToken = store.vtex.tokens(store.targetKey).current;
    this.watch = new OutageWatch(store, { paths: secrets });
  }

  static async open(repository = 'acme/store'): Promise<Shop> {
    const store = await startStore({ repository });
    const { github, world } = store;
    const [owner = ''] = repository.split('/');
    github.repositories.get(repository).environments.add('production');
    const readers = ['checkout', 'feeds'].map((name) => github.addRepository(`${owner}/${name}`));
    const environmentSecret = `repos/${repository}/environments/production/secrets/${secretName}`;
    const organizationSecret = `orgs/${owner}/actions/secrets/${secretName}`;
    const { current } = store.vtex.tokens(store.targetKey);
    const at = world.now() - 100 * day;
    github.setSecret(environmentSecret, current, { at });
    github.setSecret(organizationSecret, current, {
      at,
      visibility: 'selected',
      repositoryIds: readers.map(({ id }) => id),
    });
    github.addWorkflow(repository, 'verify.yml');
    return new Shop(store, [store.path(secretName), environmentSecret, organizationSecret]);
  }

  /** Somebody deploys: the run holds what the secret held when it was queued, and uses it for some minutes. */
  deploy(minutes = 4): ReturnType<Store['github']['queueRun']> {
    return this.store.github.queueRun(this.store.repository, {
      startsAs: 'in_progress',
      reads: [secretName],
      runsForMs: minutes * minute,
    });
  }

  get newToken(): string | undefined {
    const { current, pending } = this.store.vtex.tokens(this.store.targetKey);
    return pending ?? (current === this.oldToken ? undefined : current);
  }

  /** What the workflow passes. */
  inputs(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return this.store.inputs({
      secrets: this.secrets.join('\n'),
      'verification-workflow': 'verify.yml',
      'verify-before-update': 'true',
      'verification-inputs': `secret-name=${secretName}_PENDING`,
      'verification-token': this.store.workflowToken,
      'drain-timeout-minutes': '10',
      ...more,
    });
  }

  holdings(): Holding[] {
    const { newToken } = this;
    return [...this.secrets, this.pendingSecret].map((path) => {
      const secret = this.store.github.secret(path);
      // Where a first new token was lost, the one after it is the new one.
      const isNew = newToken !== undefined && secret?.value === newToken;
      return {
        path,
        fingerprint: secret === undefined ? '' : fingerprint(secret.value),
        token: isNew ? 'new' : nameOf(this.store, secret?.value),
        updatedAt: secret?.updatedAt,
      };
    });
  }

  /** A sign-in over the network, as any client does it. Gives VTEX's status. */
  async signIn(token: string): Promise<number> {
    const { vtex, targetKey } = this.store;
    const response = await fetch(`${vtex.url}/api/vtexid/apptoken/login?an=${vtex.account}`, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({ appkey: targetKey, apptoken: token }),
    });
    await response.arrayBuffer();
    return response.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]();
  }
}
