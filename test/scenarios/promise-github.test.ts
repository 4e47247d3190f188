/** GitHub and VTEX at their worst: copies that lag, clocks that differ, keys that change, limits, replies that are lost. */
import { expect, test } from 'vitest';
import { status } from '../fakes/faults.ts';
import { minute, rig } from '../verification/rig.ts';
import { Scenario } from './scenario.ts';

test('finish-renewal is carried out behind a 502, the next try gets 404, and a node of VTEX refuses the new token for 5 s', async () => {
  await using scenario = await Scenario.start();
  const { world, vtex, targetKey } = scenario.store;
  world.when({
    label: /finish-renewal$/,
    phase: 'after',
    does: () => {
      const { current } = vtex.tokens(targetKey);
      const old = vtex.tokensEver(targetKey).at(0) ?? '';
      // The old token seems to live, so it is tried again; and the new one seems dead.
      vtex.rule(old, { node: 0, accepts: true, forMs: 1500 });
      vtex.rule(current, { node: 0, accepts: false, forMs: 6500 });
      vtex.rule(current, { node: 1, accepts: true, forMs: 0 });
    },
    suffers: () => status(502),
  });
  const run = await scenario.run();
  const value = scenario.value('VTEX_APP_TOKEN') ?? '';
  expect(vtex.accepts(targetKey, value)).toBe(true);
  expect(vtex.tokens(targetKey).current).toBe(value);
  expect(['rotated', 'finished', 'failed']).toContain(run.result);
  if (run.result === 'failed') expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBe(value);
});

test.each([250, 6000])(
  'reads lag %i ms behind writes: the drain waits for every run that was queued before the update',
  async (lag) => {
    await using made = await rig({ conditions: { readLagMs: lag } });
    const { github, world } = made.store;
    const holder = github.queueRun('acme/store', {
      reads: ['VTEX_APP_TOKEN'],
      startsAs: 'in_progress',
      runsForMs: 8 * minute,
    });
    const began = world.now();
    const run = await made.act({ 'drain-timeout-minutes': '30' });
    expect(run.ending).toBe('rotated [] 0');
    expect(holder.conclusion).toBe('success');
    expect(github.runs.refused).toHaveLength(0);
    expect(world.now() - began).toBeGreaterThan(7 * minute);
  },
);

test.each([1000, 3000, 6000])('GitHub shows a write %i ms late: no finish-failed', async (readLagMs) => {
  await using scenario = await Scenario.start({ conditions: { readLagMs } });
  expect((await scenario.run()).result).toBe('rotated');
  scenario.days(1);
  expect((await scenario.nextRun({ 'delete-old-token': 'later' })).result).toBe('pending');
  scenario.days(1);
  expect((await scenario.nextRun({ operation: 'finish' })).result).toBe('finished');
});

test.each([[[2000, 0, 0]], [[2000, -2000]], [[2000, -2000, -2000]], [[0, -2000]]])(
  'clocks of GitHub’s machines %j ms apart: finish believes what later has stored',
  async (clockOffsetsMs) => {
    await using scenario = await Scenario.start({ conditions: { clockOffsetsMs } });
    expect((await scenario.run({ 'delete-old-token': 'later' })).result).toBe('pending');
    scenario.days(1);
    expect((await scenario.nextRun({ operation: 'finish' })).result).toBe('finished');
  },
);

test.each([[[0, 2000]], [[2000, -2000]]])(
  'clocks of GitHub’s machines %j ms apart: a run of those seconds is drained',
  async (clockOffsetsMs) => {
    await using made = await rig({ conditions: { clockOffsetsMs } });
    const { github, world } = made.store;
    let holder: ReturnType<typeof github.queueRun> | undefined;
    world.when({
      label: /PUT .*VTEX_APP_TOKEN$/,
      does: () => {
        holder = github.queueRun('acme/store', {
          reads: ['VTEX_APP_TOKEN'],
          startsAs: 'in_progress',
          runsForMs: 5 * minute,
          origin: { createdAt: world.now() + 2000 },
        });
      },
    });
    const run = await made.act({ 'drain-timeout-minutes': '30' });
    expect(run.ending).toBe('rotated [] 0');
    expect(holder?.conclusion).toBe('success');
    expect(github.runs.refused).toHaveLength(0);
  },
);

test.each([
  ['between reserve and stage', /\/renew$/],
  ['before the store, after a long verification', /dispatches$/],
  ['before each write', /PUT /],
] as const)('GitHub replaces its public key %s', async (_when, label) => {
  await using made = await rig({ workflow: { behaviour: { runsForMs: 20 * minute } } });
  const { github, world } = made.store;
  world.when({
    label,
    nth: 'every',
    phase: 'before',
    does: () => {
      github.secrets.rotateKeys();
    },
  });
  const inputs = {
    'verification-workflow': 'verify-vtex-token.yml',
    'verify-before-update': 'true',
    'verification-inputs': 'secret-name=VTEX_APP_TOKEN_PENDING',
  };
  const run = await made.act(inputs);
  if (_when === 'before each write') expect(run.ending).toMatch(/secret-write-failed/);
  else expect(run.ending).toBe('rotated [] 0');
});

test('the hour’s limit is used up between reserve and stage, and comes back in 40 minutes: the token is kept', async () => {
  await using scenario = await Scenario.start();
  const { world, github, githubToken, vtex, targetKey } = scenario.store;
  world.when({
    label: /\/renew$/,
    phase: 'after',
    does: () => {
      github.limits.exhaust(github.token(githubToken), 40 * minute);
    },
  });
  const began = world.now();
  const run = await scenario.run();
  expect(run.result).toBe('rotated');
  expect(Date.parse(run.outputs['renewed-at'] ?? '')).not.toBeNaN();
  expect(world.now() - began).toBeGreaterThan(39 * minute);
  expect(scenario.value('VTEX_APP_TOKEN')).toBe(vtex.tokens(targetKey).current);
});

test('while a write waits for a limit, somebody undoes the renewal: VTEX is asked once more, and the dead token is not written', async () => {
  await using scenario = await Scenario.start();
  const { world, github, vtex, targetKey } = scenario.store;
  const old = scenario.value('VTEX_APP_TOKEN');
  world.when({
    label: /PUT .*_PENDING$/,
    phase: 'after',
    does: () => {
      github.limits.limitFor(5 * minute);
      world.at(world.now() + 2 * minute, () => {
        vtex.adminUndo(targetKey);
      });
    },
  });
  const run = await scenario.run();
  expect(run.errors).toEqual(['new-token-rejected']);
  expect(scenario.value('VTEX_APP_TOKEN')).toBe(old);
  expect(run.requests.join()).not.toMatch(/PUT \S+ \S+VTEX_APP_TOKEN 204/);
});

test('an owner narrows an organization secret while its write waits: it is not widened again', async () => {
  await using scenario = await Scenario.start();
  const { world, github, vtex, targetKey } = scenario.store;
  const path = 'orgs/acme/actions/secrets/SHARED';
  const old = vtex.tokens(targetKey).current;
  github.setSecret(path, old, { visibility: 'all', at: world.now() - 1e9 });
  world.when({
    label: /PUT .*VTEX_APP_TOKEN$/,
    phase: 'after',
    does: () => {
      github.limits.limitFor(2 * minute);
      world.at(world.now() + minute, () => {
        github.setSecret(path, old, { visibility: 'private' });
      });
    },
  });
  const run = await scenario.run({ secrets: `VTEX_APP_TOKEN\n${path}` });
  expect(github.secret(path)?.visibility).toBe('private');
  expect(run.warningText).toMatch(/SHARED was changed by somebody/);
  expect(run.result).toBe('rotated');
});

test('readers that are changed between our look and our write: a warning says so', async () => {
  await using scenario = await Scenario.start();
  const { world, github, vtex, targetKey } = scenario.store;
  const path = 'orgs/acme/actions/secrets/SHARED';
  const ids = ['a', 'b'].map((name) => github.addRepository(`acme/${name}`).id);
  github.setSecret(path, vtex.tokens(targetKey).current, {
    visibility: 'selected',
    repositoryIds: ids,
    at: world.now() - 1e9,
  });
  world.when({
    label: /PUT .*SHARED$/,
    phase: 'after',
    does: () => {
      github.setSecret(path, vtex.tokens(targetKey).pending ?? '', {
        visibility: 'selected',
        repositoryIds: ids.slice(1),
      });
    },
  });
  const run = await scenario.run({ secrets: `VTEX_APP_TOKEN\n${path}` });
  expect(run.warningText).toMatch(/SHARED was changed by somebody .*selected: 1 repositories/);
});

test('while the last round of a finish waits for a limit, a person deletes the old token and renews: nothing is sent', async () => {
  await using scenario = await Scenario.start();
  const { world, github, vtex, targetKey } = scenario.store;
  await scenario.run({ 'delete-old-token': 'later' });
  scenario.days(1);
  scenario.store.nextRun();
  world.when({
    label: /GET .*actions\/secrets\?/,
    nth: 2,
    does: () => {
      github.limits.limitFor(5 * minute);
      world.at(world.now() + 2 * minute, () => {
        vtex.adminDeleteOld(targetKey);
        vtex.adminRenew(targetKey);
      });
    },
  });
  const run = await scenario.run({ operation: 'finish', 'drain-timeout-minutes': '5' });
  expect(run.requests.join()).not.toContain('finish-renewal');
  expect(vtex.isPending(targetKey)).toBe(true);
  expect(vtex.accepts(targetKey, scenario.value('VTEX_APP_TOKEN') ?? '')).toBe(true);
});
