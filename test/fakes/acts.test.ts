// Somebody does something at a certain request of a client.
import { expect, test } from 'vitest';
import { github, renewal, writeSecret } from './call.ts';
import { startStore, status } from './index.ts';

test('somebody else writes before or after the n-th request', async () => {
  await using store = await startStore();
  const { world, github: fake } = store;
  const path = store.path('VTEX_APP_TOKEN');
  const seen: (string | undefined)[] = [];
  const write = (value: string) => (): void => {
    seen.push(fake.secret(path)?.value);
    fake.setSecret(path, value);
  };
  await github(store, 'GET repos/acme/store');
  world.when({ nth: 2, does: write('foreign') });
  world.when({ label: /^PUT /, phase: 'after', does: write('later') });
  // Reads the key, then writes.
  expect((await writeSecret(store, path, 'ours')).status).toBe(204);
  expect(seen[1]).toBe('ours');
  expect(seen).toHaveLength(2);
  expect(fake.secret(path)?.value).toBe('later');
  await writeSecret(store, path, 'ours again');
  expect(fake.secret(path)?.value).toBe('ours again');
});

test('GitHub changes its key between any two requests', async () => {
  await using store = await startStore();
  const { world, github: fake } = store;
  const stop = world.when({
    label: /^PUT /,
    nth: 'every',
    does: () => {
      fake.secrets.rotateKeys();
    },
  });
  expect((await writeSecret(store, store.path('X'), 'x')).status).toBe(422);
  expect((await writeSecret(store, store.path('X'), 'x')).status).toBe(422);
  stop();
  expect((await writeSecret(store, store.path('X'), 'x')).status).toBe(201);
});

test('finish-renewal is carried out, and answered with 502', async () => {
  await using store = await startStore();
  const { vtex, targetKey, world } = store;
  vtex.adminRenew(targetKey);
  world.when({ label: /finish-renewal$/, phase: 'after', suffers: () => status(502) });
  expect((await renewal(store, 'finish-renewal')).status).toBe(502);
  expect(vtex.isPending(targetKey)).toBe(false);
  expect((await renewal(store, 'finish-renewal')).status).toBe(404);
});

test('several act at one request, and what a test intercepts counts before what they return', async () => {
  await using store = await startStore();
  const { world } = store;
  const done: string[] = [];
  world.when({
    does: async () => {
      await Promise.resolve();
      done.push('first');
    },
    suffers: () => status(500),
  });
  world.when({
    does: ({ label }) => done.push(label),
    suffers: () => status(501),
  });
  expect((await github(store, 'GET repos/acme/store')).status).toBe(500);
  expect(done).toEqual(['first', 'GET github repos/acme/store']);
  world.when({ suffers: () => status(500) });
  world.intercept = () => status(503);
  expect((await github(store, 'GET repos/acme/store')).status).toBe(503);
});
