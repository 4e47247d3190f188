/**
 * GitHub's secrets of repositories, environments and organizations, in all their stores, which share one API: a place
 * has a public key, and a secret's own path takes GET, PUT and DELETE.
 * https://docs.github.com/rest/actions/secrets
 */
import { RotationError } from '../../errors.ts';
import type { Quoter } from '../../quoter.ts';
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
} from '../../secret-path.ts';
import type { Secret } from '../../secret.ts';
import { gitHubFailure, unreadable } from '../failure.ts';
import type { GitHubClient } from '../octokit.ts';
import { answeredAt, ask, property, type Reply, succeeded } from '../request.ts';
import { attempted } from './attempted.ts';
import { Attempts } from './attempts.ts';
import { Listings } from './listings.ts';
import { OrganizationReaders, type Readers, sameReaders, textOfReaders } from './organization-readers.ts';
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
  readonly #log: Log;
  readonly #attempts: Attempts;
  readonly #keys: PublicKeys;
  readonly #listings: Listings;
  readonly #readers: OrganizationReaders;
  readonly #repositories: Repositories;
  readonly #readersSeen = new Map<string, Readers>();

  constructor({ octokit, clock, quoter, log }: SecretStoreOptions) {
    this.#octokit = octokit;
    this.#clock = clock;
    this.#log = log;
    this.#attempts = new Attempts(quoter);
    this.#keys = new PublicKeys(octokit, this.#attempts);
    this.#listings = new Listings(octokit, this.#attempts, clock);
    this.#readers = new OrganizationReaders(octokit, this.#attempts);
    this.#repositories = new Repositories(octokit, this.#attempts, this.#listings);
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

  /** https://docs.github.com/rest/actions/secrets#list-repository-organization-secrets */
  async hiddenBy(path: SecretPath): Promise<string | undefined> {
    if (path.level !== 'repository' || formOf(path).store !== 'actions') return undefined;
    const { owner, repo, name } = path;
    const attempt = this.#attempts.on(path, `list the organization secrets of ${owner}/${repo}`);
    for (let page = 1; ; page++) {
      const query = { owner, repo, per_page: 100, page };
      const reply = await ask(this.#octokit, 'GET /repos/{owner}/{repo}/actions/organization-secrets', query);
      // A person has no organization secrets.
      if (reply.status === 404) return undefined;
      if (!succeeded(reply)) throw gitHubFailure(reply, attempt);
      const secrets = property(reply.data, 'secrets');
      if (!Array.isArray(secrets)) throw unreadable(attempt);
      const names = secrets.map((secret: unknown) => property(secret, 'name'));
      if (names.some((other) => typeof other === 'string' && other.toUpperCase() === name))
        return `orgs/${owner}/actions/secrets/${name}`;
      if (secrets.length < 100) return undefined;
    }
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
    const readers = path.level === 'organization' ? this.#readersSeen.get(path.path) : undefined;
    const who = readers === undefined ? '' : fieldsOf(readers);
    return `gh api --method PUT /${path.path} -f encrypted_value=${value} -f key_id=${keyId}${who}`;
  }

  async remove(path: SecretPath): Promise<void> {
    const reply = await ask(this.#octokit, `DELETE /${path.path}`);
    if (succeeded(reply) || reply.status === 404) return;
    throw gitHubFailure(reply, this.#attempts.on(path, `delete the secret ${path.path}`));
  }

  async #put({ path, keyId, value }: SealedValue, { urgent = false }: WriteOptions): Promise<Reply> {
    const body = { encrypted_value: value, key_id: keyId };
    if (path.level !== 'organization') return ask(this.#octokit, `PUT /${path.path}`, body, { urgent });
    return this.#putForReaders(path, body, urgent);
  }

  /** The readers are those of the moment in which the request is sent, not of that in which it began to wait. */
  async #putForReaders(path: OrganizationSecretPath, body: object, urgent: boolean): Promise<Reply> {
    let sent: Readers | undefined;
    let problem: RotationError | undefined;
    const atLast = async (): Promise<Readers> => {
      const readers = await attempted(() => this.#readers.now(path, 'secret-write-failed'));
      if (readers instanceof RotationError) {
        problem = readers;
        throw readers;
      }
      sent = readers;
      return readers;
    };
    const reply = await ask(this.#octokit, `PUT /${path.path}`, { ...body }, { urgent, atLast });
    if (problem !== undefined && reply.status === undefined) throw problem;
    if (sent !== undefined && succeeded(reply)) await this.#compareReaders(path, sent);
    return reply;
  }

  /** Not atomic at GitHub: whoever changes the readers between our look and our write has that change undone. */
  async #compareReaders(path: OrganizationSecretPath, sent: Readers): Promise<void> {
    const before = this.#readersSeen.get(path.path);
    const after = await attempted(() => this.#readers.now(path, 'secret-write-failed'));
    if (after instanceof RotationError) {
      this.#log.warning(`Who may read ${path.path} could not be checked after the write: ${after.message}`);
      return;
    }
    this.#readersSeen.set(path.path, after);
    const isChanged = !sameReaders(sent, after) || (before !== undefined && !sameReaders(before, sent));
    if (!isChanged) return;
    this.#log.warning(
      `Who may read ${path.path} was changed by somebody while this run worked (it is now ${textOfReaders(after)}). ` +
        'Check that it is as it should be.',
    );
  }

  #receiptOf(path: SecretPath, reply: Reply): WriteReceipt {
    if (reply.status === 201 || reply.status === 204) {
      return { created: reply.status === 201, answeredAt: answeredAt(reply, this.#clock) };
    }
    const attempt = this.#attempts.on(path, `write the secret ${path.path}`);
    if (succeeded(reply)) throw unreadable(attempt);
    throw gitHubFailure(reply, { ...attempt, ifMoved: 'secret-write-failed' }, 'secret-write-failed');
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
          const readers = await this.#readers.of(path, secret, 'secret-missing');
          this.#readersSeen.set(path.path, readers);
          return { ...facts, readers: textOfReaders(readers) };
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

function repositoryOf({ owner, repo }: Exclude<SecretPath, OrganizationSecretPath>): string {
  return `${owner}/${repo}`.toLowerCase();
}

function fieldsOf(readers: Readers): string {
  const ids = readers.visibility === 'selected' ? readers.selected_repository_ids : [];
  return ` -f visibility=${readers.visibility}${ids.map((id) => ` -F 'selected_repository_ids[]=${id}'`).join('')}`;
}
