/**
 * The theorem: runs of one repository that follow one another, each given the secrets as they are when it starts,
 * with nobody else renewing the key, never cause an outage, never lose a token and never finish blindly, wherever
 * each of them is killed, with or without its machine, or asked to stop. The one exception is a machine that is lost
 * in the middle of a restore. That and what the conditions leave out is in known-limits.test.ts.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { explore, type Model } from './explore.ts';
import { makeModel, starts } from './settings.ts';

let states = 0;
let transitions = 0;

async function expectNoViolation(runs: readonly string[], overrides: Partial<Model> = {}): Promise<void> {
  const explored = await explore(makeModel(runs, overrides));
  states += explored.states;
  transitions += explored.transitions;
  expect(Object.fromEntries(explored.violations), runs.join(', ')).toEqual({});
  // Were it nearly empty, it would prove nothing.
  expect(explored.states).toBeGreaterThan(20);
}

afterAll(() => {
  console.log(`The model of the protocol: ${states} states and ${transitions} transitions explored.`);
});

/** Every sequence of so many runs. */
function sequences(verbs: readonly string[], length: number): string[][] {
  if (length === 0) return [[]];
  return sequences(verbs, length - 1).flatMap((rest) => verbs.map((verb) => [...rest, verb]));
}

for (const [name, start] of Object.entries(starts)) {
  describe(`starting with ${name}`, () => {
    test('any three runs one after the other', async () => {
      for (const runs of sequences(['now', 'later', 'finish'], 3)) await expectNoViolation(runs, { start });
    });

    test('any three runs that are given current-token', async () => {
      const verbs = ['now+current', 'later+current', 'finish+current'];
      for (const runs of sequences(verbs, 3)) await expectNoViolation(runs, { start });
    });

    test('a verification that may fail and be restored', async () => {
      for (const runs of sequences(['now+current+verified', 'later+current+verified'], 2)) {
        await expectNoViolation([...runs, 'finish+current'], { start, sparesRestore: true });
      }
    });

    test('workflows that never pass the pending secret', async () => {
      for (const runs of sequences(['now+unpassed', 'later+unpassed'], 3))
        await expectNoViolation(runs, { start });
    });
  });
}

test('two secrets, and a verification that may fail and be restored', async () => {
  const left = { crashes: 2, stops: 0, person: 0 };
  for (const runs of sequences(['now+current+verified+both', 'later+current+verified+both'], 2)) {
    await expectNoViolation([...runs, 'finish+current+both'], { left, sparesRestore: true });
  }
});

test('every call of every step by itself', async () => {
  const grain = 'calls';
  for (const runs of sequences(['now+current', 'later+current'], 2)) await expectNoViolation(runs, { grain });
});

test('a later job that finishes with renewed-at, and has the secrets of the time when the run was queued', async () => {
  await expectNoViolation(['later+current', 'finish+job'], { reads: 'when queued' });
  await expectNoViolation(['later+current+verified', 'finish+job'], { reads: 'when queued' });
});

test('two repositories that list the same secrets, one run each, side by side', async () => {
  const overrides: Partial<Model> = {
    order: 'free',
    time: 'passes',
    left: { crashes: 1, stops: 0, person: 0 },
  };
  for (const verb of ['now+current', 'later+current']) {
    await expectNoViolation([`${verb}+wide`, `${verb}+elsewhere`], overrides);
  }
});
