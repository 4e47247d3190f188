/**
 * Where a secret lives, written as the path of GitHub's own REST API without the leading slash. Paths are
 * parsed once, into a value whose `path` is canonical, so that two spellings of one secret compare equal.
 *
 * Source: https://docs.github.com/rest/actions/secrets
 */

/** Which repositories may read a new organization secret. */
export type Audience =
  | { readonly visibility: 'all' | 'private' }
  | { readonly visibility: 'selected'; readonly repositories: readonly string[] };

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

/** Why a text is not the path of a secret, in words that complete "… is wrong: ". */
export class InvalidSecretPath extends Error {
  override readonly name = 'InvalidSecretPath';
}

/** Two paths of one secret: GitHub compares owners, repositories, environments and names without case. */
export function sameSecret(a: SecretPath, b: SecretPath): boolean {
  return a.path.toLowerCase() === b.path.toLowerCase();
}

/**
 * Parses one path. `thisRepository` is `owner/repo`, for the short form that is only a name.
 * Throws `InvalidSecretPath`.
 */
export function parseSecretPath(text: string, thisRepository: string): SecretPath {
  const [location = '', query, ...rest] = text.replace(/^\//, '').split('?');
  if (rest.length > 0) throw new InvalidSecretPath('it has more than one "?"');
  const segments = location.includes('/') ? location.split('/') : [...short(thisRepository), location];
  const path = fromSegments(segments);
  if (query === undefined) return path;
  if (path.level !== 'organization') {
    throw new InvalidSecretPath('only an organization secret takes "?visibility=…"');
  }
  return { ...path, audience: parseAudience(query) };
}

/** The same place with another name: where a pending secret stands beside the secret that it precedes. */
export function sibling(path: SecretPath, suffix: string): SecretPath {
  const name = path.name + suffix;
  const moved = { name, path: path.path.slice(0, -path.name.length) + name };
  return path.level === 'organization'
    ? { level: path.level, org: path.org, audience: { like: path }, ...moved }
    : { ...path, ...moved };
}

const forms =
  'allowed: NAME, repos/{owner}/{repo}/actions/secrets/{name}, repos/{owner}/{repo}/environments/{environment}/secrets/{name} or orgs/{org}/actions/secrets/{name}';

function short(thisRepository: string): string[] {
  if (!/^[^/]+\/[^/]+$/.test(thisRepository)) {
    throw new InvalidSecretPath(
      'a name alone needs GITHUB_REPOSITORY, which is not set; write the whole path',
    );
  }
  return ['repos', ...thisRepository.split('/'), 'actions', 'secrets'];
}

function fromSegments(segments: readonly string[]): SecretPath {
  if (segments.some((segment) => segment.includes('*'))) {
    throw new InvalidSecretPath('"*" in a path is not supported yet; list each repository');
  }
  const [root, a = '', b = '', c = '', d = '', e = '', ...more] = segments;
  const store = root === 'orgs' ? b : c;
  if ((root === 'repos' || root === 'orgs') && ['dependabot', 'codespaces', 'agents'].includes(store)) {
    throw new InvalidSecretPath(`${store} secrets are not supported yet`);
  }
  if (root === 'orgs' && b === 'actions' && c === 'secrets' && d !== '' && segments.length === 5) {
    const [org, name] = [ownerName(a), secretName(d)];
    return { level: 'organization', org, name, path: `orgs/${org}/actions/secrets/${name}` };
  }
  if (root === 'repos' && c === 'actions' && d === 'secrets' && segments.length === 6) {
    const [owner, repo, name] = [ownerName(a), repositoryName(b), secretName(e)];
    return { level: 'repository', owner, repo, name, path: `repos/${owner}/${repo}/actions/secrets/${name}` };
  }
  if (root === 'repos' && c === 'environments' && e === 'secrets' && more.length === 1) {
    const [owner, repo, name] = [ownerName(a), repositoryName(b), secretName(more[0] ?? '')];
    const environment = environmentName(d);
    const path = `repos/${owner}/${repo}/environments/${encodeURIComponent(environment)}/secrets/${name}`;
    return { level: 'environment', owner, repo, environment, name, path };
  }
  if (root === 'repos' && c === 'environments' && segments.length > 7) {
    throw new InvalidSecretPath('an environment name with "/" must be percent-encoded: prod%2Feu');
  }
  throw new InvalidSecretPath(`it is not the path of a secret; ${forms}`);
}

// GitHub's own rules: letters, digits and hyphens; enterprise-managed users add an underscore.
function ownerName(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(text))
    throw new InvalidSecretPath('the owner is not a GitHub name');
  return text;
}

function repositoryName(text: string): string {
  if (!/^[A-Za-z0-9._-]+$/.test(text) || text === '.' || text === '..') {
    throw new InvalidSecretPath('the repository is not a GitHub name');
  }
  return text;
}

/** https://docs.github.com/actions/reference/security/secrets#naming-your-secrets */
function secretName(text: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(text) || /^GITHUB_/i.test(text)) {
    throw new InvalidSecretPath(
      'the name of a secret has letters, digits and _ only and does not start with a digit or GITHUB_',
    );
  }
  return text.toUpperCase();
}

function environmentName(text: string): string {
  let name: string;
  try {
    name = decodeURIComponent(text);
  } catch {
    throw new InvalidSecretPath('the environment is not percent-encoded correctly');
  }
  // "." and ".." would be folded away by the URL parser, even when percent-encoded.

  if (
    name === '' ||
    name === '.' ||
    name === '..' ||
    name.length > 255 ||
    /[\u0000-\u001f\u007f]/.test(name)
  ) {
    throw new InvalidSecretPath('the environment is not a GitHub name');
  }
  return name;
}

function parseAudience(query: string): Audience {
  const parameters = new Map<string, string>();
  for (const part of query.split('&')) {
    const [key = '', value = ''] = part.split('=', 2);
    if (key !== 'visibility' && key !== 'repositories') {
      throw new InvalidSecretPath(
        'after "?" only visibility=all|private|selected and repositories=a,b are allowed',
      );
    }
    if (parameters.has(key)) throw new InvalidSecretPath(`"${key}" is given twice`);
    parameters.set(key, value);
  }
  const visibility = parameters.get('visibility') ?? 'private';
  const repositories = parameters.get('repositories');
  if (visibility === 'selected') {
    if (!repositories) throw new InvalidSecretPath('visibility=selected needs repositories=a,b');
    return { visibility, repositories: repositories.split(',').map((name) => repositoryName(name.trim())) };
  }
  if (visibility !== 'all' && visibility !== 'private') {
    throw new InvalidSecretPath('visibility is all, private or selected');
  }
  if (repositories !== undefined)
    throw new InvalidSecretPath('repositories=… goes with visibility=selected only');
  return { visibility };
}
