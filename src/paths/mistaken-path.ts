/** What people write in the place of a secret's path, and what they probably meant. */
import { formOfSegments, secretForms } from './secret-forms.ts';
import { InvalidSecretPath } from './secret-names.ts';

/** `secrets.NAME` gives a workflow the value; what is wanted here is the name. */
export function refuseExpression(text: string): void {
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
export function nearMiss(location: string, segments: readonly string[]): InvalidSecretPath {
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
