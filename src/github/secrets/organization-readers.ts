/** Who may read an organization secret: a PUT says it anew each time, so what is there is read and sent back. */
import { attempted, type ErrorCode, RotationError } from '../../common/errors.ts';
import type { Log } from '../../rotation/ports/runner.ts';
import type { OrganizationSecretPath } from '../../paths/secret-path.ts';
import { gitHubFailure, unreadable } from '../failure.ts';
import type { GitHubClient } from '../octokit.ts';
import { ask, idOf, property, type Reply, succeeded } from '../request.ts';
import type { Purposes } from './purposes.ts';
import { selectedRepositories, visibilityOf } from './organization-secret.ts';

/** The part of a PUT that says who may read the secret. */
export type Readers =
  | { readonly visibility: 'all' | 'private' }
  | { readonly visibility: 'selected'; readonly selected_repository_ids: readonly number[] };

function textOfReaders(readers: Readers): string {
  if (readers.visibility !== 'selected') return readers.visibility;
  return `selected: ${readers.selected_repository_ids.length} repositories`;
}

function sameReaders(a: Readers, b: Readers): boolean {
  const key = (readers: Readers): string =>
    readers.visibility === 'selected'
      ? readers.selected_repository_ids.toSorted((one, other) => one - other).join()
      : readers.visibility;
  return key(a) === key(b);
}

export class OrganizationReaders {
  readonly #octokit: GitHubClient;
  readonly #purposes: Purposes;

  readonly #log: Log;
  /** As last seen, by path. */
  readonly #seen = new Map<string, Readers>();

  constructor(octokit: GitHubClient, purposes: Purposes, log: Log) {
    this.#octokit = octokit;
    this.#purposes = purposes;
    this.#log = log;
  }

  /** Before anything is written; gives them in a few words. */
  async observe(path: OrganizationSecretPath, secret: Reply): Promise<string> {
    const readers = await this.of(path, secret, 'secret-missing');
    this.#seen.set(path.path, readers);
    return textOfReaders(readers);
  }

  lastSeen(path: string): Readers | undefined {
    return this.#seen.get(path);
  }

  /**
   * For a write: `read` gives the part of the body that says who may read the secret, and is to be called when the
   * request is sent, not when it begins to wait; `compare` looks again after it.
   */
  around(path: OrganizationSecretPath): { read(): Promise<Readers>; compare(): Promise<void> } {
    let sent: Readers | undefined;
    return {
      read: async () => (sent = await this.now(path, 'secret-write-failed')),
      compare: async () => {
        if (sent !== undefined) await this.#compareReaders(path, sent);
      },
    };
  }

  /** Not atomic at GitHub: whoever changes the readers between our look and our write has that change undone. */
  async #compareReaders(path: OrganizationSecretPath, sent: Readers): Promise<void> {
    const before = this.#seen.get(path.path);
    const after = await attempted(() => this.now(path, 'secret-write-failed'));
    if (after instanceof RotationError) {
      this.#log.warning(`Who may read ${path.path} could not be checked after the write: ${after.message}`);
      return;
    }
    this.#seen.set(path.path, after);
    const isChanged = !sameReaders(sent, after) || (before !== undefined && !sameReaders(before, sent));
    if (!isChanged) return;
    this.#log.warning(
      `Who may read ${path.path} was changed by somebody while this run worked (it is now ${textOfReaders(after)}). ` +
        'Check that it is as it should be.',
    );
  }

  /** As GitHub shows them now; `ifAbsent` is the code where a repository for a new secret cannot be found. */
  async now(path: OrganizationSecretPath, ifAbsent: ErrorCode): Promise<Readers> {
    return this.of(path, await this.#get(path), ifAbsent);
  }

  /**
   * A PUT without the list empties it, and one without the visibility is refused.
   * https://docs.github.com/rest/actions/secrets#create-or-update-an-organization-secret
   */
  async of(path: OrganizationSecretPath, secret: Reply, ifAbsent: ErrorCode): Promise<Readers> {
    if (secret.status === 404) return this.#ofNew(path, ifAbsent);
    const visibility = visibilityOf(secret, this.#purposes.reading(path));
    if (visibility !== 'selected') return { visibility };
    const repositories = await selectedRepositories(this.#octokit, path, this.#purposes);
    return { visibility, selected_repository_ids: repositories.map(({ id }) => id) };
  }

  async #ofNew({ org, audience }: OrganizationSecretPath, ifAbsent: ErrorCode): Promise<Readers> {
    if (audience === undefined) return { visibility: 'private' };
    if ('like' in audience) return this.of(audience.like, await this.#get(audience.like), ifAbsent);
    if (audience.visibility !== 'selected') return { visibility: audience.visibility };
    const ids = audience.repositories.map((name) => this.#repositoryId(org, name, ifAbsent));
    return { visibility: 'selected', selected_repository_ids: await Promise.all(ids) };
  }

  async #get(path: OrganizationSecretPath): Promise<Reply> {
    const reply = await ask(this.#octokit, `GET /${path.path}`);
    if (succeeded(reply) || reply.status === 404) return reply;
    throw gitHubFailure(reply, this.#purposes.reading(path));
  }

  async #repositoryId(owner: string, repo: string, ifAbsent: ErrorCode): Promise<number> {
    const purpose = this.#purposes.needing('repositories', `look up the repository ${owner}/${repo}`);
    const reply = await ask(this.#octokit, 'GET /repos/{owner}/{repo}', { owner, repo });
    if (!succeeded(reply)) throw gitHubFailure(reply, { ...purpose, ifMoved: ifAbsent }, ifAbsent);
    const id = idOf(property(reply.data, 'id'));
    if (id === undefined) throw unreadable(reply, purpose);
    return id;
  }
}
