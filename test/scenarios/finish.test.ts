import { expect, test } from 'vitest';
import { expectStory, Scenario } from './scenario.ts';

const later = { 'delete-old-token': 'later' };
const finish = { operation: 'finish' };
const path = 'repos/acme/store/actions/secrets/VTEX_APP_TOKEN';

/** A store after a `later` run, with the job's values as they were when it was queued. */
async function rotatedLater(): Promise<{ scenario: Scenario; renewedAt: string; old: string }> {
  const scenario = await Scenario.start();
  const old = scenario.value('VTEX_APP_TOKEN') ?? '';
  const run = await scenario.run(later);
  expect(run.result).toBe('pending');
  return { scenario, renewedAt: run.outputs['renewed-at'] ?? '', old };
}

/** The secrets, and that VTEX's renewal is still pending, are as they were. */
async function provesNothing(
  scenario: Scenario,
  inputs: Readonly<Record<string, string>>,
): Promise<Awaited<ReturnType<Scenario['run']>>> {
  const before = scenario.state;
  const run = await scenario.nextRun({ ...finish, ...inputs });
  expect(run.errors).toEqual(['renewal-unproven']);
  expect(run.state).toBe(before);
  expect(run.requests.join()).not.toMatch(/PUT|PATCH|DELETE/);
  expect(run.outputs['old-token-deleted']).toBe('false');
  return run;
}

test('finish by renewed-at in a later job of the same run, which has the secrets of before', async () => {
  const stage = await rotatedLater();
  await using scenario = stage.scenario;
  const { renewedAt, old } = stage;
  const inputs = { ...finish, 'current-token': old, 'pending-token': '', 'renewed-at': renewedAt };
  const run = await scenario.run(inputs);
  expect(run.result).toBe('finished');
  expect(run.outputs['renewed-at']).toBe(renewedAt);
  expect(run.outputs['updated-secrets']).toBe(JSON.stringify([path]));
  // The old token is in hand, so it is seen to be dead.
  expect(run.requests).toContain('POST vtex /api/vtexid/apptoken/login 401');
  expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBeUndefined();
  await expectStory(run, 'finish by renewed-at');
});

test('unproven: verification-requests want the new token in hand', async () => {
  const stage = await rotatedLater();
  const { renewedAt, old } = stage;
  await using scenario = stage.scenario;
  const run = await provesNothing(scenario, {
    'current-token': old,
    'pending-token': '',
    'renewed-at': renewedAt,
    'verification-requests': '/api/oms/pvt/orders',
  });
  expect(run.errorText).toContain('verification-requests want the new token');
});

test('finish by both proofs', async () => {
  const stage = await rotatedLater();
  await using scenario = stage.scenario;
  const { renewedAt } = stage;
  expect((await scenario.nextRun({ ...finish, 'renewed-at': renewedAt })).result).toBe('finished');
});

test('finish with nothing pending: skipped, with a warning that names the path', async () => {
  await using scenario = await Scenario.start();
  const run = await scenario.run(finish);
  expect(run.result).toBe('skipped');
  expect(run.warningText).toContain(`${path}_PENDING`);
  expect(run.requests.join()).not.toMatch(/PATCH|PUT|DELETE/);
  await expectStory(run, 'finish with nothing pending');
});

test('finish twice: the second finds nothing', async () => {
  const stage = await rotatedLater();
  await using scenario = stage.scenario;
  expect((await scenario.nextRun(finish)).result).toBe('finished');
  const again = await scenario.nextRun(finish);
  expect(again.result).toBe('skipped');
});

test('finish what somebody has finished in the Admin: skipped, and nothing is sent', async () => {
  const stage = await rotatedLater();
  await using scenario = stage.scenario;
  scenario.store.vtex.adminDeleteOld(scenario.store.targetKey);
  const run = await scenario.nextRun(finish);
  expect(run.result).toBe('skipped');
  expect(run.noticeText).toMatch(/This run deleted nothing/);
  expect(run.requests.join()).not.toMatch(/PATCH|PUT|DELETE/);
  expect(run.warningText).toBe('');
  await expectStory(run, 'finish what was finished in the Admin');
});

test('unproven: pending-token is not passed and renewed-at is not given', async () => {
  const stage = await rotatedLater();
  await using scenario = stage.scenario;
  const run = await provesNothing(scenario, { 'pending-token': '' });
  expect(run.errorText).toContain('pending-token holds no token');
  expect(run.errorText).toContain('VTEX_APP_TOKEN_PENDING');
  await expectStory(run, 'finish without a proof');
});

test('unproven: a pending secret alone', async () => {
  await using scenario = await Scenario.start();
  scenario.store.github.setSecret(`${path}_PENDING`, 'reserved');
  await provesNothing(scenario, {});
});

test('unproven: the pending token is one that VTEX refuses', async () => {
  const stage = await rotatedLater();
  await using scenario = stage.scenario;
  scenario.store.vtex.adminUndo(scenario.store.targetKey);
  const run = await provesNothing(scenario, {});
  expect(run.errorText).toMatch(/VTEX refuses pending-token/);
});

test('unproven: a listed secret is older than the pending secret', async () => {
  const stage = await rotatedLater();
  await using scenario = stage.scenario;
  const { github, vtex, targetKey, world } = scenario.store;
  const older = 'repos/acme/store/actions/secrets/OLDER';
  github.setSecret(older, vtex.tokens(targetKey).current, { at: world.now() - 3_600_000 });
  const run = await provesNothing(scenario, { secrets: 'VTEX_APP_TOKEN\nOLDER' });
  expect(run.errorText).toContain(older);
  await expectStory(run, 'finish while a listed secret is older');
});

test('unproven: a listed secret does not exist, even where it might be created', async () => {
  const stage = await rotatedLater();
  await using scenario = stage.scenario;
  const run = await provesNothing(scenario, {
    secrets: 'VTEX_APP_TOKEN\nMISSING',
    'create-missing-secrets': 'true',
  });
  expect(run.errorText).toMatch(/MISSING does not exist/);
});

test('unproven: current-token is not pending-token', async () => {
  const stage = await rotatedLater();
  await using scenario = stage.scenario;
  await provesNothing(scenario, { 'current-token': stage.old });
});

test('unproven: renewed-at of another renewal, and of the right one without the old token of then', async () => {
  const stage = await rotatedLater();
  const { renewedAt, old } = stage;
  await using scenario = stage.scenario;
  const none = { 'pending-token': '', 'old-token': '' };
  const other = new Date(Date.parse(renewedAt) + 1000).toISOString();
  await provesNothing(scenario, { ...none, 'current-token': old, 'renewed-at': other });
  const fresh = scenario.value('VTEX_APP_TOKEN') ?? '';
  const run = await provesNothing(scenario, {
    ...none,
    'current-token': fresh,
    'renewed-at': renewedAt,
    'pending-token': fresh,
  });
  expect(run.errorText).toContain('the same token');
});

test('finish while VTEX undoes the renewal: 404, the old token goes back everywhere, and that is an error', async () => {
  const stage = await rotatedLater();
  await using scenario = stage.scenario;
  const { world, vtex, targetKey } = scenario.store;
  world.intercept = ({ label }, phase) => {
    if (label.includes('finish-renewal') && phase === 'before') vtex.adminUndo(targetKey);
    return undefined;
  };
  const run = await scenario.nextRun(finish);
  expect(run.errors).toEqual(['renewal-undone']);
  expect(run.result).toBe('restored');
  expect(scenario.value('VTEX_APP_TOKEN')).toBe(stage.old);
});

test('everything that is wrong is said at once, and nothing is finished', async () => {
  const stage = await rotatedLater();
  await using scenario = stage.scenario;
  const { store } = scenario;
  const wrong = store.vtex
    .tokens(store.targetKey)
    .current.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
  const run = await scenario.nextRun(
    { ...finish, 'app-token': wrong, secrets: 'VTEX_APP_TOKEN\nrepos/acme/gone/actions/secrets/X' },
    { secrets: [wrong] },
  );
  expect(run.errors).toEqual(['vtex-unauthorized', 'secret-missing']);
});

test('a manager that may not finish: finish-failed or vtex-forbidden, both tokens live, nothing else changed', async () => {
  const stage = await rotatedLater();
  await using scenario = stage.scenario;
  const { store } = scenario;
  const weak = store.vtex.addKey();
  const before = scenario.state;
  const run = await scenario.nextRun({
    ...finish,
    'app-key': weak,
    'app-token': store.vtex.tokens(weak).current,
  });
  expect(run.errors).toEqual(['finish-failed']);
  expect(run.errorText).toMatch(/Renew API Token/);
  expect(run.state).toBe(before);
});
