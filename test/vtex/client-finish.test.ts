import { describe, expect, test } from 'vitest';
import { FinishFailed } from '../../src/rotation/finish-failed.ts';
import type { FinishPermit } from '../../src/rotation/finish-guard.ts';
import type { FinishReply } from '../../src/rotation/ports.ts';
import { apiKey, failureOf, permit, scripted, type Scripted, type Step } from './scripted.ts';

const done = {
  status: 200,
  body: { id: '1', creationDateToken: '2025-02-18T15:30:00Z', creationDateNewToken: null },
};

function finishing({ client, manager, stop }: Scripted): Promise<FinishReply> {
  return client.finish(permit(), manager, stop.signal);
}

async function finishFailure(vtex: Scripted): Promise<FinishFailed> {
  const failure = await failureOf(finishing(vtex));
  if (failure instanceof FinishFailed) return failure;
  throw failure;
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
    for (const forged of [{}, structuredClone(permit())] as unknown[]) {
      const failure = await failureOf(
        vtex.client.finish(forged as FinishPermit, vtex.manager, vtex.stop.signal),
      );
      expect(failure).toMatchObject({ code: 'finish-failed', outcome: 'not-done' });
    }
    await expect(
      vtex.client.finish(undefined as unknown as FinishPermit, vtex.manager, vtex.stop.signal),
    ).rejects.toThrow();
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
  ])('asks again after %o, and a 404 may then be its own doing', async (step) => {
    const vtex = await scripted([step, step, done]);
    expect(await finishing(vtex)).toEqual({ kind: 'finished' });
    expect(vtex.waits).toEqual([1000, 2000]);
    expect(await finishing(await scripted([step, { status: 404 }]))).toEqual({
      kind: 'nothing-pending',
      afterUnknown: true,
    });
    const failure = await finishFailure(await scripted([step]));
    expect(failure.outcome).toBe('unknown');
    expect((await finishFailure(await scripted([step, { status: 400 }]))).outcome).toBe('unknown');
  });

  test.each<Step[]>([[{ status: 404 }], [{ status: 429 }, { status: 404 }]])(
    'a 404 without an unknown outcome before it',
    async (...steps) => {
      expect(await finishing(await scripted(steps))).toEqual({
        kind: 'nothing-pending',
        afterUnknown: false,
      });
    },
  );

  test.each([301, 400, 401, 403, 409, 418])('fails at once with a %i', async (status) => {
    const vtex = await scripted([{ status }]);
    const failure = await finishFailure(vtex);
    expect(failure).toMatchObject({ code: 'finish-failed', outcome: 'not-done' });
    expect(failure.message).toContain(String(status));
    expect(failure.hint.includes('Renew API Token')).toBe([401, 403].includes(status));
    expect(vtex.seen).toHaveLength(1);
  });

  test('knows that a request which was never sent did nothing', async () => {
    const vtex = await scripted([], { unreachable: true });
    expect((await finishFailure(vtex)).outcome).toBe('not-done');
    expect(vtex.waits).toEqual([1000, 2000, 4000, 8000]);
  });

  test('waits for a 429 as it asks, and gives up in the end', async () => {
    const vtex = await scripted([{ status: 429, headers: { 'retry-after': '3' } }]);
    expect((await finishFailure(vtex)).outcome).toBe('not-done');
    expect(vtex.waits).toEqual([3000, 3000, 3000, 3000]);
  });

  test('does not begin once it is stopped', async () => {
    const vtex = await scripted([done]);
    vtex.stop.abort();
    expect((await failureOf(finishing(vtex))).code).toBe('cancelled');
    expect(vtex.seen).toHaveLength(0);
  });

  test('stopped between tries, still says when the outcome is unknown', async () => {
    const known = await scripted([{ status: 429 }], { stopInWait: 1 });
    expect((await failureOf(finishing(known))).code).toBe('cancelled');
    const unknown = await scripted([{ status: 500 }], { stopInWait: 1 });
    expect(await finishFailure(unknown)).toMatchObject({ code: 'finish-failed', outcome: 'unknown' });
    expect(unknown.seen).toHaveLength(1);
  });
});
