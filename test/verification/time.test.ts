import { expect, test } from 'vitest';
import { after, before, expectBothValid, holding, listed, minute, pending, rig } from './rig.ts';

test('a verification of forty minutes takes moments', async () => {
  const reads = ['VTEX_APP_TOKEN'];
  await using made = await rig({ workflow: { behaviour: { reads, runsForMs: 40 * minute } } });
  const start = made.store.world.now();
  const run = await made.act({ ...after, 'verification-timeout-minutes': '60' });
  expect(run.ending).toBe('rotated [] 0');
  expect(made.store.world.now() - start).toBeGreaterThan(40 * minute);
  expect(run.durationMs).toBeLessThan(20_000);
  expect(run.log).toMatch(/Verify with the workflows: still at it after (39|40) min /);
  // The interval grows, so that forty minutes are not a thousand requests.
  expect(made.requests(/^GET .*\/runs\/:run$/).length).toBeLessThan(250);
});

test.each([
  ['1', 1],
  ['7', 7],
  ['', 30],
])('verification-timeout-minutes: "%s"', async (text, minutes) => {
  await using made = await rig({ workflow: { behaviour: { runsForMs: Infinity } } });
  const run = await made.act({ ...before, 'verification-timeout-minutes': text });
  expect(run.ending).toBe('failed [verification-timeout] 1');
  const [dispatch] = made.requests(/dispatches$/);
  const [cancel] = made.requests(/\/cancel$/);
  const waited = (cancel?.at ?? 0) - (dispatch?.at ?? 0);
  expect(waited).toBeGreaterThanOrEqual(minutes * minute - 1000);
  expect(waited).toBeLessThan(minutes * minute + 20_000);
  expect(run.runs[0]?.conclusion).toBe('cancelled');
});

test('a run that ends within the time passes', async () => {
  const behaviour = { reads: ['VTEX_APP_TOKEN'], startsAfterMs: 20_000, runsForMs: 30_000 };
  await using made = await rig({ workflow: { behaviour } });
  const run = await made.act({ ...after, 'verification-timeout-minutes': '1' });
  expect(run.ending).toBe('rotated [] 0');
});

test('a run that ignores its cancellation is cancelled by force', async () => {
  await using made = await rig({ workflow: { behaviour: { runsForMs: Infinity, ignoresCancel: true } } });
  const run = await made.act({ ...after, 'verification-timeout-minutes': '1' });
  expect(run.ending).toBe('restored [verification-timeout] 1');
  expect(made.requests(/\/(force-)?cancel$/).map(({ label }) => label.split('/').at(-1))).toEqual([
    'cancel',
    'force-cancel',
  ]);
  expect(made.store.github.runs.all.at(-1)).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
});

test('a verification-token that expires while the run is waited for is said, and nothing is finished', async () => {
  await using made = await rig({
    workflow: { behaviour: { reads: ['VTEX_APP_TOKEN'], runsForMs: 5 * minute } },
  });
  const { store } = made;
  const token = store.addToken({
    permissions: { actions: 'write', contents: 'read' },
    expiresAt: store.world.now() + 3 * minute,
  });
  const run = await made.act({
    ...after,
    'verification-token': token,
    'verification-timeout-minutes': '9',
  });
  expect(run.ending).toBe('restored [github-forbidden] 1');
  expect(run.said).toMatch(/verification-token[^]*lives for one hour/);
  expectBothValid(made);
  expect([holding(made, listed), holding(made, pending)]).toEqual(['old', 'new']);
});

test('a github-token that expires meanwhile leaves both tokens, and the next run finishes', async () => {
  await using made = await rig({
    workflow: { behaviour: { reads: ['VTEX_APP_TOKEN'], runsForMs: 5 * minute } },
  });
  const { store } = made;
  const token = store.addToken({
    permissions: { secrets: 'write' },
    expiresAt: store.world.now() + 3 * minute,
  });
  const patient = {
    ...after,
    'verification-timeout-minutes': '9',
    'verification-token': store.workflowToken,
  };
  const run = await made.act({ ...patient, 'github-token': token });
  expect(run.ending).toBe('failed [github-forbidden] 1');
  expectBothValid(made);
  store.nextRun();
  expect((await made.act(patient)).ending).toBe('rotated [] 0');
  expect([holding(made, listed), holding(made, pending)]).toEqual(['new', 'absent']);
});
