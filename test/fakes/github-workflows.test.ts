import { expect, test } from 'vitest';
import { github } from './call.ts';
import { startStore, verificationText, type Store } from './index.ts';

const dispatches = 'POST repos/acme/store/actions/workflows/verify.yml/dispatches';
const version = { 'x-github-api-version': '2026-03-10' };

async function start(...[options]: Parameters<typeof startStore>): Promise<Store> {
  const store = await startStore(options);
  store.github.checksReplies = true;
  store.github.addWorkflow('acme/store', 'verify.yml');
  return store;
}

test('a dispatch answers with the run, or with nothing, by version and by wish', async () => {
  await using store = await start();
  const plain = await github(store, dispatches, { ref: 'main' });
  expect([plain.status, plain.text]).toEqual([204, '']);
  expect(plain.headers.get('deprecation')).not.toBeNull();
  const wished = await github(store, dispatches, { ref: 'main', return_run_details: true });
  const current = await github(store, dispatches, { ref: 'refs/heads/main' }, version);
  const [, first, second, third] = store.github.runs.all;
  expect(first?.event).toBe('workflow_dispatch');
  expect(wished).toMatchObject({ status: 200, json: { workflow_run_id: second?.id } });
  expect(current).toMatchObject({ status: 200, json: { workflow_run_id: third?.id } });
  expect(store.github.violations).toEqual([]);
  expect(store.github.replyProblems).toEqual([]);
  expect((await github(store, dispatches, { ref: 'main', return_run_details: true }, version)).status).toBe(
    422,
  );
  expect(store.github.violations).toHaveLength(1);
});

test('what cannot be dispatched', async () => {
  await using store = await start();
  const { github: fake } = store;
  const repository = fake.repositories.get('acme/store');
  repository.branches.add('old');
  repository.tags.add('v1');
  const text = `on:
  workflow_dispatch:
    inputs:
      must: { required: true }
      pick: { type: choice, options: [one, two] }
      flag: { type: boolean, default: true }
`;
  const strict = fake.addWorkflow('acme/store', 'strict.yml', { text, texts: { old: 'on: push' } });
  const dispatch = async (body: unknown): Promise<unknown> =>
    (await github(store, 'POST repos/acme/store/actions/workflows/strict.yml/dispatches', body)).json.message;
  expect(await dispatch({ ref: 'nowhere' })).toBe('No ref found for: nowhere');
  expect(await dispatch({ ref: 'refs/pull/1/merge' })).toContain('No ref found');
  expect(await dispatch({ ref: 'old' })).toBe("Workflow does not have 'workflow_dispatch' trigger");
  expect(await dispatch({ ref: 'main' })).toBe("Required input 'must' not provided");
  expect(await dispatch({ ref: 'v1', inputs: { must: 'x', more: 'y' } })).toBe(
    'Unexpected inputs provided: ["more"]',
  );
  expect(await dispatch({ ref: 'v1', inputs: { must: 'x', pick: 'three' } })).toContain('not in the list');
  expect(await dispatch({ ref: 'v1', inputs: { must: 'x', flag: 'yes' } })).toContain('not a boolean');
  expect(await dispatch({ ref: 'v1', inputs: { must: 'x', pick: 'two' } })).toBeUndefined();
  expect(fake.runs.all.at(-1)).toMatchObject({
    branch: 'v1',
    inputs: { must: 'x', pick: 'two', flag: 'true' },
  });
  strict.state = 'disabled_manually';
  expect(await dispatch({ ref: 'v1', inputs: { must: 'x' } })).toContain('disabled workflow');
  fake.addWorkflow('acme/store', 'branch-only.yml', { texts: { main: undefined } });
  const absent = 'GET repos/acme/store/actions/workflows/branch-only.yml';
  expect((await github(store, absent)).status).toBe(404);
  expect(fake.violations).toEqual([]);
  const many = Object.fromEntries(Array.from({ length: 26 }, (_, index) => [`i${index}`, 'x']));
  expect(await dispatch({ ref: 'main', inputs: many })).toContain('25');
  expect(await dispatch({ inputs: {} })).toContain('ref');
  expect(fake.violations).toHaveLength(2);
});

test('a workflow and its text', async () => {
  await using store = await start();
  const shown = await github(store, 'GET repos/acme/store/actions/workflows/verify.yml');
  expect(shown.json).toMatchObject({ name: 'Verify', path: '.github/workflows/verify.yml', state: 'active' });
  expect(
    (await github(store, `GET repos/acme/store/actions/workflows/${String(shown.json.id)}`)).status,
  ).toBe(200);
  expect((await github(store, 'GET repos/acme/store/actions/workflows')).json).toMatchObject({
    total_count: 1,
  });
  const file = 'GET repos/acme/store/contents/.github/workflows/verify.yml';
  const { json } = await github(store, `${file}?ref=main`);
  expect(Buffer.from(String(json.content), 'base64').toString()).toBe(verificationText);
  const raw = await github(store, file, undefined, { accept: 'application/vnd.github.raw+json' });
  expect(raw.text).toBe(verificationText);
  expect((await github(store, `${file}?ref=nowhere`)).status).toBe(404);
  expect((await github(store, 'GET repos/acme/store/contents/.github/workflows/no.yml')).status).toBe(404);
  expect(store.github.violations).toEqual([]);
});

test('the id that the run name echoes ties a run to its dispatch', async () => {
  await using store = await start();
  const inputs = { distinct_id: 'a1b2' };
  await github(store, dispatches, { ref: 'main', inputs });
  store.github.runs.listedAfterMs = 8000;
  const list = 'GET repos/acme/store/actions/workflows/verify.yml/runs?event=workflow_dispatch';
  expect((await github(store, list)).json).toMatchObject({ total_count: 0 });
  store.world.advance(8000);
  expect((await github(store, list)).json).toMatchObject({
    total_count: 1,
    workflow_runs: [{ display_title: 'Verify a1b2' }],
  });
  expect(store.github.replyProblems).toEqual([]);
});

test.each(['3.17', '3.18', '3.19', '3.20'] as const)('Enterprise Server %s', async (ghes) => {
  await using store = await start({ ghes });
  expect(store.github.url).toMatch(/\/api\/v3$/);
  const asked = await github(store, dispatches, { ref: 'main', return_run_details: true });
  expect(asked).toMatchObject({
    status: 400,
    json: { message: '`return_run_details` is not a permitted key.' },
  });
  expect((await github(store, dispatches, { ref: 'main' }, version)).status).toBe(400);
  expect(store.github.runs.all).toHaveLength(1);
  const plain = await github(store, dispatches, { ref: 'main' });
  expect(plain.status).toBe(204);
  expect(plain.headers.get('x-ratelimit-limit')).toBeNull();
  expect(store.github.violations).toEqual([]);
  const many = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`i${index}`, 'x']));
  expect((await github(store, dispatches, { ref: 'main', inputs: many })).text).toMatch(/10/);
});

test('Enterprise Server 3.21 behaves like github.com', async () => {
  await using store = await start({ ghes: '3.21' });
  expect((await github(store, dispatches, { ref: 'main' }, version)).status).toBe(200);
});
