/** Reads the path of a secret as people write it: once, into a value that is canonical from then on. */
import { nearMiss, refuseExpression } from './mistaken-path.ts';
import { formOfSegments, type SecretForm } from './secret-forms.ts';
import {
  environmentName,
  InvalidSecretPath,
  ownerName,
  parseAudience,
  repositoryName,
  secretName,
} from './secret-names.ts';
import type { SecretPath, SecretPattern } from './secret-path.ts';

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
