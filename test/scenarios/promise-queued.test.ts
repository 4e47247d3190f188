/** Runs that were queued together: each has the inputs of its queueing, however the others have changed the world since. */
import { expect, test } from 'vitest';
import { Scenario } from './scenario.ts';

const later = { 'delete-old-token': 'later' };
const due = { ...later, 'renew-after-days': '30' };

/** A *Later* renewal (t0 and t1) that is stored everywhere; t1 is the current token of whoever is queued now. */
async function pendingRenewal(): Promise<{ scenario: Scenario; queued: Record<string, string> }> {
  const scenario = await Scenario.start();
  await scenario.run(later);
  scenario.days(90);
  scenario.store.nextRun();
  return { scenario, queued: scenario.store.inputs() };
}

test.each<[string, Record<string, string>, string]>([
  ['now', {}, 'failed renewal-pending'],
  ['later', later, 'failed renewal-pending'],
  ['finish', { operation: 'finish' }, 'skipped '],
  ['undo', { operation: 'undo' }, 'failed renewal-unproven'],
])(
  'two runs were given t1; the first finishes t0 and stores t2; the second (%s) touches neither',
  async (_name, inputs, ending) => {
    const stage = await pendingRenewal();
    await using scenario = stage.scenario;
    const { vtex, targetKey } = scenario.store;
    const first = await scenario.run({ ...stage.queued, ...due });
    expect(first.result).toBe('pending');
    const { current: t1, pending: t2 = '' } = vtex.tokens(targetKey);
    expect(t1).toBe(stage.queued['current-token']);
    const second = await scenario.nextRun({ ...stage.queued, ...inputs });
    expect(`${second.result ?? ''} ${second.errors.join()}`).toBe(ending);
    expect(second.requests.join()).not.toContain('finish-renewal');
    expect(scenario.value('VTEX_APP_TOKEN')).toBe(t2);
    expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBe(t2);
    expect(vtex.accepts(targetKey, t1)).toBe(true);
    expect(second.errorText).not.toMatch(/Choose "Undo Renewal"/);
    // Whoever is queued after that is given what the secrets hold, and goes on.
    expect((await scenario.nextRun()).result).toBe('rotated');
  },
);

test('the reply of the first one’s renewal is lost; the second does not kill the only token that anybody has', async () => {
  const stage = await pendingRenewal();
  await using scenario = stage.scenario;
  const { world, vtex, targetKey } = scenario.store;
  const lose = world.when({ label: /\/renew$/, phase: 'after', suffers: () => ({ kind: 'reset' }) });
  const first = await scenario.run({ ...stage.queued, ...due });
  lose();
  expect(first.errors).toEqual(['renewal-lost']);
  for (const inputs of [{}, later, { operation: 'finish' }]) {
    const second = await scenario.nextRun({ ...stage.queued, ...inputs });
    expect(second.requests.join()).not.toContain('finish-renewal');
    expect(vtex.accepts(targetKey, stage.queued['current-token'] ?? '')).toBe(true);
    expect(vtex.accepts(targetKey, scenario.value('VTEX_APP_TOKEN') ?? '')).toBe(true);
  }
});

test('queued between reserve and stage, a run overwrites nothing: the only copy of the new token stays', async () => {
  await using scenario = await Scenario.start();
  const { world, vtex, targetKey } = scenario.store;
  let queued: Record<string, string> = {};
  world.when({
    label: /\/renew$/,
    does: () => {
      queued = scenario.store.inputs();
    },
  });
  // The machine of the first one dies once the token is staged, which here is a listed secret that cannot be written.
  world.when({ label: /PUT .*VTEX_APP_TOKEN$/, suffers: () => ({ kind: 'status', status: 422, body: {} }) });
  expect((await scenario.run()).errors).toEqual(['secret-write-failed']);
  const t1 = vtex.tokens(targetKey).pending ?? '';
  const second = await scenario.nextRun(queued);
  expect(second.errors).toEqual(['renewal-pending']);
  expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBe(t1);
  expect((await scenario.nextRun()).result).toBe('rotated');
  expect(scenario.value('VTEX_APP_TOKEN')).toBe(t1);
});

test('a run that VTEX refuses to renew for removes its old secret only while that is still its own', async () => {
  await using scenario = await Scenario.start();
  const { world, github, vtex, targetKey } = scenario.store;
  const path = scenario.store.path('VTEX_APP_TOKEN');
  world.when({
    label: /\/renew$/,
    phase: 'after',
    does: async () => {
      // Once the run has seen the date of its own write, another one reserves and stages.
      await expect.poll(() => world.lines().join('\n')).toMatch(/GET \S+ \S+_OLD 200/);
      world.advance(2000);
      github.setSecret(`${path}_OLD`, vtex.tokens(targetKey).current);
      github.setSecret(`${path}_PENDING`, vtex.tokens(targetKey).pending ?? '');
    },
    suffers: () => ({ kind: 'status', status: 403, body: {} }),
  });
  const run = await scenario.run();
  expect(run.errors).toEqual(['vtex-forbidden']);
  expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBe(vtex.tokens(targetKey).pending);
  expect(scenario.value('VTEX_APP_TOKEN_OLD')).toBe(vtex.tokens(targetKey).current);
});

test('the second run’s renewal meets a lost reply while the first one’s is stored: Undo Renewal is not what it advises', async () => {
  await using scenario = await Scenario.start();
  const { world, vtex, targetKey } = scenario.store;
  const queued = scenario.store.inputs();
  let isNested = false;
  // The first one does its whole work between the second one's look and its renewal.
  world.when({
    label: /PUT .*_OLD$/,
    does: async () => {
      isNested = true;
      expect((await scenario.nextRun({ ...queued, ...later })).result).toBe('pending');
    },
  });
  world.when({ label: /\/renew$/, nth: 2, suffers: () => ({ kind: 'reset' }) });
  const run = await scenario.run(queued);
  expect(isNested).toBe(true);
  expect(run.errors).toEqual(['renewal-lost']);
  expect(run.errorText).toContain('Find out first');
  expect(run.errorText).not.toMatch(/Choose "Undo Renewal"/);
  expect(vtex.accepts(targetKey, scenario.value('VTEX_APP_TOKEN') ?? '')).toBe(true);
});

test('side by side: the second begins while the first verifies, resumes it, and the first finds it finished', async () => {
  await using scenario = await Scenario.start();
  const { world, vtex, targetKey } = scenario.store;
  world.when({
    label: /PUT .*VTEX_APP_TOKEN$/,
    does: async () => {
      expect((await scenario.nextRun()).result).toBe('rotated');
    },
  });
  const run = await scenario.run();
  expect(run.result).toBe('finished');
  expect(vtex.accepts(targetKey, scenario.value('VTEX_APP_TOKEN') ?? '')).toBe(true);
  expect(vtex.isPending(targetKey)).toBe(false);
});

test('a run that was queued before the last rotation: run-outdated, and skipped where nothing is due', async () => {
  await using scenario = await Scenario.start();
  const queued = scenario.store.inputs();
  const env = scenario.store.env();
  expect((await scenario.nextRun()).result).toBe('rotated');
  const before = scenario.state;
  const outdated = await scenario.run(queued, { env });
  expect(outdated.errors).toEqual(['run-outdated']);
  expect(outdated.errorText).toMatch(/Start a new run \(not a re-run\)/);
  const idle = await scenario.run({ ...queued, 'renew-after-days': '30' }, { env });
  expect(idle.result).toBe('skipped');
  const checked = await scenario.run({ ...queued, operation: 'check', 'renew-after-days': '30' }, { env });
  expect(checked.errors).toEqual(['run-outdated']);
  const blind = await scenario.run({ ...queued, 'run-token': '' }, { env });
  expect(blind.errors).toEqual(['current-token-refused']);
  expect(blind.errorText).toMatch(/Either the token is wrong or dead, or the run was queued before/);
  expect(blind.errorText).toContain('actions: read');
  expect(scenario.state).toBe(before);
});
