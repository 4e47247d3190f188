import { describe, expect, test } from 'vitest';
import type { FinishPermit } from '../../src/rotation/finish-guard.ts';
import type { FinishReply } from '../../src/rotation/ports/vtex.ts';
import { apiKey, permit, scripted, type Scripted, type Step } from './scripted.ts';

const done = {
  status: 200,
  body: { id: '1', creationDateToken: '2025-02-18T15:30:00Z', creationDateNewToken: null },
};

function finishing({ client, manager }: Scripted): Promise<FinishReply> {
  return client.finish(permit(), manager);
}

async function replyTo(step: Step): Promise<FinishReply> {
  const vtex = await scripted([step]);
  const reply = await finishing(vtex);
  expect(vtex.seen, 'one request, whatever comes').toHaveLength(1);
  expect(vtex.waits).toEqual([]);
  return reply;
}

describe('finish', () => {
  test('asks as VTEX documents it', async () => {
    const vtex = await scripted([done]);
    expect(await finishing(vtex)).toEqual({ kind: 'finished' });
    expect(vtex.seen).toHaveLength(1);
    expect(vtex.seen[0]).toMatchObject({
      method: 'PATCH',
      url: `/api/vtexid/apikey/${encodeURIComponent(apiKey)}/apitoken/finish-renewal`,
      body: '',
      headers: { 'x-vtex-api-appkey': vtex.manager.appKey, 'x-vtex-api-apptoken': vtex.token },
    });
  });

  test('asks nothing without a genuine permit', async () => {
    const vtex = await scripted([done]);
    for (const forged of [{}, structuredClone(permit()), undefined] as unknown[]) {
      await expect(vtex.client.finish(forged as FinishPermit, vtex.manager)).rejects.toThrow();
    }
    expect(vtex.seen).toHaveLength(0);
  });

  test.each<Step>([
    { status: 500 },
    { status: 408 },
    'reset',
    { status: 200, body: '<html>' },
    { status: 200, body: { creationDateNewToken: '2025-02-25T12:00:00Z' } },
    { status: 200, body: {} },
    { status: 204 },
  ])('after %o the old token may be deleted or not, and only VTEX can tell', async (step) => {
    expect(await replyTo(step)).toMatchObject({ kind: 'unclear', mayBeDeleted: true, waitMs: undefined });
  });

  test('a 404 says that nothing is pending', async () => {
    expect(await replyTo({ status: 404 })).toEqual({ kind: 'not-pending' });
  });

  test.each([301, 400, 401, 403, 409, 418])('a %i is a refusal, and deleted nothing', async (status) => {
    const reply = await replyTo({ status });
    if (reply.kind !== 'refused') throw new Error(reply.kind);
    expect(reply.error).toMatchObject({ code: 'finish-failed' });
    expect(reply.error.message).toContain('nothing was deleted');
    expect(reply.error.message).toContain(String(status));
    expect(reply.error.hint.includes('Renew API Token')).toBe([401, 403].includes(status));
  });

  test('knows that a request which was never sent did nothing', async () => {
    const vtex = await scripted([], { unreachable: true });
    expect(await finishing(vtex)).toMatchObject({ kind: 'unclear', mayBeDeleted: false });
  });

  test('hands on the wait that a 429 asks for', async () => {
    expect(await replyTo({ status: 429, headers: { 'retry-after': '3' } })).toMatchObject({
      kind: 'unclear',
      mayBeDeleted: false,
      waitMs: 3000,
    });
  });
});
