import { expect, test } from 'vitest';
import type { WorkflowOptions } from '../fakes/github-workflows.ts';
import {
  after,
  before,
  exampleText,
  expectBothValid,
  holding,
  listed,
  pending,
  rig,
  type Rig,
} from './rig.ts';

const dispatched = ({ store }: Rig) =>
  store.github.runs.all.filter(({ event }) => event === 'workflow_dispatch');

test('before the update the workflow reads the pending secret while every consumer has the old token', async () => {
  await using made = await rig();
  const { store, oldToken } = made;
  store.github.setSecret(store.path('VTEX_APP_TOKEN_TOO'), oldToken);
  const seen: string[] = [];
  store.world.onChange((change) => {
    if (/run \d+ (queued|completed success)$/.test(change)) {
      const paths = [pending, listed, `${listed}_TOO`];
      seen.push(`${change}: ${paths.map((path) => holding(made, path)).join()}`);
    }
  });
  const run = await made.act({ ...before, secrets: 'VTEX_APP_TOKEN\nVTEX_APP_TOKEN_TOO' });
  expect(run.ending).toBe('rotated [] 0');
  expect(seen).toEqual([
    'github: run 9000002 queued: new,old,old',
    'github: run 9000002 completed success: new,old,old',
  ]);
  const [verified] = dispatched(made);
  expect([...(verified?.held ?? [])]).toEqual([['VTEX_APP_TOKEN_PENDING', made.newToken()]]);
  expect(verified?.signIns).toMatchObject([{ secret: 'VTEX_APP_TOKEN_PENDING', accepted: true }]);
  expect([holding(made, listed), holding(made, pending)]).toEqual(['new', 'absent']);
});

test('after the update the workflow reads the listed secret, which holds the new token', async () => {
  await using made = await rig();
  const run = await made.act(after);
  expect(run.ending).toBe('rotated [] 0');
  const [verified] = dispatched(made);
  // The example's default for secret-name.
  expect([...(verified?.held ?? [])]).toEqual([['VTEX_APP_TOKEN', made.newToken()]]);
  expect(run.outputs['verification-runs']).toBe(
    JSON.stringify([
      {
        workflow: 'verify-vtex-token.yml',
        url: 'https://github.com/acme/store/actions/runs/9000002',
        conclusion: 'success',
      },
    ]),
  );
});

test('a workflow that somebody dispatches too early fails, and the one of the rotation does not', async () => {
  await using made = await rig();
  const { store } = made;
  store.world.onChange((change) => {
    if (change !== 'vtex: renewal begun') return;
    const origin = { workflowId: 7001, event: 'workflow_dispatch' };
    const reads = ['VTEX_APP_TOKEN_PENDING'];
    store.github.queueRun('acme/store', { origin, reads, keepsSigningIn: false });
  });
  const run = await made.act(before);
  expect(run.ending).toBe('rotated [] 0');
  expect(dispatched(made).map(({ conclusion }) => conclusion)).toEqual(['failure', 'success']);
});

test('a workflow that reads the wrong secret is red: with before-update the listed one is still old', async () => {
  await using made = await rig();
  const { store, targetKey } = { store: made.store, targetKey: made.store.targetKey };
  // Only the new token passes, as it would for a workflow that looks at what it was given.
  store.github.workflows.all[0]?.texts.clear();
  const workflow = store.github.workflows.all[0];
  if (workflow !== undefined)
    workflow.behaviour = ({ 'secret-name': name = '' }) => ({
      reads: [name],
      conclusion:
        store.github.resolve('acme/store', name) === store.vtex.tokens(targetKey).pending
          ? 'success'
          : 'failure',
    });
  const run = await made.act({ ...before, 'verification-inputs': 'secret-name=VTEX_APP_TOKEN' });
  expect(run.ending).toBe('failed [verification-failed] 1');
  expectBothValid(made);
  expect(holding(made, listed)).toBe('old');
});

test.each(['before-update', 'after-update'])('two workflows of which one fails, %s', async (order) => {
  await using made = await rig();
  const { github } = made.store;
  github.addWorkflow('acme/store', 'smoke.yml', {
    text: exampleText,
    behaviour: { conclusion: 'timed_out' },
  });
  const inputs = order === 'before-update' ? before : after;
  const run = await made.act({
    ...inputs,
    'verification-workflow': 'verify-vtex-token.yml\n\n# slow\nsmoke.yml',
  });
  expect(run.ending).toBe(`${order === 'before-update' ? 'failed' : 'restored'} [verification-failed] 1`);
  expect(run.runs.map(({ workflow, conclusion }) => [workflow, conclusion])).toEqual([
    ['verify-vtex-token.yml', 'success'],
    ['smoke.yml', 'timed_out'],
  ]);
  expect(run.said).toContain('smoke.yml ended with timed_out');
  expectBothValid(made);
  expect([holding(made, listed), holding(made, pending)]).toEqual(['old', 'new']);
});

test('two workflows that both fail are two annotations', async () => {
  await using made = await rig({ workflow: { behaviour: { conclusion: 'failure' } } });
  const behaviour = { runsForMs: Infinity };
  made.store.github.addWorkflow('acme/store', 'slow.yml', { text: exampleText, behaviour });
  const run = await made.act({
    ...before,
    'verification-workflow': 'verify-vtex-token.yml\nslow.yml',
    'verification-timeout-minutes': '1',
  });
  expect(run.ending).toBe('failed [verification-failed,verification-timeout] 1');
  expect(run.record.error).toBe('verification-failed');
});

test('a workflow in another repository, at a ref, with its own token and with inputs', async () => {
  await using made = await rig();
  const { store } = made;
  store.github.addRepository('acme/api', { branches: ['release'], defaultBranch: 'trunk' });
  const text = exampleText.replace(
    "default: ''",
    "default: ''\n      shop: { type: string, required: true }",
  );
  const files = { texts: { release: text, trunk: 'on: workflow_dispatch' } };
  store.github.addWorkflow('acme/api', 'verify.yml', { ...files, behaviour: { conclusion: 'success' } });
  const verificationToken = store.addToken({
    permissions: { actions: 'write', contents: 'read' },
    repositories: ['acme/api'],
    actor: 'verifier[bot]',
  });
  const githubToken = store.addToken({ permissions: { secrets: 'write' }, repositories: ['acme/store'] });
  const line = 'acme/api/.github/workflows/verify.yml@release';
  const run = await made.act({
    'verification-workflow': line,
    'verification-token': verificationToken,
    'github-token': githubToken,
    'verification-inputs':
      'shop=north & south = both\nsecret-name=VTEX_APP_TOKEN_PENDING\n\n# a comment\npath=',
  });
  expect(run.ending).toBe('rotated [] 0');
  const [verified] = dispatched(made);
  expect(verified).toMatchObject({ branch: 'release', actor: 'verifier[bot]' });
  expect(verified?.repository.fullName).toBe('acme/api');
  const { distinct_id: id, ...inputs } = verified?.inputs ?? {};
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(inputs).toEqual({ shop: 'north & south = both', 'secret-name': 'VTEX_APP_TOKEN_PENDING', path: '' });
  expect(run.runs).toEqual([
    { workflow: line, url: 'https://github.com/acme/api/actions/runs/9000002', conclusion: 'success' },
  ]);
});

test.each([
  ['this one, at the branch of this run', 'verify.yml', 'refs/heads/feature/x', 'feature/x'],
  ['this one, at the tag of this run', 'verify.yml', 'refs/tags/v1', 'v1'],
  [
    'this one, in the long form',
    'acme/store/.github/workflows/verify.yml',
    'refs/heads/feature/x',
    'feature/x',
  ],
  ['this one, at a ref of its own', 'verify.yml@v1', 'refs/heads/feature/x', 'v1'],
  [
    'another, at its default branch',
    'acme/api/.github/workflows/verify.yml',
    'refs/heads/feature/x',
    'trunk',
  ],
])('the ref that a workflow runs at: %s', async (_what, line, ref, expected) => {
  await using made = await rig();
  const { github } = made.store;
  github.repositories.get('acme/store').branches.add('feature/x');
  github.repositories.get('acme/store').tags.add('v1');
  github.addRepository('acme/api', { defaultBranch: 'trunk', branches: ['feature/x', 'main'] });
  const behaviour = { conclusion: 'success' };
  for (const name of ['acme/store', 'acme/api']) {
    github.addWorkflow(name, 'verify.yml', { text: exampleText, behaviour });
  }
  const inputs = { 'verification-workflow': line };
  const run = await made.act(inputs, { env: { GITHUB_REF: ref } });
  expect(run.ending).toBe('rotated [] 0');
  expect(dispatched(made)[0]?.branch).toBe(expected);
});

const missing: readonly (readonly [string, WorkflowOptions | undefined, Record<string, string>, RegExp])[] = [
  ['is not there', undefined, {}, /was not found: .* \(GitHub's request "[0-9A-F:]+"\)/],
  ['is disabled', { state: 'disabled_manually' }, {}, /disabled_manually/],
  ['was disabled for want of activity', { state: 'disabled_inactivity' }, {}, /disabled_inactivity/],
  ['has no workflow_dispatch', { text: 'on: push' }, {}, /workflow_dispatch/],
  [
    'lacks a given input',
    { text: exampleText },
    { 'verification-inputs': 'shop=1' },
    /does not declare the input shop/,
  ],
  [
    'misses a required input',
    { text: 'on: { workflow_dispatch: { inputs: { shop: { required: true } } } }' },
    {},
    /requires the input shop/,
  ],
  [
    'has no workflow_dispatch at the ref',
    { text: exampleText, texts: { release: 'on: push' } },
    { 'verification-workflow': 'verify.yml@release' },
    /workflow_dispatch/,
  ],
  [
    'is not at the ref',
    { text: exampleText, texts: { release: undefined } },
    { 'verification-workflow': 'verify.yml@release' },
    /release/,
  ],
  [
    'names a ref that is not there',
    { text: exampleText },
    { 'verification-workflow': 'verify.yml@gone' },
    /gone/,
  ],
  [
    'is in a repository that was renamed',
    undefined,
    { 'verification-workflow': 'acme/former/.github/workflows/verify.yml' },
    /renamed or moved/,
  ],
  [
    'is in a repository that is not there',
    undefined,
    { 'verification-workflow': 'acme/gone/.github/workflows/verify.yml' },
    /was not found/,
  ],
];

test.each(missing)('a workflow that %s: nothing is renewed', async (_what, workflow, inputs, text) => {
  await using made = await rig();
  const { github } = made.store;
  github.repositories.get('acme/store').branches.add('release');
  github.addRepository('acme/former');
  github.repositories.rename('acme/former', 'acme/present');
  if (workflow !== undefined) github.addWorkflow('acme/store', 'verify.yml', workflow);
  const run = await made.act({ 'verification-workflow': 'verify.yml', ...inputs });
  expect(run.ending).toBe('failed [workflow-missing] 1');
  expect(run.said).toMatch(text);
  expect(made.requests(/^(PATCH|PUT|DELETE) |\/dispatches$/)).toEqual([]);
  expect(holding(made, listed)).toBe('old');
  const check = await made.act({ operation: 'check', 'verification-workflow': 'verify.yml', ...inputs });
  expect(check.ending).toBe('failed [workflow-missing] 1');
});

test.each([
  ['without contents: read', { actions: 'write', secrets: 'write' }],
  ['with GITHUB_TOKEN for the dispatch', undefined],
] as const)('%s it goes on', async (_what, permissions) => {
  await using made = await rig();
  const { store } = made;
  const token =
    permissions === undefined
      ? { 'verification-token': store.workflowToken }
      : { 'github-token': store.addToken({ permissions }) };
  const run = await made.act({ ...after, ...token });
  expect(run.ending).toBe('rotated [] 0');
  if (permissions === undefined) expect(run.said).toBe('');
  else expect(run.said).toMatch(/^notice: .*contents: read/);
});

test('without actions: write the dispatch is refused, and the permission named', async () => {
  await using made = await rig();
  const token = made.store.addToken({ permissions: { actions: 'read', contents: 'read', secrets: 'write' } });
  const run = await made.act({ ...after, 'github-token': token });
  expect(run.ending).toBe('restored [github-forbidden] 1');
  expect(run.said).toMatch(/actions=write/);
  expectBothValid(made);
});

test('check dispatches nothing', async () => {
  await using made = await rig();
  const run = await made.act({ ...after, operation: 'check' });
  expect(run.ending).toBe('checked [] 0');
  expect(made.requests(/^(PATCH|PUT|DELETE) |\/dispatches$/)).toEqual([]);
});
