/**
 * Where a secret lives, written as the path of GitHub's own REST API without the leading slash. The `path` is canonical,
 * so that two spellings of one secret compare equal.
 */
import { formOfSegments, type SecretForm } from './secret-forms.ts';
import type { Audience } from './secret-names.ts';

interface Located {
  /** Canonical path: `repos/acme/store/actions/secrets/NAME`, percent-encoded as in the API. */
  readonly path: string;
  /** Upper case, as GitHub stores it. */
  readonly name: string;
}

export interface RepositorySecretPath extends Located {
  readonly level: 'repository';
  readonly owner: string;
  readonly repo: string;
}

export interface EnvironmentSecretPath extends Located {
  readonly level: 'environment';
  readonly owner: string;
  readonly repo: string;
  /** Decoded: `prod/eu`, not `prod%2Feu`. */
  readonly environment: string;
}

export interface OrganizationSecretPath extends Located {
  readonly level: 'organization';
  readonly org: string;
  /**
   * Who may read it if it has to be created: what the path said, or the same readers as another secret of
   * the organization (`like`). An existing secret keeps its own.
   */
  readonly audience?: Audience | { readonly like: OrganizationSecretPath };
}

export type SecretPath = RepositorySecretPath | EnvironmentSecretPath | OrganizationSecretPath;

/** One secret in many repositories of an owner: those whose name fits, and that have the secret already. */
export interface SecretPattern extends Located {
  readonly level: 'pattern';
  readonly owner: string;
  /** With at least one `*`, which stands for any characters, or none. */
  readonly repo: string;
  /** What follows the repository: `actions/secrets/NAME`. */
  readonly rest: string;
}

/** Two paths of one secret: GitHub compares owners, repositories, environments and names without case. */
export function sameSecret(a: Located, b: Located): boolean {
  return keyOf(a) === keyOf(b);
}

/** Equal for all spellings of one secret. */
export function keyOf({ path }: Located): string {
  return path.toLowerCase();
}

/** The row of the table that a parsed path belongs to. */
export function formOf({ path }: Located): SecretForm {
  const found = formOfSegments(path.split('/'));
  if (found === undefined) throw new Error('a secret path was made by hand, and wrongly');
  return found.form;
}

/** `repos/acme/store/actions/secrets`: what has one public key, and room for so many secrets. */
export function placeOf({ path }: Located): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** The text that `parseSecretPath` reads the same path from, with the readers of a new organization secret. */
export function textOf(path: SecretPath): string {
  if (path.level !== 'organization' || path.audience === undefined || 'like' in path.audience)
    return path.path;
  const { visibility } = path.audience;
  const repositories =
    path.audience.visibility === 'selected' ? `&repositories=${path.audience.repositories.join(',')}` : '';
  return `${path.path}?visibility=${visibility}${repositories}`;
}

/** The same place with another name: where a pending secret stands beside the secret that it precedes. */
export function sibling(path: SecretPath, suffix: string): SecretPath {
  const moved = renamed(path, path.name + suffix);
  return moved.level === 'organization' && path.level === 'organization'
    ? { ...moved, audience: { like: path } }
    : moved;
}

/**
 * Where the old token stands while the token in `pending` is pending: `_OLD` in the place of the last
 * `_PENDING`, or at the end of a name that has none. A new organization secret gets the same readers.
 */
export function oldSecretPathOf(pending: SecretPath): SecretPath {
  const at = pending.name.lastIndexOf('_PENDING');
  const old =
    at < 0
      ? `${pending.name}_OLD`
      : `${pending.name.slice(0, at)}_OLD${pending.name.slice(at + '_PENDING'.length)}`;
  return renamed(pending, old);
}

function renamed<T extends SecretPath>(path: T, name: string): T {
  return { ...path, name, path: `${placeOf(path)}/${name}` };
}

/**
 * What may be wrong with a path that is right, or undefined.
 * https://docs.github.com/copilot/how-tos/use-copilot-agents/cloud-agent/customize-the-agent-environment
 */
export function warningAbout(path: SecretPath | SecretPattern): string | undefined {
  const [environment, store] = ['/environments/copilot/secrets/', '/agents/secrets/'];
  if (!path.path.toLowerCase().includes(environment)) return undefined;
  const agents = placeOf(path).replace(/\/environments\/[^/]+\/secrets$/, store) + path.name;
  return (
    `GitHub has moved the secrets of the environment "copilot" to the agents' secrets, so ${path.path} may be read by ` +
    `nobody. If so, write ${agents} instead.`
  );
}
