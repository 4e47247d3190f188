/**
 * The procedure as one pure function: from what is known, the one next step or the end. It is total, makes no
 * request and reads no clock, so that every state that a crash can leave can be put to it in a test.
 */
import { RotationError } from '../errors.ts';
import { grantFinish, objectionsToFinish } from './finish-guard.ts';
import type { Decision, Knowledge, NewToken, Observation, Plan, Result, Step } from './model.ts';
import { finishEvidence, isDue, isStoredEverywhere, missingProof } from './evidence.ts';

export function decide(plan: Plan, known: Knowledge): Decision {
  const { seen } = known;
  // A token that only this process holds comes before everything else, an error or a signal included.
  if (known.token !== undefined && !known.staged && known.errors.length === 0) return step('stage');
  if (known.finish !== 'not-sent') return afterFinish(plan, known);
  if (known.errors.length > 0) return afterFailure(plan, known);
  if (known.interrupted) return fail(known, stopped(known));
  if (seen === undefined) return step('observe');
  if (seen.problems.length > 0) return fail(known, ...seen.problems);
  switch (plan.operation) {
    case 'check':
      return end('checked', known);
    case 'rotate':
      return known.token === undefined ? beforeRenewal(plan, known, seen) : rollOut(plan, known, known.token);
    case 'finish':
      return finishEarlier(plan, known, seen);
  }
}

function beforeRenewal(plan: Plan, known: Knowledge, seen: Observation): Decision {
  if (seen.pending === 'usable' && !known.successor) {
    const waits = plan.deleteOldToken === 'later' && isStoredEverywhere(plan, seen) && !isDue(plan, seen);
    return waits
      ? end('skipped', known, 'The earlier renewal is stored everywhere and no secret is due yet.')
      : step('take-up');
  }
  if (!known.successor && !isDue(plan, seen)) {
    return end('skipped', known, 'Every listed secret is younger than renew-after-days.');
  }
  return known.reservation === 'none' ? step('reserve') : step('renew');
}

/** From a token in the pending secret to one that is everywhere. */
function rollOut(plan: Plan, known: Knowledge, token: NewToken): Decision {
  if (!known.accepted) return step('check-token');
  if (plan.verification === 'before-update' && known.verification === 'outstanding') return step('verify');
  // A predecessor is stored already: that is what makes it one.
  if (!known.stored && !(known.predecessor && token.origin === 'taken-up')) return step('store');
  if (plan.verification === 'after-update' && known.verification === 'outstanding') return step('verify');
  if (plan.deleteOldToken === 'later' && !known.predecessor) return end('pending', known);
  return towardsFinish(plan, known);
}

function finishEarlier(plan: Plan, known: Knowledge, seen: Observation): Decision {
  if (seen.pendingSecret.updatedAt === undefined && plan.renewedAt === undefined) {
    return end(
      'skipped',
      known,
      `Nothing of ours is pending: ${plan.pendingSecret.path} does not exist and renewed-at is not given.`,
    );
  }
  const reasons = missingProof(plan, seen);
  if (reasons.length > 0) return fail(known, unproven(plan, seen, reasons));
  if (seen.pending === 'usable' && known.token === undefined) return step('take-up');
  if (known.token !== undefined && !known.accepted) return step('check-token');
  if (plan.verification !== 'none' && known.verification === 'outstanding') return step('verify');
  return towardsFinish(plan, known);
}

function towardsFinish(plan: Plan, known: Knowledge): Decision {
  if (plan.drainTimeoutMs > 0 && !known.drained) return step('drain');
  if (known.confirmed.size === 0) return step('confirm');
  const evidence = finishEvidence(plan, known);
  if (grantFinish(evidence) !== undefined) return step('finish');
  return fail(
    known,
    new RotationError(
      'finish-failed',
      `The old token was not deleted: ${objectionsToFinish(evidence).join('; ')}.`,
      'Run the action again; it takes this renewal up.',
    ),
  );
}

function afterFinish(plan: Plan, known: Knowledge): Decision {
  if (known.finish === 'undone') {
    if (known.restore === 'not-tried' && known.oldToken !== undefined) return step('restore');
    return known.cleanedUp
      ? end(known.restore === 'restored' ? 'restored' : 'failed', known)
      : step('clean-up');
  }
  // The old token is gone: what remains only proves and tidies, so an error or a signal may end it.
  if (known.errors.length > 0) return end('failed', known);
  if (!known.proved && known.finish !== 'nothing-pending') return step('prove');
  if (known.predecessor) return known.interrupted ? fail(known, stopped(known)) : step('begin-next');
  if (!known.cleanedUp && !isSomebodyElses(known)) return step('clean-up');
  const result = finishedResult(plan, known);
  const note = 'VTEX had no renewal pending (404): its old token was deleted already, or the renewal undone.';
  return end(result, known, result === 'skipped' ? note : undefined);
}

/** Without the token in hand nothing shows that the pending secret is of this renewal, unless we finished it. */
function isSomebodyElses(known: Knowledge): boolean {
  return known.finish === 'nothing-pending' && known.token === undefined;
}

function finishedResult(plan: Plan, known: Knowledge): Result {
  if (known.finish === 'nothing-pending') return 'skipped';
  if (plan.operation === 'finish') return 'finished';
  const tookUp = known.token?.origin === 'taken-up';
  return tookUp && known.finish === 'already-finished' ? 'finished' : 'rotated';
}

function afterFailure(plan: Plan, known: Knowledge): Decision {
  const refused = known.errors.some(({ code }) => code === 'vtex-key-invalid' || code === 'vtex-forbidden');
  // Only what this run made, and only if VTEX made no token: on a 409 another run may be using it.
  if (known.token === undefined && known.reservation === 'created' && refused) return step('release');
  const mayRestore =
    known.verification === 'failed' &&
    plan.onVerificationFailure === 'restore' &&
    known.written.size > 0 &&
    known.oldToken !== undefined;
  if (mayRestore && known.restore === 'not-tried' && !known.interrupted) return step('restore');
  return end(known.restore === 'restored' ? 'restored' : 'failed', known);
}

function step(name: Step): Decision {
  return { do: name };
}

function end(result: Result, known: Knowledge, note?: string): Decision {
  return { end: result, errors: known.errors, ...(note === undefined ? {} : { note }) };
}

function fail(known: Knowledge, ...errors: RotationError[]): Decision {
  return { end: 'failed', errors: [...known.errors, ...errors] };
}

function stopped(known: Knowledge): RotationError {
  return new RotationError(
    'cancelled',
    'The run was asked to stop.',
    known.token === undefined
      ? 'Nothing was renewed. Run the action again when it suits.'
      : 'The new token is in the pending secret. Run the action again; it takes this renewal up.',
  );
}

function unproven(plan: Plan, seen: Observation, reasons: readonly string[]): RotationError {
  return new RotationError(
    'renewal-unproven',
    `It is not proved that every listed secret holds the new token: ${reasons.join('; ')}.`,
    (seen.pending === 'usable'
      ? 'Run '
      : `Pass the value of ${plan.pendingSecret.path} as pending-token, or renewed-at of the run that rotated; or run `) +
      'operation: rotate with pending-token, which takes the renewal up and stores its token everywhere.',
  );
}
