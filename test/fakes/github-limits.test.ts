// GitHub's limits as the fake enforces them.
import { expect, test } from 'vitest';
import { github } from './call.ts';
import { startStore, type Store } from './index.ts';

const minute = 60_000;
const repository = 'GET repos/acme/store';

const statuses = async (store: Store, line: string, count: number): Promise<number[]> => {
  const seen: number[] = [];
  for (let asked = 0; asked < count; asked += 1) seen.push((await github(store, line)).status);
  return seen;
};

test('900 points within any sixty seconds, not within a minute of the clock', async () => {
  await using store = await startStore();
  const { limits } = store.github;
  const { world } = store;
  const write = `DELETE ${store.path('NONE')}`;
  expect(new Set(await statuses(store, write, 90))).toEqual(new Set([404]));
  world.advance(30_000);
  expect(new Set(await statuses(store, repository, 450))).toEqual(new Set([200]));
  expect(limits.peaks.pointsPerMinute).toBe(900);
  const refused = await github(store, repository);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([403, '60']);
  expect(limits.refused).toBe(1);
  // The writes of the first half are out of sight after thirty seconds more.
  world.advance(30_000);
  expect(await statuses(store, write, 80)).not.toContain(403);
  expect(await statuses(store, write, 20)).toContain(403);
});

test('a hundred requests at the same time', async () => {
  await using store = await startStore();
  const { world, github: fake } = store;
  const { promise: opened, resolve: open } = Promise.withResolvers<undefined>();
  let arrived = 0;
  world.when({
    nth: 'every',
    does: () => {
      arrived += 1;
      if (arrived === 101) open(undefined);
      return opened;
    },
  });
  const all = await Promise.all(
    Array.from({ length: 101 }, async () => (await github(store, repository)).status),
  );
  expect(fake.limits.peaks.concurrent).toBe(101);
  expect(all).toContain(403);
  expect(await statuses(store, repository, 1)).toEqual([200]);
});

test('what an hour allows is told with every reply', async () => {
  await using store = await startStore();
  const { github: fake, world, githubToken } = store;
  const left = async (token: string): Promise<(string | null)[]> => {
    const { headers } = await github(store, repository, undefined, { authorization: `token ${token}` });
    return ['limit', 'remaining', 'used'].map((name) => headers.get(`x-ratelimit-${name}`));
  };
  expect(await left(githubToken)).toEqual(['5000', '4999', '1']);
  expect(await left(store.workflowToken)).toEqual(['1000', '999', '1']);
  expect((await left('unknown'))[0]).toBe('60');
  expect((await github(store, 'GET rate_limit')).json).toMatchObject({
    resources: { core: { limit: 5000, used: 1, remaining: 4999 } },
  });
  expect(await left(githubToken)).toEqual(['5000', '4998', '2']);
  fake.limits.exhaust(fake.token(githubToken), 40 * minute);
  const refused = await github(store, repository);
  expect(refused.status).toBe(403);
  const reset = Number(refused.headers.get('x-ratelimit-reset')) * 1000;
  expect(reset - world.now()).toBeGreaterThan(39 * minute);
  expect(reset - world.now()).toBeLessThan(41 * minute);
  world.advance(40 * minute);
  expect(await left(githubToken)).toEqual(['5000', '4999', '1']);
});

test('eighty writes a minute, where that is enforced', async () => {
  await using store = await startStore();
  const { limits } = store.github;
  limits.contentPerMinute = 80;
  const put = `PUT ${store.path('X')}`;
  expect(new Set(await statuses(store, put, 80))).toEqual(new Set([422]));
  expect(await statuses(store, put, 1)).toEqual([403]);
  expect(await statuses(store, repository, 1)).toEqual([200]);
  store.world.advance(minute);
  expect(await statuses(store, put, 1)).toEqual([422]);
});

test('an Enterprise Server has no limits', async () => {
  await using store = await startStore({ ghes: '3.20' });
  const seen = await statuses(store, `DELETE ${store.path('NONE')}`, 200);
  expect(new Set(seen)).toEqual(new Set([404]));
  const { headers } = await github(store, repository);
  expect([...headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
});
