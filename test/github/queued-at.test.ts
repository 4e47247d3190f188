/** When this run was queued. */
import { expect, test } from 'vitest';
import { status } from '../fakes/index.ts';
import { counted, queue, store } from './run-queue-rig.ts';
import { rejectionOf } from './told-server.ts';

test('this run was queued when GitHub says so, and is asked about once', async () => {
  const asked = queue();
  const requests = await counted(/./, async () => {
    expect(await asked.queuedAt()).toBe(Math.floor(store.run.createdAt / 1000) * 1000);
    await asked.queuedAt();
  });
  expect(requests).toBe(1);
});

test.each([403, 404])('an answer of %i names the permission that the job lacks', async (code) => {
  store.world.intercept = (_request, phase) =>
    phase === 'before' ? status(code, { message: 'Resource not accessible by integration' }) : undefined;
  const error = await rejectionOf(queue().queuedAt());

  expect(error).toMatchObject({ code: 'github-forbidden' });
  expect(error).toMatchObject({ hint: expect.stringContaining('permissions: actions: read') as string });
  expect(String(error)).toContain('run-token');
});

test('without a run, a fault and a reply that says nothing are told apart', async () => {
  expect(await rejectionOf(queue(undefined, { GITHUB_RUN_ID: '' }).queuedAt())).toMatchObject({
    code: 'github-forbidden',
  });
  store.world.intercept = (_request, phase) => (phase === 'before' ? status(502) : undefined);
  expect(await rejectionOf(queue().queuedAt())).toMatchObject({ code: 'github-unavailable' });
  store.world.intercept = (_request, phase) => (phase === 'before' ? status(200, {}) : undefined);
  expect(await rejectionOf(queue().queuedAt())).toMatchObject({ code: 'github-unavailable' });
});
