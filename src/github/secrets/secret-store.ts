/**
 * GitHub's secrets of repositories, environments and organizations, in all their stores, which share one API: a place
 * has a public key, and a secret's own path takes GET, PUT and DELETE.
 * https://docs.github.com/rest/actions/secrets
 */
import { attempted, RotationError } from '../../common/errors.ts';
import type { Quoter } from '../../common/quoter.ts';
import type {
  Clock,
  Log,
  SealedValue,
  SecretFacts,
  SecretStore,
  SkippedRepository,
  WriteOptions,
  WriteReceipt,
} from '../../rotation/ports.ts';
import {
  formOf,
  type OrganizationSecretPath,
  placeOf,
  type SecretPath,
  type SecretPattern,
} from '../../paths/secret-path.ts';
import type { Secret } from '../../common/secret.ts';
import { gitHubFailure, unreadable } from '../failure.ts';
import type { GitHubClient } from '../octokit.ts';
import { answeredAt, ask, type Reply, succeeded } from '../request.ts';
import { Purposes } from './purposes.ts';
import { Listings } from './listings.ts';
import { OrganizationReaders } from './organization-readers.ts';

import { PublicKeys } from './public-keys.ts';
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

type Answer = SecretFacts | RotationError;

export class GitHubSecretStore implements SecretStore {
  readonly #octokit: GitHubClient;
  readonly #clock: Clock;
  readonly #purposes: Purposes;
  readonly #keys: PublicKeys;
  readonly #listings: Listings;
  readonly #readers: OrganizationReaders;
  readonly #repositories: Repositories;

  constructor({ octokit, clock, quoter, log }: SecretStoreOptions) {
    this.#octokit = octokit;
    this.#clock = clock;
    this.#purposes = new Purposes(quoter);
    this.#keys = new PublicKeys(octokit, this.#purposes);
    this.#listings = new Listings(octokit, this.#purposes, clock);
    this.#readers = new OrganizationReaders(octokit, this.#purposes, log);
    this.#repositories = new Repositories(octokit, this.#purposes, this.#listings);
  }

  async inspectAll(paths: readonly SecretPath[]): Promise<readonly Answer[]> {
    const problems = this.#problemsOfRepositories(paths);
    return this.#byPlace(paths, async (inPlace) => {
      const [first] = inPlace;
      if (first === undefined) return [];
      const [ofRepositories, key, answers] = await Promise.all([
        problems,
        attempted(() => this.#keys.of(first)),
        this.#inspectPlace(inPlace),
      ]);
      const problem = first.level === 'organization' ? undefined : ofRepositories.get(repositoryOf(first));
      if (problem !== undefined) return inPlace.map(() => problem);
      return key instanceof RotationError ? inPlace.map(() => key) : answers;
    });
  }

  readAll(paths: readonly SecretPath[]): Promise<readonly Answer[]> {
    return this.#byPlace(paths, async (inPlace) => (await this.#listings.ofPlace(inPlace)).answers);
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

  commandToWrite({ path, keyId, value }: SealedValue): string {
    const who = path.level === 'organization' ? this.#readers.fieldsFor(path) : '';
    return `gh api --method PUT /${path.path} -f encrypted_value=${value} -f ${quotedForShell(`key_id=${keyId}`)}${who}`;
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

  async #inspectPlace(paths: readonly SecretPath[]): Promise<readonly Answer[]> {
    const [first] = paths;
    if (first === undefined) return [];
    if (first.level === 'organization') return this.#inspectOrganization(paths);
    const { total, answers } = await this.#listings.ofPlace(paths);
    const missing = answers.filter(
      (answer) => !(answer instanceof RotationError) && answer.updatedAt === undefined,
    );
    if (total === undefined || total + missing.length <= formOf(first).capacity) return answers;
    const full = new RotationError(
      'secret-write-failed',
      `${placeOf(first)} holds ${total} secrets, and GitHub allows ${formOf(first).capacity}: there is no room for ${missing.length} more.`,
      'Delete a secret that is not used, or let pending-secret stand elsewhere.',
    );
    return answers.map((answer) => (missing.includes(answer) ? full : answer));
  }

  #inspectOrganization(paths: readonly SecretPath[]): Promise<readonly Answer[]> {
    return Promise.all(
      paths.map((path) =>
        attempted(async () => {
          const secret = await this.#listings.get(path);
          const facts = this.#listings.facts(path, secret);
          if (path.level !== 'organization') return facts;
          return { ...facts, readers: await this.#readers.observe(path, secret) };
        }),
      ),
    );
  }

  async #problemsOfRepositories(
    paths: readonly SecretPath[],
  ): Promise<ReadonlyMap<string, RotationError | undefined>> {
    const repositories = new Map(
      paths.flatMap((path) => (path.level === 'organization' ? [] : [[repositoryOf(path), path] as const])),
    );
    const problems = [...repositories].map(
      async ([name, { owner, repo }]) => [name, await this.#repositories.problem(owner, repo)] as const,
    );
    return new Map(await Promise.all(problems));
  }

  /** Asks place by place, side by side, and gives the answers in the order of the paths. */
  async #byPlace(
    paths: readonly SecretPath[],
    answer: (inPlace: readonly SecretPath[]) => Promise<readonly Answer[]>,
  ): Promise<readonly Answer[]> {
    const places = Map.groupBy(paths, placeOf);
    const answers = new Map<SecretPath, Answer>();
    await Promise.all(
      [...places.values()].map(async (inPlace) => {
        const found = await answer(inPlace);
        for (const [index, one] of found.entries()) {
          const path = inPlace[index];
          if (path !== undefined) answers.set(path, one);
        }
      }),
    );
    return paths.map((path) => {
      const found = answers.get(path);
      if (found === undefined) throw new Error('a look has no answer');
      return found;
    });
  }
}

/** GitHub's ids are numbers; anything else must not end the word, for a person is to run the command. */
function quotedForShell(word: string): string {
  return /^[\w+/=.-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function repositoryOf({ owner, repo }: Exclude<SecretPath, OrganizationSecretPath>): string {
  return `${owner}/${repo}`.toLowerCase();
}
