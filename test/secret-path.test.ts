import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidSecretPath, parseSecretPath, sameSecret, sibling } from '../src/secret-path.ts';

const here = 'acme/store';

describe('the path of a secret', () => {
  test.each([
    ['TOKEN', 'repos/acme/store/actions/secrets/TOKEN'],
    ['token', 'repos/acme/store/actions/secrets/TOKEN'],
    ['repos/acme/other/actions/secrets/TOKEN', 'repos/acme/other/actions/secrets/TOKEN'],
    ['/repos/acme/other/actions/secrets/TOKEN', 'repos/acme/other/actions/secrets/TOKEN'],
    [
      'repos/acme/store/environments/prod%2Feu/secrets/TOKEN',
      'repos/acme/store/environments/prod%2Feu/secrets/TOKEN',
    ],
    [
      'repos/acme/store/environments/my env/secrets/TOKEN',
      'repos/acme/store/environments/my%20env/secrets/TOKEN',
    ],
    ['orgs/acme/actions/secrets/TOKEN', 'orgs/acme/actions/secrets/TOKEN'],
    ['orgs/acme/actions/secrets/TOKEN?visibility=all', 'orgs/acme/actions/secrets/TOKEN'],
  ])('%s is %s', (text, path) => {
    expect(parseSecretPath(text, here).path).toBe(path);
  });

  test('keeps the decoded name of an environment', () => {
    expect(parseSecretPath('repos/acme/store/environments/prod%2Feu/secrets/T', here)).toMatchObject({
      level: 'environment',
      environment: 'prod/eu',
    });
  });

  test.each([
    ['visibility=all', { visibility: 'all' }],
    ['visibility=private', { visibility: 'private' }],
    ['visibility=selected&repositories=a,b', { visibility: 'selected', repositories: ['a', 'b'] }],
  ])('of an organization says with ?%s who may read a new one', (query, audience) => {
    expect(parseSecretPath(`orgs/acme/actions/secrets/T?${query}`, here)).toMatchObject({ audience });
  });

  test.each([
    'repos/acme/*/actions/secrets/T',
    'repos/acme/store-*/actions/secrets/T',
    'repos/acme/store/dependabot/secrets/T',
    'repos/acme/store/codespaces/secrets/T',
    'repos/acme/store/agents/secrets/T',
    'orgs/acme/dependabot/secrets/T',
    'orgs/acme/codespaces/secrets/T',
    'orgs/acme/agents/secrets/T',
  ])('%s is not supported yet', (text) => {
    expect(() => parseSecretPath(text, here)).toThrow(/not supported yet/);
  });

  test.each([
    '',
    '1TOKEN',
    'MY-TOKEN',
    'GITHUB_TOKEN',
    'github_thing',
    'repos/acme/store/actions/secrets/',
    'repos/acme/store/actions/secrets/A/B',
    'repos/acme/store/secrets/T',
    'repos/acme/../actions/secrets/T',
    'repos/ac me/store/actions/secrets/T',
    'repos/acme/store/environments/prod/eu/secrets/T',
    'repos/acme/store/environments/../secrets/T',
    'repos/acme/store/environments/%2E%2E/secrets/T',
    'repos/acme/store/environments/%/secrets/T',
    'repos/acme/store/environments/%0A/secrets/T',
    'orgs/acme/secrets/T',
    'orgs/acme/actions/secrets/T?visibility=public',
    'orgs/acme/actions/secrets/T?visibility=selected',
    'orgs/acme/actions/secrets/T?visibility=all&repositories=a',
    'orgs/acme/actions/secrets/T?repositories=a',
    'orgs/acme/actions/secrets/T?visibility=all&visibility=all',
    'orgs/acme/actions/secrets/T?page=2',
    'orgs/acme/actions/secrets/T?a?b',
    'repos/acme/store/actions/secrets/T?visibility=all',
    'TOKEN?visibility=all',
    'https://api.github.com/repos/acme/store/actions/secrets/T',
  ])('%s is refused', (text) => {
    expect(() => parseSecretPath(text, here)).toThrow(InvalidSecretPath);
  });

  test('a name alone needs the repository of the run', () => {
    expect(() => parseSecretPath('TOKEN', '')).toThrow(/GITHUB_REPOSITORY/);
  });

  test('whatever the text, parses to a canonical path or is refused', () => {
    const part = fc.oneof(
      fc.constantFrom(
        'repos',
        'orgs',
        'actions',
        'secrets',
        'environments',
        'acme',
        'TOKEN',
        '..',
        '%2e',
        '*',
      ),
      fc.string({ maxLength: 8 }),
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 8 }).map((parts) => parts.join('/')),
    );
    fc.assert(
      fc.property(text, (input) => {
        let path;
        try {
          path = parseSecretPath(input, here);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidSecretPath);
          return;
        }
        expect(parseSecretPath(path.path, here).path).toBe(path.path);
        // What goes into a URL stays where it was put: the URL parser folds nothing away.
        expect(new URL(`https://api.invalid/${path.path}`).pathname).toBe(`/${path.path}`);
      }),
      { numRuns: 500 },
    );
  });
});

test('two spellings of one secret are the same', () => {
  const a = parseSecretPath('repos/Acme/Store/actions/secrets/token', here);
  expect(sameSecret(a, parseSecretPath('TOKEN', here))).toBe(true);
  expect(sameSecret(a, parseSecretPath('TOKEN_2', here))).toBe(false);
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
  expect(sibling(organization, '_PENDING')).toMatchObject({
    path: 'orgs/acme/actions/secrets/TOKEN_PENDING',
    audience: { like: organization },
  });
});
