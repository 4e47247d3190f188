import { expect, test } from 'vitest';
import type { Behaviour } from '../fakes/github-workflows.ts';
import { after, before, expectBothValid, holding, listed, minute, pending, rig, type Rig } from './rig.ts';

const both = 'VTEX_APP_TOKEN\nVTEX_APP_TOKEN_TOO';
const paths = [listed, `${listed}_TOO`];
const slow: Behaviour = (inputs) => ({
  reads: [inputs['secret-name'] ?? 'VTEX_APP_TOKEN'],
  runsForMs: 5 * minute,
});

async function scene(behaviour: Behaviour = slow): Promise<Rig> {
  const made = await rig({ workflow: { behaviour } });
  made.store.github.setSecret(`${listed}_TOO`, made.oldToken);
  return made;
}

/** The machine is lost as soon as the fakes have seen the request so many times. */
async function killAt(
  made: Rig,
  label: RegExp,
  times: number,
  inputs: Record<string, string>,
): Promise<void> {
  const { world } = made.store;
  let seen = 0;
  const begun = made.begin(inputs, {
    kill: {
      signal: 'SIGKILL',
      when: new Promise<void>((resolve) => {
        world.intercept = async (request, phase) => {
          if (phase === 'after' && label.test(request.label) && (seen += 1) === times) {
            resolve();
            await begun.handle.done;
          }
          return undefined;
        };
      }),
    },
  });
  const run = await begun.done;
  world.intercept = undefined;
  expect(run.signal).toBe('SIGKILL');
  made.store.nextRun();
}

function expectFinished(made: Rig): void {
  expect(paths.map((path) => holding(made, path))).toEqual(['new', 'new']);
  expect(holding(made, pending)).toBe('absent');
  expect(made.requests(/\/renew$/)).toHaveLength(1);
  expect(made.requests(/finish-renewal/)).toHaveLength(1);
  expect(made.store.vtex.accepts(made.store.targetKey, made.oldToken)).toBe(false);
}

const poll = /^GET .*\/runs\/:run$/;

test.each([
  ['the dispatch of a verification before the update', before, /dispatches$/, 1, ['old', 'old']],
  ['a verification before the update', before, poll, 4, ['old', 'old']],
  ['the dispatch of a verification after the update', after, /dispatches$/, 1, ['new', 'new']],
  ['a verification after the update', after, poll, 4, ['new', 'new']],
  ['the store', before, /^PUT .*VTEX_APP_TOKEN$/, 1, ['new', 'old']],
] as const)('killed during %s', async (_when, inputs, label, times, left) => {
  await using made = await scene();
  await killAt(made, label, times, { ...inputs, secrets: both });
  expectBothValid(made);
  expect(paths.map((path) => holding(made, path))).toEqual(left);
  expect(holding(made, pending)).toBe('new');
  const run = await made.act({ ...inputs, secrets: both });
  expect(run.ending).toBe('rotated [] 0');
  expect(run.log).toMatch(/is resumed/);
  expectFinished(made);
  // Verified once more, by a run of its own: what the first one would have said is not known.
  expect(made.requests(/dispatches$/)).toHaveLength(2);
  const verified = made.store.github.runs.all.filter(({ event }) => event === 'workflow_dispatch').at(-1);
  expect(verified?.conclusion).toBe('success');
  expect([...(verified?.held.values() ?? [])]).toEqual([made.newToken()]);
});

test('a secret that was written right before the renewal does not pass for one that the renewal wrote', async () => {
  await using made = await scene();
  const { world, github } = made.store;
  // Both in the same one of GitHub's seconds, if the renewal begins at once.
  world.advance(1000 - (world.now() % 1000));
  github.setSecret(`${listed}_TOO`, made.oldToken);
  world.when({
    label: /apitoken\/renew$/,
    phase: 'after',
    does: () => {
      world.advance(1000);
    },
  });
  await killAt(made, poll, 1, { ...before, secrets: both });
  const run = await made.act({ ...before, secrets: both });
  expect(run.ending).toBe('rotated [] 0');
  expectFinished(made);
});

test.each([
  ['the old token, and the run dies when it has stored the first', /^PUT .*VTEX_APP_TOKEN$/],
  ['the old token, and the run dies before it has stored any', /^PUT .*_PENDING$/],
] as const)('between reserve and stage somebody writes %s: all are stored anew', async (_what, label) => {
  await using made = await scene();
  const { world, github } = made.store;
  world.when({
    label: /apitoken\/renew$/,
    phase: 'after',
    does: () => {
      world.advance(5000);
      github.setSecret(`${listed}_TOO`, made.oldToken);
      world.advance(5000);
    },
  });
  await killAt(made, label, 1, { secrets: both });
  const run = await made.act({ secrets: both });
  expect(run.ending).toBe('rotated [] 0');
  expectFinished(made);
});

test.each([before, after])('the next run keeps to the verification as well', async (inputs) => {
  await using made = await scene({ conclusion: 'timed_out', runsForMs: 5 * minute });
  await killAt(made, poll, 3, { ...inputs, secrets: both });
  const current = made.oldToken;
  const run = await made.act({ ...inputs, secrets: both, 'current-token': current });
  expect(run.ending).toBe(`${inputs === before ? 'failed' : 'restored'} [verification-failed] 1`);
  expectBothValid(made);
  expect([...paths, pending].map((path) => holding(made, path))).toEqual(['old', 'old', 'new']);
});

test('killed after the update, resumed with the new token as current-token: old-token is written back', async () => {
  await using made = await scene({ conclusion: 'failure', runsForMs: 5 * minute });
  await killAt(made, poll, 3, { ...after, secrets: both });
  const run = await made.act({ ...after, secrets: both });
  expect(run.ending).toBe('restored [verification-failed] 1');
  expectBothValid(made);
  expect([...paths, pending].map((path) => holding(made, path))).toEqual(['old', 'old', 'new']);
});

test('killed while draining', async () => {
  await using made = await scene({ reads: ['VTEX_APP_TOKEN'] });
  const { github } = made.store;
  const consumer = github.queueRun('acme/store', {
    reads: ['VTEX_APP_TOKEN'],
    startsAs: 'in_progress',
    runsForMs: 6 * minute,
  });
  const inputs = { ...after, secrets: both, 'drain-timeout-minutes': '60' };
  await killAt(made, /created=/, 3, inputs);
  expectBothValid(made);
  const run = await made.act(inputs);
  expect(run.ending).toBe('rotated [] 0');
  expectFinished(made);
  expect(consumer.conclusion).toBe('success');
  expect(github.runs.refused).toHaveLength(0);
});

const restoring = /^PUT .*VTEX_APP_TOKEN_TOO$/;

test.each([
  ['in the middle of the restore', /^PUT .*VTEX_APP_TOKEN$/, 2, ['old', 'new', 'new']],
  ['after the last restored secret', restoring, 2, ['old', 'old', 'new']],
] as const)('killed %s', async (_when, label, times, left) => {
  await using made = await scene();
  const { workflows } = made.store.github;
  const [workflow] = workflows.all;
  if (workflow === undefined) throw new Error('the rig has a workflow');
  workflow.behaviour = { conclusion: 'failure' };
  await killAt(made, label, times, { ...after, secrets: both });
  expectBothValid(made);
  expect([...paths, pending].map((path) => holding(made, path))).toEqual(left);
  const current = made.oldToken;
  // `finish` must not take the dates of restored secrets for proof that they hold the new token.
  for (const token of [current, '']) {
    const refused = await made.act({ operation: 'finish', secrets: both, 'current-token': token });
    expect(refused.ending).toBe('failed [renewal-unproven] 1');
    expectBothValid(made);
    made.store.nextRun();
  }
  workflow.behaviour = { reads: ['VTEX_APP_TOKEN'] };
  const run = await made.act({ ...after, secrets: both, 'current-token': current });
  expect(run.ending).toBe('rotated [] 0');
  expectFinished(made);
});

test('after a restore the next run verifies the same token again, and finishes', async () => {
  await using made = await scene({ conclusion: 'failure' });
  expect((await made.act({ ...after, secrets: both })).ending).toBe('restored [verification-failed] 1');
  const failed = made.newToken();
  // Without any token in hand the restored secrets prove nothing either.
  made.store.nextRun();
  const finish = await made.act({ operation: 'finish', secrets: both, 'current-token': '' });
  expect(finish.ending).toBe('failed [renewal-unproven] 1');
  made.store.nextRun();
  const [workflow] = made.store.github.workflows.all;
  if (workflow !== undefined) workflow.behaviour = { reads: ['VTEX_APP_TOKEN'] };
  expect((await made.act({ ...after, secrets: both })).ending).toBe('rotated [] 0');
  expectFinished(made);
  expect(made.newToken()).toBe(failed);
});
