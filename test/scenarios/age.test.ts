import { expect, test } from 'vitest';
import { expectStory, Scenario } from './scenario.ts';

test('skipped while every secret is younger than renew-after-days', async () => {
  await using scenario = await Scenario.start();
  const run = await scenario.run({ 'renew-after-days': '101' });
  expect(run.result).toBe('skipped');
  expect(run.outputs['renewed-at']).toBe('');
  expect(run.outputs['old-token-deleted']).toBe('false');
  expect(run.requests.join()).not.toMatch(/PUT|PATCH|DELETE/);
  await expectStory(run, 'skipped by age');
});

test('one old secret among young ones makes the rotation due', async () => {
  await using scenario = await Scenario.start();
  const { store } = scenario;
  store.github.setSecret(store.path('YOUNG'), store.vtex.tokens(store.targetKey).current);
  const inputs = { 'renew-after-days': '99', secrets: 'YOUNG\nVTEX_APP_TOKEN' };
  expect((await scenario.run(inputs)).result).toBe('rotated');
  expect((await scenario.nextRun(inputs)).result).toBe('skipped');
});

test('a secret that does not exist yet is due', async () => {
  await using scenario = await Scenario.start();
  const run = await scenario.run({
    'renew-after-days': '3650',
    'create-missing-secrets': 'true',
    secrets: 'VTEX_APP_TOKEN\nFRESH',
  });
  expect(run.result).toBe('rotated');
  expect(scenario.value('FRESH')).toBe(scenario.value('VTEX_APP_TOKEN'));
});

test("the age is told by GitHub's clock, not the runner's", async () => {
  await using scenario = await Scenario.start();
  // The secret is 100 days old by the runner's clock and 130 by GitHub's.
  scenario.days(30);
  const plan = async (days: number): Promise<string> => {
    const inputs = { operation: 'check', 'renew-after-days': String(days) };
    return (await scenario.run(inputs, { ownClock: true })).log;
  };
  expect(await plan(115)).toContain('A rotation would renew the token');
  expect(await plan(131)).toContain('A rotation would do nothing now');
});
