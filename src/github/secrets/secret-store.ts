/**
 * GitHub's secrets of repositories, environments and organizations, in all their stores, which share one API: a place
 * has a public key, and a secret's own path takes GET, PUT and DELETE.
 * https://docs.github.com/rest/actions/secrets
 */
import { RotationError } from '../../common/errors.ts';
import type { Quoter } from '../../common/quoter.ts';
import type { Clock } from '../../rotation/ports/clock.ts';
import type { Log } from '../../rotation/ports/runner.ts';
import type {
  SealedValue,
  SecretFacts,
  SecretStore,
  SkippedRepository,
  WriteOptions,
  WriteReceipt,
} from '../../rotation/ports/secret-store.ts';
import type { SecretPath, SecretPattern } from '../../paths/secret-path.ts';
import type { Secret } from '../../common/secret.ts';
import { gitHubFailure, unreadable } from '../failure.ts';
import type { GitHubClient } from '../octokit.ts';
import { answeredAt, ask, type Reply, succeeded } from '../request.ts';
import { type Answer, byPlace } from './by-place.ts';
import { commandToWrite } from './command-to-write.ts';
import { Inspector } from './inspector.ts';
import { Listings } from './listings.ts';
import { OrganizationReaders } from './organization-readers.ts';
import { PublicKeys } from './public-keys.ts';
import { Purposes } from './purposes.ts';
import { Repositories } from './repositories.ts';
import { seal } from './seal.ts';

export interface SecretStoreOptions {
  /** Acts with `github-token`. */
  readonly octokit: GitHubClient;
  readonly clock: Clock;
  readonly quoter: Quoter;
  readonly log: Log;
}

/** How often a value is sealed anew because GitHub has replaced its public key. */
const mostKeys = 3;

export class GitHubSecretStore implements SecretStore {
  readonly #octokit: GitHubClient;
  readonly #clock: Clock;
  readonly #purposes: Purposes;
  readonly #keys: PublicKeys;
  readonly #listings: Listings;
  readonly #readers: OrganizationReaders;
  readonly #repositories: Repositories;
  readonly #inspector: Inspector;

  constructor({ octokit, clock, quoter, log }: SecretStoreOptions) {
    this.#octokit = octokit;
    this.#clock = clock;
    this.#purposes = new Purposes(quoter);
    this.#keys = new PublicKeys(octokit, this.#purposes);
    this.#listings = new Listings(octokit, this.#purposes, clock);
    this.#readers = new OrganizationReaders(octokit, this.#purposes, log);
    this.#repositories = new Repositories(octokit, this.#purposes, this.#listings);
    this.#inspector = new Inspector({
      keys: this.#keys,
      listings: this.#listings,
      readers: this.#readers,
      repositories: this.#repositories,
    });
  }

  inspectAll(paths: readonly SecretPath[]): Promise<readonly Answer[]> {
    return this.#inspector.inspectAll(paths);
  }

  readAll(paths: readonly SecretPath[]): Promise<readonly Answer[]> {
    return byPlace(paths, async (inPlace) => (await this.#listings.ofPlace(inPlace)).answers);
  }

  find(pattern: SecretPattern): Promise<{
    readonly found: readonly SecretFacts[];
    readonly skipped: readonly SkippedRepository[];
  }> {
    return this.#repositories.find(pattern);
  }

  hiddenBy(path: SecretPath): Promise<string | undefined> {
    return this.#repositories.organizationSecretNamed(path);
  }

  async seal(path: SecretPath, value: Secret): Promise<SealedValue> {
    const key = await this.#keys.of(path);
    return { path, keyId: key.id, value: await seal(key.base64, value) };
  }

  async write(path: SecretPath, value: Secret, options: WriteOptions = {}): Promise<WriteReceipt> {
    for (let keys = 1; ; keys++) {
      const sealed = await this.seal(path, value);
      const reply = await this.#put(sealed, options);
      // 422 is also the answer to a key that GitHub has replaced.
      if (reply.status !== 422 || keys === mostKeys) return this.#receiptOf(path, reply);
      this.#keys.forget(path);
      const { id } = await this.#keys.of(path);
      if (id === sealed.keyId) return this.#receiptOf(path, reply);
    }
  }

  /** For `post`, which has only the sealed value: sealed with a key that may have been replaced since. */
  async writeSealed(sealed: SealedValue): Promise<WriteReceipt> {
    return this.#receiptOf(sealed.path, await this.#put(sealed, { urgent: true }));
  }

  commandToWrite(sealed: SealedValue): string {
    return commandToWrite(sealed, this.#readers.lastSeen(sealed.path.path));
  }

  async remove(path: SecretPath): Promise<void> {
    const reply = await ask(this.#octokit, `DELETE /${path.path}`);
    if (succeeded(reply) || reply.status === 404) return;
    throw gitHubFailure(reply, this.#purposes.on(path, `delete the secret ${path.path}`));
  }

  async #put({ path, keyId, value }: SealedValue, { urgent = false, onTurn }: WriteOptions): Promise<Reply> {
    const body = { encrypted_value: value, key_id: keyId };
    const readers = path.level === 'organization' ? this.#readers.around(path) : undefined;
    let problem: RotationError | undefined;
    const atLast = async (): Promise<Readonly<Record<string, unknown>>> => {
      try {
        await onTurn?.();
        return { ...(await readers?.read()) };
      } catch (error) {
        if (error instanceof RotationError) problem = error;
        throw error;
      }
    };
    const reply = await ask(this.#octokit, `PUT /${path.path}`, body, { urgent, atLast });
    if (problem !== undefined && reply.status === undefined) throw problem;
    if (succeeded(reply)) await readers?.compare();
    return reply;
  }

  #receiptOf(path: SecretPath, reply: Reply): WriteReceipt {
    if (reply.status === 201 || reply.status === 204) {
      return { created: reply.status === 201, answeredAt: answeredAt(reply, this.#clock) };
    }
    const purpose = this.#purposes.on(path, `write the secret ${path.path}`);
    if (succeeded(reply)) throw unreadable(reply, purpose);
    throw gitHubFailure(reply, { ...purpose, ifMoved: 'secret-write-failed' }, 'secret-write-failed');
  }
}
