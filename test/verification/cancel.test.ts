import { expect, test } from 'vitest';
import {
  after,
  before,
  exampleText,
  expectBothValid,
  holding,
  listed,
  minute,
  pending,
  rig,
  type Rig,
} from './rig.ts';

const poll = /^GET .*\/runs\/:run$/;
const endless = { workflow: { behaviour: { runsForMs: Infinity } } };

/** Cancels the job as GitHub's runner does when the fakes have seen the request so many times. */
async function cancelAt(made: Rig, label: RegExp, times: number, inputs: Record<string, string>) {
  const { world } = made.store;
  let seen = 0;
  const begun = made.begin(inputs);
  world.intercept = async (request, phase) => {
    if (phase === 'after' && label.test(request.label) && (seen += 1) === times) {
      begun.handle.cancel();
      // The signal is there before the reply is.
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    return undefined;
  };
  const run = await begun.done;
  world.intercept = undefined;
  world.advance(5000);
  return run;
}

const dispatched = ({ store }: Rig) =>
  store.github.runs.all.filter(({ event }) => event === 'workflow_dispatch');

test.each([
  ['before', before, 'old'],
  ['after', after, 'new'],
])('cancelled while a verification %s the update runs', async (_order, inputs, held) => {
  await using made = await rig(endless);
  const run = await cancelAt(made, poll, 4, inputs);
  expect(run.ending).toBe('failed [cancelled] 1');
  expect(run.conclusion).toBe('cancelled');
  expect(run.signal).toBeNull();
  expect(dispatched(made)).toMatchObject([{ status: 'completed', conclusion: 'cancelled' }]);
  expectBothValid(made);
  expect([holding(made, listed), holding(made, pending)]).toEqual([held, 'new']);
  expect(run.runs).toMatchObject([{ workflow: 'verify-vtex-token.yml', conclusion: null }]);
  expect(run.summary).toContain('cancelled');
});

test('cancelled between polls, and the next run takes it up', async () => {
  await using made = await rig({
    workflow: { behaviour: { reads: ['VTEX_APP_TOKEN'], runsForMs: 5 * minute } },
  });
  const begun = made.begin(after, {
    onLine: ({ text }) => {
      const { world } = made.store;
      if (text.endsWith(': in_progress'))
        world.at(world.now() + 10_000, () => {
          begun.handle.cancel();
        });
    },
  });
  const run = await begun.done;
  expect(run.ending).toBe('failed [cancelled] 1');
  made.store.world.advance(5000);
  expect(dispatched(made)).toMatchObject([{ conclusion: 'cancelled' }]);
  expectBothValid(made);
  made.store.nextRun();
  expect((await made.act(after)).ending).toBe('rotated [] 0');
  expect(made.requests(/\/renew$/)).toHaveLength(1);
});

test('cancelled while the dispatch is under way: the run it started is cancelled', async () => {
  await using made = await rig(endless);
  const run = await cancelAt(made, /dispatches$/, 1, before);
  expect(run.ending).toBe('failed [cancelled] 1');
  expect(made.requests(/dispatches$/)).toHaveLength(1);
  expect(dispatched(made)).toMatchObject([{ conclusion: 'cancelled' }]);
  expectBothValid(made);
});

test('cancelled while the store runs: nothing is dispatched any more', async () => {
  await using made = await rig(endless);
  const run = await cancelAt(made, /^PUT .*VTEX_APP_TOKEN$/, 1, after);
  expect(run.ending).toBe('failed [cancelled] 1');
  expect(made.requests(/dispatches$/)).toHaveLength(0);
  expectBothValid(made);
});

test('cancelled with six runs under way: all of them are cancelled within the ten seconds', async () => {
  await using made = await rig(endless);
  const names = ['one', 'two', 'three', 'four', 'five'].map((name) => `${name}.yml`);
  for (const name of names) {
    made.store.github.addWorkflow('acme/store', name, {
      text: exampleText,
      behaviour: { runsForMs: Infinity },
    });
  }
  const workflows = ['verify-vtex-token.yml', ...names].join('\n');
  const run = await cancelAt(made, poll, 30, { ...before, 'verification-workflow': workflows });
  expect(run.signal).toBeNull();
  expect(new Set(run.ending.split(/[[\]]/)[1]?.split(','))).toEqual(new Set(['cancelled']));
  expect(dispatched(made).map(({ conclusion }) => conclusion)).toEqual(Array(6).fill('cancelled'));
  expectBothValid(made);
});

test('cancelled while draining', async () => {
  await using made = await rig();
  made.store.github.queueRun('acme/store', {
    reads: ['VTEX_APP_TOKEN'],
    startsAs: 'in_progress',
    runsForMs: 6 * minute,
  });
  const run = await cancelAt(made, /created=/, 4, { ...after, 'drain-timeout-minutes': '60' });
  expect(run.ending).toBe('failed [cancelled] 1');
  expectBothValid(made);
  expect([holding(made, listed), holding(made, pending)]).toEqual(['new', 'new']);
  made.store.nextRun();
  expect((await made.act({ ...after, 'drain-timeout-minutes': '60' })).ending).toBe('rotated [] 0');
  expect(made.store.github.runs.refused).toHaveLength(0);
});

test('cancelled between the two rotations of one run: it says what the secrets hold', async () => {
  await using made = await rig();
  const { store } = made;
  await made.act({ 'delete-old-token': 'later' });
  store.world.advance(90 * 24 * 60 * minute);
  store.nextRun();
  const due = { 'delete-old-token': 'later', 'renew-after-days': '30' };
  const run = await cancelAt(made, /^DELETE .*_PENDING$/, 1, due);
  expect(run.ending).toBe('failed [cancelled] 1');
  expect(run.outputs['old-token-deleted']).toBe('true');
  expect(run.outputs['updated-secrets']).toBe(`["${listed}"]`);
  expect(run.page).not.toContain('not known');
  expect(holding(made, listed)).toBe('new');
});
