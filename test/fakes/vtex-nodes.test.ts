// VTEX as more than one machine and more than one account.
import { expect, test } from 'vitest';
import { call, renewal, signIn, type Answer } from './call.ts';
import { startStore, type Store } from './index.ts';

/** What so many sign-ins with a token are answered, one after the other. */
async function asks(store: Store, token: string, count: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let asked = 0; asked < count; asked += 1) {
    statuses.push((await signIn(store, store.targetKey, token)).status);
  }
  return statuses;
}

test('a node that hears late refuses the new token and takes the old one', async () => {
  await using store = await startStore();
  const { vtex, world, targetKey } = store;
  vtex.nodes = [{}, { acceptsAfterMs: 5000, forgetsAfterMs: 8000 }];
  const { current: old } = vtex.tokens(targetKey);
  const fresh = vtex.adminRenew(targetKey);
  expect(await asks(store, fresh, 4)).toEqual([200, 401, 200, 401]);
  expect(await asks(store, old, 4)).toEqual([200, 200, 200, 200]);
  world.advance(5000);
  expect(await asks(store, fresh, 4)).toEqual([200, 200, 200, 200]);
  vtex.adminDeleteOld(targetKey);
  expect(await asks(store, old, 4)).toEqual([401, 200, 401, 200]);
  // What is true does not depend on who was asked.
  expect(vtex.state(targetKey, old)).toBe('dead');
  world.advance(8000);
  expect(await asks(store, old, 2)).toEqual([401, 401]);
});

test('the same two questions side by side come to both nodes in turn', async () => {
  await using store = await startStore();
  const { vtex, targetKey } = store;
  vtex.nodes = [{}, { acceptsAfterMs: 60_000 }];
  const { current: old } = vtex.tokens(targetKey);
  const fresh = vtex.adminRenew(targetKey);
  const rounds: number[][] = [];
  for (let round = 0; round < 3; round += 1) {
    rounds.push((await Promise.all([asks(store, fresh, 1), asks(store, old, 1)])).flat());
  }
  expect(rounds).toEqual([
    [200, 200],
    [401, 200],
    [200, 200],
  ]);
});

test('one node is wrong about a token for a while', async () => {
  await using store = await startStore();
  const { vtex, world, targetKey } = store;
  const { current } = vtex.tokens(targetKey);
  vtex.rule(current, { node: 1, accepts: false, forMs: 5000 });
  expect(await asks(store, current, 4)).toEqual([200, 401, 200, 401]);
  expect(vtex.accepts(targetKey, current)).toBe(true);
  world.advance(5000);
  expect(await asks(store, current, 2)).toEqual([200, 200]);
  const undone = vtex.adminRenew(targetKey);
  vtex.adminUndo(targetKey);
  vtex.rule(undone, { node: 0, accepts: true, forMs: 5000 });
  expect(await asks(store, undone, 2)).toEqual([200, 401]);
});

test('never more than two tokens of a key work', async () => {
  await using store = await startStore();
  const { vtex, targetKey } = store;
  const working = (): string[] => vtex.tokensEver(targetKey).filter((one) => vtex.accepts(targetKey, one));
  for (let round = 0; round < 3; round += 1) {
    const fresh = vtex.adminRenew(targetKey);
    expect(() => vtex.adminRenew(targetKey)).toThrow('a renewal is pending');
    expect((await renewal(store, 'renew')).status).toBe(409);
    expect(working()).toEqual([vtex.tokens(targetKey).current, fresh]);
    if (round === 1) vtex.adminUndo(targetKey);
    else vtex.adminDeleteOld(targetKey);
    expect(working()).toEqual([vtex.tokens(targetKey).current]);
  }
  const [first = ''] = vtex.tokensEver(targetKey);
  expect(vtex.tokensEver(targetKey)).toHaveLength(4);
  expect([vtex.keyOf(first), vtex.keyOf('no token')]).toEqual([targetKey, undefined]);
});

test('a host knows the keys of its own account only', async () => {
  await using store = await startStore();
  const { vtex, targetKey, managerKey } = store;
  await vtex.addAccount('otherstore');
  const other = vtex.addKey({ account: 'otherstore' });
  const at = (account: string, key: string): Promise<Answer> =>
    call(`${vtex.urlOf(account)}/api/vtexid/apptoken/login`, {
      method: 'POST',
      body: { appkey: key, apptoken: vtex.tokens(key).current },
    });
  expect((await at('otherstore', other)).status).toBe(200);
  expect((await at('acmestore', other)).status).toBe(401);
  expect((await at('otherstore', targetKey)).status).toBe(401);
  const renew = (account: string, key: string): Promise<Answer> =>
    call(`${vtex.urlOf(account)}/api/vtexid/apikey/${key}/apitoken/renew`, {
      method: 'PATCH',
      headers: {
        'x-vtex-api-appkey': managerKey,
        'x-vtex-api-apptoken': vtex.tokens(managerKey).current,
      },
    });
  expect((await renew('acmestore', other)).status).toBe(400);
  expect((await renew('otherstore', other)).status).toBe(401);
  expect(vtex.isPending(other)).toBe(false);
  expect(() => vtex.urlOf('nostore')).toThrow('no account');
});

test('a path answers in turn, and every reply bears the id of its request', async () => {
  await using store = await startStore();
  const { vtex } = store;
  vtex.answerInTurn('/api/oms/pvt/orders', 503, 401, 200);
  const statuses: number[] = [];
  const ids = new Set<string | null>();
  for (let asked = 0; asked < 4; asked += 1) {
    const { status, headers } = await call(`${vtex.url}/api/oms/pvt/orders`);
    statuses.push(status);
    ids.add(headers.get('x-vtex-operation-id'));
  }
  expect(statuses).toEqual([503, 401, 200, 200]);
  expect(ids.size).toBe(4);
  expect((await renewal(store, 'renew')).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});
