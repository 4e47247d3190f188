import { expect, test } from 'vitest';
import { github, renewal, signIn, writeSecret } from './call.ts';
import { fingerprint, startStore } from './index.ts';

test('a rotation by hand', async () => {
  await using store = await startStore();
  const { vtex, github: fake, targetKey } = store;
  fake.checksReplies = true;
  const inputs = store.inputs();
  const old = inputs['current-token'] ?? '';
  expect((await signIn(store, targetKey, old)).status).toBe(200);
  const pending = store.path('VTEX_APP_TOKEN_PENDING');
  const fresh = String((await renewal(store, 'renew')).json.newToken);
  expect((await writeSecret(store, pending, fresh)).status).toBe(201);
  expect(store.inputs()['pending-token']).toBe(fresh);
  expect((await writeSecret(store, store.path('VTEX_APP_TOKEN'), fresh)).status).toBe(204);
  expect((await renewal(store, 'finish-renewal')).status).toBe(200);
  expect((await github(store, `DELETE ${pending}`)).status).toBe(204);
  expect(store.inputs()).toMatchObject({ 'current-token': fresh, 'pending-token': '' });
  expect(vtex.state(targetKey, old)).toBe('dead');
  expect(fingerprint(fresh)).toMatch(/^[0-9a-f]{8}$/);
  expect([...fake.violations, ...fake.replyProblems, ...vtex.violations]).toEqual([]);
});

test('the environment of a run names the run that the action is part of', async () => {
  await using store = await startStore();
  const first = store.run;
  const path = `GET repos/acme/store/actions/runs/${String(store.env().GITHUB_RUN_ID)}`;
  expect((await github(store, path)).json).toMatchObject({ status: 'in_progress', event: 'schedule' });
  expect(store.nextRun().id).not.toBe(first.id);
  expect(first.status).toBe('completed');
  expect(store.env().GITHUB_RUN_ID).toBe(String(store.run.id));
});

test('repositories: of an organization, of an installation, in any case', async () => {
  await using store = await startStore();
  const { github: fake } = store;
  fake.checksReplies = true;
  fake.addRepository('acme/old', { archived: true });
  fake.addRepository('acme/open', { private: false });
  fake.addRepository('jo/own');
  fake.repositories.users.add('jo');
  const names = (json: unknown): string[] => (json as { full_name: string }[]).map((one) => one.full_name);
  const list = async (path: string, token = store.githubToken): Promise<string[]> =>
    names(
      JSON.parse((await github(store, `GET ${path}`, undefined, { authorization: `token ${token}` })).text),
    );
  expect(await list('orgs/acme/repos?per_page=100')).toEqual(['acme/store', 'acme/old', 'acme/open']);
  expect(await list('orgs/acme/repos?type=public')).toEqual(['acme/open']);
  const narrow = store.addToken({ repositories: ['acme/store'] });
  expect(await list('orgs/acme/repos', narrow)).toEqual(['acme/store', 'acme/open']);
  expect((await github(store, 'GET orgs/jo/repos')).status).toBe(404);
  expect(await list('users/acme/repos')).toEqual(['acme/open']);
  const installation = await github(store, 'GET installation/repositories');
  expect(installation.json).toMatchObject({ total_count: 4 });
  const shown = await github(store, 'GET repos/ACME/Store');
  expect(shown.json).toMatchObject({ full_name: 'acme/store', default_branch: 'main', archived: false });
  expect(fake.violations).toEqual([]);
});

test('GitHub tells its own time', async () => {
  await using store = await startStore();
  store.world.advance(7 * 24 * 3_600_000);
  const { headers } = await github(store, 'GET repos/acme/store');
  const ahead = Date.parse(headers.get('date') ?? '') - Date.now();
  expect(ahead / 3_600_000).toBeCloseTo(7 * 24, 1);
});

test('the primary limit', async () => {
  await using store = await startStore();
  const { github: fake, githubToken, world } = store;
  const token = fake.tokens.get(githubToken);
  if (token === undefined) throw new Error('no token');
  fake.limits.leave(token, 1);
  expect((await github(store, 'GET repos/acme/store')).headers.get('x-ratelimit-remaining')).toBe('0');
  const refused = await github(store, 'GET repos/acme/store');
  expect(refused.status).toBe(403);
  expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
  const reset = Number(refused.headers.get('x-ratelimit-reset')) * 1000;
  world.advance(reset - world.now() + 1000);
  expect((await github(store, 'GET repos/acme/store')).status).toBe(200);
});

test('the secondary limit: on demand, and after 180 writes in a minute', async () => {
  await using store = await startStore();
  const { github: fake, world } = store;
  fake.limits.limitFor(30_000);
  const refused = await github(store, 'GET repos/acme/store');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([403, '30']);
  expect(refused.json.message).toMatch(/secondary rate limit/);
  world.advance(90_000);
  const statuses: number[] = [];
  for (let count = 0; count < 181; count += 1) {
    statuses.push((await github(store, `DELETE ${store.path('NONE')}`)).status);
  }
  expect(new Set(statuses.slice(0, 180))).toEqual(new Set([404]));
  expect(statuses[180]).toBe(403);
});

test('versions of the API', async () => {
  await using store = await startStore();
  const at = async (version: string): Promise<number> =>
    (await github(store, 'GET repos/acme/store', undefined, { 'x-github-api-version': version })).status;
  expect([await at('2022-11-28'), await at('2026-03-10'), await at('1999-01-01')]).toEqual([200, 200, 400]);
  expect((await github(store, 'GET rate_limit')).json).toMatchObject({
    resources: { core: { limit: 5000 } },
  });
  expect(store.github.violations).toEqual([]);
  expect((await github(store, 'GET no/such/thing')).status).toBe(404);
  expect(store.github.violations).toEqual(['GET /no/such/thing: no such operation']);
});
