import { expect, test } from 'vitest';
import { expectStory, Scenario } from './scenario.ts';

const later = { 'delete-old-token': 'later' };
const finish = { operation: 'finish' };

test('rotate later, then finish', async () => {
  await using scenario = await Scenario.start();
  const { store } = scenario;
  const rotated = await scenario.run(later);
  expect(rotated.result).toBe('pending');
  expect(rotated.outputs['old-token-deleted']).toBe('false');
  expect(store.vtex.isPending(store.targetKey)).toBe(true);
  expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBe(scenario.value('VTEX_APP_TOKEN'));
  expect(rotated.summary).toMatch(/operation: finish/);
  await expectStory(rotated, 'rotate later');

  scenario.days(2);
  const finished = await scenario.nextRun(finish);
  expect(finished.result).toBe('finished');
  expect(finished.outputs['old-token-deleted']).toBe('true');
  expect(finished.outputs['updated-secrets']).toBe(rotated.outputs['updated-secrets']);
  expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBeUndefined();
  await expectStory(finished, 'finish what an earlier run rotated');
});

test('later, then the next rotate that is due: the earlier renewal is finished and the next one begun', async () => {
  await using scenario = await Scenario.start();
  const { store } = scenario;
  const { vtex, world, targetKey } = store;
  await scenario.run(later);
  const { current: first, pending: second } = vtex.tokens(targetKey);
  scenario.days(90);
  const held: (string | undefined)[] = [];
  world.intercept = ({ label }, phase) => {
    if (label.endsWith('/renew'))
      held.push(`${phase}: ${scenario.value('VTEX_APP_TOKEN_PENDING') ?? 'none'}`);
    if (label.includes('finish-renewal') && phase === 'after') held.push('finished');
    return undefined;
  };
  const run = await scenario.nextRun({ ...later, 'renew-after-days': '30' });
  expect(held).toEqual(['finished', 'before: none', 'after: none']);
  expect(run.result).toBe('pending');
  expect(run.outputs['old-token-deleted']).toBe('false');
  expect(vtex.state(targetKey, first)).toBe('dead');
  expect(vtex.tokens(targetKey).current).toBe(second);
  expect(scenario.value('VTEX_APP_TOKEN')).toBe(vtex.tokens(targetKey).pending);
  await expectStory(run, 'later and then the next rotate');
});

test('the earlier renewal is finished, and a node of VTEX still accepts its old token: the next one is begun all the same', async () => {
  await using scenario = await Scenario.start();
  const { vtex, world, targetKey } = scenario.store;
  await scenario.run(later);
  const { current: dead } = vtex.tokens(targetKey);
  scenario.days(90);
  world.when({
    label: /DELETE .*_PENDING/,
    does: () => {
      vtex.rule(dead, { node: 0, accepts: true, forMs: 60_000 });
    },
  });
  const run = await scenario.nextRun({ ...later, 'renew-after-days': '30' });
  expect(run.result).toBe('pending');
  expect(run.requests.filter((line) => line.includes('/apitoken/renew'))).toHaveLength(1);
  expect(scenario.value('VTEX_APP_TOKEN')).toBe(vtex.tokens(targetKey).pending);
});

test('later, then the next rotate before anything is due: skipped, and the pending renewal is left alone', async () => {
  await using scenario = await Scenario.start();
  await scenario.run(later);
  scenario.days(10);
  const before = scenario.state;
  const run = await scenario.nextRun({ ...later, 'renew-after-days': '30' });
  expect(run.result).toBe('skipped');
  expect(run.outputs['updated-secrets']).toBe('["repos/acme/store/actions/secrets/VTEX_APP_TOKEN"]');
  expect(run.state).toBe(before);
  await expectStory(run, 'the earlier renewal is stored and nothing is due');
});

test('later, then rotate now: the pending renewal is resumed and finished, no new one is begun', async () => {
  await using scenario = await Scenario.start();
  await scenario.run(later);
  scenario.days(10);
  const run = await scenario.nextRun({ 'renew-after-days': '30' });
  expect(run.result).toBe('rotated');
  expect(run.requests.join()).not.toContain('/renew');
  // It was stored everywhere, so nothing is written again.
  expect(run.requests.join()).not.toContain('PUT');
});

test('the next renewal is lost after the earlier one was finished: the next run neither finishes nor believes it', async () => {
  await using scenario = await Scenario.start();
  const { store } = scenario;
  const { vtex, world, targetKey } = store;
  await scenario.run(later);
  scenario.days(90);
  let resets = 0;
  world.intercept = ({ label }, phase) =>
    label.endsWith('/renew') && phase === 'after' && (resets += 1) === 1 ? { kind: 'reset' } : undefined;
  const due = { ...later, 'renew-after-days': '30' };
  const lost = await scenario.nextRun(due);
  expect(lost.errors).toEqual(['renewal-lost']);
  expect(lost.errorText).toMatch(/Undo Renewal/);
  expect(lost.outputs['old-token-deleted']).toBe('true');
  world.intercept = undefined;
  const alive = scenario.value('VTEX_APP_TOKEN') ?? '';
  expect(vtex.accepts(targetKey, alive)).toBe(true);
  const next = await scenario.nextRun(due);
  expect(next.errors).toEqual(['renewal-pending']);
  expect(vtex.accepts(targetKey, alive)).toBe(true);
  vtex.adminUndo(targetKey);
  const healed = await scenario.nextRun(due);
  expect(healed.result).toBe('pending');
});

test('a listed secret into which somebody wrote the old token is written again, and nothing is finished', async () => {
  await using scenario = await Scenario.start();
  const { store } = scenario;
  const { vtex, github, targetKey } = store;
  await scenario.run(later);
  scenario.days(90);
  // Its date falls out of the renewal.
  github.setSecret(store.path('VTEX_APP_TOKEN'), vtex.tokens(targetKey).current);
  const run = await scenario.nextRun(later);
  expect(run.result).toBe('pending');
  expect(run.requests.join()).not.toMatch(/finish-renewal|\/renew /);
  expect(scenario.value('VTEX_APP_TOKEN')).toBe(vtex.tokens(targetKey).pending);
});

test('a secret that was added to the list meanwhile gets the pending token, and nothing is finished', async () => {
  await using scenario = await Scenario.start();
  const { store } = scenario;
  await scenario.run(later);
  scenario.days(90);
  store.github.setSecret(store.path('ADDED'), 'old and unknown', {
    at: store.world.now() - 200 * 86_400_000,
  });
  const run = await scenario.nextRun({ ...later, secrets: 'VTEX_APP_TOKEN\nADDED' });
  expect(run.result).toBe('pending');
  expect(run.requests.join()).not.toContain('finish-renewal');
  expect(scenario.value('ADDED')).toBe(store.vtex.tokens(store.targetKey).pending);
});

test.each([[[3000, 0]], [[0, 3000]], [[0, 0, 6000]]])(
  'copies that lag %j ms show the secrets that finishing the earlier renewal has deleted: no finish-failed',
  async (readLagMs) => {
    await using scenario = await Scenario.start();
    const { store } = scenario;
    await scenario.run(later);
    scenario.days(90);
    store.github.secrets.copies = readLagMs;
    const run = await scenario.nextRun({ ...later, 'renew-after-days': '30' });
    expect(run.errors).toEqual([]);
    expect(run.result).toBe('pending');
    expect(scenario.value('VTEX_APP_TOKEN')).toBe(store.vtex.tokens(store.targetKey).pending);
  },
);
