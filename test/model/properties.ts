/** What must never happen. */
import type { Result, Step } from '../../src/rotation/model.ts';
import type { Model } from './explore.ts';
import type { Kind, Run, Told } from './run.ts';
import type { State } from './state.ts';
import { type Content, isAccepted, type Token, type ModelWorld } from './world.ts';

/** Who moved, and with which step. */
export interface Mover {
  readonly name: string;
  readonly kind?: Kind;
  /** Which of the runs it is. */
  readonly index?: number;
  /** The run before it moved. */
  readonly run?: Run;
  readonly step?: Step | undefined;
  readonly told?: Told | undefined;
  /** It asked nobody anything. */
  readonly isQuiet?: boolean;
}

export function violationOf(model: Model, before: State, after: State, by: Mover): string | undefined {
  if (by.step === 'finish' && by.kind !== undefined && isDeleted(before, after)) {
    if (isBlind(after, by.kind)) return 'blind finish';
    if (by.run !== undefined && !isOfRenewal(before, by.run)) return 'finish of another renewal';
  }
  if (hasOutage(model, before, after)) return 'outage';
  if (isLost(after) && !isLost(before)) return 'lost token';
  if (isBared(before.world, after.world)) return 'only copy removed';
  if (by.told === undefined || by.kind === undefined) return undefined;
  if (advisesUndo(after, by.kind, by.told)) return 'Undo Renewal is advised';
  // What a person does after its last look, a run cannot tell.
  return model.personMay.length === 0 && isFalse(after, by.kind, by.told)
    ? `${by.told.result} is not true`
    : undefined;
}

function isDeleted(before: State, after: State): boolean {
  return before.world.vtex.fresh !== undefined && after.world.vtex.fresh === undefined;
}

/** VTEX deleted the old token, and a secret that the run lists does not hold the one that remains. */
function isBlind(after: State, kind: Kind): boolean {
  return kind.listed.some(({ path }) => after.world.secrets[path]?.holds !== after.world.vtex.old);
}

/** VTEX accepted the two tokens of this very renewal, as far as the run has them, and they differ. */
function isOfRenewal({ world: { vtex } }: State, { known }: Run): boolean {
  const { renewal } = known;
  const is = (text: string | undefined, token: Token | undefined): boolean =>
    text === undefined || text === `token ${token ?? ''}`;
  return (
    renewal !== undefined &&
    is(renewal.oldToken?.reveal(), vtex.old) &&
    is(renewal.newToken?.reveal(), vtex.fresh)
  );
}

/** A listed secret that held a token which VTEX accepted holds one no more. */
function hasOutage(model: Model, before: State, after: State): boolean {
  if (before.world.vtex === after.world.vtex && before.world.secrets === after.world.secrets) return false;
  return model.kinds.some(({ listed }) =>
    listed.some(({ path }) => works(before.world, path) && !works(after.world, path)),
  );
}

function works(world: ModelWorld, path: string): boolean {
  return isAccepted(world, heldToken(world.secrets[path]?.holds));
}

/** A renewal is pending, and its new token is neither in a secret nor on its way into one. */
function isLost({ world, runs, personHolds, excused }: State): boolean {
  const { fresh } = world.vtex;
  if (fresh === undefined || fresh === personHolds || fresh === excused) return false;
  if (Object.values(world.secrets).some(({ holds }) => holds === fresh)) return false;
  return !runs.some((run) => holds(run, fresh));
}

/** The pending token was in a secret, and is in none any more. */
function isBared(before: ModelWorld, after: ModelWorld): boolean {
  const { fresh } = before.vtex;
  if (fresh === undefined || after.vtex.fresh !== fresh || before.secrets === after.secrets) return false;
  const isKept = ({ secrets }: ModelWorld): boolean =>
    Object.values(secrets).some(({ holds }) => holds === fresh);
  return isKept(before) && !isKept(after);
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

/** After these every listed secret holds a token that VTEX accepts; `skipped` says nothing of them. */
const promising: readonly Result[] = ['rotated', 'finished', 'pending', 'undone'];

function isFalse({ world }: State, { listed }: Kind, { result }: Told): boolean {
  return promising.includes(result) && !listed.every(({ path }) => works(world, path));
}

/** It may only be advised while no listed secret can hold the new token. */
function advisesUndo({ world }: State, { listed }: Kind, { errors }: Told): boolean {
  const { fresh } = world.vtex;
  const isHeld = fresh !== undefined && listed.some(({ path }) => world.secrets[path]?.holds === fresh);
  return isHeld && errors.some(({ hint }) => /choose "Undo Renewal"/i.test(hint));
}
