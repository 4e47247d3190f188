/**
 * From what is known, the one next step or the end. The order of the steps is in `plan.ts`; here are the exceptions to
 * it. Pure and total: it makes no request and reads no clock, so that every state that a crash can leave can be put to
 * it in a test.
 */
import { RotationError } from '../common/errors.ts';
import { finishEvidence, missingProof } from './evidence.ts';
import { grantFinish, objectionsToFinish } from './finish-guard.ts';
import { type Decision, isOver, type Knowledge, type Observation, type Result, type Step } from './model.ts';
import { nextRunResumes, waysOutOfUnproven } from './next-moves.ts';
import { nothingToDo, planOf, resumes } from './plan.ts';
import { objectionsToRenewal } from './renewal-objections.ts';
import type { Settings } from './settings.ts';
import { refusedCurrentToken } from './stale-inputs.ts';

/** So many tries of `finish-renewal` may end without a clear answer. */
const mostUnclearTries = 5;

export function decide(settings: Settings, known: Knowledge): Decision {
  // A token that only this process holds comes before everything else, an error or a signal included.
  if (isUnsaved(known)) return step('stage');
  if (known.finish === 'undone') return afterUndone(known);
  if (isOver(known) || known.finish === 'not-pending') return afterFinish(settings, known);
  if (known.errors.length > 0) return afterFailure(settings, known);
  if (known.interrupted !== false) return fail(known, stopped(known));
  if (known.seen === undefined) return step('observe');
  return onward(settings, known, known.seen);
}

function isUnsaved({ renewal, done, errors }: Knowledge): boolean {
  return renewal?.origin === 'renewed' && !done.has('stage') && errors.length === 0;
}

function onward(settings: Settings, known: Knowledge, seen: Observation): Decision {
  if (settings.operation === 'check') return afterCheck(settings, known, seen);
  if (seen.problems.length > 0) return fail(known, ...seen.problems);
  const idle = nothingToDo(settings, seen);
  const objections = known.renewal === undefined ? objectionsToBegin(settings, seen, idle !== undefined) : [];
  if (objections.length > 0) return fail(known, ...objections);
  if (idle !== undefined) return { ...end('skipped', known), ...idle };
  const next = planOf(settings, seen).find((name) => !known.done.has(name));
  if (next === undefined) return end(resultOf(settings, known), known);
  return next === 'finish' ? towardsFinish(settings, known) : step(next);
}

/** Everything that a rotation would stop at now. */
function afterCheck(settings: Settings, known: Knowledge, seen: Observation): Decision {
  const rotation: Settings = { ...settings, operation: 'rotate' };
  const idle = nothingToDo(rotation, seen);
  const refused = resumes(rotation, seen) ? [] : refusedCurrentToken(rotation, seen);
  // Without VTEX's word on the two tokens nobody knows whether that renewal could be resumed.
  const isClear = seen.old !== 'unknown' && seen.pending !== 'unknown';
  const objections = isClear ? objectionsToBegin(rotation, seen, idle !== undefined) : [];
  const wrong = [...seen.problems, ...(objections.length === 0 ? refused : objections)];
  return wrong.length > 0 ? fail(known, ...wrong) : end('checked', known);
}

function objectionsToBegin(settings: Settings, seen: Observation, isIdle: boolean): readonly RotationError[] {
  if (settings.operation !== 'rotate') return isIdle ? [] : objectionsToProof(settings, seen);
  if (resumes(settings, seen)) return [];
  // Where nothing is due, a run that is older than the secrets has nothing to say of the token that it holds.
  if (isIdle) return seen.isOutdated === true ? [] : refusedCurrentToken(settings, seen);
  return [...refusedCurrentToken(settings, seen), ...objectionsToRenewal(settings, seen)];
}

function objectionsToProof(settings: Settings, seen: Observation): readonly RotationError[] {
  const reasons = missingProof(settings, seen);
  return reasons.length === 0 ? [] : [unproven(settings, reasons)];
}

/** The permit is asked for at the last moment; what was not clear is tried again, after a new round of `confirm`. */
function towardsFinish(settings: Settings, known: Knowledge): Decision {
  if (!known.confirmed) return step('confirm');
  if (known.unclearTries >= mostUnclearTries) {
    return fail(
      known,
      new RotationError(
        'finish-failed',
        'VTEX did not confirm that the old token is deleted, and was seen to accept it afterwards.',
        nextRunResumes,
      ),
    );
  }
  const evidence = finishEvidence(settings, known);
  if (grantFinish(evidence) !== undefined) return step('finish');
  return fail(
    known,
    new RotationError(
      'finish-failed',
      `Nothing was deleted: ${objectionsToFinish(evidence).join('; ')}.`,
      nextRunResumes,
    ),
  );
}

function afterUndone(known: Knowledge): Decision {
  const mayRestore = known.restore === 'not-tried' && known.renewal?.oldToken !== undefined;
  if (mayRestore && known.interrupted === false) return step('restore');
  // Only where VTEX has said itself that nothing is pending.
  const isCertain = known.done.has('finish');
  if (known.restore === 'restored' && isCertain && !known.done.has('clean-up')) return step('clean-up');
  return end(known.restore === 'restored' ? 'restored' : 'failed', known);
}

/** The old token is gone: what remains only proves and tidies, so an error may end it, but a signal need not. */
function afterFinish(settings: Settings, known: Knowledge): Decision {
  if (known.errors.length > 0) return end('failed', known);
  if (isOver(known) && !known.done.has('prove')) return step('prove');
  if (!known.done.has('clean-up')) return step('clean-up');
  const note = 'VTEX had no renewal pending (404), and it is over: this run deleted nothing.';
  return known.finish === 'not-pending'
    ? { ...end('skipped', known), note }
    : end(resultOf(settings, known), known);
}

function resultOf(settings: Settings, known: Knowledge): Result {
  if (settings.operation === 'undo') return 'undone';
  if (!isOver(known)) return settings.operation === 'rotate' ? 'pending' : 'failed';
  if (settings.operation === 'finish') return 'finished';
  return known.finish === 'ended' ? 'finished' : 'rotated';
}

function afterFailure(settings: Settings, known: Knowledge): Decision {
  const isRestored = known.restore === 'restored';
  if (known.interrupted !== false) return end(isRestored ? 'restored' : 'failed', known);
  if (mustRelease(known)) return step('release');
  if (mayRestore(settings, known)) return step('restore');
  if (mustKeep(known)) return step('keep');
  if (isPartlyStored(known)) return step('close');
  return end(isRestored ? 'restored' : 'failed', known);
}

/** Only if VTEX made no token: on a 409 another run may be using the old secret. */
function mustRelease({ renewal, done, errors }: Knowledge): boolean {
  const isRefused = errors.some(({ code }) => code === 'vtex-key-invalid' || code === 'vtex-forbidden');
  return isRefused && renewal === undefined && done.has('reserve') && !done.has('release');
}

/** Without the pending secret no later run can take this renewal up, and the new token may end with this process. */
function mustKeep({ renewal, done, restore }: Knowledge): boolean {
  const isOwn = renewal?.origin === 'renewed' && done.has('stage');
  return isOwn && restore === 'not-tried' && !done.has('keep');
}

/** So that the next run can tell by the dates what is stored already, and writes only what is left. */
function isPartlyStored(known: Knowledge): boolean {
  const { done, verification } = known;
  const wasCutShort = done.has('check-token') && !done.has('store') && hasStored(known);
  return wasCutShort && verification !== 'failed' && !done.has('close');
}

function mayRestore(settings: Settings, known: Knowledge): boolean {
  const isWanted = known.verification === 'failed' && settings.onVerificationFailure === 'restore';
  const isPossible = known.restore === 'not-tried' && known.renewal?.oldToken !== undefined;
  return isWanted && isPossible && hasStored(known);
}

function hasStored({ seen, secrets }: Knowledge): boolean {
  return (seen?.listed ?? []).some(({ path }) => secrets.get(path.path)?.write?.value === 'new');
}

function step(name: Step): Decision {
  return { do: name };
}

function end(result: Result, known: Knowledge): Decision & { readonly end: Result } {
  return { end: result, errors: known.errors };
}

function fail(known: Knowledge, ...errors: RotationError[]): Decision {
  return { end: 'failed', errors: [...known.errors, ...errors] };
}

function stopped({ renewal, interrupted }: Knowledge): RotationError {
  return new RotationError(
    'cancelled',
    interrupted === 'too-long'
      ? 'The run took longer than all its waits together.'
      : 'The run was asked to stop.',
    renewal === undefined
      ? 'Nothing was renewed. Run the action again when it suits.'
      : `The new token is in the pending secret. ${nextRunResumes}`,
  );
}

function unproven(settings: Settings, reasons: readonly string[]): RotationError {
  const what =
    settings.operation === 'undo'
      ? 'There is no renewal that this run can undo'
      : 'It is not proved that the renewal is this one and that every listed secret holds its new token';
  return new RotationError(
    'renewal-unproven',
    `${what}: ${reasons.join('; ')}. Nothing was changed.`,
    waysOutOfUnproven(settings),
  );
}
