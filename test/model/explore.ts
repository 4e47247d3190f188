/** Breadth-first over everything that can happen, so that the first trace to a violation is a shortest one. */
import { setImmediate as quiet } from 'node:timers/promises';
import type { Grain } from './ports.ts';
import { type Kind, notQueued } from './run.ts';
import { moves } from './moves.ts';
import { fingerprint, type State } from './state.ts';
import { violationOf } from './properties.ts';
import type { World } from './world.ts';

export interface Model {
  readonly kinds: readonly Kind[];
  readonly start: World;
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
  /** What the person in VTEX Admin does. */
  readonly personMay: readonly ('renew' | 'undo' | 'delete')[];
  readonly grain: Grain;
  /** `any`: several things may fall into one second, which is all that GitHub's dates tell; `passes`: none do. */
  readonly time: 'any' | 'passes';
}

export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  /** By what was violated and by which step, in words; the value is the shortest trace. */
  readonly violations: ReadonlyMap<string, readonly string[]>;
}

interface Visited {
  readonly state: State;
  readonly index: number;
}

export async function explore(model: Model): Promise<Exploration> {
  const start: State = {
    world: model.start,
    runs: model.kinds.map(() => notQueued),
    left: model.left,
    personHolds: undefined,
    excused: undefined,
  };
  const seen = new Set([fingerprint(start)]);
  const cameFrom: { readonly from: number; readonly label: string }[] = [{ from: -1, label: '' }];
  const violations = new Map<string, readonly string[]>();
  let transitions = 0;
  const trace = (index: number, last: string): string[] => {
    const labels = [last];
    for (let at = index; at > 0; at = cameFrom[at]?.from ?? 0) labels.unshift(cameFrom[at]?.label ?? '');
    return labels.filter((label) => label !== 'time passes');
  };
  let frontier: Visited[] = [{ state: start, index: 0 }];
  while (frontier.length > 0) {
    const next: Visited[] = [];
    // In portions: what was begun needs a turn of the event loop to come to rest, which is dear to take singly.
    for (let at = 0; at < frontier.length; at += 500) {
      const begun = frontier
        .slice(at, at + 500)
        .flatMap(({ state, index }) => moves(model, state).map((settle) => ({ state, index, settle })));
      await quiet();
      for (const { state, index, settle } of begun) {
        transitions++;
        const { label, by, after } = settle();
        const violation = violationOf(model, state, after, by);
        if (violation !== undefined) {
          const name = `${violation}, by ${by.name}`;
          if (!violations.has(name)) violations.set(name, trace(index, label));
          continue;
        }
        const key = fingerprint(after);
        if (seen.has(key)) continue;
        seen.add(key);
        cameFrom.push({ from: index, label });
        next.push({ state: after, index: cameFrom.length - 1 });
      }
    }
    frontier = next;
  }
  return { states: seen.size, transitions, violations };
}
