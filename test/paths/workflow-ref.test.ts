/** The forms of a line of `verification-workflow`. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseWorkflowRef } from '../../src/paths/workflow-ref.ts';

const parse = (text: string, ref = 'refs/heads/main') => parseWorkflowRef(text, 'acme/store', ref);

const inStore = { owner: 'acme', repo: 'store', file: 'verify.yml', ref: 'main' };

test.each([
  ['verify.yml', inStore],
  ['.github/workflows/verify.yml', inStore],
  ['./.github/workflows/verify.yml', inStore],
  ['verify.yaml@v1', { ...inStore, file: 'verify.yaml', ref: 'v1' }],
  ['./.github/workflows/verify.yml@feature/a@b', { ...inStore, ref: 'feature/a@b' }],
  ['acme/other/.github/workflows/verify.yml', { ...inStore, repo: 'other', ref: undefined }],
  ['acme/other/.github/workflows/verify.yml@release/2', { ...inStore, repo: 'other', ref: 'release/2' }],
  ['Acme/Store/.github/workflows/verify.yml', { ...inStore, owner: 'Acme', repo: 'Store' }],
  ['verify.yml@deadbeef', { ...inStore, ref: 'deadbeef' }],
  ['verify.yml@refs/tags/v1', { ...inStore, ref: 'refs/tags/v1' }],
])('%s', (text, expected) => {
  expect(parse(text)).toEqual({ input: text, ...expected });
});

test('a tag is the ref as well, the merge ref of a pull request is none', () => {
  expect(parse('verify.yml', 'refs/tags/v2')).toMatchObject({ ref: 'v2' });
  expect(parse('verify.yml', 'refs/pull/7/merge')).toMatchObject({ ref: undefined });
});

const sha = 'c0ffee'.padEnd(40, '0');

const wrong: readonly (readonly [string, RegExp])[] = [
  ['1', /number/],
  ['verify', /\.yml or \.yaml/],
  ['acme/store/verify.yml', /neither/],
  ['.github/verify.yml', /neither/],
  ['verify.yml, other.yml', /one workflow a line/],
  ['https://github.com/acme/store/blob/main/.github/workflows/verify.yml', /address/],
  ['../verify.yml', /"\.\."/],
  ['a/b/.github/workflows/../x.yml', /"\.\."/],
  ['../store/.github/workflows/x.yml', /"\.\."/],
  ['acme/../.github/workflows/x.yml', /"\.\."/],
  ['acme/./.github/workflows/x.yml', /"\."/],
  ['./store/.github/workflows/x.yml', /GitHub name/],
  ['a b/store/.github/workflows/x.yml', /GitHub name/],
  ['././.github/workflows/x.yml', /"\."/],
  [`verify.yml@${sha}`, /SHA.*branch or a tag/],
  [`acme/other/.github/workflows/verify.yml@${sha.toUpperCase()}`, /SHA.*branch or a tag/],
  ...[
    '',
    'a..b',
    '-x',
    'a b',
    'a~1',
    '/a',
    'a//b',
    'a/',
    '.a',
    'a/.b',
    'a.lock',
    'a.',
    'a@{1}',
    '@',
    'a\\b',
  ].map((ref): readonly [string, RegExp] => [`verify.yml@${ref}`, /branch or tag/]),
];

test.each(wrong)('%s is refused with a reason', (text, reason) => {
  expect(parse(text)).toMatch(reason);
});

test('a name alone needs the repository of the run', () => {
  expect(parseWorkflowRef('verify.yml', '', 'refs/heads/main')).toMatch(/GITHUB_REPOSITORY/);
});

test('whatever the text, nothing but names comes out', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('', './', 'acme/', 'acme/store/'), (text, start) => {
      const workflow = parse(`${start}.github/workflows/${text}`);
      if (typeof workflow === 'string') return;
      expect([workflow.owner, workflow.repo, workflow.file].join('/')).toMatch(
        /^acme\/store\/[A-Za-z0-9._-]+\.ya?ml$/,
      );
      expect(workflow.ref ?? '').not.toMatch(/\s|\.\./);
    }),
  );
});
