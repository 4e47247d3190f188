/** People at work beside the runs: in VTEX Admin, and in GitHub's settings. */
import type { Model } from './explore.ts';
import type { Moved } from './moves.ts';
import { lastPart, nameOf } from './ports.ts';
import type { State } from './state.ts';
import {
  type Content,
  finished,
  hasDateOfNow,
  later,
  removed,
  renewed,
  somethingElse,
  undone,
  type ModelWorld,
  wrote,
} from './world.ts';

/** The Admin's three buttons; writing a listed secret; deleting one of the renewal's two. */
export type PersonMay =
  | 'renew'
  | 'undo'
  | 'delete'
  | 'write the token in use'
  | 'write something else'
  | 'delete the pending secret'
  | 'delete the old secret';

interface Deed {
  readonly label: string;
  /** Undefined: it cannot be done. */
  readonly world: ModelWorld | undefined;
}

export function movesOfPerson(model: Model, state: State): (() => Moved)[] {
  const { left } = state;
  if (left.person === 0) return [];
  const world = model.time === 'passes' && hasDateOfNow(state.world) ? later(state.world) : state.world;
  return model.personMay.flatMap((way) =>
    deeds(model, world, way).flatMap(({ label, world: after }) => {
      if (after === undefined) return [];
      const personHolds = way === 'renew' ? after.vtex.fresh : state.personHolds;
      const name = `person ${label}`;
      return [
        () => ({
          label: name,
          by: { name },
          after: { ...state, world: after, personHolds, left: { ...left, person: left.person - 1 } },
        }),
      ];
    }),
  );
}

function deeds(model: Model, world: ModelWorld, way: PersonMay): Deed[] {
  switch (way) {
    case 'renew':
      return [{ label: 'begins a renewal', world: renewed(world) }];
    case 'undo':
      return [{ label: 'chooses Undo Renewal', world: undone(world) }];
    case 'delete':
      return [{ label: 'chooses Delete old token', world: finished(world) }];
    case 'write the token in use':
      return writes(model, world, world.vtex.old);
    case 'write something else':
      return writes(model, world, somethingElse);
    case 'delete the pending secret':
      return deletes(model, world, 'pendingSecret');
    case 'delete the old secret':
      return deletes(model, world, 'oldSecret');
  }
}

function writes({ kinds }: Model, world: ModelWorld, holds: Content): Deed[] {
  const paths = new Set(kinds.flatMap(({ listed }) => listed.map(({ path }) => path)));
  return [...paths].map((path) => ({
    label: `writes ${nameOf(holds)} into ${lastPart(path)}`,
    world: wrote(world, path, holds),
  }));
}

function deletes({ kinds }: Model, world: ModelWorld, which: 'pendingSecret' | 'oldSecret'): Deed[] {
  const paths = new Set(kinds.map((kind) => kind[which].path));
  return [...paths]
    .filter((path) => world.secrets[path] !== undefined)
    .map((path) => ({ label: `deletes ${lastPart(path)}`, world: removed(world, path) }));
}
