/** The pending secret of a renewal is not deleted, and written again where somebody deletes it. */
import { expect, test } from 'vitest';
import { Scenario } from './scenario.ts';

const later = { 'delete-old-token': 'later' };
const finish = { operation: 'finish' };

test('a 404 at finish, and another run that has begun its own renewal meanwhile: its pending secret is not deleted', async () => {
  await using scenario = await Scenario.start();
  expect((await scenario.run(later)).result).toBe('pending');
  scenario.days(1);
  const { world, github, vtex, targetKey } = scenario.store;
  world.when({
    label: /finish-renewal$/,
    does: () => {
      vtex.adminDeleteOld(targetKey);
    },
  });
  world.when({
    label: /finish-renewal$/,
    phase: 'after',
    does: () => {
      github.setSecret(scenario.store.path('VTEX_APP_TOKEN_OLD'), vtex.tokens(targetKey).current);
      github.setSecret(scenario.store.path('VTEX_APP_TOKEN_PENDING'), vtex.adminRenew(targetKey));
    },
  });
  const run = await scenario.nextRun(finish);
  expect(run.warningText).toContain('was written by somebody else meanwhile, so it was not deleted');
  expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBe(vtex.tokens(targetKey).pending);
});

test('VTEX takes seconds to refuse the old token, and another run renews meanwhile: its pending secret is not deleted', async () => {
  await using scenario = await Scenario.start();
  const { world, github, vtex, targetKey } = scenario.store;
  vtex.nodes = [{ forgetsAfterMs: 6000 }];
  world.when({
    label: /finish-renewal$/,
    phase: 'after',
    does: () => {
      // Later than the first look at the renewal's two secrets, and sooner than VTEX's answer.
      world.at(world.now() + 4000, () => {
        github.setSecret(scenario.store.path('VTEX_APP_TOKEN_OLD'), vtex.tokens(targetKey).current);
        github.setSecret(scenario.store.path('VTEX_APP_TOKEN_PENDING'), vtex.adminRenew(targetKey));
      });
    },
  });
  const run = await scenario.run();
  expect(run.result).toBe('rotated');
  expect(run.warningText).toContain('was written by somebody else meanwhile, so it was not deleted');
  expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBe(vtex.tokens(targetKey).pending);
});

test('the pending secret is deleted while a workflow verifies, which fails: it is written again, and the next run goes on', async () => {
  await using scenario = await Scenario.start();
  const { world, github, vtex, targetKey, repository } = scenario.store;
  const verify = github.addWorkflow(repository, 'verify.yml', { behaviour: { conclusion: 'failure' } });
  const inputs = { 'verification-workflow': 'verify.yml', 'verify-before-update': 'true' };
  world.when({
    label: /dispatches$/,
    does: () => {
      github.secrets.delete(scenario.store.path('VTEX_APP_TOKEN_PENDING'));
    },
  });
  const run = await scenario.run(inputs);
  expect(run.errors).toEqual(['verification-failed']);
  expect(run.warningText).toContain('so that the next run can resume this renewal');
  expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBe(vtex.tokens(targetKey).pending);
  verify.behaviour = { reads: ['VTEX_APP_TOKEN'] };
  expect((await scenario.nextRun(inputs)).result).toBe('rotated');
});

test.each([
  ['restored', 'restore'],
  ['failed', 'before update'],
])(
  'the pending secret is deleted before GitHub has shown it, and the run ends %s: it is written again',
  async (result, order) => {
    await using scenario = await Scenario.start();
    const { world, github, vtex, targetKey, repository } = scenario.store;
    github.addWorkflow(repository, 'verify.yml', { behaviour: { conclusion: 'failure' } });
    world.when({
      label: /PUT .*_PENDING$/,
      phase: 'after',
      does: () => {
        github.secrets.delete(scenario.store.path('VTEX_APP_TOKEN_PENDING'));
      },
    });
    const run = await scenario.run({
      'verification-workflow': 'verify.yml',
      'verify-before-update': String(order === 'before update'),
    });
    expect(run.result).toBe(result);
    expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBe(vtex.tokens(targetKey).pending);
  },
);

test('the pending secret is deleted while a listed secret is written: it is written again, and the next run finishes though nothing is due', async () => {
  await using scenario = await Scenario.start();
  const { world, github, vtex, targetKey } = scenario.store;
  world.when({
    label: /PUT .*VTEX_APP_TOKEN$/,
    does: () => {
      github.secrets.delete(scenario.store.path('VTEX_APP_TOKEN_PENDING'));
    },
  });
  const inputs = { 'renew-after-days': '30' };
  const run = await scenario.run(inputs);
  expect(run.errors).toEqual(['finish-failed']);
  expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBe(vtex.tokens(targetKey).pending);
  expect((await scenario.nextRun(inputs)).result).toBe('rotated');
});
