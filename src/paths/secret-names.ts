/**
 * The names in the path of a secret, checked one by one. What is wrong is told in words that repeat nothing of the
 * text, which may be a secret in the wrong place.
 */

/**
 * Why a text is not the path of a secret, in words that complete "… is wrong: " and repeat nothing of the text.
 */
export class InvalidSecretPath extends Error {
  override readonly name = 'InvalidSecretPath';
  /** What was probably meant. Made from the text, so to be shown only once it is known to hold no secret. */
  readonly suggestion: string | undefined;

  constructor(message: string, suggestion?: string) {
    super(message);
    this.suggestion = suggestion;
  }
}

/** The longest name that is believed to be one; VTEX's tokens are longer. */
const longestName = 64;

// GitHub's own rules: letters, digits and hyphens; enterprise-managed users add an underscore.
export function ownerName(text: string): string {
  if (text.includes('*')) throw new InvalidSecretPath('"*" is possible in the name of the repository only');
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(text))
    throw new InvalidSecretPath('the owner is not a GitHub name');
  return text;
}

export function repositoryName(text: string): string {
  if (!/^[A-Za-z0-9._*-]+$/.test(text) || text === '.' || text === '..') {
    throw new InvalidSecretPath('the repository is not a GitHub name');
  }
  return text.replaceAll(/\*+/g, '*');
}

/** https://docs.github.com/actions/reference/security/secrets#naming-your-secrets */
export function secretName(text: string): string {
  if (/^\w{1,64}(?:[,;\s]+\w{1,64})+$/.test(text)) {
    throw new InvalidSecretPath('there is more than one in the line; write one a line');
  }
  // The two secrets of a renewal are named after a listed one, and may be that much longer.
  if (text.replace(/_(?:PENDING|OLD)$/i, '').length > longestName) {
    throw new InvalidSecretPath(
      `the name of the secret has more than ${longestName} characters, so it looks like a value; write the name that the secret has on GitHub`,
    );
  }
  if (text.includes('*')) throw new InvalidSecretPath('"*" is possible in the name of the repository only');
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(text) || /^GITHUB_/i.test(text)) {
    throw new InvalidSecretPath(
      'the name of a secret has letters, digits and _ only and does not start with a digit or GITHUB_',
      nameIn(text),
    );
  }
  return text.toUpperCase();
}

/** The name in what people write around it: a list's dash, quotes, `env.`, a colon; and `-`, which no name has. */
function nameIn(text: string): string | undefined {
  const bare = text.replace(/^(?:[-*]\s+|["'`$]+|(?:env|vars)\.)+/, '').replace(/["'`:]+$/, '');
  const name = bare.replaceAll('-', '_');
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !/^GITHUB_/i.test(name) ? name : undefined;
}

export function environmentName(text: string): string {
  if (text.includes('*')) throw new InvalidSecretPath('"*" is possible in the name of the repository only');
  let name: string;
  try {
    name = decodeURIComponent(text);
  } catch {
    throw new InvalidSecretPath('the environment is not percent-encoded correctly');
  }
  // "." and ".." would be folded away by the URL parser, even when percent-encoded.
  if (/^\.{0,2}$/.test(name) || name.length > 255 || /[\u0000-\u001f\u007f]/.test(name)) {
    throw new InvalidSecretPath('the environment is not a GitHub name');
  }
  return name;
}

/** Which repositories may read a new organization secret. */
export type Audience =
  | { readonly visibility: 'all' | 'private' }
  | { readonly visibility: 'selected'; readonly repositories: readonly string[] };

/** What follows the `?` of an organization secret. */
export function parseAudience(query: string): Audience {
  const parameters = parametersOf(query);
  const visibility = parameters.get('visibility') ?? 'private';
  const repositories = parameters.get('repositories');
  if (visibility === 'selected') {
    if (!repositories) throw new InvalidSecretPath('visibility=selected needs repositories=a,b');
    return { visibility, repositories: repositories.split(',').map((name) => memberName(name.trim())) };
  }
  if (visibility !== 'all' && visibility !== 'private') {
    throw new InvalidSecretPath('visibility is all, private or selected');
  }
  if (repositories !== undefined)
    throw new InvalidSecretPath('repositories=… goes with visibility=selected only');
  return { visibility };
}

function parametersOf(query: string): ReadonlyMap<string, string> {
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
  return parameters;
}

function memberName(text: string): string {
  if (text.includes('*')) throw new InvalidSecretPath('"*" is not possible in repositories=a,b');
  return repositoryName(text);
}
