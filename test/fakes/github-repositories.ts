import type { Reply } from './faults.ts';
import { page, param, Refusal, sees, type Call, type Routes } from './github-call.ts';

export interface Repository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly fullName: string;
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
  /** Where the API is, for the addresses in replies. */
  readonly api: () => string;

  constructor(api: () => string) {
    this.api = api;
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
    return repository;
  }

  /** By full name, in any case, as GitHub does. */
  find(fullName: string): Repository | undefined {
    return this.all.find((one) => one.fullName.toLowerCase() === fullName.toLowerCase());
  }

  get(fullName: string): Repository {
    const found = this.find(fullName);
    if (found === undefined) throw new Error(`the fake has no repository ${fullName}`);
    return found;
  }

  isOrganization(owner: string): boolean {
    const name = owner.toLowerCase();
    return (
      this.all.some((one) => one.owner.toLowerCase() === name) &&
      ![...this.users].some((user) => user.toLowerCase() === name)
    );
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
        items.map((one) => this.json(one)),
      );
    return {
      'GET /repos/{owner}/{repo}': (call) => ({ status: 200, body: this.json(this.of(call)) }),
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
          repositories: items.map((one) => this.json(one)),
        }));
      },
    };
  }

  /** The fields of a repository that clients of this kind look at, and its many addresses. */
  json(repository: Repository): Record<string, unknown> {
    const url = `${this.api()}/repos/${repository.fullName}`;
    return {
      ...Object.fromEntries(addresses.map((name) => [`${name}_url`, `${url}/${name}`])),
      id: repository.id,
      node_id: `R_${repository.id}`,
      name: repository.name,
      full_name: repository.fullName,
      private: repository.private,
      visibility: repository.private ? 'private' : 'public',
      archived: repository.archived,
      disabled: false,
      fork: false,
      default_branch: repository.defaultBranch,
      description: null,
      html_url: `https://github.com/${repository.fullName}`,
      url,
      owner: this.account(repository.owner),
      permissions: { admin: true, push: true, pull: true },
    };
  }

  account(login: string): Record<string, unknown> {
    const url = `${this.api()}/users/${login}`;
    return {
      ...Object.fromEntries(accountAddresses.map((name) => [`${name}_url`, `${url}/${name}`])),
      login,
      id: 500 + login.length,
      node_id: `U_${login}`,
      avatar_url: '',
      gravatar_id: '',
      url,
      html_url: `https://github.com/${login}`,
      type: this.isOrganization(login) ? 'Organization' : 'User',
      site_admin: false,
    };
  }
}

function ofType(type: string | null): (repository: Repository) => boolean {
  if (type === 'public') return (one) => !one.private;
  if (type === 'private') return (one) => one.private;
  if (type === 'forks') return () => false;
  return () => true;
}

const accountAddresses =
  'events followers following gists organizations received_events repos starred subscriptions'.split(' ');

const addresses = (
  'archive assignees blobs branches collaborators comments commits compare contents contributors deployments ' +
  'downloads events forks git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels ' +
  'languages merges milestones notifications pulls releases stargazers statuses subscribers subscription tags ' +
  'teams trees git ssh clone svn mirror'
).split(' ');
