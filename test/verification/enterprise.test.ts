/** Verification on GitHub Enterprise Server, whose older releases do not say which run a dispatch has started. */
import { expect, test } from 'vitest';
import { status } from '../fakes/index.ts';
import { after, before, exampleText, holding, listed, pending, rig } from './rig.ts';

const old = ['3.17', '3.18', '3.19', '3.20'] as const;
const silent = 'name: Verify\non: { workflow_dispatch: { inputs: { secret-name: { type: string } } } }\n';

test.each(old)('Enterprise Server %s names no run: it is found by its title', async (ghes) => {
  await using made = await rig({ ghes });
  made.store.github.runs.listedAfterMs = 8000;
  const run = await made.act(before, { env: { GITHUB_SERVER_URL: 'https://github.acme.example' } });
  expect(run.ending).toBe('rotated [] 0');
  // Refused for its parameter, which starts nothing, and sent again without.
  expect(made.requests(/dispatches$/).map((request) => request.status)).toEqual([400, 204]);
  expect(run.runs).toEqual([
    {
      workflow: 'verify-vtex-token.yml',
      url: 'https://github.acme.example/acme/store/actions/runs/9000002',
      conclusion: 'success',
    },
  ]);
});

test('Enterprise Server 3.21 answers as github.com does', async () => {
  await using made = await rig({ ghes: '3.21' });
  const run = await made.act(before);
  expect(run.ending).toBe('rotated [] 0');
  expect(made.requests(/dispatches$/).map((request) => request.status)).toEqual([200]);
});

const declares = 'on: { workflow_dispatch: { inputs: { distinct_id: { type: string } } } }';
const nine = Array.from({ length: 10 }, (_, index) => `i${index}`);

test.each<readonly [string, string, Record<string, string>, RegExp]>([
  ['without distinct_id', silent, {}, /does not declare the input distinct_id/],
  ['that does not show it', declares, {}, /run-name does not show/],
  [
    'that is given one by hand',
    exampleText,
    { 'verification-inputs': 'distinct_id=1' },
    /stands in `verification-inputs`/,
  ],
  [
    'with too many inputs beside it',
    `run-name: \${{ inputs.distinct_id }}\non: { workflow_dispatch: { inputs: { distinct_id: {}, ${nine.map((name) => `${name}: {}`).join()} } } }`,
    { 'verification-inputs': nine.map((name) => `${name}=x`).join('\n') },
    /takes 10 inputs here/,
  ],
])('Enterprise Server 3.20 and a workflow %s: nothing is renewed', async (_what, text, inputs, reason) => {
  await using made = await rig({ ghes: '3.20', workflow: { text } });
  for (const operation of ['rotate', 'check']) {
    const run = await made.act({ ...after, operation, ...inputs });
    expect(run.ending).toBe('failed [workflow-missing] 1');
    expect(run.said).toMatch(reason);
    expect(run.said).toContain('run-name: verify ${{ inputs.distinct_id }}');
  }
  expect(made.requests(/^(PATCH|PUT|DELETE) |\/dispatches$/)).toEqual([]);
  expect([holding(made, listed), holding(made, pending)]).toEqual(['old', 'absent']);
});

test('Enterprise Server 3.20 and a file that may not be read: forbidden, with the permission', async () => {
  await using made = await rig({ ghes: '3.20' });
  const token = made.store.addToken({ permissions: { actions: 'write' } });
  const run = await made.act({ ...after, 'verification-token': token });
  expect(run.ending).toBe('failed [github-forbidden] 1');
  expect(run.said).toMatch(/contents=read/);
  expect(made.requests(/^(PATCH|PUT|DELETE) |\/dispatches$/)).toEqual([]);
});

test('github.com and a workflow without distinct_id: it is not needed', async () => {
  await using made = await rig({ workflow: { text: silent } });
  expect((await made.act(after)).ending).toBe('rotated [] 0');
});

test('a refusal of the parameter in the words of 422 is understood too', async () => {
  await using made = await rig();
  let met = false;
  made.store.world.intercept = ({ label }, phase) => {
    if (met || phase !== 'before' || !label.endsWith('/dispatches')) return undefined;
    met = true;
    return status(422, { message: 'Invalid request.\n\n"return_run_details" is not a permitted key.' });
  };
  const run = await made.act(before);
  expect(run.ending).toBe('rotated [] 0');
  expect(made.requests(/dispatches$/).map(({ body }) => body.includes('return_run_details'))).toEqual([
    true,
    false,
  ]);
  expect(made.store.github.runs.all.filter(({ event }) => event === 'workflow_dispatch')).toHaveLength(1);
});
