// What is not quite right all the time, and what others do at one moment.
import { expect, test } from 'vitest';
import { call, github, renewal, signIn, writeSecret } from './call.ts';
import {
  everyCondition,
  everyMoment,
  forbiddenReasons,
  primaryLimit,
  redirects,
  startStore,
  unreadable,
  type Store,
} from './index.ts';

const path = 'repos/acme/store/actions/secrets/VTEX_APP_TOKEN';

async function updatedAt(store: Store, one = path): Promise<string> {
  return String((await github(store, `GET ${one}`)).json.updated_at);
}

test('reads show the state of some time ago: one secret, the list, and what is gone', async () => {
  await using store = await startStore({ conditions: { readLagMs: 3000 } });
  const { world } = store;
  const before = await updatedAt(store);
  await writeSecret(store, path, 'new');
  await writeSecret(store, store.path('FRESH'), 'x');
  const list = async (): Promise<unknown> =>
    (await github(store, 'GET repos/acme/store/actions/secrets')).json.total_count;
  expect(await updatedAt(store)).toBe(before);
  expect([(await github(store, `GET ${store.path('FRESH')}`)).status, await list()]).toEqual([404, 1]);
  // Who writes is told the truth, and so is a run that is queued.
  expect((await writeSecret(store, store.path('FRESH'), 'y')).status).toBe(204);
  expect(store.github.resolve('acme/store', 'VTEX_APP_TOKEN')).toBe('new');
  world.advance(3000);
  expect(await updatedAt(store)).not.toBe(before);
  expect(await list()).toBe(2);
  await github(store, `DELETE ${path}`);
  expect((await github(store, `GET ${path}`)).status).toBe(200);
  expect((await github(store, `DELETE ${path}`)).status).toBe(404);
  world.advance(3000);
  expect((await github(store, `GET ${path}`)).status).toBe(404);
});

test('copies that lag differently answer in turn, for each secret by itself', async () => {
  await using store = await startStore({ conditions: { readLagMs: [0, 6000] } });
  const before = await updatedAt(store);
  await updatedAt(store);
  await writeSecret(store, path, 'new');
  const seen: boolean[] = [];
  for (let round = 0; round < 4; round += 1) {
    seen.push((await updatedAt(store)) === before);
    await github(store, `GET ${store.path('OTHER')}`);
  }
  expect(seen).toEqual([false, true, false, true]);
});

test('machines with different clocks date what they write', async () => {
  await using store = await startStore({ conditions: { clockOffsetsMs: [2000, -2000] } });
  const first = await github(store, 'GET repos/acme/store');
  const second = await github(store, 'GET repos/acme/store');
  const date = (headers: Headers): number => Date.parse(headers.get('date') ?? '');
  expect(date(first.headers) - date(second.headers)).toBeGreaterThanOrEqual(3000);
  // The key is read at the first machine and the secret written at the second, then the other way round.
  await writeSecret(store, store.path('SLOW'), 'x');
  await github(store, 'GET repos/acme/store');
  await writeSecret(store, store.path('FAST'), 'x');
  const fast = store.github.secret(store.path('FAST'))?.updatedAt ?? 0;
  const slow = store.github.secret(store.path('SLOW'))?.updatedAt ?? 0;
  expect(fast - slow).toBeGreaterThanOrEqual(4000);
  store.github.addWorkflow('acme/store', 'verify.yml');
  await github(store, 'POST repos/acme/store/actions/workflows/verify.yml/dispatches', { ref: 'main' });
  const [, run] = store.github.runs.all;
  expect(Math.abs((run?.createdAt ?? 0) - store.world.now())).toBeGreaterThan(1500);
});

test.each(Object.entries(everyCondition))(
  '%s: nothing that is true is changed',
  async (_name, conditions) => {
    await using store = await startStore({ conditions });
    const { vtex, targetKey, github: fake } = store;
    fake.checksReplies = true;
    const fresh = String((await renewal(store, 'renew')).json.newToken);
    await writeSecret(store, path, fresh);
    await renewal(store, 'finish-renewal');
    expect(fake.secret(path)?.value).toBe(fresh);
    expect(vtex.tokens(targetKey)).toEqual({ current: fresh });
    store.world.advance(60_000);
    for (let asked = 0; asked < 2; asked += 1) {
      expect((await signIn(store, targetKey, fresh)).status).toBe(200);
      expect((await github(store, `GET ${path}`)).json.updated_at).toBeDefined();
    }
    expect([...fake.violations, ...fake.replyProblems, ...vtex.violations]).toEqual([]);
  },
);

test.each(Object.entries(everyMoment))('%s, with and without a renewal pending', async (_name, moment) => {
  await using store = await startStore();
  let changes = 0;
  store.world.onChange(() => (changes += 1));
  moment(store);
  store.github.repositories.get('acme/store').archived = false;
  await renewal(store, 'renew');
  store.github.setSecret(store.path('VTEX_APP_TOKEN_PENDING'), 'x');
  store.github.setSecret(store.path('VTEX_APP_TOKEN_OLD'), 'x');
  moment(store);
  expect(changes).toBeGreaterThanOrEqual(3);
});

test.each(Object.entries(forbiddenReasons))('403 for %s', async (name, fault) => {
  await using store = await startStore();
  store.world.when({ suffers: () => fault });
  const { status, json, headers } = await github(store, `GET ${path}`);
  expect(status).toBe(403);
  expect(json.message).toEqual(expect.stringMatching(/\w+ \w+/));
  expect(headers.get('x-github-sso')?.startsWith('required; url=')).toBe(
    name === 'single sign-on' ? true : undefined,
  );
});

test('replies that lead elsewhere, or say 200 and cannot be read', async () => {
  await using store = await startStore();
  const { world } = store;
  world.when({ suffers: () => primaryLimit({ now: world.now(), minutes: 40 }) });
  const limited = await github(store, `GET ${path}`);
  expect([limited.status, limited.headers.get('x-ratelimit-remaining')]).toEqual([403, '0']);
  for (const [name, fault] of Object.entries(redirects)) {
    world.when({ suffers: () => fault });
    const { status, headers } = await github(store, `GET ${path}`);
    expect(`redirect ${status}`).toBe(name);
    expect(headers.get('location')).toMatch(/^http/);
  }
  for (const [name, fault] of Object.entries(unreadable)) {
    world.when({ label: /renew$/, phase: 'after', suffers: () => fault });
    const asked = renewal(store, 'renew');
    if (name === 'cut off') await expect(asked).rejects.toThrow();
    else expect([(await asked).status, (await asked).json.newToken]).toEqual([200, undefined]);
    store.vtex.adminUndo(store.targetKey);
  }
  expect((await call(store.vtex.url)).status).toBe(401);
});
