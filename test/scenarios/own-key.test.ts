/** `api-key` equal to `app-key`, which VTEX's own guide asks not to do. */
import { expect, test } from 'vitest';
import { renewApiToken } from '../fakes/index.ts';
import { Scenario } from './scenario.ts';

/** A store whose manager credential is the key that is renewed. */
async function selfRenewing(): Promise<{ scenario: Scenario; inputs: () => Record<string, string> }> {
  const scenario = await Scenario.start();
  const { store } = scenario;
  const key = store.vtex.addKey({ resources: [renewApiToken] });
  store.github.setSecret(store.path('VTEX_APP_TOKEN'), store.vtex.tokens(key).current, {
    at: store.world.now() - 1e10,
  });
  const inputs = (): Record<string, string> => ({
    'app-key': key,
    'api-key': key,
    'app-token': store.github.resolve(store.repository, 'VTEX_APP_TOKEN'),
  });
  return { scenario, inputs };
}

test("a warning quotes VTEX's rule, and the run finishes with the new token", async () => {
  const stage = await selfRenewing();
  await using scenario = stage.scenario;
  const { inputs } = stage;
  const run = await scenario.run(inputs());
  expect(run.result).toBe('rotated');
  expect(run.warningText).toContain('You must use a valid API key (not the one being renewed)');
  expect(run.summary).toMatch(/not the one being renewed/);
  expect((await scenario.nextRun(inputs())).result).toBe('rotated');
});

test('VTEX gives the old token as the new one: app-token tells, with current-token none too', async () => {
  const stage = await selfRenewing();
  await using scenario = stage.scenario;
  const { inputs } = stage;
  scenario.store.vtex.hostileNewToken = (current) => current;
  const run = await scenario.run({ ...inputs(), 'current-token': 'none' });
  expect(run.errors).toEqual(['new-token-rejected']);
});

test('later and then finish, and later and then the next rotate', async () => {
  const stage = await selfRenewing();
  await using scenario = stage.scenario;
  const { inputs } = stage;
  const later = { 'delete-old-token': 'later', 'renew-after-days': '30' };
  expect((await scenario.run({ ...inputs(), ...later })).result).toBe('pending');
  scenario.days(31);
  expect((await scenario.nextRun({ ...inputs(), ...later })).result).toBe('pending');
  expect((await scenario.nextRun({ ...inputs(), operation: 'finish' })).result).toBe('finished');
});

test('finish by renewed-at in a later job, with the app-token of before', async () => {
  const stage = await selfRenewing();
  await using scenario = stage.scenario;
  const { inputs } = stage;
  const before = inputs();
  const rotated = await scenario.run({ ...before, 'delete-old-token': 'later' });
  const run = await scenario.run({
    ...before,
    operation: 'finish',
    'current-token': before['app-token'] ?? '',
    'pending-token': '',
    'renewed-at': rotated.outputs['renewed-at'] ?? '',
  });
  expect(run.result).toBe('finished');
});

test('where the renewal is over, the pending token is the manager that is left', async () => {
  const stage = await selfRenewing();
  await using scenario = stage.scenario;
  const { inputs } = stage;
  const { store } = scenario;
  const old = inputs();
  await scenario.run({ ...old, 'delete-old-token': 'later' });
  store.vtex.adminDeleteOld(old['api-key'] ?? '');
  // The job was queued with the old app-token, which is dead by now.
  const run = await scenario.nextRun(old);
  expect(run.result).toBe('rotated');
});
