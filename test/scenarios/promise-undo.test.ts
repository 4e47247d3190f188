/** `operation: undo`: the old token is written back everywhere, and a person has the last word. */
import { expect, test } from 'vitest';
import { VirtualTime } from '../runner/virtual-time.ts';
import { beginRun } from '../world/run.ts';
import { Scenario } from './scenario.ts';

const later = { 'delete-old-token': 'later' };
const undo = { operation: 'undo' };

interface Stage {
  readonly scenario: Scenario;
  readonly old: string;
}

/** Two secrets hold the new token of a *Later* renewal. */
async function stored(): Promise<Stage> {
  const scenario = await Scenario.start();
  const { github, vtex, targetKey, world } = scenario.store;
  const old = vtex.tokens(targetKey).current;
  github.setSecret(scenario.store.path('SECOND'), old, { at: world.now() - 50 * 86_400_000 });
  expect((await scenario.run({ ...later, secrets: both })).result).toBe('pending');
  scenario.days(1);
  return { scenario, old };
}
const both = 'VTEX_APP_TOKEN\nSECOND';

test('the old token goes back into every listed secret, both tokens work, and the next move is a person’s', async () => {
  const stage = await stored();
  await using scenario = stage.scenario;
  const { vtex, targetKey } = scenario.store;
  const run = await scenario.nextRun({ ...undo, secrets: both });
  expect(run.result).toBe('undone');
  expect(run.exitCode).toBe(0);
  expect([scenario.value('VTEX_APP_TOKEN'), scenario.value('SECOND')]).toEqual([stage.old, stage.old]);
  expect(run.outputs['updated-secrets']).toBe('[]');
  expect(run.requests.join()).not.toMatch(/PATCH|DELETE/);
  expect(run.summary).toMatch(/Undo Renewal/);
  // VTEX is asked for the old token right before each write, and once more at the end.
  const order = run.requests.filter((line) => /login 200|PUT .*(TOKEN|SECOND) 204/.test(line));
  expect(order.slice(-5).map((line) => line.split(' ')[0])).toEqual(['POST', 'PUT', 'POST', 'PUT', 'POST']);
  vtex.adminUndo(targetKey);
  expect((await scenario.nextRun({ secrets: both })).result).toBe('rotated');
});

test('runs that may hold the new token are drained', async () => {
  const stage = await stored();
  await using scenario = stage.scenario;
  const { github, world } = scenario.store;
  const holder = github.queueRun('acme/store', { runsForMs: 10 * 60_000, reads: ['VTEX_APP_TOKEN'] });
  const began = world.now();
  const run = await scenario.nextRun({ ...undo, secrets: both, 'drain-timeout-minutes': '60' });
  expect(run.result).toBe('undone');
  expect(holder.conclusion).toBe('success');
  expect(world.now() - began).toBeGreaterThan(9 * 60_000);
});

test('a person deletes the old token during the drain: the new one is written into every listed secret again', async () => {
  const stage = await stored();
  await using scenario = stage.scenario;
  const { github, vtex, targetKey, world } = scenario.store;
  const fresh = vtex.tokens(targetKey).pending;
  github.queueRun('acme/store', { runsForMs: 10 * 60_000 });
  world.at(world.now() + 5 * 60_000, () => {
    vtex.adminDeleteOld(targetKey);
  });
  // Not under the watch: the outage between the person's deed and the run's is the person's.
  scenario.store.nextRun();
  const inputs = { ...undo, secrets: both, 'drain-timeout-minutes': '60' };
  const run = await beginRun(scenario.store, inputs, { clock: new VirtualTime(world) }).done;
  expect(run.outputs.result).toBe('failed');
  expect(run.log).toMatch(/renewal-unproven: Somebody has deleted the old token meanwhile/);
  expect(run.exitCode).toBe(1);
  expect([scenario.value('VTEX_APP_TOKEN'), scenario.value('SECOND')]).toEqual([fresh, fresh]);
  expect((await scenario.nextRun({ secrets: both })).result).toBe('rotated');
});

test('a person writes the new token during the drain: Undo Renewal is not the next move', async () => {
  const stage = await stored();
  await using scenario = stage.scenario;
  const { github, vtex, targetKey, world } = scenario.store;
  const fresh = vtex.tokens(targetKey).pending ?? '';
  github.queueRun('acme/store', { runsForMs: 10 * 60_000 });
  world.at(world.now() + 5 * 60_000, () => {
    github.setSecret(scenario.store.path('SECOND'), fresh);
  });
  const run = await scenario.nextRun({ ...undo, secrets: both, 'drain-timeout-minutes': '60' });
  expect(run.result).toBe('failed');
  expect(run.errors).toEqual(['finish-failed']);
  expect(run.errorText).toMatch(/Do not choose Undo Renewal yet/);
});

test('nodes of VTEX that still accept the old token after somebody has deleted it: it is not written back', async () => {
  const stage = await stored();
  await using scenario = stage.scenario;
  const { vtex, targetKey } = scenario.store;
  vtex.nodes = [{ forgetsAfterMs: 60_000 }, {}];
  vtex.adminDeleteOld(targetKey);
  const run = await scenario.nextRun({ ...undo, secrets: both });
  expect(run.result).toBe('failed');
  expect(run.requests.join()).not.toContain('PUT');
});

test.each<[string, Record<string, string>, (stage: Stage) => void]>([
  [
    'the old token is dead',
    {},
    ({ scenario: { store } }) => {
      store.vtex.adminDeleteOld(store.targetKey);
    },
  ],
  [
    'the new token is dead',
    {},
    ({ scenario: { store } }) => {
      store.vtex.adminUndo(store.targetKey);
    },
  ],
  ['old-token is not passed', { 'old-token': '' }, () => undefined],
  ['pending-token is not passed', { 'pending-token': 'none' }, () => undefined],
])('not usable, %s: renewal-unproven, and nothing is changed', async (_why, inputs, act) => {
  const stage = await stored();
  await using scenario = stage.scenario;
  act(stage);
  const before = scenario.state;
  const run = await scenario.nextRun({ ...undo, secrets: both, ...inputs });
  expect(run.errors).toEqual(['renewal-unproven']);
  expect(run.errorText).toContain('Nothing was changed');
  expect(run.state).toBe(before);
});

test('a listed secret that does not exist is an error, and nothing is written', async () => {
  const stage = await stored();
  await using scenario = stage.scenario;
  const before = scenario.state;
  const run = await scenario.nextRun({ ...undo, secrets: `${both}\nMISSPELT` });
  expect(run.errors).toEqual(['secret-missing']);
  expect(run.state).toBe(before);
});

test('a person deletes the old token in the middle: nothing more is written, and the text says so', async () => {
  const stage = await stored();
  await using scenario = stage.scenario;
  const { world, vtex, targetKey } = scenario.store;
  world.when({
    label: /PUT .*VTEX_APP_TOKEN$/,
    does: () => {
      vtex.adminDeleteOld(targetKey);
      scenario.store.github.setSecret(scenario.store.path('VTEX_APP_TOKEN'), vtex.tokens(targetKey).current);
    },
    suffers: () => ({ kind: 'status', status: 422, body: {} }),
  });
  const run = await scenario.nextRun({ ...undo, secrets: both });
  expect(run.result).toBe('failed');
  expect(run.errorText).toMatch(/not seen to accept it any more/);
  expect(run.errorText).toMatch(/Do not write the old token anywhere/);
  expect(run.requests.join()).not.toMatch(/PUT .*SECOND/);
  expect(vtex.accepts(targetKey, scenario.value('SECOND') ?? '')).toBe(true);
});

test('a secret that cannot be written: red, and the next one goes on', async () => {
  const stage = await stored();
  await using scenario = stage.scenario;
  const { world } = scenario.store;
  world.when({ label: /PUT .*SECOND$/, suffers: () => ({ kind: 'status', status: 422, body: {} }) });
  const first = await scenario.nextRun({ ...undo, secrets: both });
  expect(first.errors).toEqual(['secret-write-failed']);
  const next = await scenario.nextRun({ ...undo, secrets: both });
  expect(next.result).toBe('undone');
});
