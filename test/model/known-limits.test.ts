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
/** No concurrency group: each run is given the secrets of when it was queued. */
const sideBySide = { order: 'free', reads: 'when queued', mostQueued: 3, time: 'passes' } as const;
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
  'without a concurrency group, a person who writes a secret right before the close of another run': {
    runs: ['later', 'finish'],
    model: { ...sideBySide, personMay: ['write the token in use'], left: once },
    violations: [
      'blind finish, by B finish',
      'blind finish, by B finish, right after somebody else',
      'blind finish, by B finish, one request after somebody else',
    ],
  },
  'without a concurrency group, a person who deletes the old token while two runs rotate': {
    runs: ['later', 'later'],
    model: { ...sideBySide, personMay: ['delete'], left: once },
    violations: [
      'outage, by person chooses Delete old token',
      ...['A', 'B'].flatMap((run) => [
        `only copy removed, by ${run} stage, right after somebody else`,
        `only copy removed, by ${run} close, right after somebody else`,
        `only copy removed, by ${run} close`,
        `only copy removed, by ${run} store`,
        `lost token, by ${run} store`,
        `lost token, by ${run} close`,
        `lost token, by ${run} close, right after somebody else`,
      ]),
    ],
  },
  'without a concurrency group, a person who undoes the renewal of one of two runs': {
    runs: ['later', 'later'],
    model: { ...sideBySide, personMay: ['undo'], left: once },
    violations: [
      'outage, by person chooses Undo Renewal',
      ...['A', 'B'].flatMap((run) => [
        `outage, by ${run} store, right after somebody else`,
        `only copy removed, by ${run} stage, right after somebody else`,
        `only copy removed, by ${run} close, right after somebody else`,
        `Undo Renewal is advised, by ${run} end`,
        `Undo Renewal is advised, by ${run} end, right after somebody else`,
        `Undo Renewal is advised, by ${run} end, one request after somebody else`,
      ]),
    ],
  },
  'without a concurrency group, a run that looks at a node of VTEX that has not heard of a finish': {
    runs: ['now', 'later+due'],
    model: { ...sideBySide, start: pending, left: { ...nothing, doubts: 1 } },
    violations: [
      'blind finish, by A finish, right after somebody else',
      'finish of another renewal, by A finish, right after somebody else',
      'lost token, by A clean-up',
      'lost token, by A clean-up, right after somebody else',
      'lost token, by A store',
      'only copy removed, by A clean-up',
      'only copy removed, by A clean-up, right after somebody else',
      'only copy removed, by A stage, right after somebody else',
      'only copy removed, by A store',
      'only copy removed, by B clean-up, right after somebody else',
    ],
  },
  'an undo right after a finish of which VTEX does not know for seconds': {
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
