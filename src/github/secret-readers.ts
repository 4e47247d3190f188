/** Which repositories read a secret in their workflow runs. */
import type { Quoter } from '../common/quoter.ts';
import { formOf, type OrganizationSecretPath, type SecretPath } from '../paths/secret-path.ts';
import { gitHubFailure, unreadable } from './failure.ts';
import { fullNameOf } from './full-name.ts';
import type { GitHubClient } from './octokit.ts';
import { Paging } from './paging.ts';
import { ask, property, succeeded } from './request.ts';
import { selectedRepositories, visibilityOf } from './secrets/organization-secret.ts';
import { Purposes } from './secrets/purposes.ts';

interface OrganizationRepository {
  /** `owner/repo`. */
  readonly name: string;
  readonly isPrivate: boolean;
}

export interface ReadersOptions {
  /** Acts with `github-token`. */
  readonly octokit: GitHubClient;
  readonly quoter: Quoter;
}

/** One look at who reads which secret: each organization is listed once, however many of its secrets are asked for. */
export class SecretReaders {
  readonly #octokit: GitHubClient;
  readonly #purposes: Purposes;
  readonly #stop: AbortSignal | undefined;
  readonly #organizations = new Map<string, Promise<readonly OrganizationRepository[]>>();

  constructor({ octokit, quoter }: ReadersOptions, stop?: AbortSignal) {
    this.#octokit = octokit;
    this.#purposes = new Purposes(quoter);
    this.#stop = stop;
  }

  /** As `owner/repo`; undefined if GitHub shows no such secret. Throws `github-forbidden` and `github-unavailable`. */
  async of(path: SecretPath): Promise<readonly string[] | undefined> {
    if (!formOf(path).feedsRuns) return [];
    if (path.level !== 'organization') return [`${path.owner}/${path.repo}`];
    const purpose = this.#purposes.on(path, `read the secret ${path.path}`);
    const secret = await ask(this.#octokit, `GET /${path.path}`, {}, { signal: this.#stop });
    if (secret.status === 404) return undefined;
    if (!succeeded(secret)) throw gitHubFailure(secret, purpose);
    const visibility = visibilityOf(secret, purpose);
    if (visibility === 'selected') {
      return (await selectedRepositories(this.#octokit, path, this.#purposes)).map(
        ({ fullName }) => fullName,
      );
    }
    const repositories = await this.#repositoriesOf(path);
    return repositories.filter(({ isPrivate }) => visibility === 'all' || isPrivate).map(({ name }) => name);
  }

  #repositoriesOf({ org }: OrganizationSecretPath): Promise<readonly OrganizationRepository[]> {
    const key = org.toLowerCase();
    const known = this.#organizations.get(key) ?? this.#list(org);
    this.#organizations.set(key, known);
    return known;
  }

  /** https://docs.github.com/rest/repos/repos#list-organization-repositories */
  async #list(org: string): Promise<readonly OrganizationRepository[]> {
    const purpose = this.#purposes.needing('repositories', `list the repositories of ${org}`);
    const found = new Map<string, OrganizationRepository>();
    const paging = new Paging(found);
    for (;;) {
      const query = { org, type: 'all', ...paging.next() };
      const reply = await ask(this.#octokit, 'GET /orgs/{org}/repos', query, { signal: this.#stop });
      if (!succeeded(reply)) throw gitHubFailure(reply, purpose, 'github-forbidden');
      if (!Array.isArray(reply.data)) throw unreadable(reply, purpose);
      for (const repository of reply.data as unknown[]) {
        const name = fullNameOf(property(repository, 'full_name'), this.#purposes.quoter);
        if (name === undefined) throw unreadable(reply, purpose);
        found.set(name, { name, isPrivate: isPrivate(repository) });
      }
      if (paging.isLast(reply.data)) return [...found.values()];
    }
  }
}

/** Internal repositories count as private for secrets. */
function isPrivate(repository: unknown): boolean {
  const visibility = property(repository, 'visibility');
  return visibility === 'private' || visibility === 'internal' || property(repository, 'private') === true;
}
