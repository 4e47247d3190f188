/**
 * The theorem: runs of one repository that follow one another, whenever each was queued and with the secrets of that
 * moment, never cause an outage, never lose a token and never finish blindly, wherever each of them is killed, with
 * or without its machine, or asked to stop. What the conditions leave out is in known-limits.test.ts.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { explore, type Model } from './explore.ts';
import { makeModel, nothing, starts } from './settings.ts';

let states = 0;
let transitions = 0;

async function expectNoViolation(runs: readonly string[], overrides: Partial<Model> = {}): Promise<void> {
  const explored = await explore(makeModel(runs, overrides));
  states += explored.states;
  transitions += explored.transitions;
  expect(Object.fromEntries(explored.violations), runs.join(', ')).toEqual({});
}

afterAll(() => {
  // Were it nearly empty, it would prove nothing.
  expect(states).toBeGreaterThan(100_000);
  console.log(`The model of the protocol: ${states} states and ${transitions} transitions explored.`);
});

/** Every sequence of so many runs. */
function sequences(verbs: readonly string[], length: number): string[][] {
  if (length === 0) return [[]];
  return sequences(verbs, length - 1).flatMap((rest) => verbs.map((verb) => [...rest, verb]));
}

const verbs = ['now', 'later', 'later+due', 'finish', 'undo'];

for (const [name, start] of Object.entries(starts)) {
  describe(`starting with ${name}`, () => {
    test('any two runs one after the other, killed or asked to stop anywhere', async () => {
      for (const runs of sequences(verbs, 2)) await expectNoViolation(runs, { start });
    });

    test('any three runs one after the other, two of them killed', async () => {
      const left = { ...nothing, crashes: 2 };
      for (const runs of sequences(verbs, 3)) await expectNoViolation(runs, { start, left });
    });

    test('three runs that were queued at any moment, with the secrets of that moment, one of them killed', async () => {
      const left = { ...nothing, crashes: 1 };
      for (const runs of sequences(verbs, 3))
        await expectNoViolation(runs, { start, left, reads: 'when queued', time: 'passes', mostQueued: 3 });
    });

    test('a person who begins a renewal at any moment', async () => {
      const left = { ...nothing, person: 1 };
      for (const runs of sequences(verbs, 2))
        await expectNoViolation(runs, { start, left, personMay: ['renew'] });
    });

    test('a verification that may fail and be restored', async () => {
      const left = { ...nothing, crashes: 1 };
      for (const runs of sequences(['now+verified', 'later+verified'], 1))
        await expectNoViolation([...runs, 'finish'], { start, left });
    });
  });
}

test('a later job that finishes with renewed-at, and has the secrets of the time when the run was queued', async () => {
  await expectNoViolation(['later', 'finish+job'], { reads: 'when queued' });
});
