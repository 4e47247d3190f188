/** Breadth-first over everything that can happen, so that the first trace to a violation is a shortest one. */
import { setImmediate as quiet } from 'node:timers/promises';
import type { Grain } from './ports.ts';
import { type Kind, notQueued } from './run.ts';
import { moves } from './moves.ts';
import type { PersonMay } from './person.ts';
import { KeySet } from './key-set.ts';
import { fingerprint, type State } from './state.ts';
import { type Mover, violationOf } from './properties.ts';
import type { ModelWorld } from './world.ts';

export interface Model {
  readonly kinds: readonly Kind[];
  readonly start: ModelWorld;
  /** One after the other, in this order, as a concurrency group has it; or side by side. */
  readonly order: 'serial' | 'free';
  /**
   * When a run is given the secrets: repository and organization secrets when it is queued, which may be long
   * before it starts, those of an environment when its job starts.
   */
  readonly reads: 'when queued' | 'when started';
  /** How many runs may wait while one is running; GitHub's concurrency groups hold one. */
  readonly mostQueued: number;
  readonly left: State['left'];
  /** What people do beside the runs. */
  readonly personMay: readonly PersonMay[];
  readonly grain: Grain;
  /** `any`: several things may fall into one second, which is all that GitHub's dates tell; `passes`: none do. */
  readonly time: 'any' | 'passes';
}

export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  /** By what was violated and by which step, in words; the value is the shortest trace. */
  readonly violations: ReadonlyMap<string, readonly string[]>;
  /** How runs ended: that they came so far at all. */
  readonly results: ReadonlySet<string>;
  /** False: it was left at the wanted number of states. */
  readonly isWhole: boolean;
}

interface Visited {
  readonly state: State;
  readonly index: number;
}

/** From where and by what each state was first reached, in numbers: there are millions of them. */
class Trail {
  readonly #from: number[] = [-1];
  readonly #by: number[] = [-1];
  readonly #labels: string[] = [];
  readonly #numbers = new Map<string, number>();

  add(from: number, label: string): number {
    let number = this.#numbers.get(label);
    if (number === undefined) {
      number = this.#labels.push(label) - 1;
      this.#numbers.set(label, number);
    }
    this.#by.push(number);
    return this.#from.push(from) - 1;
  }

  to(index: number, last: string): string[] {
    const labels = [last];
    for (let at = index; at > 0; at = this.#from[at] ?? 0)
      labels.unshift(this.#labels[this.#by[at] ?? 0] ?? '');
    return labels.filter((label) => label !== 'time passes');
  }
}

/** What is said of a violation where somebody else acted between the last requests of the run. */
const gaps = {
  none: '',
  now: ', right after somebody else',
  before: ', one request after somebody else',
} as const;

/** Those that nobody did between two requests of the run, nor between the two before. */
export function withoutGaps(violations: Exploration['violations']): Record<string, readonly string[]> {
  const isBetween = (name: string): boolean =>
    name.endsWith(gaps.now) || name.endsWith(gaps.before) || name.includes(', by person ');
  return Object.fromEntries([...violations].filter(([name]) => !isBetween(name)));
}

function betweenAfter(before: State, after: State, { index, isQuiet }: Mover): State['between'] {
  const isChange = before.world.vtex !== after.world.vtex || before.world.secrets !== after.world.secrets;
  return after.runs.map(({ phase }, at) => {
    if (phase !== 'running' && phase !== 'crashed') return 'none';
    const gap = before.between[at] ?? 'none';
    if (at === index) return isQuiet === true ? gap : gap === 'now' ? 'before' : 'none';
    return isChange ? 'now' : gap;
  });
}

/** Of what a person does the person bears the blame; the runs have to live with it. */
const isPersons = (by: { readonly name: string }): boolean => by.name.startsWith('person ');

export async function explore(model: Model, mostStates = Infinity): Promise<Exploration> {
  const start: State = {
    world: model.start,
    runs: model.kinds.map(() => notQueued),
    left: model.left,
    between: model.kinds.map(() => 'none'),
    personHolds: undefined,
    excused: undefined,
  };
  const seen = new KeySet();
  seen.add(fingerprint(start));
  const trail = new Trail();
  const violations = new Map<string, readonly string[]>();
  const results = new Set<string>();
  let transitions = 0;
  let frontier: Visited[] = [{ state: start, index: 0 }];
  while (frontier.length > 0) {
    const next: Visited[] = [];
    // In portions: what was begun needs a turn of the event loop to come to rest, which is dear to take singly.
    for (let at = 0; at < frontier.length && seen.size < mostStates; at += 500) {
      const begun = frontier
        .slice(at, at + 500)
        .flatMap(({ state, index }) => moves(model, state).map((settle) => ({ state, index, settle })));
      await quiet();
      for (const { state, index, settle } of begun) {
        const moved = settle();
        if (moved === undefined) continue;
        transitions++;
        const { label, by } = moved;
        if (by.told !== undefined) results.add(by.told.result);
        const after = { ...moved.after, between: betweenAfter(state, moved.after, by) };
        const violation = violationOf(model, state, after, by);
        if (violation !== undefined) {
          const gap = by.index === undefined ? 'none' : (state.between[by.index] ?? 'none');
          const name = `${violation}, by ${by.name}${gaps[gap]}`;
          if (!violations.has(name)) violations.set(name, trail.to(index, label));
          if (!isPersons(by)) continue;
        }
        if (seen.add(fingerprint(after))) next.push({ state: after, index: trail.add(index, label) });
      }
    }
    frontier = next;
  }
  return { states: seen.size, transitions, violations, results, isWhole: seen.size < mostStates };
}
