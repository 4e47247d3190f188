import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseWorkflowRef } from '../src/workflow-ref.ts';

const parse = (text: string, ref = 'refs/heads/main') => parseWorkflowRef(text, 'acme/store', ref);

test.each([
  ['verify.yml', { owner: 'acme', repo: 'store', file: 'verify.yml', ref: 'main' }],
  ['verify.yaml@v1', { owner: 'acme', repo: 'store', file: 'verify.yaml', ref: 'v1' }],
  [
    'acme/other/.github/workflows/verify.yml',
    { owner: 'acme', repo: 'other', file: 'verify.yml', ref: undefined },
  ],
  [
    'acme/other/.github/workflows/verify.yml@release/2',
    { owner: 'acme', repo: 'other', file: 'verify.yml', ref: 'release/2' },
  ],
  [
    'Acme/Store/.github/workflows/verify.yml',
    { owner: 'Acme', repo: 'Store', file: 'verify.yml', ref: 'main' },
  ],
])('%s', (text, expected) => {
  expect(parse(text)).toEqual({ input: text, ...expected });
});

test('a tag is the ref as well, the merge ref of a pull request is none', () => {
  expect(parse('verify.yml', 'refs/tags/v2')).toMatchObject({ ref: 'v2' });
  expect(parse('verify.yml', 'refs/pull/7/merge')).toMatchObject({ ref: undefined });
});

test.each([
  '1',
  'verify',
  '.github/workflows/verify.yml',
  'acme/store/verify.yml',
  '../verify.yml',
  'a/b/.github/workflows/../x.yml',
  'verify.yml@',
  'verify.yml@a..b',
  'verify.yml@-x',
  'verify.yml@a b',
  'verify.yml@a~1',
])('%s is refused with a reason', (text) => {
  expect(parse(text)).toEqual(expect.any(String));
});

test('a name alone needs the repository of the run', () => {
  expect(parseWorkflowRef('verify.yml', '', 'refs/heads/main')).toMatch(/GITHUB_REPOSITORY/);
});

test('whatever the text, nothing but names comes out', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const workflow = parse(`acme/store/.github/workflows/${text}`);
      if (typeof workflow === 'string') return;
      expect(workflow.file).toMatch(/^[A-Za-z0-9._-]+\.ya?ml$/);
      expect(workflow.ref ?? '').not.toMatch(/\s|\.\./);
    }),
  );
});
