import { expect, test } from 'vitest';
import { github, writeSecret } from './call.ts';
import { startStore, type Store } from './index.ts';

const start = async (): Promise<Store> => {
  const store = await startStore();
  store.github.checksReplies = true;
  return store;
};

/** Nothing was asked that GitHub does not know, and nothing answered that GitHub would not answer. */
function expectFaithful(store: Store): void {
  expect(store.github.violations).toEqual([]);
  expect(store.github.replyProblems).toEqual([]);
}

test('a repository secret is opened with the key of its place', async () => {
  await using store = await start();
  const path = store.path('fresh');
  expect((await writeSecret(store, path, 'plain text')).status).toBe(201);
  expect(store.github.secret(store.path('FRESH'))?.value).toBe('plain text');
  const shown = await github(store, `GET ${path}`);
  expect(shown.json).toMatchObject({ name: 'FRESH' });
  expect(shown.json.updated_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(shown.text).not.toContain('plain text');
  store.world.advance(90_000);
  expect((await writeSecret(store, path, 'again')).status).toBe(204);
  const { createdAt, updatedAt } = store.github.secret(path) ?? { createdAt: 0, updatedAt: 0 };
  expect(updatedAt - createdAt).toBeGreaterThanOrEqual(90_000);
  const listed = await github(store, 'GET repos/acme/store/actions/secrets');
  expect(listed.json).toMatchObject({
    total_count: 2,
    secrets: [{ name: 'FRESH' }, { name: 'VTEX_APP_TOKEN' }],
  });
  expect((await github(store, `DELETE ${path}`)).status).toBe(204);
  expect((await github(store, `DELETE ${path}`)).status).toBe(404);
  expect((await github(store, `GET ${path}`)).status).toBe(404);
  expect((await github(store, 'GET repos/acme/gone/actions/secrets/public-key')).status).toBe(404);
  expectFaithful(store);
});

test('what cannot be opened is refused', async () => {
  await using store = await start();
  const sealed = Buffer.alloc(64).toString('base64');
  const { json } = await github(store, 'GET repos/acme/store/actions/secrets/public-key');
  const put = (body: unknown): Promise<{ status: number }> => github(store, `PUT ${store.path('X')}`, body);
  expect((await put({ encrypted_value: sealed, key_id: json.key_id })).status).toBe(422);
  expect((await put({ encrypted_value: sealed, key_id: '1' })).status).toBe(422);
  expect((await writeSecret(store, store.path('X'), 'x'.repeat(48 * 1024 + 1))).status).toBe(422);
  expect((await writeSecret(store, store.path('GITHUB_X'), 'x')).status).toBe(422);
  expect((await writeSecret(store, store.path('1X'), 'x')).status).toBe(422);
  expect(store.github.violations).toEqual([]);
  expect((await put({ encrypted_value: 'not base64', key_id: json.key_id })).status).toBe(422);
  expect((await put({ encrypted_value: sealed })).status).toBe(422);
  expect((await put({ encrypted_value: sealed, key_id: '1', visibility: 'all' })).status).toBe(422);
  expect(store.github.violations).toHaveLength(3);
  expect(store.github.secret(store.path('X'))).toBeUndefined();
});

test('an environment has a key and secrets of its own; its name may hold a slash', async () => {
  await using store = await start();
  store.github.repositories.get('acme/store').environments.add('prod/eu');
  const path = 'repos/acme/store/environments/prod%2Feu/secrets/VTEX_APP_TOKEN';
  expect((await writeSecret(store, path, 'in production')).status).toBe(201);
  expect(store.github.secret(path)?.value).toBe('in production');
  expect(store.github.resolve('acme/store', 'VTEX_APP_TOKEN', 'prod/eu')).toBe('in production');
  expect(store.github.resolve('acme/store', 'VTEX_APP_TOKEN')).toBe(
    store.vtex.tokens(store.targetKey).current,
  );
  const keyIds = await Promise.all(
    ['actions', 'environments/prod%2Feu', 'dependabot', 'codespaces', 'agents'].map(
      async (place) => (await github(store, `GET repos/acme/store/${place}/secrets/public-key`)).json.key_id,
    ),
  );
  expect(new Set(keyIds).size).toBe(5);
  expect((await github(store, 'GET repos/acme/store/environments/no/secrets/public-key')).status).toBe(404);
  expectFaithful(store);
});

test('an organization secret and its repositories', async () => {
  await using store = await start();
  const ids = Array.from({ length: 45 }, (_, index) => store.github.addRepository(`acme/shop-${index}`).id);
  const path = 'orgs/acme/actions/secrets/SHARED';
  const put = (more: Record<string, unknown>): Promise<{ status: number; json: unknown }> =>
    writeSecret(store, path, 'shared', more);
  expect((await put({ visibility: 'selected', selected_repository_ids: ids })).status).toBe(201);
  const first = await github(store, `GET ${path}/repositories`);
  expect(first.json).toMatchObject({ total_count: 45 });
  expect(first.json.repositories).toHaveLength(30);
  expect(first.headers.get('link')).toContain(`${path}/repositories?page=2>; rel="next"`);
  const most = await github(store, `GET ${path}/repositories?per_page=500`);
  expect(most.json.repositories).toHaveLength(45);
  store.github.secrets.hiddenRepositoryIds.add(ids[0] ?? 0);
  const hidden = await github(store, `GET ${path}/repositories?per_page=100`);
  expect(hidden.json.total_count).toBe(45);
  expect(hidden.json.repositories).toHaveLength(44);
  expect(store.github.resolve('acme/shop-1', 'SHARED')).toBe('shared');
  expect(store.github.resolve('acme/store', 'SHARED')).toBe('');
  // The trap: without ids, the list is cleared.
  expect((await put({ visibility: 'selected' })).status).toBe(204);
  expect(store.github.secret(path)).toMatchObject({ visibility: 'selected', repositoryIds: [] });
  expect((await github(store, `PUT ${path}/repositories/${ids[3] ?? 0}`)).status).toBe(204);
  expect(store.github.secret(path)?.repositoryIds).toEqual([ids[3]]);
  expect((await put({ visibility: 'private' })).status).toBe(204);
  expect(store.github.secret(path)).not.toHaveProperty('repositoryIds');
  expect((await github(store, `PUT ${path}/repositories/${ids[3] ?? 0}`)).status).toBe(409);
  expect(store.github.resolve('acme/store', 'SHARED')).toBe('shared');
  expectFaithful(store);
  // No value-only update: GitHub wants all three, whatever the package's two old bodies say.
  expect((await put({})).status).toBe(422);
  expect((await put({ visibility: 'selected', selected_repository_ids: ['1'] })).status).toBe(422);
  expect(store.github.violations).toHaveLength(2);
});

test('a place that the token may not touch', async () => {
  await using store = await start();
  const reader = store.addToken({ permissions: { secrets: 'read' } });
  const blind = store.addToken({ permissions: { secrets: 'write' }, repositories: [] });
  const person = store.addToken({ kind: 'pat', permissions: {} });
  const as = (token: string, line: string, body?: unknown): ReturnType<typeof github> =>
    github(store, line, body, { authorization: `Bearer ${token}` });
  const key = 'GET repos/acme/store/actions/secrets/public-key';
  expect((await as(reader, key)).status).toBe(200);
  const refused = await as(reader, `PUT ${store.path('X')}`, { encrypted_value: 'AAAA', key_id: '1' });
  expect(refused).toMatchObject({ status: 403, json: { message: 'Resource not accessible by integration' } });
  expect(refused.headers.get('x-accepted-github-permissions')).toBe('secrets=write');
  expect((await as(store.workflowToken, key)).status).toBe(403);
  expect((await as(blind, key)).status).toBe(404);
  expect((await as(person, key)).json.message).toBe('Resource not accessible by personal access token');
  expect(await as('nobody', key)).toMatchObject({ status: 401, json: { message: 'Bad credentials' } });
  const shortLived = store.addToken({
    permissions: { secrets: 'read' },
    expiresAt: store.world.now() + 3_600_000,
  });
  expect((await as(shortLived, key)).status).toBe(200);
  store.world.advance(3_600_000);
  expect((await as(shortLived, key)).status).toBe(401);
  expect(store.github.violations).toEqual([]);
});
