// What the places of secrets have in common: lists, dates, keys, room.
import { expect, test } from 'vitest';
import { github, writeSecret } from './call.ts';
import { startStore, type Store } from './index.ts';

const second = 1000;

async function start(): Promise<Store> {
  const store = await startStore();
  store.github.checksReplies = true;
  store.github.repositories.get('acme/store').environments.add('prod');
  return store;
}

function expectFaithful({ github: fake }: Store): void {
  expect(fake.violations).toEqual([]);
  expect(fake.replyProblems).toEqual([]);
}

const names = (json: Record<string, unknown>): string[] =>
  (json.secrets as { name: string }[]).map(({ name }) => name);

test.each(['repos/acme/store/actions', 'repos/acme/store/environments/prod', 'orgs/acme/actions'])(
  'the list of %s comes in pages, by name',
  async (place) => {
    await using store = await start();
    for (let count = 120; count > 30; count -= 1) {
      store.github.setSecret(`${place}/secrets/S${String(count).padStart(3, '0')}`, 'x');
    }
    const first = await github(store, `GET ${place}/secrets`);
    expect(first.json.secrets).toHaveLength(30);
    const total = Number(first.json.total_count);
    const most = await github(store, `GET ${place}/secrets?per_page=100`);
    expect(names(most.json)).toHaveLength(total);
    expect(names(most.json)).toEqual(names(most.json).sort());
    const last = await github(store, `GET ${place}/secrets?per_page=50&page=2`);
    expect(names(last.json)).toEqual(names(most.json).slice(50));
    expect(most.text).not.toContain('value');
    expectFaithful(store);
  },
);

test('a date stays, moves, or begins anew', async () => {
  await using store = await start();
  const path = store.path('DATED');
  const dates = async (): Promise<unknown[]> => {
    const { json } = await github(store, `GET ${path}`);
    expect(json.updated_at).toMatch(/:\d\dZ$/);
    return [json.created_at, json.updated_at];
  };
  expect((await writeSecret(store, path, 'a')).status).toBe(201);
  const [created, updated] = await dates();
  expect(updated).toBe(created);
  store.world.advance(2 * second);
  expect((await writeSecret(store, path, 'b')).status).toBe(204);
  const later = await dates();
  expect(later[0]).toBe(created);
  expect(later[1]).not.toBe(created);
  await github(store, `DELETE ${path}`);
  store.world.advance(2 * second);
  expect((await writeSecret(store, path, 'c')).status).toBe(201);
  const [again, last] = await dates();
  expect(again).toBe(last);
  expect(again).not.toBe(created);
  expectFaithful(store);
});

test('organization secrets that a repository may read', async () => {
  await using store = await start();
  const { github: fake } = store;
  const own = fake.repositories.get('acme/store');
  const open = fake.addRepository('acme/open', { private: false });
  const set = (name: string, more: object): void => {
    fake.setSecret(`orgs/acme/actions/secrets/${name}`, 'x', more);
  };
  set('FOR_ALL', { visibility: 'all' });
  set('FOR_PRIVATE', { visibility: 'private' });
  set('FOR_OWN', { visibility: 'selected', repositoryIds: [own.id] });
  set('FOR_OPEN', { visibility: 'selected', repositoryIds: [open.id] });
  const list = async (repository: string): Promise<string[]> => {
    const { json } = await github(store, `GET repos/acme/${repository}/actions/organization-secrets`);
    expect(json.total_count).toBe(names(json).length);
    return names(json);
  };
  expect(await list('store')).toEqual(['FOR_ALL', 'FOR_OWN', 'FOR_PRIVATE']);
  expect(await list('open')).toEqual(['FOR_ALL', 'FOR_OPEN']);
  const reader = store.addToken({ permissions: { secrets: 'read' } });
  const path = 'GET repos/acme/store/actions/organization-secrets?per_page=1';
  const one = await github(store, path, undefined, { authorization: `token ${reader}` });
  expect([names(one.json), one.json.total_count]).toEqual([['FOR_ALL'], 3]);
  const blind = { authorization: `token ${store.workflowToken}` };
  expect((await github(store, path, undefined, blind)).status).toBe(403);
  expectFaithful(store);
});

test('what was sealed with a former key is refused', async () => {
  await using store = await start();
  const place = 'repos/acme/store/actions';
  const path = store.path('X');
  const body = await sealedFor(store, path);
  store.github.secrets.rotateKey(place);
  expect((await github(store, `PUT ${path}`, body)).status).toBe(422);
  const fresh = await sealedFor(store, path);
  expect(fresh.key_id).not.toBe(body.key_id);
  store.github.secrets.rotateKeys();
  expect((await github(store, `PUT ${path}`, fresh)).status).toBe(422);
  expect((await writeSecret(store, path, 'new')).status).toBe(201);
  expectFaithful(store);
});

/** A body that a PUT of this moment would have. */
async function sealedFor(store: Store, path: string): Promise<Record<string, unknown>> {
  let body: Record<string, unknown> = {};
  store.world.intercept = (request, phase) => {
    if (request.method !== 'PUT' || phase !== 'before') return undefined;
    body = JSON.parse(request.body) as Record<string, unknown>;
    return { kind: 'status', status: 500 };
  };
  await writeSecret(store, path, 'value');
  store.world.intercept = undefined;
  return body;
}

test.each([
  ['repos/acme/store/actions', 99],
  ['repos/acme/store/environments/prod', 100],
  ['orgs/acme/actions', 1000],
])('%s is full', async (place, room) => {
  await using store = await start();
  for (let count = 0; count < room; count += 1) store.github.setSecret(`${place}/secrets/S${count}`, 'x');
  const more = place.startsWith('orgs/') ? { visibility: 'all' } : {};
  expect((await writeSecret(store, `${place}/secrets/ONE_MORE`, 'x', more)).status).toBe(422);
  expect((await writeSecret(store, `${place}/secrets/S7`, 'y', more)).status).toBe(204);
  await github(store, `DELETE ${place}/secrets/S8`);
  expect((await writeSecret(store, `${place}/secrets/ONE_MORE`, 'x', more)).status).toBe(201);
  expectFaithful(store);
});
