import { expect, test } from 'vitest';
import { call, renewal, signIn } from './call.ts';
import { makeAppToken, startStore } from './index.ts';

test('renew gives the new token once, both work, and finish-renewal kills the old one', async () => {
  await using store = await startStore();
  const { vtex, targetKey } = store;
  const old = vtex.tokens(targetKey).current;
  const renewed = await renewal(store, 'renew');
  const fresh = String(renewed.json.newToken);
  expect(renewed.status).toBe(200);
  expect(Object.keys(renewed.json).sort()).toEqual(
    ['creationDateNewToken', 'creationDateToken', 'expirationPeriod', 'id', 'keyName', 'newToken'].sort(),
  );
  expect(fresh).toMatch(/^[A-Z]{128}$/);
  expect(vtex.tokens(targetKey)).toEqual({ current: old, pending: fresh });
  expect((await renewal(store, 'renew')).status).toBe(409);
  expect([vtex.accepts(targetKey, old), vtex.accepts(targetKey, fresh)]).toEqual([true, true]);

  const finished = await renewal(store, 'finish-renewal');
  expect(finished).toMatchObject({ status: 200, json: { creationDateNewToken: null } });
  expect(finished.json.creationDateToken).toBe(renewed.json.creationDateNewToken);
  expect([vtex.state(targetKey, old), vtex.state(targetKey, fresh)]).toEqual(['dead', 'accepted']);
  expect((await renewal(store, 'finish-renewal')).status).toBe(404);
  expect(vtex.everyToken).toEqual(expect.arrayContaining([old, fresh]));
  expect(vtex.violations).toEqual([]);
});

test('sign-in', async () => {
  await using store = await startStore();
  const { vtex, targetKey } = store;
  const good = await signIn(store, targetKey, vtex.tokens(targetKey).current);
  expect(good).toMatchObject({ status: 200, json: { authStatus: 'Success' } });
  expect(String(good.json.token).split('.')).toHaveLength(3);
  expect(vtex.everySessionToken).toEqual([good.json.token]);
  const bad = makeAppToken();
  expect(await signIn(store, targetKey, bad)).toMatchObject({
    status: 401,
    json: { authStatus: 'WrongCredentials' },
  });
  vtex.signInManner = 'refuses politely';
  expect((await signIn(store, targetKey, bad)).status).toBe(200);
  vtex.signInManner = 'closed';
  expect((await signIn(store, targetKey, bad)).status).toBe(404);
  expect(vtex.violations).toEqual([]);
});

test('who may renew what', async () => {
  await using store = await startStore();
  const { vtex, targetKey, managerKey } = store;
  const as = (name: string, token: string, key: string): Promise<{ status: number }> =>
    call(`${vtex.url}/api/vtexid/apikey/${key}/apitoken/renew`, {
      method: 'PATCH',
      headers: { 'x-vtex-api-appkey': name, 'x-vtex-api-apptoken': token },
    });
  const manager = vtex.tokens(managerKey).current;
  expect((await as(managerKey, makeAppToken(), targetKey)).status).toBe(401);
  expect((await as(targetKey, vtex.tokens(targetKey).current, targetKey)).status).toBe(403);
  expect((await as(managerKey, manager, 'vtexappkey-acmestore-NOSUCH')).status).toBe(400);
  expect((await as(managerKey, manager, vtex.addKey({ account: 'other' }))).status).toBe(400);
  expect((await as(managerKey, manager, targetKey)).status).toBe(200);
  expect(vtex.violations).toEqual([]);
});

test('what the OpenAPI does not declare is refused and recorded', async () => {
  await using store = await startStore();
  const { vtex } = store;
  const headers = {
    'x-vtex-api-appkey': store.managerKey,
    'x-vtex-api-apptoken': vtex.tokens(store.managerKey).current,
  };
  const renew = `${vtex.url}/api/vtexid/apikey/${store.targetKey}/apitoken/renew`;
  expect((await call(renew, { method: 'PATCH', headers, body: {} })).status).toBe(400);
  expect((await call(`${renew}?an=x`, { method: 'PATCH', headers })).status).toBe(400);
  expect((await call(renew, { method: 'POST', headers })).status).toBe(404);
  const login = `${vtex.url}/api/vtexid/apptoken/login`;
  expect((await call(login, { method: 'POST', body: { appKey: 'x', appToken: 'y' } })).status).toBe(400);
  expect(vtex.violations).toHaveLength(5);
  expect(vtex.isPending(store.targetKey)).toBe(false);
});

test('a new token takes its time to be accepted, and an old one to die', async () => {
  await using store = await startStore();
  const { vtex, world, targetKey } = store;
  vtex.acceptanceDelayMs = 20_000;
  vtex.deathDelayMs = 10_000;
  const old = vtex.tokens(targetKey).current;
  const fresh = vtex.adminRenew(targetKey);
  expect(vtex.state(targetKey, fresh)).toBe('not yet accepted');
  expect((await signIn(store, targetKey, fresh)).status).toBe(401);
  world.advance(20_000);
  expect((await signIn(store, targetKey, fresh)).status).toBe(200);
  vtex.adminDeleteOld(targetKey);
  expect(vtex.accepts(targetKey, old)).toBe(true);
  const changes: string[] = [];
  world.onChange((change) => changes.push(change));
  world.advance(10_000);
  expect(changes).toEqual(['vtex: token died']);
  expect(vtex.state(targetKey, old)).toBe('dead');
});

test('Undo Renewal kills the new token', async () => {
  await using store = await startStore();
  const { vtex, targetKey } = store;
  const old = vtex.tokens(targetKey).current;
  const fresh = vtex.adminRenew(targetKey);
  vtex.adminUndo(targetKey);
  expect([vtex.state(targetKey, old), vtex.state(targetKey, fresh)]).toEqual(['accepted', 'dead']);
  expect((await renewal(store, 'finish-renewal')).status).toBe(404);
});

test.each([[''], [42], ['x\ny'], [null]])('a hostile new token: %j', async (hostile) => {
  await using store = await startStore();
  store.vtex.hostileNewToken = () => hostile;
  expect((await renewal(store, 'renew')).json.newToken).toEqual(hostile);
  expect(store.vtex.isPending(store.targetKey)).toBe(true);
});

test('the old token as the new one', async () => {
  await using store = await startStore();
  store.vtex.hostileNewToken = (current) => current;
  const { current } = store.vtex.tokens(store.targetKey);
  expect((await renewal(store, 'renew')).json.newToken).toBe(current);
  expect(store.vtex.tokens(store.targetKey).pending).not.toBe(current);
});

test('other paths answer to a pair that works, or as the test says', async () => {
  await using store = await startStore();
  const { vtex, targetKey } = store;
  const get = (path: string, token: string): Promise<{ status: number }> =>
    call(vtex.url + path, { headers: { 'x-vtex-api-appkey': targetKey, 'x-vtex-api-apptoken': token } });
  const { current } = vtex.tokens(targetKey);
  expect((await get('/api/oms/pvt/orders?per_page=1', current)).status).toBe(200);
  expect((await get('/api/oms/pvt/orders?per_page=1', makeAppToken())).status).toBe(401);
  vtex.answers.set('/api/oms/pvt/orders', { status: 403 });
  expect((await get('/api/oms/pvt/orders?per_page=1', current)).status).toBe(403);
});
