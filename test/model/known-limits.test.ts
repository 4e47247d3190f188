/**
 * What the theorem leaves out, as shortest counterexamples in known-limits/: what a person or another run does between two
 * requests that nothing can join, or within one of GitHub's seconds, and consumers that nobody lists. A change that adds a way to do harm, or takes one
 * away, changes a file there.
 */
import { expect, test } from 'vitest';
import { explore, type Model } from './explore.ts';
import { makeModel, nothing, starts } from './settings.ts';

interface Limit {
  readonly runs: readonly string[];
  readonly model?: Partial<Model>;
  /** What is violated, and by which step: the names of the traces. */
  readonly violations: readonly string[];
}

const pending = starts['a renewal left pending by an earlier run with later'];
const once = { ...nothing, person: 1 };

const limits: Record<string, Limit> = {
  // Whoever uses the key must be listed, or be told another way.
  'two repositories use one key, and each lists only its own secret': {
    runs: ['now', 'now+alone'],
    model: { left: nothing },
    violations: ['outage, by A finish'],
  },
  'a person deletes the old token before the new one is stored': {
    runs: ['now'],
    model: { personMay: ['delete'], left: once },
    violations: ['outage, by person chooses Delete old token'],
  },
  'a person undoes the renewal while the new token is being stored': {
    runs: ['now'],
    model: { personMay: ['undo'], left: once },
    violations: ['outage, by person chooses Undo Renewal', 'outage, by A store, right after somebody else'],
  },
  'a person undoes a renewal that is stored everywhere': {
    runs: ['finish'],
    model: { start: pending, personMay: ['undo'], left: once },
    violations: ['outage, by person chooses Undo Renewal'],
  },
  'a person deletes the old token while it is being written back': {
    runs: ['undo'],
    model: { start: pending, personMay: ['delete'], left: once },
    violations: [
      'outage, by person chooses Delete old token',
      'outage, by A restore, right after somebody else',
    ],
  },
  'a person writes the old token into a secret right before the old token is deleted': {
    runs: ['now'],
    model: { personMay: ['write the token in use'], time: 'passes', left: once },
    violations: ['blind finish, by A finish, right after somebody else'],
  },
  'a person writes the old token into a secret right before the close, and the run dies right after it': {
    runs: ['later+both', 'finish+both'],
    model: { personMay: ['write the token in use'], time: 'passes', left: { ...once, crashes: 1 } },
    violations: ['blind finish, by B finish', 'blind finish, by B finish, right after somebody else'],
  },
  'a person writes the old token into a secret within the second of this run’s write': {
    runs: ['now'],
    model: { personMay: ['write the token in use'], left: once },
    violations: [
      'blind finish, by A finish, right after somebody else',
      'blind finish, by A finish, one request after somebody else',
    ],
  },
  'a person deletes the pending secret, and the run dies before it has stored the token': {
    runs: ['now'],
    model: { personMay: ['delete the pending secret'], time: 'passes', left: { ...once, crashes: 1 } },
    violations: [
      'lost token, by A dies',
      'lost token, by A dies, right after somebody else',
      'lost token, by A dies, one request after somebody else',
      'lost token, by person deletes TOKEN_PENDING',
      'only copy removed, by person deletes TOKEN_PENDING',
    ],
  },
  'without a concurrency group, an undo beside a run that finishes': {
    runs: ['now', 'undo'],
    model: { order: 'free', time: 'passes', left: nothing },
    violations: [
      'blind finish, by A finish, right after somebody else',

      'outage, by B restore, right after somebody else',
    ],
  },
  'without a concurrency group, a whole rotation between two requests of another run': {
    runs: ['now', 'later+due'],
    model: { start: pending, order: 'free', time: 'passes', left: nothing },
    violations: [
      'blind finish, by A finish, right after somebody else',
      'finish of another renewal, by A finish, right after somebody else',
      'only copy removed, by A clean-up, right after somebody else',
    ],
  },
  'an undo right after a finish of which two answers of VTEX do not know yet': {
    runs: ['now', 'undo'],
    model: { time: 'passes', left: { ...nothing, crashes: 1, doubts: 2 } },
    violations: ['outage, by B restore'],
  },
};

for (const [name, { runs, model, violations }] of Object.entries(limits)) {
  test(name, async () => {
    const explored = await explore(makeModel(runs, model));
    expect([...explored.violations.keys()].toSorted()).toEqual(violations.toSorted());
    const traces = [...explored.violations].map(([what, steps]) => `${what}\n  ${steps.join('\n  ')}\n`);
    const text = `${name}\nruns: ${runs.join(', ')}\n\n${traces.join('\n')}`;
    await expect(text).toMatchFileSnapshot(`known-limits/${name.replaceAll(/[^\w]+/g, '-')}.txt`);
  });
}
