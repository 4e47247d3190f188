/**
 * What the theorem leaves out, as shortest counterexamples in known-limits/: what a person does in VTEX Admin between two
 * requests that nothing can join, and consumers that nobody lists. A change that adds a way to do harm, or takes one
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
    violations: ['outage, by person chooses Undo Renewal', 'outage, by A store'],
  },
  'a person undoes a renewal that is stored everywhere': {
    runs: ['finish'],
    model: { start: pending, personMay: ['undo'], left: once },
    violations: ['outage, by person chooses Undo Renewal'],
  },
  'a person deletes the old token while it is being written back': {
    runs: ['undo'],
    model: { start: pending, personMay: ['delete'], left: once },
    violations: ['outage, by person chooses Delete old token', 'outage, by A restore'],
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
