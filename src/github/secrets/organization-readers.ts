/** Who may read an organization secret: a PUT says it anew each time, so what is there is read and sent back. */
import type { ErrorCode } from '../../errors.ts';
import type { OrganizationSecretPath } from '../../secret-path.ts';
import { gitHubFailure, unreadable } from '../failure.ts';
import type { GitHubClient } from '../octokit.ts';
import { ask, idOf, property, type Reply, succeeded } from '../request.ts';
import type { Attempts } from './attempts.ts';
import { selectedRepositories, visibilityOf } from './organization-secret.ts';

/** The part of a PUT that says who may read the secret. */
export type Readers =
  | { readonly visibility: 'all' | 'private' }
  | { readonly visibility: 'selected'; readonly selected_repository_ids: readonly number[] };

export function textOfReaders(readers: Readers): string {
  if (readers.visibility !== 'selected') return readers.visibility;
  return `selected: ${readers.selected_repository_ids.length} repositories`;
}

export function sameReaders(a: Readers, b: Readers): boolean {
  const key = (readers: Readers): string =>
    readers.visibility === 'selected'
      ? readers.selected_repository_ids.toSorted((one, other) => one - other).join()
      : readers.visibility;
  return key(a) === key(b);
}

export class OrganizationReaders {
  readonly #octokit: GitHubClient;
  readonly #attempts: Attempts;

  constructor(octokit: GitHubClient, attempts: Attempts) {
    this.#octokit = octokit;
    this.#attempts = attempts;
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
    const visibility = visibilityOf(secret, this.#attempts.reading(path));
    if (visibility !== 'selected') return { visibility };
    const repositories = await selectedRepositories(this.#octokit, path);
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
    throw gitHubFailure(reply, this.#attempts.reading(path));
  }

  async #repositoryId(owner: string, repo: string, ifAbsent: ErrorCode): Promise<number> {
    const attempt = this.#attempts.needing('repositories', `look up the repository ${owner}/${repo}`);
    const reply = await ask(this.#octokit, 'GET /repos/{owner}/{repo}', { owner, repo });
    if (!succeeded(reply)) throw gitHubFailure(reply, { ...attempt, ifMoved: ifAbsent }, ifAbsent);
    const id = idOf(property(reply.data, 'id'));
    if (id === undefined) throw unreadable(attempt);
    return id;
  }
}
