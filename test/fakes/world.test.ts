import { readFileSync } from 'node:fs';
import { Agent, fetch } from 'undici';
import { expect, test } from 'vitest';
import { call, github, renewal, signIn } from './call.ts';
import { everyFault, startStore, status, tooManyRequests, type Fault } from './index.ts';

test('events happen at their own time and in order, however late somebody looks', async () => {
  await using store = await startStore();
  const { world } = store;
  const start = world.now();
  const seen: string[] = [];
  world.at(start + 2000, () => seen.push(`second ${world.now() - start}`));
  world.at(start + 1000, () => {
    seen.push(`first ${world.now() - start}`);
    world.at(start + 1500, () => seen.push(`between ${world.now() - start}`));
  });
  world.advance(3000);
  expect(seen).toEqual(['first 1000', 'between 1500', 'second 2000']);
  expect(world.now() - start).toBeGreaterThanOrEqual(3000);
});

test('a fast world lets forty minutes pass in moments', async () => {
  await using store = await startStore({ speed: 100_000 });
  const start = store.world.now();
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(store.world.now() - start).toBeGreaterThan(40 * 60_000);
});

test('one ordered list of requests to both servers, without tokens', async () => {
  await using store = await startStore();
  await renewal(store, 'renew');
  await github(store, `GET ${store.path('VTEX_APP_TOKEN')}`);
  await github(store, `GET repos/acme/store/actions/runs/${store.run.id}`);
  await github(store, 'GET repos/acme/store/actions/runs?created=%3E%3D2026-01-01&per_page=5');
  expect(store.world.lines()).toEqual([
    'PATCH vtex /api/vtexid/apikey/:key/apitoken/renew 200',
    'GET github repos/acme/store/actions/secrets/VTEX_APP_TOKEN 200',
    'GET github repos/acme/store/actions/runs/:run 200',
    'GET github repos/acme/store/actions/runs?created=:time&per_page=5 200',
  ]);
  const record = JSON.stringify(store.world.requests);
  for (const token of store.everyToken()) expect(record).not.toContain(token);
});

test('a fault before the effect prevents it, one after it only hides it', async () => {
  await using store = await startStore();
  const { world, vtex, targetKey } = store;
  world.intercept = (_request, phase) => (phase === 'before' ? status(502) : undefined);
  expect((await renewal(store, 'renew')).status).toBe(502);
  expect(vtex.isPending(targetKey)).toBe(false);
  world.intercept = (_request, phase) => (phase === 'after' ? { kind: 'reset' } : undefined);
  await expect(renewal(store, 'renew')).rejects.toThrow('fetch failed');
  expect(vtex.isPending(targetKey)).toBe(true);
  world.intercept = undefined;
  expect((await renewal(store, 'renew')).status).toBe(409);
  expect(world.lines().map((line) => line.replace(/^.* renew /, ''))).toEqual([
    expect.stringMatching(/ 502 \(status before\)$/),
    expect.stringMatching(/ - \(reset after\)$/),
    expect.stringMatching(/ 409$/),
  ]);
});

test.each(Object.entries(everyFault))('%s', async (_name, fault) => {
  await using store = await startStore();
  store.world.intercept = (_request, phase) => (phase === 'after' ? fault : undefined);
  expect(await suffered(`${store.vtex.url}/anything`, fault)).toBe(true);
  expect(store.world.elsewhere.hits).toBe(0);
});

/** Whether a client without protection meets what the fault promises. */
async function suffered(url: string, fault: Fault): Promise<boolean> {
  const signal = AbortSignal.timeout(fault.kind === 'huge' ? 20_000 : 300);
  try {
    const response = await fetch(url, { redirect: 'manual', signal });
    if (fault.kind === 'redirect') {
      return (
        response.status === 307 && response.headers.get('location')?.startsWith('http://127.0.0.1:') === true
      );
    }
    const text = await response.text();
    if (fault.kind === 'status') return response.status === fault.status && text !== '';
    if (fault.kind === 'empty') return text === '';
    if (fault.kind === 'html') return text.startsWith('<!DOCTYPE html>');
    if (fault.kind === 'huge') return text.length === 50 * 1024 * 1024;
    return fault.kind === 'malformed' && !isJson(text);
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    const slow = fault.kind === 'hang' || fault.kind === 'drip';
    return timedOut === slow && ['hang', 'drip', 'reset', 'close', 'truncated'].includes(fault.kind);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('Retry-After comes in seconds or as a date', () => {
  const date = new Date('2026-11-22T10:00:00Z');
  expect(tooManyRequests(7)).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
  expect(tooManyRequests(date)).toMatchObject({
    headers: { 'retry-after': 'Sun, 22 Nov 2026 10:00:00 GMT' },
  });
});

test('a server can go down, even in the middle of a request, and come back with its state', async () => {
  await using store = await startStore();
  const { world, vtex } = store;
  world.intercept = async () => {
    await vtex.server.down();
    return undefined;
  };
  await expect(renewal(store, 'renew')).rejects.toThrow('fetch failed');
  world.intercept = undefined;
  await expect(renewal(store, 'renew')).rejects.toThrow('fetch failed');
  await vtex.server.up();
  expect((await renewal(store, 'renew')).status).toBe(409);
});

test('a certificate that is trusted only by who was told, and one that nobody trusts', async () => {
  await using store = await startStore({ https: true });
  const { vtex, world } = store;
  expect(vtex.url).toMatch(/^https:/);
  const ca = readFileSync(store.env().NODE_EXTRA_CA_CERTS ?? '', 'utf8');
  const dispatcher = new Agent({ connect: { ca } });
  const ask = (init = {}): Promise<{ status: number }> => fetch(vtex.url, init);
  // OpenSSL has been seen to give either of the two.
  const code = expect.stringMatching(
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/,
  ) as string;
  await expect(ask()).rejects.toMatchObject({ cause: { code } });
  expect(world.requests).toEqual([]);
  expect((await ask({ dispatcher })).status).toBe(401);
  await vtex.server.distrust();
  await expect(ask({ dispatcher })).rejects.toMatchObject({ cause: { code: expect.any(String) as string } });
  await vtex.server.up();
  expect((await ask({ dispatcher })).status).toBe(401);
  expect(world.requests).toHaveLength(2);
});

test('redirects lead to a third server that counts who comes', async () => {
  await using store = await startStore();
  store.world.intercept = (request) => (request.upstream === 'vtex' ? { kind: 'redirect' } : undefined);
  const { headers } = await signIn(store, store.targetKey, 'x');
  await call(headers.get('location') ?? '');
  expect(store.world.elsewhere.hits).toBe(1);
});

test('listeners hear of every change; what they throw is not lost', async () => {
  const store = await startStore();
  const changes: string[] = [];
  store.world.onChange((change) => changes.push(change));
  await renewal(store, 'renew');
  await renewal(store, 'finish-renewal');
  await github(store, `DELETE ${store.path('VTEX_APP_TOKEN')}`);
  expect(changes).toEqual([
    'vtex: renewal begun',
    'vtex: renewal finished',
    'github: repos/acme/store/actions/secrets/VTEX_APP_TOKEN deleted',
  ]);
  store.world.onChange(() => {
    throw new Error('an invariant is broken');
  });
  store.github.setSecret(store.path('OTHER'), 'x');
  await expect(store[Symbol.asyncDispose]()).rejects.toMatchObject({
    errors: [expect.objectContaining({ message: 'an invariant is broken' })],
  });
});
