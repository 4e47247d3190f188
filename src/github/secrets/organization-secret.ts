/** What GitHub tells of an organization secret: its visibility, and the repositories that it is given to. */
import { RotationError } from '../../common/errors.ts';
import type { OrganizationSecretPath } from '../../paths/secret-path.ts';
import { fullNameOf } from '../full-name.ts';
import { Paging } from '../paging.ts';
import { ask, idOf, property, type Reply, succeeded } from '../request.ts';
import { type Purpose, gitHubFailure, unreadable } from '../failure.ts';
import type { GitHubClient } from '../octokit.ts';
import type { Purposes } from './purposes.ts';

export type Visibility = 'all' | 'private' | 'selected';

export interface SelectedRepository {
  readonly id: number;
  /** `owner/repo`. */
  readonly fullName: string;
}

/** The visibility in GitHub's reply about an organization secret. Throws `github-unavailable` if there is none. */
export function visibilityOf(secret: Reply, purpose: Purpose): Visibility {
  const visibility = property(secret.data, 'visibility');
  if (visibility === 'all' || visibility === 'private' || visibility === 'selected') return visibility;
  throw unreadable(secret, purpose);
}

/**
 * All repositories that an organization secret with visibility `selected` is given to. Throws
 * `github-forbidden` when GitHub counts more than it shows: the list cannot be written back without cutting
 * the others off.
 * https://docs.github.com/rest/actions/secrets#list-selected-repositories-for-an-organization-secret
 */
export async function selectedRepositories(
  octokit: GitHubClient,
  path: OrganizationSecretPath,
  purposes: Purposes,
): Promise<readonly SelectedRepository[]> {
  const purpose = purposes.on(path, `list the repositories selected for ${path.path}`);
  const found = new Map<number, SelectedRepository>();
  const paging = new Paging(found);
  for (;;) {
    const reply = await ask(octokit, `GET /${path.path}/repositories`, paging.next());
    if (!succeeded(reply)) throw gitHubFailure(reply, purpose);
    const total = property(reply.data, 'total_count');
    const repositories = property(reply.data, 'repositories');
    if (typeof total !== 'number' || !Array.isArray(repositories)) throw unreadable(reply, purpose);
    for (const repository of repositories) {
      const id = idOf(property(repository, 'id'));
      const fullName = fullNameOf(property(repository, 'full_name'), purposes.quoter);
      if (id === undefined || fullName === undefined) throw unreadable(reply, purpose);
      found.set(id, { id, fullName });
    }
    if (found.size === total) return [...found.values()];
    if (paging.isLast(repositories)) throw invisible(path, total, found.size);
  }
}

function invisible(path: OrganizationSecretPath, total: number, seen: number): RotationError {
  return new RotationError(
    'github-forbidden',
    `${path.path} is given to ${total} repositories, of which the token of \`github-token\` sees ${seen}. ` +
      'Writing the secret would cut the others off.',
    'Give the token access to all repositories of the organization.',
  );
}
