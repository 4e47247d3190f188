/** The worlds in which the runs of the model begin, and the workflows that they run. */
import type { Model } from './explore.ts';
import { type Kind, pathOf } from './run.ts';
import { begin, type Content, type ModelWorld } from './world.ts';

const token = pathOf('store', 'TOKEN');
const other = pathOf('store', 'OTHER');
const pending = pathOf('store', 'TOKEN_PENDING');
const elsewhere = pathOf('elsewhere', 'TOKEN_ELSEWHERE');
const old = pathOf('store', 'TOKEN_OLD');
const pendingElsewhere = pathOf('elsewhere', 'ELSEWHERE_PENDING');
const oldElsewhere = pathOf('elsewhere', 'ELSEWHERE_OLD');

/** `left`: what an earlier run left, in the old secret and in the pending one. */
function world(vtex: ModelWorld['vtex'], listed: Content, left?: readonly [Content, Content]): ModelWorld {
  const stored = { holds: listed, at: begin };
  const secrets = { [token.path]: stored, [other.path]: stored, [elsewhere.path]: stored };
  const [before, waiting] = left ?? [];
  return {
    now: begin + 3_600_000,
    vtex,
    next: Math.max(vtex.old, vtex.fresh ?? 0) + 1,
    earlier: {},
    unheard: undefined,
    secrets: {
      ...secrets,
      ...(before !== undefined && { [old.path]: { holds: before, at: begin - 1000 } }),
      ...(waiting !== undefined && { [pending.path]: { holds: waiting, at: begin + 1000 } }),
    },
  };
}

export const starts = {
  'one token': world({ old: 0, fresh: undefined }, 0),
  'a renewal left pending by an earlier run with later': world({ old: 0, fresh: 1 }, 1, [0, 1]),
  'what a renewal left that is over': world({ old: 1, fresh: undefined }, 1, [0, 1]),
};

function listedBy(has: (flag: string) => boolean): Kind['listed'] {
  if (has('alone')) return [elsewhere];
  if (has('elsewhere')) return [elsewhere, token];
  if (has('wide')) return [token, elsewhere];
  return has('both') ? [token, other] : [token];
}

function verificationOf(has: (flag: string) => boolean): Kind['verification'] {
  if (has('before')) return 'before-update';
  return has('verified') ? 'after-update' : 'none';
}

/**
 * Reads `later+due+verified`. `due`: a rotation is due at any time; `unpassed`: the workflow does not pass the renewal's two
 * secrets; `verified`: after the update, `before`: before it; `both`: two secrets are listed; `wide`: that of another repository too;
 * `elsewhere`: it is that repository, and lists both as well; `alone`: it lists only its own; `job`: a later job of the
 * first run, with its renewed-at.
 */
function kind(text: string, index: number): Kind {
  const [verb = '', ...flags] = text.split('+');
  const has = (flag: string) => flags.includes(flag);
  return {
    name: ['A', 'B', 'C', 'D'][index] ?? '?',
    operation: verb === 'finish' || verb === 'undo' ? verb : 'rotate',
    deleteOldToken: verb === 'later' ? 'later' : 'now',
    listed: listedBy(has),
    pendingSecret: has('elsewhere') || has('alone') ? pendingElsewhere : pending,
    oldSecret: has('elsewhere') || has('alone') ? oldElsewhere : old,
    isDue: has('due'),
    passesCurrent: true,
    passesPending: !has('unpassed') && !has('job'),
    jobOf: has('job') ? 0 : undefined,
    verification: verificationOf(has),
  };
}

/** No fault of any kind. */
export const nothing: Model['left'] = { crashes: 0, stops: 0, person: 0, lags: 0, doubts: 0 };

export function makeModel(runs: readonly string[], overrides: Partial<Model> = {}): Model {
  return {
    kinds: runs.map(kind),
    start: starts['one token'],
    order: 'serial',
    reads: 'when started',
    mostQueued: 1,
    left: { ...nothing, crashes: runs.length, stops: 1 },
    personMay: [],
    grain: 'effects',
    time: 'any',
    ...overrides,
  };
}
