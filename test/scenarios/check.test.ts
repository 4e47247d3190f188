import { expect, test } from 'vitest';
import { expectStory, Scenario } from './scenario.ts';

const check = { operation: 'check' };

test('check: the plan, and nothing written anywhere', async () => {
  await using scenario = await Scenario.start();
  const before = scenario.state;
  const run = await scenario.run(check);
  expect(run.result).toBe('checked');
  expect(run.state).toBe(before);
  expect(run.requests.join()).not.toMatch(/PUT|PATCH|DELETE/);
  expect(run.log).toMatch(/reads and \d+ writes at GitHub/);
  await expectStory(run, 'check');
});

test('check of many secrets tells how long it will take', async () => {
  await using scenario = await Scenario.start();
  const { github } = scenario.store;
  const names = Array.from({ length: 60 }, (_, index) => `TOKEN_${index}`);
  for (const name of names) github.setSecret(scenario.store.path(name), 'a token');
  const run = await scenario.run({ ...check, secrets: names.join('\n'), 'delete-old-token': 'later' });
  expect(run.result).toBe('checked');
  expect(run.log).toMatch(/and 6\d writes at GitHub; with GitHub's limits at least \d+ s/);
  expect(run.log).toContain('Close: note in the pending secret');
});

test('check of a store with a pending renewal says that it would be resumed', async () => {
  await using scenario = await Scenario.start();
  await scenario.run({ 'delete-old-token': 'later' });
  const run = await scenario.nextRun(check);
  expect(run.result).toBe('checked');
  expect(run.log).toContain('would resume the pending renewal');
  await expectStory(run, 'check of a pending renewal');
});

test('check says what a rotation would stop at: an old secret that is not passed, a token that VTEX refuses', async () => {
  await using scenario = await Scenario.start();
  await scenario.run({ 'delete-old-token': 'later' });
  const run = await scenario.nextRun({ ...check, 'pending-token': '', 'old-token': '' });
  expect(run.errors).toEqual(['renewal-pending']);
  const { vtex, managerKey } = scenario.store;
  // It was queued before the secret was written, so its token may be an earlier one.
  scenario.store.nextRun({ runAgeMs: 3_600_000 });
  const refused = await scenario.run({
    ...check,
    'current-token': vtex.tokens(managerKey).current,
    'old-token': '',
  });
  expect(refused.errors).toEqual(['run-outdated', 'renewal-pending']);
});

test('check where nothing is due', async () => {
  await using scenario = await Scenario.start();
  const run = await scenario.run({ ...check, 'renew-after-days': '200' });
  expect(run.result).toBe('checked');
  expect(run.log).toContain('would do nothing now');
});

test('check reports everything that is wrong, with the plan, and fails', async () => {
  await using scenario = await Scenario.start();
  const { store } = scenario;
  const before = scenario.state;
  const wrong = store.vtex.tokens(store.targetKey).current.split('').reverse().join('');
  const run = await scenario.run(
    {
      ...check,
      'app-token': wrong,
      secrets: 'VTEX_APP_TOKEN\nMISSING\nrepos/acme/absent/actions/secrets/TOKEN\nABSENT',
    },
    { secrets: [wrong] },
  );
  expect(run.result).toBe('failed');
  expect(run.errors).toEqual(['vtex-unauthorized', 'secret-missing', 'secret-missing', 'secret-missing']);
  expect(run.state).toBe(before);
  await expectStory(run, 'check with everything wrong');
});
