import { describe, expect, test } from 'vitest';
import type { RotationError } from '../../src/common/errors.ts';
import { makeAppToken } from '../fakes/tokens.ts';
import { failureOf, now, scripted, type Step } from './scripted.ts';

const accepted = { status: 200, body: { authStatus: 'Success', token: 'a.session.token', expires: 1 } };
const refused = { status: 200, body: { authStatus: 'WrongCredentials' } };

describe('signIn', () => {
  test('sends the pair in the body, and nowhere else', async () => {
    const { client, manager, token, seen } = await scripted([accepted]);
    expect(await client.signIn(manager)).toBe('accepted');
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/api/vtexid/apptoken/login',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
    });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ appkey: manager.appKey, apptoken: token });
    expect(JSON.stringify([seen[0]?.url, seen[0]?.headers])).not.toContain(token);
    expect(Object.keys(seen[0]?.headers ?? {}).filter((name) => name.startsWith('x-vtex'))).toEqual([]);
  });

  test('masks the session token, which from then on is never quoted', async () => {
    const session = makeAppToken();
    const { client, manager, masked, quoter } = await scripted([
      { status: 200, body: { authStatus: 'Success', token: session } },
    ]);
    await client.signIn(manager);
    expect(masked.map((secret) => secret.reveal())).toEqual([session]);
    expect(quoter.quote(`a ${session}`)).toMatch(/withheld/);
  });

  test.each<[string, Step]>([
    ['another authStatus', refused],
    ['no token', { status: 200, body: { authStatus: 'Success' } }],
    ...[400, 401, 403, 404, 405, 418].map((status): [string, Step] => [
      String(status),
      { status, body: 'no' },
    ]),
  ])('is refused at once: %s', async (_name, step) => {
    const { client, manager, waits } = await scripted([step]);
    expect(await client.signIn(manager)).toBe('refused');
    expect(waits).toEqual([]);
  });

  test.each<[string, Step, string]>([
    ['a page', { status: 200, body: '<html>' }, 'HTTP status 200'],
    ['a list', { status: 200, body: [] }, 'HTTP status 200'],
    [
      'a redirect',
      { status: 302, headers: { location: '/login' } },
      'HTTP status 302, a redirect, and none is followed',
    ],
    ['408', { status: 408 }, 'HTTP status 408'],
    ['425', { status: 425 }, 'HTTP status 425'],
    ['500', { status: 500 }, 'HTTP status 500'],
    ['a reset', 'reset', 'connection reset'],
  ])('has no clear answer and asks three times: %s', async (_name, step, came) => {
    const { client, manager, seen, waits, lines } = await scripted([step]);
    const failure = await failureOf(client.signIn(manager));
    expect(failure).toMatchObject({
      code: 'vtex-unavailable',
      message: `VTEX gave no clear answer to the sign-in: ${came}.`,
    });
    expect(failure.hint).not.toContain('Undo Renewal');
    expect(seen).toHaveLength(3);
    expect(waits).toEqual([1000, 2000]);
    expect(lines).toEqual([
      `VTEX, sign-in: ${came}; try 2 of 3 in 1 s.`,
      `VTEX, sign-in: ${came}; try 3 of 3 in 2 s.`,
    ]);
  });

  test('accepts a later clear answer', async () => {
    const { client, manager } = await scripted([{ status: 503 }, 'reset', accepted]);
    expect(await client.signIn(manager)).toBe('accepted');
  });

  test('makes as many tries as it is told', async () => {
    const one = await scripted([{ status: 503 }]);
    expect((await failureOf(one.client.signIn(one.manager, { attempts: 1 }))).code).toBe('vtex-unavailable');
    expect(one.seen).toHaveLength(1);
    const five = await scripted([{ status: 503 }]);
    await failureOf(five.client.signIn(five.manager, { attempts: 5 }));
    expect(five.waits).toEqual([1000, 2000, 4000, 8000]);
  });
});

test('a host name that is not found is put down to the account, not to VTEX', async () => {
  const vtex = await scripted([], { baseUrl: 'https://nowhere.invalid' });
  const { client, manager } = vtex;
  for (const ask of [() => client.signIn(manager), () => client.status('/x', manager)]) {
    const { code, message, hint } = await failureOf(ask());
    expect(code).toBe('vtex-unavailable');
    expect(message).toMatch(/^VTEX was not reached for .*: host name /);
    expect(hint).toMatch(/the input account .* is probably wrong/);
    expect(hint).not.toContain('status.vtex.com');
  }
});

test('a sign-in without a clear answer tells the id that VTEX gave the request', async () => {
  const headers = { 'x-request-id': 'f60d1d2e' };
  const vtex = await scripted([{ status: 500, headers }]);
  const { message, hint } = await failureOf(vtex.client.signIn(vtex.manager));
  expect(message).toBe(
    'VTEX gave no clear answer to the sign-in: HTTP status 500 (VTEX request id f60d1d2e).',
  );
  expect(hint).toContain('status.vtex.com');
  expect(vtex.lines[0]).toContain('(VTEX request id f60d1d2e)');
});

test('a refusal, and the status of a request, come with the id that VTEX gave the request', async () => {
  const heard: string[] = [];
  const onRequestId = (words: string): void => void heard.push(words);
  const vtex = await scripted([{ status: 401, headers: { 'x-vtex-operation-id': 'f60d::1' } }]);
  expect(await vtex.client.signIn(vtex.manager, { onRequestId })).toBe('refused');
  expect(await vtex.client.status('/x', vtex.manager, onRequestId)).toBe(401);
  expect(heard).toEqual(Array(2).fill(' (VTEX request id f60d: :1)'));
});

describe('a 429', () => {
  const limited = (retryAfter?: string): Step => ({
    status: 429,
    headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  });

  test.each([
    ['seconds', limited('7'), 7000],
    ['a date', limited(new Date(now + 90_000).toUTCString()), 90_000],
    ['a date gone by', limited(new Date(now - 90_000).toUTCString()), 0],
    ['five minutes', limited('300'), 300_000],
    ['nothing', limited(), 1000],
    ['nonsense', limited('soon'), 1000],
    ['a negative number', limited('-5'), 1000],
  ])('is waited for as it asks: %s', async (_name, step, wait) => {
    const { client, manager, waits } = await scripted([step, accepted]);
    expect(await client.signIn(manager)).toBe('accepted');
    expect(waits).toEqual([wait]);
  });

  test.each(['301', '9'.repeat(400), new Date(now + 301_000).toUTCString()])(
    'that asks for more than five minutes ends it: %s',
    async (retryAfter) => {
      const { client, manager, waits } = await scripted([limited(retryAfter), accepted]);
      expect(await failureOf(client.signIn(manager))).toMatchObject({
        code: 'vtex-unavailable',
        message: 'VTEX gave no clear answer to the sign-in: HTTP status 429.',
      });
      expect(waits).toEqual([]);
    },
  );
});

describe('status', () => {
  test.each([200, 204, 302, 401, 404, 500])('gives a %i as it is, after one try', async (status) => {
    const { client, manager, token, seen } = await scripted([{ status, headers: { location: '/x' } }]);
    expect(await client.status('/api/catalog?a=b', manager)).toBe(status);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      method: 'GET',
      url: '/api/catalog?a=b',
      body: '',
      headers: { 'x-vtex-api-appkey': manager.appKey, 'x-vtex-api-apptoken': token },
    });
  });

  test('does not mind a large body', async () => {
    const { client, manager } = await scripted([{ status: 200, body: 'x'.repeat(3_000_000) }]);
    expect(await client.status('/api', manager)).toBe(200);
  });

  test('keeps a path without a slash from changing the host', async () => {
    const { client, manager, seen } = await scripted([{ status: 200 }]);
    await client.status('.example.com/api', manager);
    expect(seen[0]?.url).toBe('/.example.com/api');
  });

  test('without a reply is vtex-unavailable', async () => {
    const { client, manager } = await scripted(['reset']);
    expect(await failureOf(client.status('/api', manager))).toMatchObject({
      code: 'vtex-unavailable',
      cause: { reason: 'connection reset' },
    });
  });
});

test('no error and no log line repeats a token or a text of the server', async () => {
  const echo = makeAppToken();
  for (const status of [200, 302, 400, 401, 403, 404, 409, 418, 429, 500]) {
    const { client, manager, token, lines, stop } = await scripted([
      { status, body: `${echo} said the server` },
    ]);
    const work = [
      client.signIn(manager),
      client.renew(manager, () => undefined, stop.signal),
      client.status('/api', manager),
    ];
    const errors = (await Promise.allSettled(work)).filter((result) => result.status === 'rejected');
    const shown = errors.map(({ reason }) => {
      const error = reason as RotationError;
      return [error.code, error.message, error.hint].join(' ');
    });
    for (const text of [...shown, ...lines]) {
      expect(text).not.toContain(token);
      expect(text).not.toContain(echo);
      expect(text).not.toContain('said the server');
    }
  }
});
