/**
 * What the theorem leaves out, as shortest counterexamples in known-limits/. GitHub has no compare-and-set and does
 * not show what a secret holds or when a run was given it; VTEX does not tell which of two tokens is the newer. A
 * change that adds a way to do harm, or takes one away, changes a file there.
 */
import { expect, test } from 'vitest';
import { explore, type Model } from './explore.ts';
import { makeModel, starts } from './settings.ts';

interface Limit {
  readonly runs: readonly string[];
  readonly model?: Partial<Model>;
  /** What is violated, and by which step: the names of the traces. */
  readonly violations: readonly string[];
}

const pending = starts['a renewal left pending by an earlier run with later'];
const leftOver = starts['a pending secret left over from a finished renewal'];
const crashes = (count: number) => ({ crashes: count, stops: 0, person: 0 });
const stale: Partial<Model> = { reads: 'when queued', time: 'passes', left: crashes(2) };

const limits: Record<string, Limit> = {
  // Its `reserved` was read in the moment between the other's reserve and stage; writing it proves the permission.
  'queued while another run works, which dies': {
    runs: ['now', 'now', 'now'],
    model: stale,
    violations: ['lost token, by B reserve', 'lost token, by C reserve', 'blind finish, by C finish'],
  },
  // Its pending token is the old one by then.
  'queued while another run finishes an earlier renewal and begins the next, then dies': {
    runs: ['later', 'later', 'later'],
    model: { ...stale, start: pending },
    violations: ['lost token, by B reserve', 'lost token, by C reserve', 'blind finish, by C finish'],
  },
  'the same with current-token, and two secrets of which only one was stored': {
    runs: ['later+current+both', 'later+current+both', 'later+current+both'],
    model: { ...stale, start: pending },
    violations: ['lost token, by B reserve', 'lost token, by C reserve', 'blind finish, by C finish'],
  },
  // A finished renewal's token stayed in the pending secret, and a run that was not given it lost its own.
  'a workflow that passes the pending secret only from some time on': {
    runs: ['now+unpassed', 'now+unpassed', 'now'],
    model: { left: crashes(2) },
    violations: ['blind finish, by C finish'],
  },
  // The restored secret is younger than the pending one, as if it held the new token.
  'a machine lost in a restore, then a finish without current-token': {
    runs: ['later+current+verified', 'finish'],
    model: { left: crashes(1) },
    violations: ['blind finish, by B finish'],
  },
  'a machine lost in a restore of two secrets, a take-up that stores one, then a finish': {
    runs: ['later+current+verified+both', 'later+current+both', 'finish+current+both'],
    model: { left: crashes(2), time: 'passes' },
    violations: ['blind finish, by C finish'],
  },
  // No compare-and-set: each looks, then writes or removes what the other made in between.
  'two runs side by side in one repository, and a crash': {
    runs: ['now+current', 'now+current'],
    model: { order: 'free', time: 'passes', left: crashes(1) },
    violations: [
      'lost token, by A dies',
      'lost token, by B dies',
      'lost token, by A reserve',
      'lost token, by B reserve',
      'lost token, by A clean-up',
      'lost token, by B clean-up',
    ],
  },
  // Whoever uses the key must be listed, or be told another way.
  'two repositories use one key, and each lists only its own secret': {
    runs: ['now+current', 'now+current+alone'],
    model: { left: crashes(0) },
    violations: ['outage, by A finish'],
  },
  // The other repository's renewal is pending, and our own pending secret is left over.
  'two repositories list the same secrets, one does not clean up, the other loses its renewal': {
    runs: ['now+current+wide', 'now+current+elsewhere', 'now+current+wide'],
    model: { left: crashes(2) },
    violations: ['blind finish, by C finish'],
  },
  // Who deletes or undoes in the Admin while a run works acts on what that run relies on.
  'a person in VTEX Admin during a run': {
    runs: ['now+current'],
    model: { personMay: ['renew', 'undo', 'delete'], left: { crashes: 0, stops: 0, person: 2 } },
    violations: [
      'outage, by person chooses Delete old token',
      'outage, by person chooses Undo Renewal',
      'outage, by A store',
      'blind finish, by A finish',
    ],
  },
  'a person renews while a pending secret is left over': {
    runs: ['now+current'],
    model: { start: leftOver, personMay: ['renew'], left: { crashes: 0, stops: 0, person: 1 } },
    violations: ['blind finish, by A finish'],
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
