/** People at work beside the action: they write secrets, and use the three buttons of VTEX Admin, at the worst moment. */
import { expect, test } from 'vitest';
import { status } from '../fakes/faults.ts';
import { after, expectBothValid, listed, minute, rig } from '../verification/rig.ts';
import { Scenario } from './scenario.ts';

const later = { 'delete-old-token': 'later' };
const finish = { operation: 'finish' };

/** Two secrets hold the token of the key. */
async function two(): Promise<{ scenario: Scenario; old: string }> {
  const scenario = await Scenario.start();
  const { github, vtex, targetKey, world } = scenario.store;
  const old = vtex.tokens(targetKey).current;
  github.setSecret(scenario.store.path('SECOND'), old, { at: world.now() - 50 * 86_400_000 });
  return { scenario, old };
}
const both = { secrets: 'VTEX_APP_TOKEN\nSECOND' };

test('a secret that an earlier run stored is rewritten with the old token before this run closes: no later finish kills it', async () => {
  const stage = await two();
  await using scenario = stage.scenario;
  const { world, github, vtex, targetKey } = scenario.store;
  const unwritable = world.when({ label: /PUT .*SECOND$/, nth: 'every', suffers: () => status(422) });
  const first = await scenario.run({ ...both, ...later });
  expect(first.errors).toEqual(['secret-write-failed']);
  unwritable();
  scenario.days(1);
  world.when({
    label: /PUT .*SECOND$/,
    does: () => {
      github.setSecret(scenario.store.path('VTEX_APP_TOKEN'), stage.old);
    },
  });
  const second = await scenario.nextRun({ ...both, ...later });
  expect(second.result).toBe('failed');
  expect(second.errors).toEqual(['finish-failed']);
  expect(second.errorText).toContain('VTEX_APP_TOKEN was written by somebody else');
  const third = await scenario.nextRun({ ...both, ...finish, 'current-token': '' });
  expect(third.errors).toEqual(['renewal-unproven']);
  expect(vtex.accepts(targetKey, stage.old)).toBe(true);
  expect((await scenario.nextRun({ ...both, ...later })).result).toBe('pending');
  expect((await scenario.nextRun({ ...both, ...finish })).result).toBe('finished');
});

test('a person writes the old token into a secret that failed, before the run closes what it has stored', async () => {
  const stage = await two();
  await using scenario = stage.scenario;
  const { world, github, vtex, targetKey } = scenario.store;
  const unwritable = world.when({
    label: /PUT .*SECOND$/,
    nth: 'every',
    does: () => {
      github.setSecret(scenario.store.path('SECOND'), stage.old);
    },
    suffers: () => status(422),
  });
  expect((await scenario.run({ ...both, ...later })).errors).toEqual(['secret-write-failed']);
  unwritable();
  const next = await scenario.nextRun({ ...both, ...finish });
  expect(next.errors).toEqual(['renewal-unproven']);
  expect(vtex.accepts(targetKey, stage.old)).toBe(true);
});

test.each(['somebody', 'nobody'])(
  '%s writes the old token into the first secret while the second waits for a limit: the late date tells',
  async (who) => {
    const stage = await two();
    await using scenario = stage.scenario;
    const { world, github, vtex, targetKey } = scenario.store;
    world.when({
      label: /PUT .*VTEX_APP_TOKEN$/,
      phase: 'after',
      does: () => {
        github.limits.limitFor(120_000);
        if (who === 'nobody') return;
        world.at(world.now() + 100_000, () => {
          github.setSecret(scenario.store.path('VTEX_APP_TOKEN'), stage.old);
        });
      },
    });
    const run = await scenario.run(both);
    expect(run.requests.filter((line) => /PUT .*VTEX_APP_TOKEN 204/.test(line))).toHaveLength(1);
    if (who === 'nobody') {
      expect(run.result).toBe('rotated');
      expect(scenario.value('VTEX_APP_TOKEN')).toBe(vtex.tokens(targetKey).current);
      return;
    }
    expect(run.errors).toEqual(['finish-failed']);
    expect(run.errorText).toContain('VTEX_APP_TOKEN was written by somebody else meanwhile');
    expect(
      [stage.old, scenario.value('VTEX_APP_TOKEN_PENDING') ?? ''].map((token) =>
        vtex.accepts(targetKey, token),
      ),
    ).toEqual([true, true]);
    expect((await scenario.nextRun(both)).result).toBe('rotated');
  },
);

test('somebody writes the old token into the secret while a workflow verifies: nothing is finished', async () => {
  await using made = await rig({ workflow: { behaviour: { runsForMs: 40 * minute } } });
  const { world, github } = made.store;
  world.when({
    label: /dispatches$/,
    phase: 'after',
    does: () => {
      world.at(world.now() + 5 * minute, () => {
        github.setSecret(listed, made.oldToken);
      });
    },
  });
  const run = await made.act({ ...after, 'verification-timeout-minutes': '60' });
  expect(run.ending).toBe('failed [finish-failed] 1');
  expect(run.said).toContain('was written by somebody else');
  expectBothValid(made);
});

test.each(['drain', 'no drain'])(
  'Undo Renewal right before the last round, %s: the old token goes back, and nothing is finished',
  async (how) => {
    await using scenario = await Scenario.start();
    const { world, github, vtex, targetKey } = scenario.store;
    const old = scenario.value('VTEX_APP_TOKEN');
    world.when({
      label: /PUT .*VTEX_APP_TOKEN$/,
      phase: 'after',
      does: () => {
        if (how === 'drain') {
          github.queueRun('acme/store', {
            runsForMs: 5 * 60_000,
            origin: { createdAt: world.now() - 60_000 },
          });
          world.at(world.now() + 60_000, () => {
            vtex.adminUndo(targetKey);
          });
        } else vtex.adminUndo(targetKey);
      },
    });
    const run = await scenario.run(how === 'drain' ? { 'drain-timeout-minutes': '60' } : {});
    expect(run.errors).toEqual(['renewal-undone']);
    expect(run.result).toBe('restored');
    expect(run.requests.join()).not.toContain('finish-renewal');
    expect(scenario.value('VTEX_APP_TOKEN')).toBe(old);
    expect((await scenario.nextRun()).result).toBe('rotated');
  },
);

test('Undo Renewal when one of two secrets is written: the old token goes back into it', async () => {
  const stage = await two();
  await using scenario = stage.scenario;
  const { world, github, vtex, targetKey } = scenario.store;
  world.when({
    label: /PUT .*VTEX_APP_TOKEN$/,
    phase: 'after',
    does: () => {
      github.limits.limitFor(120_000);
      world.at(world.now() + 60_000, () => {
        vtex.adminUndo(targetKey);
      });
    },
  });
  const run = await scenario.run(both);
  expect(run.errors).toEqual(['renewal-undone']);
  expect(run.result).toBe('restored');
  expect([scenario.value('VTEX_APP_TOKEN'), scenario.value('SECOND')]).toEqual([stage.old, stage.old]);
  expect((await scenario.nextRun(both)).result).toBe('rotated');
});

test('Undo Renewal while a finish drains: the old token goes back everywhere, which is an error', async () => {
  await using scenario = await Scenario.start();
  const { world, github, vtex, targetKey } = scenario.store;
  const old = scenario.value('VTEX_APP_TOKEN');
  await scenario.run(later);
  github.queueRun('acme/store', { runsForMs: 5 * 60_000, origin: { createdAt: world.now() - 60_000 } });
  world.when({
    label: /actions\/runs/,
    does: () => {
      vtex.adminUndo(targetKey);
    },
  });
  const run = await scenario.nextRun({ ...finish, 'drain-timeout-minutes': '60' });
  expect(run.errors).toEqual(['renewal-undone']);
  expect(run.result).toBe('restored');
  expect(scenario.value('VTEX_APP_TOKEN')).toBe(old);
  expect(vtex.accepts(targetKey, old ?? '')).toBe(true);
});

test('Delete old token in the last moment before the last round: nothing is sent, finished, a warning', async () => {
  await using scenario = await Scenario.start();
  const { world, vtex, targetKey } = scenario.store;
  world.when({
    label: /PUT .*VTEX_APP_TOKEN$/,
    phase: 'after',
    does: () => {
      vtex.adminDeleteOld(targetKey);
    },
  });
  const run = await scenario.run();
  expect(run.result).toBe('finished');
  expect(run.warningText).toMatch(/somebody has ended this renewal/);
  expect(run.requests.join()).not.toContain('finish-renewal');
  expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBeUndefined();
});

test.each(['during a drain', 'between later and finish'])(
  'a person deletes the old token and renews %s: the token in use is not killed',
  async (when) => {
    await using scenario = await Scenario.start();
    const { world, github, vtex, targetKey } = scenario.store;
    const deleteAndRenew = (): void => {
      vtex.adminDeleteOld(targetKey);
      vtex.adminRenew(targetKey);
    };
    let run;
    if (when === 'during a drain') {
      github.queueRun('acme/store', { runsForMs: 5 * 60_000, origin: { createdAt: world.now() - 60_000 } });
      world.when({ label: /actions\/runs\?.*created/, does: deleteAndRenew });
      run = await scenario.run({ 'drain-timeout-minutes': '60' });
    } else {
      await scenario.run(later);
      deleteAndRenew();
      run = await scenario.nextRun(finish);
    }
    expect(run.requests.join()).not.toContain('finish-renewal');
    expect(vtex.accepts(targetKey, scenario.value('VTEX_APP_TOKEN') ?? '')).toBe(true);
    expect(vtex.isPending(targetKey)).toBe(true);
  },
);

test.each([
  ['the first of two, while the second is being written', 2, 'VTEX_APP_TOKEN', 'TOKEN_2'],
  ['one of thirty, while others are being written', 30, 'TOKEN_3', 'TOKEN_25'],
])(
  'seconds after its write somebody writes the old token into %s: nothing is finished',
  async (_what, count, name, slow) => {
    await using scenario = await Scenario.start();
    const { github, vtex, targetKey, world } = scenario.store;
    const old = vtex.tokens(targetKey).current;
    const more = Array.from({ length: count - 1 }, (_, index) => `TOKEN_${index + 2}`);
    for (const one of more) github.setSecret(scenario.store.path(one), old, { at: world.now() - 86_400_000 });
    const isLookedAt = (): boolean => {
      const labels = world.requests.map(({ label }) => label);
      return (
        labels.lastIndexOf(`PUT github ${scenario.store.path(name)}`) <
        labels.findLastIndex((label) => label.startsWith('GET github'))
      );
    };
    world.when({
      label: new RegExp(`PUT .*${slow}$`),
      does: async () => {
        while (!isLookedAt()) await new Promise((resolve) => setTimeout(resolve, 5));
        world.advance(3000);
        github.setSecret(scenario.store.path(name), old);
      },
    });
    const run = await scenario.run({ secrets: ['VTEX_APP_TOKEN', ...more].join('\n') });
    expect(run.errors).toEqual(['finish-failed']);
    expect(run.errorText).toContain(`${name} was written by somebody else meanwhile`);
    expect(vtex.accepts(targetKey, old)).toBe(true);
  },
);
