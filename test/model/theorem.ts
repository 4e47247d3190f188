/**
 * The theorem, one statement a line: which runs, in which conditions. What the conditions leave out is in
 * known-limits.test.ts. Those marked as big are for `npm run test:model`.
 */
import { explore, type Model, withoutGaps } from './explore.ts';
import type { PersonMay } from './person.ts';
import { makeModel, nothing, starts } from './settings.ts';

export interface Statement {
  readonly says: string;
  readonly runs: readonly (readonly string[])[];
  readonly model: Partial<Model>;
  readonly isBig?: boolean;
  /** What some run must come to; `rotated`, if not told. */
  readonly comesTo?: string;
}

/** Every sequence of so many runs. */
function sequences(verbs: readonly string[], length: number): string[][] {
  if (length === 0) return [[]];
  return sequences(verbs, length - 1).flatMap((rest) => verbs.map((verb) => [...rest, verb]));
}

const verbs = ['now', 'later', 'later+due', 'finish', 'undo'];
const two = sequences(verbs, 2);
const three = sequences(verbs, 3);
const both = sequences(['now+both', 'later+due+both', 'finish+both'], 2);

/** None finishes an earlier renewal and begins the next: what such runs do to one another is in the known limits. */
const withoutLegs = sequences(['now', 'later', 'finish'], 2);

/** Given their secrets when they are queued, at any moment, and not one after the other. */
const sideBySide = { order: 'free', reads: 'when queued', mostQueued: 3, time: 'passes' } as const;
const queued = { reads: 'when queued', mostQueued: 3, time: 'passes' } as const;

export const everything: readonly PersonMay[] = [
  'renew',
  'undo',
  'delete',
  'write the token in use',
  'write something else',
  'delete the pending secret',
  'delete the old secret',
];

const left = (faults: Partial<Model['left']>): Pick<Model, 'left'> => ({ left: { ...nothing, ...faults } });

export const statements: readonly Statement[] = [
  {
    says: 'any two runs one after the other, killed or asked to stop anywhere',
    runs: two,
    model: left({ crashes: 2, stops: 1 }),
  },
  {
    says: 'two runs queued at any moment, with the secrets of that moment, one of them killed',
    runs: two,
    model: { ...queued, ...left({ crashes: 1 }) },
  },
  {
    says: 'two runs side by side, with the secrets of when they were queued',
    runs: [
      ['now', 'now'],
      ['now', 'later+due'],
      ['later+due', 'finish'],
      ['finish', 'undo'],
    ],
    model: { ...sideBySide, ...left({}) },
  },
  {
    says: 'a copy of a secret lags, a node of VTEX has not heard, and a run is killed',
    runs: two,
    model: { time: 'passes', ...left({ lags: 1, doubts: 1, crashes: 1 }) },
  },
  {
    says: 'a person who writes or deletes a secret, or uses a button of the Admin',
    runs: two,
    model: { time: 'passes', personMay: everything, ...left({ person: 1 }) },
  },
  {
    says: 'a person who begins a renewal at any moment, within one second too',
    runs: two,
    model: { personMay: ['renew'], ...left({ person: 1 }) },
  },
  {
    says: 'a verification that may fail and be restored',
    runs: [
      ['now+verified', 'finish'],
      ['later+verified', 'finish'],
      ['now+before', 'finish'],
    ],
    model: { ...left({ crashes: 1 }) },
  },
  {
    says: 'a later job that finishes with renewed-at, and has the secrets of the time when the run was queued',
    runs: [['later', 'finish+job']],
    comesTo: 'finished',
    model: { reads: 'when queued', ...left({ crashes: 2, stops: 1 }) },
  },
  {
    says: 'any three runs one after the other, two of them killed',
    runs: three,
    model: left({ crashes: 2 }),
    isBig: true,
  },
  {
    says: 'three runs that were queued at any moment, one of them killed',
    runs: three,
    model: { ...queued, ...left({ crashes: 1 }) },
    isBig: true,
  },
  {
    says: 'two runs side by side, one of them killed',
    runs: two,
    model: { ...sideBySide, ...left({ crashes: 1 }) },
    isBig: true,
  },
  {
    says: 'two runs side by side, and copies that lag',
    runs: sequences(['now', 'later+due', 'finish'], 2),
    model: { ...sideBySide, ...left({ lags: 1 }) },
    isBig: true,
  },
  {
    says: 'two runs side by side, of which none has two legs, and a node of VTEX that has not heard',
    runs: withoutLegs,
    model: { ...sideBySide, ...left({ doubts: 1 }) },
    isBig: true,
  },
  {
    says: 'two runs side by side, of which one finishes and none closes, and a person who deletes the old secret or writes something else',
    runs: withoutLegs.filter((pair) => pair.includes('finish') && !pair.includes('later')),
    model: {
      ...sideBySide,
      personMay: ['write something else', 'delete the old secret'],
      ...left({ person: 1 }),
    },
    isBig: true,
  },
  {
    says: 'two copies that lag and a node that has not heard, one after the other',
    runs: two,
    model: { time: 'passes', ...left({ lags: 2, doubts: 1, crashes: 1 }) },
    isBig: true,
  },
  {
    says: 'two secrets, a person, and a run that is killed and has nothing to close',
    runs: sequences(['now+both', 'finish+both'], 2),
    model: {
      time: 'passes',
      personMay: ['write the token in use', 'undo'],
      ...left({ person: 1, crashes: 1 }),
    },
    isBig: true,
  },
  {
    says: 'two secrets and a person',
    runs: both,
    model: { time: 'passes', personMay: ['write the token in use', 'undo'], ...left({ person: 1 }) },
    isBig: true,
  },
  {
    says: 'three runs queued at any moment and a person',
    runs: sequences(['now', 'later+due', 'finish'], 3),
    model: { ...queued, personMay: everything, ...left({ person: 1 }) },
    isBig: true,
  },
  {
    says: 'three runs side by side, of which one may renew',
    runs: [
      ['now', 'finish', 'finish'],
      ['finish', 'now', 'finish'],
      ['finish', 'finish', 'now'],
    ],
    model: { ...sideBySide, ...left({}) },
    isBig: true,
  },
];

export interface Tried {
  readonly results: ReadonlySet<string>;
  readonly states: number;
  readonly transitions: number;
  /** Runs and start, and what was violated there. */
  readonly violations: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly isWhole: boolean;
}

/** From every start. Not everything fits into memory: a space of more states than that is left there. */
export async function tryStatement({ runs, model }: Statement, mostStates = Infinity): Promise<Tried> {
  let tried: Tried = { results: new Set(), states: 0, transitions: 0, violations: {}, isWhole: true };
  for (const [name, start] of Object.entries(starts)) {
    for (const sequence of runs) {
      const { states, transitions, violations, results, isWhole } = await explore(
        makeModel(sequence, { start, ...model }),
        mostStates,
      );
      const real = withoutGaps(violations);
      tried = {
        results: new Set([...tried.results, ...results]),
        states: tried.states + states,
        transitions: tried.transitions + transitions,
        violations: {
          ...tried.violations,
          ...(Object.keys(real).length > 0 && { [`${sequence.join(', ')}; ${name}`]: real }),
        },
        isWhole: tried.isWhole && isWhole,
      };
    }
  }
  return tried;
}
