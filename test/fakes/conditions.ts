// What is not quite right with the two services all the time: options for a whole store, and for the fault matrix.
import type { Act } from './acts.ts';
import type { FakeGitHub } from './github.ts';
import type { FakeVtex } from './vtex.ts';
import type { NodeLag } from './vtex-nodes.ts';
import type { World } from './world.ts';

export interface Conditions {
  /** GitHub's reads of secrets are so old, in milliseconds; several: one copy after the other answers. */
  readonly readLagMs?: number | readonly number[];
  /** How far the clocks of GitHub's machines are off, in milliseconds; they serve requests in turn. */
  readonly clockOffsetsMs?: readonly number[];
  /** VTEX's nodes, which answer questions about a token in turn. */
  readonly vtexNodes?: readonly NodeLag[];
  /** A run that exists stays out of GitHub's lists for so long. */
  readonly runsListedAfterMs?: number;
  /** What is done at certain requests. */
  readonly acts?: readonly Act[];
}

interface Fakes {
  readonly world: World;
  readonly github: FakeGitHub;
  readonly vtex: FakeVtex;
}

export function impose({ world, github, vtex }: Fakes, conditions: Conditions): void {
  const { readLagMs, clockOffsetsMs, vtexNodes, runsListedAfterMs, acts = [] } = conditions;
  if (readLagMs !== undefined) {
    github.secrets.copies = typeof readLagMs === 'number' ? [readLagMs] : readLagMs;
  }
  if (clockOffsetsMs !== undefined) github.machines.offsets = clockOffsetsMs;
  if (vtexNodes !== undefined) vtex.nodes = vtexNodes;
  if (runsListedAfterMs !== undefined) github.runs.listedAfterMs = runsListedAfterMs;
  for (const act of acts) world.when(act);
}

/** Such conditions by the name that they have in a report. No rotation may mind any of them. */
export const everyCondition: Readonly<Record<string, Conditions>> = {
  'reads lag 250 ms': { readLagMs: 250 },
  'reads lag 6 s': { readLagMs: 6000 },
  'every second read lags 6 s': { readLagMs: [0, 6000] },
  'clocks 2 s apart': { clockOffsetsMs: [0, 2000] },
  'clocks 2 s apart, the other way round': { clockOffsetsMs: [0, -2000] },
  'one clock of three 2 s ahead': { clockOffsetsMs: [2000, 0, 0] },
  'one clock of three 4 s ahead': { clockOffsetsMs: [2000, -2000, -2000] },
  'clocks 2 s apart and reads that lag 3 s': { clockOffsetsMs: [2000, -2000], readLagMs: [3000, 0] },
  'a node of VTEX that hears 5 s late': { vtexNodes: [{}, { acceptsAfterMs: 5000, forgetsAfterMs: 5000 }] },
  'the first node of VTEX hears 5 s late': {
    vtexNodes: [{ acceptsAfterMs: 5000, forgetsAfterMs: 5000 }, {}],
  },
  'runs listed 8 s late': { runsListedAfterMs: 8000 },
};
