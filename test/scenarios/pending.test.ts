import { expect, test } from 'vitest';
import type { Intercept } from '../fakes/index.ts';
import { expectStory, Scenario } from './scenario.ts';

const path = 'repos/acme/store/actions/secrets/VTEX_APP_TOKEN';

/** The first request that fits fails before its effect. */
function failing(what: RegExp): Intercept {
  return ({ label }, phase) =>
    phase === 'before' && what.test(label)
      ? { kind: 'status', status: 422, body: { message: 'Validation Failed' } }
      : undefined;
}

test('a pending renewal is resumed: stored everywhere and finished', async () => {
  await using scenario = await Scenario.start();
  const { world, vtex, targetKey } = scenario.store;
  world.intercept = failing(/PUT .*VTEX_APP_TOKEN$/);
  const died = await scenario.run();
  expect(died.errors).toEqual(['secret-write-failed']);
  expect(died.errorText).toContain(`Not updated: ${path}`);
  await expectStory(died, 'a listed secret that cannot be written');
  world.intercept = undefined;
  const { pending } = vtex.tokens(targetKey);
  scenario.days(1);
  const run = await scenario.nextRun();
  expect(run.result).toBe('rotated');
  expect(vtex.tokens(targetKey).current).toBe(pending);
  expect(run.requests.join()).not.toContain('/renew');
  // The output is the time at which the pending secret was written.
  expect(Date.parse(run.outputs['renewed-at'] ?? '')).toBeLessThan(world.now() - 86_000_000);
  await expectStory(run, 'a pending renewal is taken up');
});

test('a pending renewal is resumed although nothing is due by age', async () => {
  await using scenario = await Scenario.start();
  const { world } = scenario.store;
  world.intercept = failing(/PUT .*VTEX_APP_TOKEN$/);
  await scenario.run();
  world.intercept = undefined;
  expect((await scenario.nextRun({ 'renew-after-days': '3000' })).result).toBe('rotated');
});

test('resumed by a later run that leaves both tokens: stored, and pending', async () => {
  await using scenario = await Scenario.start();
  const { world, vtex, targetKey } = scenario.store;
  world.intercept = failing(/PUT .*VTEX_APP_TOKEN$/);
  await scenario.run();
  world.intercept = undefined;
  const run = await scenario.nextRun({ 'delete-old-token': 'later' });
  expect(run.result).toBe('pending');
  expect(scenario.value('VTEX_APP_TOKEN')).toBe(vtex.tokens(targetKey).pending);
});

test('resumed although the pending secret was removed: the token is written there again first', async () => {
  await using scenario = await Scenario.start();
  const { world, github } = scenario.store;
  world.intercept = failing(/PUT .*VTEX_APP_TOKEN$/);
  await scenario.run();
  world.intercept = undefined;
  scenario.store.nextRun();
  const inputs = scenario.store.inputs();
  github.secrets.delete(`${path}_PENDING`);
  const run = await scenario.run({ 'pending-token': inputs['pending-token'] ?? '' });
  expect(run.result).toBe('rotated');
  expect(run.requests.findIndex((line) => /PUT .*_PENDING 201/.test(line))).toBeLessThan(
    run.requests.findIndex((line) => /PUT .*VTEX_APP_TOKEN 204/.test(line)),
  );
});

test('409 to a renewal of somebody else: renewal-pending, with both ways out and how to find out which fits', async () => {
  await using scenario = await Scenario.start();
  const { vtex, targetKey } = scenario.store;
  vtex.adminRenew(targetKey);
  const run = await scenario.run();
  expect(run.errors).toEqual(['renewal-pending']);
  expect(run.errorText).toContain('Undo Renewal');
  expect(run.errorText).toContain('Delete old token');
  expect(vtex.isPending(targetKey)).toBe(true);
  expect(run.errorText).toContain('Find out first');
  expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBeUndefined();
  await expectStory(run, '409 without a pending secret');
});

test('the old secret exists and is not passed: nothing is renewed, and how to pass it', async () => {
  await using scenario = await Scenario.start();
  await scenario.run({ 'delete-old-token': 'later' });
  const before = scenario.state;
  const run = await scenario.nextRun({ 'pending-token': '', 'old-token': '' });
  expect(run.errors).toEqual(['renewal-pending']);
  expect(run.errorText).toContain('pending-token: ${{ secrets.VTEX_APP_TOKEN_PENDING }}');
  expect(run.errorText).toContain('Undo Renewal');
  expect(run.requests.join()).not.toMatch(/PUT|PATCH/);
  expect(run.state).toBe(before);
  await expectStory(run, '409 with a pending secret that is not passed');
});

test('409 with a pending token that VTEX refuses: it is passed already, so the way out is the Admin', async () => {
  await using scenario = await Scenario.start();
  const { vtex, targetKey } = scenario.store;
  await scenario.run({ 'delete-old-token': 'later' });
  vtex.adminUndo(targetKey);
  vtex.adminRenew(targetKey);
  scenario.store.github.setSecret(path, vtex.tokens(targetKey).current);
  const run = await scenario.nextRun();
  expect(run.errors).toEqual(['renewal-pending']);
  expect(run.errorText).not.toContain('pass it as pending-token');
  expect(run.errorText).toContain('Undo Renewal');
  expect(run.warningText).toMatch(/VTEX does not accept pending-token/);
});

test('a pending secret left over from long ago is not used, and not lost before VTEX has given a new token', async () => {
  await using scenario = await Scenario.start();
  const { vtex, github, world, targetKey } = scenario.store;
  await scenario.run({ 'delete-old-token': 'later' });
  const stale = scenario.value('VTEX_APP_TOKEN_PENDING');
  vtex.adminUndo(targetKey);
  github.setSecret(path, vtex.tokens(targetKey).current);
  scenario.days(30);
  const held: (string | undefined)[] = [];
  world.intercept = ({ label }, phase) => {
    if (label.endsWith('/renew') && phase === 'before') held.push(scenario.value('VTEX_APP_TOKEN_PENDING'));
    return undefined;
  };
  const run = await scenario.nextRun();
  expect(run.result).toBe('rotated');
  expect(held).toEqual([stale]);
});

test('the renewal is undone in the Admin before the finish: the old token goes back, the pending secret goes', async () => {
  await using scenario = await Scenario.start();
  const { world, vtex, targetKey } = scenario.store;
  const old = scenario.value('VTEX_APP_TOKEN');
  world.intercept = ({ label }, phase) => {
    if (label.includes('finish-renewal') && phase === 'before') vtex.adminUndo(targetKey);
    return undefined;
  };
  const run = await scenario.run();
  expect(run.result).toBe('restored');
  expect(run.errors).toEqual(['renewal-undone']);
  expect(run.outputs['updated-secrets']).toBe('[]');
  expect(run.outputs['old-token-deleted']).toBe('false');
  expect(scenario.value('VTEX_APP_TOKEN')).toBe(old);
  expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBeUndefined();
  await expectStory(run, 'the renewal is undone in the Admin');
  world.intercept = undefined;
  expect((await scenario.nextRun()).result).toBe('rotated');
});

test('finished in the Admin before this run does: 404, the new token lives, the job is done', async () => {
  await using scenario = await Scenario.start();
  const { world, vtex, targetKey } = scenario.store;
  world.intercept = ({ label }, phase) => {
    if (label.includes('finish-renewal') && phase === 'before') vtex.adminDeleteOld(targetKey);
    return undefined;
  };
  const own = await scenario.run();
  expect(own.result).toBe('rotated');
  world.intercept = failing(/PUT .*VTEX_APP_TOKEN$/);
  await scenario.nextRun();
  world.intercept = undefined;
  world.intercept = ({ label }, phase) => {
    if (label.includes('finish-renewal') && phase === 'before') vtex.adminDeleteOld(targetKey);
    return undefined;
  };
  const resumed = await scenario.nextRun();
  expect(resumed.result).toBe('finished');
  expect(resumed.outputs['old-token-deleted']).toBe('true');
});
