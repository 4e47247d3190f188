/** What proves a renewal, and what does not: dates of one second, values made by hand, outputs of other runs. */
import { expect, test } from 'vitest';
import { after, expectBothValid, holding, listed, pending, rig } from '../verification/rig.ts';
import { Scenario } from './scenario.ts';

const later = { 'delete-old-token': 'later' };
const finish = { operation: 'finish' };

test('days after Later somebody writes the old token into a listed secret: finish deletes nothing', async () => {
  await using scenario = await Scenario.start();
  const { github, vtex, targetKey } = scenario.store;
  const old = scenario.value('VTEX_APP_TOKEN') ?? '';
  await scenario.run(later);
  scenario.days(3);
  github.setSecret(scenario.store.path('VTEX_APP_TOKEN'), old);
  for (const inputs of [finish, { ...finish, 'current-token': '' }]) {
    const run = await scenario.nextRun(inputs);
    expect(run.errors).toEqual(['renewal-unproven']);
    expect(vtex.accepts(targetKey, old)).toBe(true);
  }
});

test('120 secrets, and somebody writes the old token into the first one 100 s after us: nothing is finished', async () => {
  await using scenario = await Scenario.start();
  const { github, vtex, targetKey, world } = scenario.store;
  const old = vtex.tokens(targetKey).current;
  const paths = Array.from({ length: 120 }, (_, index) => {
    const repository = `acme/r${index % 2}`;
    if (index < 2) github.addRepository(repository);
    const path = `repos/${repository}/actions/secrets/T${index}`;
    github.setSecret(path, old, { at: world.now() - 1e9 });
    return path;
  });
  world.when({
    label: /PUT .*\/T119$/,
    does: () => {
      world.advance(100_000);
      github.setSecret(paths[0] ?? '', old);
    },
  });
  const run = await scenario.run({ secrets: paths.join('\n'), 'pending-secret': 'P_PENDING' });
  expect(run.errors).toEqual(['finish-failed']);
  expect(run.errorText).toContain(`${paths[0] ?? ''} was written by somebody else`);
  expect(vtex.accepts(targetKey, old)).toBe(true);
});

test('stage, store, a failed verification and a restore in one of GitHub’s seconds prove nothing to a finish', async () => {
  await using made = await rig({ workflow: { behaviour: { runsForMs: 0, conclusion: 'failure' } } });
  const { world, github } = made.store;
  world.advance(1000 - (world.now() % 1000));
  expect((await made.act(after)).ending).toBe('restored [verification-failed] 1');
  // As if all had happened in the second in which the old secret was written.
  const at = github.secret(`${listed}_OLD`)?.updatedAt ?? 0;
  github.setSecret(pending, made.newToken(), { at });
  github.setSecret(listed, made.oldToken, { at });
  for (const token of [made.oldToken, '']) {
    made.store.nextRun();
    const run = await made.act({ ...finish, 'current-token': token });
    expect(run.ending).toBe('failed [renewal-unproven] 1');
    expectBothValid(made);
  }
  expect(holding(made, listed)).toBe('old');
});

test.each([
  ['in the second of the close', 0],
  ['seconds before the close', 3000],
])(
  'a person rewrites a secret between store and close, %s: the run is red, and no finish kills what is in it',
  async (_when, ms) => {
    await using scenario = await Scenario.start();
    const { world, github, vtex, targetKey } = scenario.store;
    const old = scenario.value('VTEX_APP_TOKEN') ?? '';
    world.when({
      label: /PUT .*_PENDING$/,
      nth: 2,
      does: () => {
        github.setSecret(scenario.store.path('VTEX_APP_TOKEN'), old);
        world.advance(ms);
      },
    });
    expect((await scenario.run(later)).errors).toEqual(['finish-failed']);
    const run = await scenario.nextRun({ ...finish, 'current-token': '' });
    expect(vtex.accepts(targetKey, old)).toBe(true);
    expect(run.errors).toEqual(['renewal-unproven']);
    expect((await scenario.nextRun()).result).toBe('rotated');
  },
);

test('a run that restored puts out no renewed-at; that of a run long ago does not prove a renewal that a person began', async () => {
  await using made = await rig({ workflow: { behaviour: { conclusion: 'failure' } } });
  const restored = await made.act(after);
  expect(restored.outputs['renewed-at']).toBe('');
  await using scenario = await Scenario.start();
  const { vtex, targetKey } = scenario.store;
  const old = scenario.value('VTEX_APP_TOKEN') ?? '';
  const rotated = await scenario.run(later);
  const renewedAt = rotated.outputs['renewed-at'] ?? '';
  const job = {
    ...finish,
    'renewed-at': renewedAt,
    'current-token': old,
    'pending-token': '',
    'old-token': '',
  };
  vtex.adminUndo(targetKey);
  scenario.store.github.setSecret(scenario.store.path('VTEX_APP_TOKEN'), old);
  scenario.days(30);
  vtex.adminRenew(targetKey);
  const run = await scenario.nextRun(job);
  expect(run.errors).toEqual(['renewal-unproven']);
  expect(vtex.accepts(targetKey, old)).toBe(true);
});

test('a pending and an old secret made by hand with the token in use: nothing is called finished', async () => {
  await using scenario = await Scenario.start();
  const { github, vtex, targetKey } = scenario.store;
  const { current } = vtex.tokens(targetKey);
  for (const name of ['VTEX_APP_TOKEN_PENDING', 'VTEX_APP_TOKEN_OLD'])
    github.setSecret(scenario.store.path(name), current);
  const run = await scenario.run(finish);
  expect(run.errors).toEqual(['renewal-unproven']);
  expect(vtex.accepts(targetKey, current)).toBe(true);
  // And a rotation goes by what VTEX says of them: no renewal, so a new one.
  scenario.days(1);
  expect((await scenario.nextRun()).result).toBe('rotated');
});

test('a pending token that VTEX refuses for longer than a moment is waited for, and resumed', async () => {
  await using scenario = await Scenario.start();
  const { world, vtex, targetKey } = scenario.store;
  world.when({ label: /PUT .*VTEX_APP_TOKEN$/, suffers: () => ({ kind: 'status', status: 422, body: {} }) });
  await scenario.run();
  const t1 = vtex.tokens(targetKey).pending ?? '';
  vtex.rule(t1, { node: 0, accepts: false, forMs: 30_000 });
  const run = await scenario.nextRun();
  expect(run.result).toBe('rotated');
  expect(run.requests.join()).not.toContain('/renew');
  expect(scenario.value('VTEX_APP_TOKEN')).toBe(t1);
});

test('after a failed verification a person has deleted the old token: it is not written back', async () => {
  await using made = await rig({ workflow: { behaviour: { conclusion: 'failure' } } });
  const { world, vtex, targetKey } = made.store;
  world.when({
    label: /GET .*\/jobs/,
    does: () => {
      vtex.adminDeleteOld(targetKey);
    },
  });
  const run = await made.act(after);
  expect(run.ending).toMatch(/^failed \[verification-failed/);
  expect(holding(made, listed)).toBe('new');
  expect(run.said).toMatch(/not seen to accept/);
  expect(run.said).not.toMatch(/[Cc]hoose "Undo Renewal"/);
});

const undoAdvised = /choose "Undo Renewal"/i;

test.each<[string, Record<string, string>, (scenario: Scenario) => void]>([
  [
    'the pending secret was deleted by hand',
    {},
    ({ store }) => {
      store.github.secrets.delete(store.path('VTEX_APP_TOKEN_PENDING'));
    },
  ],
  [
    'one sign-in of VTEX answers 403',
    {},
    ({ store }) => {
      store.world.when({
        label: /apptoken\/login$/,
        nth: 2,
        suffers: () => ({ kind: 'status', status: 403, body: {} }),
      });
    },
  ],
  [
    'a path of verification-requests answers 503 after a good Later',
    { 'verification-requests': '/api/oms/pvt/orders' },
    ({ store }) => {
      store.vtex.answers.set('/api/oms/pvt/orders', () => ({ status: 503, body: {} }));
    },
  ],
])(
  'Undo Renewal is not advised while the listed secret holds the new token: %s',
  async (_what, inputs, act) => {
    await using scenario = await Scenario.start();
    await scenario.run(later);
    scenario.days(1);
    scenario.store.nextRun();
    act(scenario);
    for (const operation of ['rotate', 'finish']) {
      const run = await scenario.run({ ...inputs, operation });
      expect(run.errorText + run.summary).not.toMatch(undoAdvised);
      expect(
        scenario.store.vtex.accepts(scenario.store.targetKey, scenario.value('VTEX_APP_TOKEN') ?? ''),
      ).toBe(true);
      if (run.exitCode === 0) break;
    }
  },
);

test('right after the first look of finish somebody writes the old token into a listed secret: finish deletes nothing', async () => {
  await using scenario = await Scenario.start();
  const { github, vtex, targetKey, world } = scenario.store;
  const old = scenario.value('VTEX_APP_TOKEN') ?? '';
  await scenario.run(later);
  scenario.days(3);
  world.when({
    label: /^GET github .*\/secrets\?/,
    phase: 'after',
    does: () => {
      github.setSecret(scenario.store.path('VTEX_APP_TOKEN'), old);
    },
  });
  const run = await scenario.nextRun(finish);
  expect(run.errors).toEqual(['finish-failed']);
  expect(run.errorText).toContain('VTEX_APP_TOKEN was written by somebody else meanwhile');
  expect(vtex.accepts(targetKey, old)).toBe(true);
});
