import { expect, test } from 'vitest';
import { status } from '../fakes/index.ts';
import { after, before, expectBothValid, holding, listed, pending, rig } from './rig.ts';

const old = ['3.17', '3.18', '3.19', '3.20'] as const;
const untied = 'name: Verify\non: { workflow_dispatch: { inputs: { secret-name: { type: string } } } }\n';

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

test.each(old)(
  'Enterprise Server %s and a workflow without distinct_id: an error, no guess',
  async (ghes) => {
    await using made = await rig({ ghes, workflow: { text: untied } });
    const run = await made.act(after);
    expect(run.ending).toBe('restored [verification-failed] 1');
    expect(run.said).toMatch(/A run may have been started/);
    expectBothValid(made);
    expect([holding(made, listed), holding(made, pending)]).toEqual(['old', 'new']);
  },
);

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
