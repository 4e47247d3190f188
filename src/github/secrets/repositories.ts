/** The repositories that hold secrets: whether one is archived, and which an owner has. */
import { attempted, RotationError } from '../../common/errors.ts';
import type { Quoter } from '../../common/quoter.ts';
import type { SecretFacts, SkippedRepository } from '../../rotation/ports/secret-store.ts';
import { formOf, type SecretPath, type SecretPattern } from '../../paths/secret-path.ts';
import { matchesPattern, secretIn } from '../../paths/secret-pattern.ts';
import { gitHubFailure, unreadable } from '../failure.ts';
import { fullNameOf } from '../full-name.ts';
import type { GitHubClient } from '../octokit.ts';
import { Paging } from '../paging.ts';
import { ask, property, type Reply, succeeded } from '../request.ts';
import type { Purposes } from './purposes.ts';
import type { Listings } from './listings.ts';

interface Repository {
  readonly name: string;
  readonly isArchived: boolean;
}

export class Repositories {
  readonly #octokit: GitHubClient;
  readonly #purposes: Purposes;
  readonly #listings: Listings;

  constructor(octokit: GitHubClient, purposes: Purposes, listings: Listings) {
    this.#octokit = octokit;
    this.#purposes = purposes;
    this.#listings = listings;
  }

  /** What keeps the repository from being written to; undefined also where the token may not look at it. */
  async problem(owner: string, repo: string): Promise<RotationError | undefined> {
    const purpose = this.#purposes.needing('repositories', `look up the repository ${owner}/${repo}`);
    const reply = await ask(this.#octokit, 'GET /repos/{owner}/{repo}', { owner, repo });
    if (reply.status === 301 || reply.status === 307 || reply.status === 308) {
      return gitHubFailure(reply, { ...purpose, ifMoved: 'secret-missing' });
    }
    if (!succeeded(reply) || property(reply.data, 'archived') !== true) return undefined;
    return new RotationError(
      'github-forbidden',
      `The repository ${owner}/${repo} is archived, so its secrets cannot be written.`,
      'Unarchive the repository, or take it out of secrets.',
    );
  }

  /** The organization secret that the repository reads under this name. https://docs.github.com/rest/actions/secrets#list-repository-organization-secrets */
  async organizationSecretNamed(path: SecretPath): Promise<string | undefined> {
    if (path.level !== 'repository' || formOf(path).store !== 'actions') return undefined;
    const { owner, repo, name } = path;
    const purpose = this.#purposes.on(path, `list the organization secrets of ${owner}/${repo}`);
    const seen = new Set<unknown>();
    const paging = new Paging(seen);
    for (;;) {
      const query = { owner, repo, ...paging.next() };
      const reply = await ask(this.#octokit, 'GET /repos/{owner}/{repo}/actions/organization-secrets', query);
      // A person has no organization secrets.
      if (reply.status === 404) return undefined;
      if (!succeeded(reply)) throw gitHubFailure(reply, purpose);
      const secrets = property(reply.data, 'secrets');
      if (!Array.isArray(secrets)) throw unreadable(reply, purpose);
      const names = secrets.map((secret: unknown) => property(secret, 'name'));
      if (names.some((other) => typeof other === 'string' && other.toUpperCase() === name))
        return `orgs/${owner}/actions/secrets/${name}`;
      for (const one of names) seen.add(one);
      if (paging.isLast(secrets)) return undefined;
    }
  }

  /**
   * The secret of a pattern in all repositories that have it. One request for each hundred repositories of the owner, and
   * one for each that matches: GitHub has no list of who has a secret of a certain name.
   */
  async find(
    pattern: SecretPattern,
  ): Promise<{ readonly found: readonly SecretFacts[]; readonly skipped: readonly SkippedRepository[] }> {
    const matching = (await this.#of(pattern)).filter(({ name }) => matchesPattern(pattern, name));
    const skipped: SkippedRepository[] = [];
    const found: SecretFacts[] = [];
    const looks = matching.map(async ({ name, isArchived }) => {
      const repository = `${pattern.owner}/${this.#purposes.quote(name)}`;
      const look = isArchived ? 'it is archived' : await this.#look(pattern, name);
      if (typeof look === 'string') skipped.push({ repository, reason: look });
      else found.push(look);
    });
    await Promise.all(looks);
    if (found.length === 0) throw this.#nothingFound(pattern, matching.length);
    const order = ({ path }: SecretFacts): string => path.path.toLowerCase();
    return { found: found.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)), skipped };
  }

  async #look(pattern: SecretPattern, name: string): Promise<SecretFacts | string> {
    const path: SecretPath = secretIn(pattern, name);
    const facts = await attempted(async () => this.#listings.facts(path, await this.#listings.get(path)));
    if (facts instanceof RotationError) {
      if (facts.code === 'github-unavailable') throw facts;
      return 'its secrets cannot be read';
    }
    return facts.updatedAt === undefined ? 'it does not have the secret' : facts;
  }

  #nothingFound({ path }: SecretPattern, count: number): RotationError {
    return new RotationError(
      'secret-missing',
      `${path}: ${count} repositories match that github-token can see, and none of them, archived ones left out, has the secret.`,
      'Check the pattern, the name of the secret, and where the App is installed.',
    );
  }

  /** An organization's, else those of a person as far as the token can see them. */
  async #of({ owner }: SecretPattern): Promise<readonly Repository[]> {
    const organization = await this.#pages('GET /orgs/{org}/repos', { org: owner, type: 'all' }, owner);
    if (organization !== undefined) return organization;
    const installed = await this.#pages('GET /installation/repositories', {}, owner);
    if (installed !== undefined) return installed;
    return (await this.#pages('GET /user/repos', { affiliation: 'owner,collaborator' }, owner)) ?? [];
  }

  /** Undefined where this list is not for this token: GitHub answers 403 or 404. */
  async #pages(route: string, query: object, owner: string): Promise<readonly Repository[] | undefined> {
    const purpose = this.#purposes.needing('repositories', `list the repositories of ${owner}`);
    const found = new Map<string, Repository>();
    const seen = new Set<unknown>();
    const paging = new Paging(seen);
    for (;;) {
      const reply = await ask(this.#octokit, route, { ...query, ...paging.next() });
      if (reply.status === 403 || reply.status === 404) return undefined;
      if (!succeeded(reply)) throw gitHubFailure(reply, purpose, 'secret-missing');
      const repositories = listIn(reply);
      if (repositories === undefined) throw unreadable(reply, purpose);
      for (const repository of repositories) {
        seen.add(property(repository, 'full_name'));
        const one = ofOwner(repository, owner, this.#purposes.quoter);
        if (one !== undefined) found.set(one.name.toLowerCase(), one);
      }
      if (paging.isLast(repositories)) return [...found.values()];
    }
  }
}

/** What cannot be read, or is somebody else's, is none of the pattern's. */
function ofOwner(repository: unknown, owner: string, quoter: Quoter): Repository | undefined {
  const [ownerOf = '', name = ''] = fullNameOf(property(repository, 'full_name'), quoter)?.split('/') ?? [];
  if (name === '' || ownerOf.toLowerCase() !== owner.toLowerCase()) return undefined;
  return { name, isArchived: property(repository, 'archived') === true };
}

function listIn({ data }: Reply): readonly unknown[] | undefined {
  const list = Array.isArray(data) ? data : property(data, 'repositories');
  return Array.isArray(list) ? (list as unknown[]) : undefined;
}
