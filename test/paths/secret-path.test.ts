import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { secretForms } from '../../src/paths/secret-forms.ts';
import { parseSecretPath, parseSecretTarget } from '../../src/paths/parse-secret-path.ts';
import { InvalidSecretPath } from '../../src/paths/secret-names.ts';
import {
  formOf,
  oldSecretPathOf,
  placeOf,
  sameSecret,
  type SecretPattern,
  sibling,
  textOf,
  warningAbout,
} from '../../src/paths/secret-path.ts';
import { matchesPattern, secretIn } from '../../src/paths/secret-pattern.ts';

const here = 'acme/store';

function invalid(text: string): InvalidSecretPath {
  try {
    parseSecretTarget(text, here);
  } catch (error) {
    if (error instanceof InvalidSecretPath) return error;
    throw error;
  }
  throw new Error(`${text} is a path`);
}

function pattern(text: string): SecretPattern {
  const target = parseSecretTarget(text, here);
  if (target.level !== 'pattern') throw new Error(`${text} is no pattern`);
  return target;
}

describe('the path of a secret', () => {
  test.each([
    ['TOKEN', 'repos/acme/store/actions/secrets/TOKEN'],
    ['token', 'repos/acme/store/actions/secrets/TOKEN'],
    ['/repos/acme/other/actions/secrets/TOKEN', 'repos/acme/other/actions/secrets/TOKEN'],
    [
      'repos/acme/store/environments/prod%2Feu/secrets/TOKEN',
      'repos/acme/store/environments/prod%2Feu/secrets/TOKEN',
    ],
    [
      'repos/acme/store/environments/my env/secrets/TOKEN',
      'repos/acme/store/environments/my%20env/secrets/TOKEN',
    ],
    ['repos/acme/store/environments/%2A/secrets/TOKEN', 'repos/acme/store/environments/%2A/secrets/TOKEN'],
    ['orgs/acme/actions/secrets/TOKEN?visibility=all', 'orgs/acme/actions/secrets/TOKEN'],
  ])('%s is %s', (text, path) => {
    expect(parseSecretPath(text, here).path).toBe(path);
  });

  test.each(secretForms.map((form) => [form.template, form] as const))(
    '%s is a form of its own, with a place and a name',
    (template, form) => {
      const text = template
        .replace('{owner}', 'acme')
        .replace('{org}', 'acme')
        .replace('{repo}', 'store')
        .replace('{environment}', 'prod')
        .replace('{name}', 'TOKEN');
      const path = parseSecretPath(text, here);

      expect(path).toMatchObject({ level: form.level, name: 'TOKEN', path: text });
      expect(formOf(path)).toBe(form);
      expect(`${placeOf(path)}/TOKEN`).toBe(text);
    },
  );

  test('keeps the decoded name of an environment', () => {
    expect(parseSecretPath('repos/acme/store/environments/prod%2Feu/secrets/T', here)).toMatchObject({
      level: 'environment',
      environment: 'prod/eu',
    });
  });

  test.each(['actions', 'dependabot', 'codespaces', 'agents'])(
    'of an organization (%s) says who may read a new one',
    (store) => {
      for (const [query, audience] of [
        ['visibility=all', { visibility: 'all' }],
        ['visibility=private', { visibility: 'private' }],
        ['visibility=selected&repositories=a,b', { visibility: 'selected', repositories: ['a', 'b'] }],
      ] as const) {
        const path = parseSecretPath(`orgs/acme/${store}/secrets/T?${query}`, here);
        expect(path).toMatchObject({ audience });
        expect(parseSecretPath(textOf(path), '')).toEqual(path);
      }
    },
  );

  test.each([
    '',
    '1TOKEN',
    'MY-TOKEN',
    'GITHUB_TOKEN',
    'github_thing',
    'repos/acme/store/actions/secrets/',
    'repos/acme/store/actions/secrets/A/B',
    'repos/acme/store/secrets/T',
    'repos/acme/store/npm/secrets/T',
    'repos/acme/../actions/secrets/T',
    'repos/ac me/store/actions/secrets/T',
    'repos/acme/store/environments/prod/eu/secrets/T',
    'repos/acme/store/environments/../secrets/T',
    'repos/acme/store/environments/%2E%2E/secrets/T',
    'repos/acme/store/environments/%/secrets/T',
    'repos/acme/store/environments/%0A/secrets/T',
    'repos/acme/store/environments/*/secrets/T',
    'repos/*/store/actions/secrets/T',
    'repos/acme/*/actions/secrets/*',
    'repos/acme/*/actions/secrets/T?visibility=all',
    'orgs/*/actions/secrets/T',
    'orgs/acme/secrets/T',
    'orgs/acme/environments/secrets/T',
    'orgs/acme/actions/secrets/T?visibility=public',
    'orgs/acme/actions/secrets/T?visibility=selected',
    'orgs/acme/actions/secrets/T?visibility=selected&repositories=a-*',
    'orgs/acme/actions/secrets/T?visibility=all&repositories=a',
    'orgs/acme/actions/secrets/T?repositories=a',
    'orgs/acme/actions/secrets/T?visibility=all&visibility=all',
    'orgs/acme/actions/secrets/T?page=2',
    'orgs/acme/actions/secrets/T?a?b',
    'repos/acme/store/actions/secrets/T?visibility=all',
    'TOKEN?visibility=all',
  ])('%s is refused', (text) => {
    expect(invalid(text)).toBeInstanceOf(InvalidSecretPath);
  });

  test.each([
    ['secrets.VTEX_APP_TOKEN', 'VTEX_APP_TOKEN', /expression/],
    ['${{ secrets.VTEX_APP_TOKEN }}', 'VTEX_APP_TOKEN', /expression/],
    ['${{ inputs.secret }}', undefined, /expression/],
    ['A_TOKEN, B_TOKEN', undefined, /one a line/],
    ['repos/acme/a/actions/secrets/T,repos/acme/b/actions/secrets/T', undefined, /one a line/],
    ['acme/a/actions/secrets/T', 'repos/acme/a/actions/secrets/T', /repos\//],
    [
      'https://api.github.com/repos/acme/a/actions/secrets/T',
      'repos/acme/a/actions/secrets/T',
      /begin with repos\//,
    ],
    ['https://ghe.acme.test/api/v3/orgs/acme/actions/secrets/T', 'orgs/acme/actions/secrets/T', /begin/],
  ])('%s is taken for a mistake with a name: %s', (text, suggestion, message) => {
    const error = invalid(text);
    expect(error.message).toMatch(message);
    expect(error.suggestion).toBe(suggestion);
  });

  test('a name of more than 64 characters looks like a value, but for the two that a renewal adds', () => {
    expect(invalid('A'.repeat(65)).message).toContain('looks like a value');
    expect(invalid(`repos/acme/store/actions/secrets/${'A'.repeat(65)}`).message).toContain('a value');
    const longest = parseSecretPath('A'.repeat(64), here);
    for (const path of [sibling(longest, '_PENDING'), oldSecretPathOf(sibling(longest, '_PENDING'))]) {
      expect(parseSecretPath(path.path, '')).toEqual(path);
    }
  });

  test('a name alone needs the repository of the run', () => {
    expect(() => parseSecretPath('TOKEN', '')).toThrow(/GITHUB_REPOSITORY/);
  });

  const part = fc.oneof(
    fc.constantFrom(
      ...['repos', 'orgs', 'actions', 'secrets', 'environments', 'dependabot', 'codespaces', 'agents'],
      ...['acme', 'TOKEN', '..', '%2e', '%2A', '*', 'st*re'],
    ),
    fc.string({ maxLength: 8 }),
  );
  const anything = fc.oneof(
    fc.string(),
    fc.array(part, { maxLength: 8 }).map((parts) => parts.join('/')),
    fc
      .tuple(fc.constantFrom(...secretForms), part, part, part)
      .map(([{ template }, ...parts]) => template.replaceAll(/\{\w+\}/g, () => parts.shift() ?? 'T')),
  );

  test('whatever the text, parses to a canonical path or is refused', () => {
    fc.assert(
      fc.property(anything, (input) => {
        let target;
        try {
          target = parseSecretTarget(input, here);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidSecretPath);
          return;
        }
        const again = parseSecretTarget(target.path, here);
        expect(again.path).toBe(target.path);
        expect(again.level).toBe(target.level);
        // What goes into a URL stays where it was put: the URL parser folds nothing away.
        expect(new URL(`https://api.invalid/${target.path}`).pathname).toBe(`/${target.path}`);
      }),
      { numRuns: 2000 },
    );
  });

  test('whatever is wrong, nothing of a text that may be a secret is repeated', () => {
    const token = fc.stringMatching(/^[A-Za-z0-9_-]{20,100}$/);
    const around = fc.tuple(token, anything, fc.constantFrom('', '/', ',', '?', 'secrets.', '='));
    fc.assert(
      fc.property(around, fc.boolean(), ([value, text, between], first) => {
        const input = first ? value + between + text : text + between + value;
        try {
          parseSecretTarget(input, here);
        } catch (error) {
          expect((error as Error).message).not.toContain(value);
        }
      }),
    );
  });
});

describe('a path with *', () => {
  test.each([
    ['*', 'store', true],
    ['store-*', 'store-es', true],
    ['store-*', 'store-', true],
    ['store-*', 'store', false],
    ['Store-*', 'sTORE-es', true],
    ['*-es', 'store-es', true],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['a*ab*a', 'aba', false],
    ['a.b*', 'axb', false],
  ])('%s has %s: %s', (glob, name, fits) => {
    expect(matchesPattern(pattern(`repos/acme/${glob}/actions/secrets/T`), name)).toBe(fits);
  });

  test('agrees with a regular expression', () => {
    const text = fc.stringMatching(/^[ab.]{0,8}$/);
    const glob = fc.stringMatching(/^[ab.*]{0,6}\*[ab.*]{0,3}$/);
    fc.assert(
      fc.property(glob, text, (wild, name) => {
        const source = wild.replaceAll('.', '\\.').replaceAll(/\*+/g, '.*');
        const fits = matchesPattern(pattern(`repos/acme/${wild}/actions/secrets/T`), name);
        expect(fits).toBe(new RegExp(`^${source}$`).test(name));
      }),
    );
  });

  test('with many stars does not make the machine try every way to share a name among them', () => {
    const many = pattern(`repos/acme/${'a*'.repeat(2000)}b/actions/secrets/T`);
    expect(matchesPattern(many, 'a'.repeat(4000))).toBe(false);
  });

  test.each([
    ['repos/acme/*/actions/secrets/t', 'repos/acme/web/actions/secrets/T'],
    ['repos/acme/w**/environments/prod%2Feu/secrets/t', 'repos/acme/web/environments/prod%2Feu/secrets/T'],
    ['repos/acme/*/dependabot/secrets/t', 'repos/acme/web/dependabot/secrets/T'],
  ])('%s is, in one repository, %s', (text, path) => {
    expect(secretIn(pattern(text), 'web').path).toBe(path);
  });

  test('is one in the eyes of GitHub with another spelling, and never a single secret', () => {
    expect(
      sameSecret(pattern('repos/acme/**/actions/secrets/t'), pattern('repos/Acme/*/actions/secrets/T')),
    ).toBe(true);
    expect(() => parseSecretPath('repos/acme/*/actions/secrets/T', here)).toThrow(/one is wanted/);
    expect(() => secretIn(pattern('repos/acme/*/actions/secrets/T'), '../x')).toThrow(InvalidSecretPath);
  });
});

test('two spellings of one secret are the same', () => {
  const a = parseSecretPath('repos/Acme/Store/actions/secrets/token', here);
  expect(sameSecret(a, parseSecretPath('TOKEN', here))).toBe(true);
  expect(sameSecret(a, parseSecretPath('TOKEN_2', here))).toBe(false);
  expect(sameSecret(a, parseSecretPath('repos/acme/store/agents/secrets/TOKEN', here))).toBe(false);
});

test('a sibling stands in the same place, with the readers of the other', () => {
  expect(sibling(parseSecretPath('TOKEN', here), '_PENDING').path).toBe(
    'repos/acme/store/actions/secrets/TOKEN_PENDING',
  );
  const environment = parseSecretPath('repos/acme/store/environments/prod%2Feu/secrets/TOKEN', here);
  expect(sibling(environment, '_PENDING').path).toBe(
    'repos/acme/store/environments/prod%2Feu/secrets/TOKEN_PENDING',
  );
  const organization = parseSecretPath('orgs/acme/actions/secrets/TOKEN?visibility=all', here);
  const pending = sibling(organization, '_PENDING');
  expect(pending).toMatchObject({
    path: 'orgs/acme/actions/secrets/TOKEN_PENDING',
    audience: { like: organization },
  });
  expect(oldSecretPathOf(pending)).toMatchObject({
    path: 'orgs/acme/actions/secrets/TOKEN_OLD',
    audience: { like: organization },
  });
});

test.each([
  ['TOKEN_PENDING', 'TOKEN_OLD'],
  ['TOKEN', 'TOKEN_OLD'],
  ['TOKEN_PENDING_EU', 'TOKEN_OLD_EU'],
  ['X_PENDING_PENDING', 'X_PENDING_OLD'],
])('beside %s the old token stands in %s', (name, old) => {
  expect(oldSecretPathOf(parseSecretPath(name, here)).name).toBe(old);
});

test.each([
  ['repos/acme/store/environments/Copilot/secrets/T', 'repos/acme/store/agents/secrets/T'],
  ['repos/acme/*/environments/copilot/secrets/T', 'repos/acme/*/agents/secrets/T'],
])('%s is probably meant for the agents', (text, agents) => {
  expect(warningAbout(parseSecretTarget(text, here))).toContain(agents);
});

test('other environments are not', () => {
  const path = parseSecretPath('repos/acme/store/environments/copilot-eu/secrets/T', here);
  expect(warningAbout(path)).toBeUndefined();
});
