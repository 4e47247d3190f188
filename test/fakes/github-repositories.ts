// The repositories of the fake GitHub: who sees them, how they are listed, renamed and archived.
import type { Reply } from './faults.ts';
import { page, param, Refusal, sees, type Call, type Routes } from './github-call.ts';
import { accountJson, fullRepository, repositoryJson } from './github-repository-json.ts';

export interface Repository {
  readonly id: number;
  /** These three change together, by `Repositories.rename`. */
  owner: string;
  name: string;
  fullName: string;
  readonly private: boolean;
  archived: boolean;
  readonly defaultBranch: string;
  readonly branches: Set<string>;
  readonly tags: Set<string>;
  readonly environments: Set<string>;
}

export interface RepositoryOptions {
  readonly private?: boolean;
  readonly archived?: boolean;
  readonly defaultBranch?: string;
  readonly branches?: readonly string[];
  readonly tags?: readonly string[];
  readonly environments?: readonly string[];
}

/** The repositories of the fake, and their owners: organizations, unless said to be users. */
export class Repositories {
  readonly all: Repository[] = [];
  readonly users = new Set<string>();
  /**
   * What a request for an old name of a repository is answered with; by default as GitHub does: 301 to a GET, 307 to
   * any other (https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api).
   */
  movedStatus: 301 | 307 | 308 | undefined;
  /** Where the API is, for the addresses in replies. */
  readonly api: () => string;
  readonly #byName = new Map<string, Repository>();
  readonly #byOldName = new Map<string, Repository>();
  readonly #byId = new Map<number, Repository>();
  readonly #owners = new Set<string>();
  readonly #renamed: (from: string, to: string) => void;

  constructor(api: () => string, renamed: (from: string, to: string) => void = () => undefined) {
    this.api = api;
    this.#renamed = renamed;
  }

  add(fullName: string, options: RepositoryOptions = {}): Repository {
    const [owner = '', name = ''] = fullName.split('/');
    const defaultBranch = options.defaultBranch ?? 'main';
    const repository: Repository = {
      id: 1001 + this.all.length,
      owner,
      name,
      fullName,
      private: options.private ?? true,
      archived: options.archived ?? false,
      defaultBranch,
      branches: new Set([defaultBranch, ...(options.branches ?? [])]),
      tags: new Set(options.tags),
      environments: new Set(options.environments),
    };
    this.all.push(repository);
    this.#owners.add(owner.toLowerCase());
    this.#byId.set(repository.id, repository);
    this.#byName.set(fullName.toLowerCase(), repository);
    this.#byOldName.delete(fullName.toLowerCase());
    return repository;
  }

  /** Somebody renames a repository or gives it to another owner: its old name leads to the new one. */
  rename(from: string, to: string): Repository {
    const repository = this.get(from);
    const before = repository.fullName;
    const [owner = '', name = ''] = to.split('/');
    this.#byName.delete(before.toLowerCase());
    this.#byOldName.set(before.toLowerCase(), repository);
    Object.assign(repository, { owner, name, fullName: to });
    this.#byName.set(to.toLowerCase(), repository);
    this.#owners.add(owner.toLowerCase());
    this.#renamed(before, to);
    return repository;
  }

  /** By full name, in any case, as GitHub does. */
  find(fullName: string): Repository | undefined {
    return this.#byName.get(fullName.toLowerCase());
  }

  get(fullName: string): Repository {
    const found = this.find(fullName);
    if (found === undefined) throw new Error(`the fake has no repository ${fullName}`);
    return found;
  }

  byId(id: number): Repository | undefined {
    return this.#byId.get(id);
  }

  /** The repository that once had this name. */
  moved(fullName: string): Repository | undefined {
    return this.#byOldName.get(fullName.toLowerCase());
  }

  isOrganization(owner: string): boolean {
    const name = owner.toLowerCase();
    return this.#owners.has(name) && ![...this.users].some((user) => user.toLowerCase() === name);
  }

  /** The repository that a call names; 404 hides a private one that its token cannot see. */
  of(call: Call): Repository {
    const found = this.find(`${param(call, 'owner')}/${param(call, 'repo')}`);
    if (found === undefined || (found.private && !sees(call.token, found))) {
      throw new Refusal(404, 'Not Found');
    }
    return found;
  }

  organization(call: Call): string {
    const org = param(call, 'org');
    if (!this.isOrganization(org)) throw new Refusal(404, 'Not Found');
    return org.toLowerCase();
  }

  routes(): Routes {
    const visible = (call: Call, owner?: string): Repository[] =>
      this.all.filter(
        (one) =>
          (owner === undefined || one.owner.toLowerCase() === owner.toLowerCase()) &&
          (sees(call.token, one) || (owner !== undefined && !one.private)),
      );
    const list = (call: Call, repositories: Repository[]): Reply =>
      page(call, repositories.filter(ofType(call.query.get('type'))), (items) =>
        items.map((one) => this.#fullJson(one)),
      );
    return {
      'GET /repos/{owner}/{repo}': (call) => ({ status: 200, body: this.#fullJson(this.of(call)) }),
      'GET /repos/{owner}/{repo}/environments/{environment_name}': (call) => {
        const name = param(call, 'environment_name');
        if (!hasEnvironment(this.of(call), name)) throw new Refusal(404, 'Not Found');
        return { status: 200, body: this.#environmentJson(this.of(call), name) };
      },
      'GET /orgs/{org}/repos': (call) => list(call, visible(call, this.organization(call))),
      'GET /users/{username}/repos': (call) =>
        list(
          call,
          visible(call, param(call, 'username')).filter((one) => !one.private),
        ),
      'GET /user/repos': (call) => {
        if (call.token.kind === 'app') throw new Refusal(403, 'Resource not accessible by integration');
        return list(call, visible(call));
      },
      'GET /installation/repositories': (call) => {
        if (call.token.kind === 'pat')
          throw new Refusal(403, 'You must authenticate with an installation access token');
        return page(call, visible(call), (items, total) => ({
          total_count: total,
          repository_selection: call.token.repositories === 'all' ? 'all' : 'selected',
          repositories: items.map((one) => this.#fullJson(one)),
        }));
      },
    };
  }

  json(repository: Repository): Record<string, unknown> {
    return repositoryJson(repository, this.api(), this.account(repository.owner));
  }

  account(login: string): Record<string, unknown> {
    return accountJson(login, this.api(), this.isOrganization(login) ? 'Organization' : 'User');
  }

  #fullJson(repository: Repository): Record<string, unknown> {
    return { ...this.json(repository), ...fullRepository };
  }

  #environmentJson({ fullName }: Repository, name: string): Record<string, unknown> {
    const at = new Date(0).toISOString();
    return {
      id: 1,
      node_id: 'EN_1',
      name,
      url: `${this.api()}/repos/${fullName}/environments/${encodeURIComponent(name)}`,
      html_url: `https://github.com/${fullName}/deployments/activity_log`,
      created_at: at,
      updated_at: at,
      protection_rules: [],
      deployment_branch_policy: null,
    };
  }
}

/** The names of environments are not case-sensitive. */
export const hasEnvironment = (repository: Repository, name: string): boolean =>
  [...repository.environments].some((one) => one.toLowerCase() === name.toLowerCase());

function ofType(type: string | null): (repository: Repository) => boolean {
  if (type === 'public') return (one) => !one.private;
  if (type === 'private') return (one) => one.private;
  if (type === 'forks') return () => false;
  return () => true;
}
