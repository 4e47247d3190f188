// How GitHub shows repositories and accounts in its replies.
import type { Repository } from './github-repositories.ts';

const addresses = (
  'archive assignees blobs branches collaborators comments commits compare contents contributors deployments ' +
  'downloads events forks git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels ' +
  'languages merges milestones notifications pulls releases stargazers statuses subscribers subscription tags ' +
  'teams trees git ssh clone svn mirror'
).split(' ');

const accountAddresses =
  'events followers following gists organizations received_events repos starred subscriptions'.split(' ');

/** The addresses of a repository, by its own: pages of a hundred repositories would make them again and again. */
const addressesOf = new Map<string, Record<string, string>>();

/** The fields of a repository that clients of this kind look at, and its many addresses. */
export function repositoryJson(
  repository: Repository,
  api: string,
  owner: Record<string, unknown>,
): Record<string, unknown> {
  const url = `${api}/repos/${repository.fullName}`;
  let known = addressesOf.get(url);
  if (known === undefined) {
    known = Object.fromEntries(addresses.map((name) => [`${name}_url`, `${url}/${name}`]));
    addressesOf.set(url, known);
  }
  return {
    ...known,
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
    owner,
    permissions: { admin: true, push: true, pull: true },
  };
}

const counts = Object.fromEntries(
  (
    'forks forks_count network_count open_issues open_issues_count size stargazers_count subscribers_count ' +
    'watchers watchers_count'
  )
    .split(' ')
    .map((name) => [name, 0]),
);

const features = Object.fromEntries(
  'discussions downloads issues pages projects wiki'.split(' ').map((name) => [`has_${name}`, true]),
);

const beginning = '2020-01-01T00:00:00Z';

/** What a repository's own page and the installation's list say beyond that. */
export const fullRepository: Readonly<Record<string, unknown>> = {
  ...counts,
  ...features,
  homepage: null,
  language: null,
  license: null,
  created_at: beginning,
  updated_at: beginning,
  pushed_at: beginning,
};

export function accountJson(
  login: string,
  api: string,
  type: 'Organization' | 'User',
): Record<string, unknown> {
  const url = `${api}/users/${login}`;
  return {
    ...Object.fromEntries(accountAddresses.map((name) => [`${name}_url`, `${url}/${name}`])),
    login,
    id: 500 + login.length,
    node_id: `U_${login}`,
    avatar_url: '',
    gravatar_id: '',
    url,
    html_url: `https://github.com/${login}`,
    type,
    site_admin: false,
  };
}
