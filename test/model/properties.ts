/** What must never happen. */
import type { Step } from '../../src/rotation/model.ts';
import type { Model } from './explore.ts';
import type { Kind, Run } from './run.ts';
import type { State } from './state.ts';
import { type Content, isAccepted, type Token } from './world.ts';

/** Who moved, and with which step. */
export interface Mover {
  readonly name: string;
  readonly kind?: Kind;
  readonly step?: Step | undefined;
}

export function violationOf(model: Model, before: State, after: State, by: Mover): string | undefined {
  if (by.step === 'finish' && by.kind !== undefined && isBlind(before, after, by.kind)) return 'blind finish';
  if (hasOutage(model, before, after)) return 'outage';
  return isLost(after) ? 'lost token' : undefined;
}

/** VTEX deleted the old token, and a secret that the run lists does not hold the one that remains. */
function isBlind(before: State, after: State, kind: Kind): boolean {
  if (before.world.vtex.fresh === undefined || after.world.vtex.fresh !== undefined) return false;
  return kind.listed.some(({ path }) => after.world.secrets[path]?.holds !== after.world.vtex.old);
}

/** A listed secret that held a token which VTEX accepted holds one no more. */
function hasOutage(model: Model, before: State, after: State): boolean {
  if (before.world.vtex === after.world.vtex && before.world.secrets === after.world.secrets) return false;
  const works = ({ world }: State, path: string) => isAccepted(world, heldToken(world.secrets[path]?.holds));
  return model.kinds.some(({ listed }) =>
    listed.some(({ path }) => works(before, path) && !works(after, path)),
  );
}

/** A renewal is pending, and its new token is neither in a secret nor on its way into one. */
function isLost({ world, runs, personHolds, excused }: State): boolean {
  const { fresh } = world.vtex;
  if (fresh === undefined || fresh === personHolds || fresh === excused) return false;
  if (Object.values(world.secrets).some(({ holds }) => holds === fresh)) return false;
  return !runs.some((run) => holds(run, fresh));
}

/** In the memory of a live process, or in the state that its `post` step will find. */
export function holds({ phase, known, step, journal }: Run, token: Token): boolean {
  if (phase === 'crashed') return journal === token;
  if (phase !== 'running') return false;
  const held = known.renewal?.newToken?.reveal() === `token ${token}`;
  return held || journal === token || step?.replies.get('renew/1') === token;
}

function heldToken(content: Content | undefined): Token | undefined {
  return content === 'none' ? undefined : content;
}
