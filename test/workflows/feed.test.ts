/** A place outside GitHub that a step of the rotation feeds: `expose-new-token`, then `finish` in the same job. */
import { describe, expect, test } from 'vitest';
import { Stage, type Given } from './stage.ts';

const file = 'rotate-and-feed.yml';
const daily: Given = { event: 'schedule' };

// The shell steps want a bash, curl and jq, as GitHub's runners have them.
describe.skipIf(process.platform === 'win32')(file, () => {
  test('rotate later, feed, finish, all in one job', async () => {
    await using stage = await Stage.open({ outside: true });
    const { place, scenario } = stage;
    const old = place.token;
    const { runs, conclusion } = await stage.run(file, daily);
    expect(conclusion).toBe('success');
    expect(runs.map(({ result }) => result)).toEqual(['pending', 'finished']);
    expect(place.token).not.toBe(old);
    expect(place.token).toBe(scenario.value('VTEX_APP_TOKEN'));
  });

  test('nothing due: nothing is fed', async () => {
    await using stage = await Stage.open({ outside: true });
    const { github, world } = stage.store;
    const path = stage.store.path('VTEX_APP_TOKEN');
    github.setSecret(path, stage.place.token, { at: world.now() - 86_400_000 });
    const { runs, conclusion } = await stage.run(file, daily);
    expect([conclusion, runs.map(({ result }) => result)]).toEqual(['success', ['skipped']]);
    expect(stage.place.puts).toBe(0);
  });

  test.each(['refuses', 'cuts'] as const)(
    'the place %s: nothing is finished, and the next run feeds the same token',
    async (manner) => {
      await using stage = await Stage.open({ outside: true });
      const { place, store, scenario } = stage;
      const old = place.token;
      place.manner = manner;
      const failed = await stage.run(file, daily);
      expect(failed.conclusion).toBe('failure');
      expect(failed.runs.map(({ result }) => result)).toEqual(['pending']);
      const { current, pending } = store.vtex.tokens(store.targetKey);
      expect(current).toBe(old);
      place.manner = 'takes';
      const { runs, conclusion } = await stage.nextRun(file, daily);
      expect([conclusion, runs.map(({ result }) => result)]).toEqual(['success', ['skipped', 'finished']]);
      expect(place.token).toBe(pending);
      expect(scenario.value('VTEX_APP_TOKEN')).toBe(pending);
    },
  );

  test('the place refuses for half a year: no rotation that falls due finishes behind its back', async () => {
    await using stage = await Stage.open({ outside: true });
    const { place, store, scenario } = stage;
    const old = place.token;
    place.manner = 'refuses';
    await stage.run(file, daily);
    for (let month = 0; month < 6; month += 1) {
      scenario.days(30);
      const { runs } = await stage.nextRun(file, daily);
      expect(runs.map(({ result }) => result)).toEqual(['skipped']);
      expect(store.vtex.accepts(store.targetKey, old)).toBe(true);
    }
    place.manner = 'takes';
    const { runs } = await stage.nextRun(file, daily);
    expect(runs.map(({ result }) => result)).toEqual(['skipped', 'finished']);
    expect(place.token).toBe(scenario.value('VTEX_APP_TOKEN'));
  });

  test.each([
    ['the secret is stored', /^PUT .*\/VTEX_APP_TOKEN$/, 'after'],
    ['the place is fed', /finish-renewal$/, 'before'],
  ] as const)('dies when %s: the next run goes on', async (_when, label, phase) => {
    await using stage = await Stage.open({ outside: true });
    const { place, store, scenario } = stage;
    const { world } = store;
    let steps = 0;
    // The second step of the action is the one that finishes.
    const lost = await stage.run(file, {
      ...daily,
      act: async (inputs) => {
        steps += 1;
        const isLost = inputs.operation === 'finish' || phase === 'after';
        return isLost ? stage.loses(inputs, { label, phase }) : stage.acts(inputs);
      },
    });
    expect([lost.conclusion, steps]).toEqual(['failure', phase === 'after' ? 1 : 2]);
    world.advance(86_400_000);
    const { runs, conclusion } = await stage.nextRun(file, daily);
    expect(conclusion).toBe('success');
    expect(runs.map(({ result }) => result)).toEqual([phase === 'after' ? 'pending' : 'skipped', 'finished']);
    expect(place.token).toBe(scenario.value('VTEX_APP_TOKEN'));
  });
});
