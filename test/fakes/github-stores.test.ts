// The stores of secrets beside Actions: each with its own key, its own permission and its own rules for bodies.
import { expect, test } from 'vitest';
import type { Permission } from './github-call.ts';
import { github, writeSecret, type Answer } from './call.ts';
import { startStore, type Store } from './index.ts';

const stores: readonly (readonly [string, Permission])[] = [
  ['repos/acme/store/actions', 'secrets'],
  ['repos/acme/store/environments/prod', 'environments'],
  ['repos/acme/store/dependabot', 'dependabot_secrets'],
  ['repos/acme/store/codespaces', 'codespaces_secrets'],
  ['repos/acme/store/agents', 'agent_secrets'],
  ['orgs/acme/actions', 'organization_secrets'],
  ['orgs/acme/dependabot', 'organization_dependabot_secrets'],
  ['orgs/acme/codespaces', 'organization_codespaces_secrets'],
  ['orgs/acme/agents', 'organization_agent_secrets'],
];

const organizationStores = stores.map(([place]) => place).filter((place) => place.startsWith('orgs/'));
const newest = { 'x-github-api-version': '2026-03-10' };

async function start(options?: Parameters<typeof startStore>[0]): Promise<Store> {
  const store = await startStore(options);
  store.github.checksReplies = true;
  store.github.repositories.get('acme/store').environments.add('prod');
  return store;
}

function expectFaithful({ github: fake }: Store): void {
  expect(fake.violations).toEqual([]);
  expect(fake.replyProblems).toEqual([]);
}

const bodyFor = (place: string): Record<string, string> =>
  place.startsWith('orgs/') ? { visibility: 'private' } : {};

test.each(stores)('%s needs %s', async (place, permission) => {
  await using store = await start();
  const path = `${place}/secrets/TOKEN`;
  expect((await writeSecret(store, path, 'one', bodyFor(place))).status).toBe(201);
  expect((await writeSecret(store, path, 'two', bodyFor(place))).status).toBe(204);
  expect(store.github.secret(path)?.value).toBe('two');
  const others = Object.fromEntries(
    stores.filter(([, one]) => one !== permission).map(([, one]) => [one, 'write']),
  );
  const ask = (token: string, line: string, body?: unknown): Promise<Answer> =>
    github(store, line, body, { authorization: `token ${token}`, ...newest });
  const without = store.addToken({ permissions: others });
  const reader = store.addToken({ permissions: { [permission]: 'read' } });
  const writer = store.addToken({ permissions: { [permission]: 'write' } });
  for (const line of [`GET ${path}`, `GET ${place}/secrets`, `GET ${place}/secrets/public-key`]) {
    const refused = await ask(without, line);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('x-accepted-github-permissions')).toBe(`${permission}=read`);
    expect((await ask(reader, line)).status).toBe(200);
  }
  expect((await ask(reader, `DELETE ${path}`)).status).toBe(403);
  expect((await ask(writer, `DELETE ${path}`)).status).toBe(204);
  expect((await ask(writer, `GET ${path}`)).status).toBe(404);
  expectFaithful(store);
});

test('no two places share a key', async () => {
  await using store = await start();
  const ids = await Promise.all(
    stores.map(
      async ([place]) => (await github(store, `GET ${place}/secrets/public-key`)).json.key_id as string,
    ),
  );
  expect(new Set(ids).size).toBe(stores.length);
});

test.each(organizationStores)('%s forgets its repositories if a write does not name them', async (place) => {
  await using store = await start();
  const { id } = store.github.repositories.get('acme/store');
  const path = `${place}/secrets/SHARED`;
  const repositories = async (): Promise<unknown> =>
    (await github(store, `GET ${path}/repositories`)).json.total_count;
  const selected = { visibility: 'selected', selected_repository_ids: [id] };
  expect((await writeSecret(store, path, 'one', selected)).status).toBe(201);
  expect(await repositories()).toBe(1);
  expect((await writeSecret(store, path, 'two', { visibility: 'selected' })).status).toBe(204);
  expect(await repositories()).toBe(0);
  expect((await github(store, `GET ${path}`)).json).toMatchObject({ visibility: 'selected' });
  expect((await github(store, `PUT ${path}/repositories/${id}`)).status).toBe(204);
  expect(await repositories()).toBe(1);
  expect((await writeSecret(store, path, 'three', { visibility: 'all' })).status).toBe(204);
  expect((await github(store, `GET ${path}`)).json).not.toHaveProperty('selected_repositories_url');
  expect((await github(store, `DELETE ${path}/repositories/${id}`)).status).toBe(409);
  expectFaithful(store);
});

test.each(organizationStores)('%s takes ids as numbers, and no write without a visibility', async (place) => {
  await using store = await start();
  const id = String(store.github.repositories.get('acme/store').id);
  const path = `${place}/secrets/SHARED`;
  const body = { visibility: 'selected', selected_repository_ids: [id] };
  const key = await github(store, `GET ${place}/secrets/public-key`);
  const sealed = { encrypted_value: 'AAAA', key_id: key.json.key_id };
  expect((await github(store, `PUT ${path}`, { ...sealed, ...body }, newest)).status).toBe(422);
  expect(store.github.violations.splice(0)).toHaveLength(1);
  // Only Dependabot took text, and only up to the version of 2026-03-10.
  const old = await writeSecret(store, path, 'x', body);
  const isDependabot = place === 'orgs/acme/dependabot';
  expect(old.status).toBe(isDependabot ? 201 : 422);
  expect(store.github.violations.splice(0)).toHaveLength(isDependabot ? 0 : 1);
  expect((await github(store, `PUT ${path}`, sealed, newest)).status).toBe(422);
  expect(store.github.violations).not.toEqual([]);
});

test.each(['3.17', '3.20', '3.21'] as const)(
  'Enterprise Server %s has three of the five stores',
  async (ghes) => {
    await using store = await start({ ghes });
    for (const [place] of stores) {
      const { status, headers } = await github(store, `GET ${place}/secrets/public-key`);
      expect(status).toBe(/agents|codespaces/.test(place) ? 404 : 200);
      expect(headers.get('x-github-enterprise-version')).toBe(`${ghes}.0`);
      expect(headers.get('x-github-request-id')).toMatch(/^[0-9A-F]+(:[0-9A-F]+){4}$/);
    }
    expect(store.github.violations).toEqual([]);
  },
);
