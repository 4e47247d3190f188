/**
 * Where a secret lives, written as the path of GitHub's own REST API without the leading slash. Paths are
 * parsed once, into a value whose `path` is canonical, so that two spellings of one secret compare equal.
 */
import { formOfSegments, type SecretForm, secretForms } from './secret-forms.ts';
import {
  type Audience,
  environmentName,
  InvalidSecretPath,
  ownerName,
  parseAudience,
  repositoryName,
  secretName,
} from './secret-names.ts';

export { type Audience, InvalidSecretPath };

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

/** Parses one path. `thisRepository` is `owner/repo`, for the form that is only a name. Throws `InvalidSecretPath`. */
export function parseSecretPath(text: string, thisRepository: string): SecretPath {
  const parsed = parseSecretTarget(text, thisRepository);
  if (parsed.level === 'pattern') {
    throw new InvalidSecretPath('"*" stands for many secrets, and one is wanted here');
  }
  return parsed;
}

/** As `parseSecretPath`, but takes `*` in the name of the repository too. */
export function parseSecretTarget(text: string, thisRepository: string): SecretPath | SecretPattern {
  const bare = text.replace(/^\//, '');
  refuseExpression(bare);
  const [location = '', query, ...more] = bare.split('?');
  if (more.length > 0) throw new InvalidSecretPath('it has more than one "?"');
  const segments = location.includes('/') ? location.split('/') : [...short(thisRepository), location];
  const found = formOfSegments(segments);
  if (found === undefined) throw nearMiss(location, segments);
  const target = locate(found.form, found.values);
  if (query === undefined) return target;
  if (target.level !== 'organization') {
    throw new InvalidSecretPath('only the path of an organization secret takes "?visibility=…"');
  }
  return { ...target, audience: parseAudience(query) };
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

/** Whether the name of a repository fits the pattern, whatever its case. Linear in the length of both. */
export function matchesPattern(pattern: SecretPattern, repository: string): boolean {
  const pieces = pattern.repo.toLowerCase().split('*');
  const name = repository.toLowerCase();
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last))
    return false;
  let from = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const at = name.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return from <= name.length - last.length;
}

/** The secret of a pattern in one of the repositories. Throws `InvalidSecretPath` if that is not a repository's name. */
export function secretIn({ owner, rest }: SecretPattern, repository: string): SecretPath {
  return parseSecretPath(`repos/${owner}/${repository}/${rest}`, '');
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

function short(thisRepository: string): string[] {
  if (!/^[^/]+\/[^/]+$/.test(thisRepository)) {
    throw new InvalidSecretPath(
      'a name alone needs GITHUB_REPOSITORY, which is not set; write the whole path',
    );
  }
  return ['repos', ...thisRepository.split('/'), 'actions', 'secrets'];
}

function locate(form: SecretForm, values: ReadonlyMap<string, string>): SecretPath | SecretPattern {
  const value = (place: string): string => values.get(place) ?? '';
  const fill = (own: Readonly<Record<string, string>>): string =>
    form.template.replaceAll(/\{(\w+)\}/g, (_, place: string) => own[place] ?? '');
  const name = secretName(value('name'));
  if (form.level === 'organization') {
    const org = ownerName(value('org'));
    return { level: form.level, org, name, path: fill({ org, name }) };
  }
  const owner = ownerName(value('owner'));
  const repo = repositoryName(value('repo'));
  if (form.level === 'repository') {
    const path = fill({ owner, repo, name });
    if (repo.includes('*')) return patternOf(owner, repo, name, path);
    return { level: form.level, owner, repo, name, path };
  }
  const environment = environmentName(value('environment'));
  const path = fill({ owner, repo, name, environment: encodeSegment(environment) });
  if (repo.includes('*')) return patternOf(owner, repo, name, path);
  return { level: form.level, owner, repo, environment, name, path };
}

function patternOf(owner: string, repo: string, name: string, path: string): SecretPattern {
  const rest = path.split('/').slice(3).join('/');
  return { level: 'pattern', owner, repo, name, rest, path };
}

// A `*` that stands for itself must not be read as one that stands for others, nor a quote end a command line.
function encodeSegment(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** `secrets.NAME` gives a workflow the value; what is wanted here is the name. */
function refuseExpression(text: string): void {
  const [, name] = /^(?:\$\{\{\s*)?secrets\.(\w+)(?:\s*\}\})?$/i.exec(text) ?? [];
  if (name !== undefined || text.includes('${{')) {
    throw new InvalidSecretPath('it is an expression; write the name of the secret alone', name);
  }
}

/** The addresses of GitHub's pages and API, and paths with a piece too few. */
function meantBy(location: string): string | undefined {
  const bare = location.replace(/^https?:\/\/[^/]+\/(?:api\/v3\/)?/i, '').replace(/^\//, '');
  const candidates = [
    bare,
    `repos/${bare}`,
    bare.replace(/^(repos\/[^/]+\/[^/]+|orgs\/[^/]+)\/secrets\//, '$1/actions/secrets/'),
    bare.replace(/^([^/]+\/[^/]+)\/secrets\//, 'repos/$1/actions/secrets/'),
    bare.replace(/^([^/]+\/[^/]+)\/settings\/secrets\/(\w+)\//, 'repos/$1/$2/secrets/'),
    bare.replace(/^organizations\/([^/]+)\/settings\/secrets\/(\w+)\//, 'orgs/$1/$2/secrets/'),
    bare.replace(/\/environments?\/([^/]+)\/(?:actions\/)?secrets\//, '/environments/$1/secrets/'),
  ];
  return candidates.find((text) => text !== location && formOfSegments(text.split('/')) !== undefined);
}

/** Says what the text that fits no form was probably meant to be. */
function nearMiss(location: string, segments: readonly string[]): InvalidSecretPath {
  const [root, , , store] = segments;
  if (/[,;\s]\S*\//.test(location))
    return new InvalidSecretPath('there is more than one in the line; write one a line');
  if (root === 'repos' && store === 'environments' && segments.length > 7) {
    return new InvalidSecretPath('an environment name with "/" must be percent-encoded: prod%2Feu');
  }
  const meant = meantBy(location);
  if (meant !== undefined) {
    const isPrefixed = /^(?:repos|orgs)\//.test(location);
    const what = isPrefixed ? 'it is not the path of a secret' : 'it does not begin with repos/ or orgs/';
    return new InvalidSecretPath(what, meant);
  }
  const forms = ['NAME', ...secretForms.map(({ template }) => template)].join(', ');
  return new InvalidSecretPath(`it is not the path of a secret; allowed: ${forms}`);
}
