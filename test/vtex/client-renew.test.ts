import { describe, expect, test } from 'vitest';
import { makeAppToken } from '../fakes/tokens.ts';
import { apiKey, failureOf, scripted, type Scripted, type Step } from './scripted.ts';

const path = `/api/vtexid/apikey/${encodeURIComponent(apiKey)}/apitoken/renew`;
const renewed = (newToken: unknown): Step => ({
  status: 200,
  body: {
    id: '1f6c17e5-06f9-44a9-a459-b3686e03fa9d',
    newToken,
    creationDateNewToken: '2025-02-25T12:00:00Z',
  },
});

function renewal({ client, manager, mask, stop }: Scripted): ReturnType<Scripted['client']['renew']> {
  return client.renew(manager, mask, stop.signal);
}

describe('renew', () => {
  test('asks as VTEX documents it, and hands the token over', async () => {
    const token = makeAppToken();
    const vtex = await scripted([renewed(token)]);
    expect(await renewal(vtex)).toMatchObject({
      vtexId: '1f6c17e5-06f9-44a9-a459-b3686e03fa9d',
      createdAt: Date.UTC(2025, 1, 25, 12),
    });
    expect(vtex.masked.map((secret) => secret.reveal())).toEqual([token]);
    expect(vtex.quoter.quote(token)).toMatch(/withheld/);
    expect(vtex.seen).toHaveLength(1);
    expect(vtex.seen[0]).toMatchObject({
      method: 'PATCH',
      url: path,
      body: '',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        'x-vtex-api-appkey': vtex.manager.appKey,
        'x-vtex-api-apptoken': vtex.token,
      },
    });
  });

  test.each<Step>([{ status: 500 }, { status: 503 }, { status: 408 }, 'reset', { status: 429 }])(
    'asks again after %o',
    async (step) => {
      const token = makeAppToken();
      const vtex = await scripted([step, step, step, renewed(token)]);
      expect((await renewal(vtex)).token.reveal()).toBe(token);
      expect(vtex.waits).toEqual([2000, 4000, 8000]);
    },
  );

  test.each([
    [400, 'vtex-key-invalid'],
    [401, 'vtex-forbidden'],
    [403, 'vtex-forbidden'],
    [404, 'vtex-unavailable'],
    [302, 'vtex-unavailable'],
    [409, 'renewal-pending'],
  ])('ends at once with a %i: %s', async (status, code) => {
    const vtex = await scripted([{ status }]);
    const failure = await failureOf(renewal(vtex));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(String(status));
    expect(vtex.seen).toHaveLength(1);
    // What VTEX does not document may mean anything; what a 409 means depends on what the caller holds.
    expect(failure.hint.includes('Undo Renewal')).toBe([302, 404].includes(status));
    expect(failure.madeNoToken).toBe([400, 401, 403].includes(status));
  });

  test('of a missing permission names it', async () => {
    const { hint } = await failureOf(renewal(await scripted([{ status: 403 }])));
    for (const words of [
      'Renew API Token',
      'API Key Management',
      'User Administrator - RESTRICTED',
      'Roles',
    ]) {
      expect(hint).toContain(words);
    }
  });

  describe.each<[string, Step]>([
    ['500', { status: 500 }],
    ['408', { status: 408 }],
    ['a reset', 'reset'],
    ['a reply that is too large', { status: 200, body: 'x'.repeat(2_000_000) }],
  ])('after an unknown outcome (%s)', (_name, unknown) => {
    test.each([
      [409, 'renewal-lost'],
      [400, 'vtex-key-invalid'],
      [403, 'vtex-forbidden'],
      [404, 'vtex-unavailable'],
    ])('a %i is %s, names Undo Renewal and warns of Delete old token', async (status, code) => {
      const vtex = await scripted([unknown, { status: 429 }, { status }]);
      const failure = await failureOf(renewal(vtex));
      expect(failure.code).toBe(code);
      expect(failure.hint).toContain('Undo Renewal');
      expect(failure.hint).toContain('Do not choose "Delete old token"');
      expect(failure.madeNoToken).toBe(false);
    });

    test('and no other, the same', async () => {
      const vtex = await scripted([unknown]);
      const failure = await failureOf(renewal(vtex));
      expect(failure.code).toBe('vtex-unavailable');
      expect(failure.hint).toContain('Undo Renewal');
      expect(failure.hint).toContain('Do not choose "Delete old token"');
      expect(vtex.seen).toHaveLength(4);
    });

    test('and a stop, the same', async () => {
      const vtex = await scripted([unknown], { stopInWait: 1 });
      const failure = await failureOf(renewal(vtex));
      expect(failure.code).toBe('cancelled');
      expect(failure.hint).toContain('Undo Renewal');
      expect(vtex.seen).toHaveLength(1);
    });
  });

  test('a request that was never sent has no unknown outcome', async () => {
    const vtex = await scripted([], { unreachable: true });
    const failure = await failureOf(renewal(vtex));
    expect(failure).toMatchObject({
      code: 'vtex-unavailable',
      message: 'VTEX was not reached for the renewal: connection refused.',
      cause: { kind: 'not-sent' },
    });
    expect(failure.hint).not.toContain('Undo Renewal');
    expect(vtex.waits).toEqual([2000, 4000, 8000]);
  });

  test('nor has a 429: then 409 is somebody else', async () => {
    const vtex = await scripted([{ status: 429, headers: { 'retry-after': '11' } }, { status: 409 }]);
    expect((await failureOf(renewal(vtex))).code).toBe('renewal-pending');
    expect(vtex.waits).toEqual([11_000]);
  });

  test('does not begin once it is stopped, and stops between tries', async () => {
    const before = await scripted([renewed(makeAppToken())]);
    before.stop.abort();
    expect(await failureOf(renewal(before))).toMatchObject({ code: 'cancelled', hint: '' });
    expect(before.seen).toHaveLength(0);
    const between = await scripted([{ status: 429 }], { stopInWait: 2 });
    expect(await failureOf(renewal(between))).toMatchObject({ code: 'cancelled', hint: '' });
    expect(between.seen).toHaveLength(2);
  });

  test.each<[string, Step]>([
    ['no token', { status: 200, body: { id: '1' } }],
    ['null', renewed(null)],
    ['a page', { status: 200, body: '<html>' }],
    ['a 204', { status: 204 }],
  ])('is lost with a success that holds %s', async (_name, step) => {
    const vtex = await scripted([step]);
    const failure = await failureOf(renewal(vtex));
    expect(failure.code).toBe('renewal-lost');
    expect(failure.hint).toContain('Undo Renewal');
    expect(vtex.seen).toHaveLength(1);
  });

  test('hands an unusable token over before it refuses it', async () => {
    const vtex = await scripted([renewed('two words here')]);
    expect((await failureOf(renewal(vtex))).code).toBe('new-token-rejected');
    expect(vtex.masked.map((secret) => secret.reveal())).toEqual(['two words here']);
  });

  test('takes no id that repeats a secret', async () => {
    for (const cut of [
      (token: string) => token.slice(0, 64),
      (token: string) => token.slice(40, 60).toLowerCase(),
    ]) {
      const newToken = makeAppToken();
      const vtex = await scripted([{ status: 200, body: { id: cut(newToken), newToken } }]);
      const { token, vtexId } = await renewal(vtex);
      expect(token.reveal()).toBe(newToken);
      expect(vtexId).toBeUndefined();
    }
  });

  test.each<[status: number, body: unknown]>([
    [400, ''],
    [403, ''],
    [409, ''],
    [404, ''],
    [200, { id: '1' }],
    [200, { newToken: 'two words' }],
  ])('the error of a %i tells the id that VTEX gave the request', async (status, body) => {
    const headers = { 'x-request-id': 'not-this-one', 'X-VTEX-Operation-Id': 'f60d1d2e-14f3' };
    const { message } = await failureOf(renewal(await scripted([{ status, headers, body }])));
    expect(message).toContain('(VTEX request id f60d1d2e-14f3)');
    expect(message).not.toContain('not-this-one');
  });

  test('and nothing else that may stand in its place', async () => {
    const vtex = await scripted([]);
    const headers = { 'x-request-id': `##[error]x${vtex.token}` };
    const hostile = await scripted([{ status: 400, headers }]);
    hostile.mask(vtex.manager.appToken);
    const { message } = await failureOf(renewal(hostile));
    expect(message).not.toContain(vtex.token);
    expect(message).not.toContain('##[');
  });
});
