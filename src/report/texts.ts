/** Lines of the log and of annotations. */
import type { RotationError } from '../errors.ts';
import { giveUpNewToken, keepOrGiveUpNewToken } from '../rotation/next-moves.ts';
import type { Outcome, Plan, Result, Step, StepTimes } from '../rotation/model.ts';
import { holdingsText, secretStates, tokenState } from './state.ts';

export const stepLabels: Record<Step, string> = {
  observe: 'Look at VTEX and GitHub',
  'take-up': 'Take up the pending renewal',
  reserve: 'Reserve the pending secret',
  renew: 'Renew the token at VTEX',
  release: 'Remove the placeholder',
  stage: 'Save the new token in the pending secret',
  'check-token': 'Check the new token',
  verify: 'Verify with the workflows',
  store: 'Store the new token in the listed secrets',
  restore: 'Write the old token back',
  drain: 'Wait for runs that may hold the old token',
  confirm: 'Confirm what the secrets hold',
  finish: 'Finish the renewal: delete the old token',
  prove: 'Prove that the old token is dead and the new one alive',
  'begin-next': 'Begin the next renewal',
  'clean-up': 'Delete the pending secret',
};

export const resultTexts: Record<Result, string> = {
  rotated: 'The new token is stored and the old one is deleted.',
  pending: 'The new token is stored; the old one still works.',
  finished: 'The old token of an earlier run is deleted.',
  skipped: 'There was nothing to do.',
  checked: 'Everything that a rotation needs is in place. Nothing was changed.',
  restored: 'The old token was written back.',
  failed: 'The run failed.',
};

export function stepLine({ step, startedAt, endedAt }: StepTimes, failed: boolean): string {
  return `${failed ? '✗' : '✓'} ${stepLabels[step]} (${durationText(endedAt - startedAt)})`;
}

export function durationText(ms: number): string {
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1000)} s`;
}

/** An error always ends in a next move; most need no other than this. */
function hintOf({ hint }: RotationError): string {
  return hint === '' ? 'Run the action again; it goes on from here.' : hint;
}

/** What happened, the state that things are in now, the next move. */
export function annotationText(error: RotationError, plan: Plan, outcome: Outcome): string {
  const parts = [error.message, tokenState(plan, outcome), holdingsText(plan, outcome), hintOf(error)];
  return `${error.code}: ${parts.join(' ').replace(/\s+/g, ' ').trim()}`;
}

/** Whatever became of the secrets, both tokens work when a verification has failed, and a person has to choose. */
function movesAfterVerification(plan: Plan, outcome: Outcome): readonly string[] {
  const { finish, token, verification } = outcome.knowledge;
  if (verification !== 'failed' || token === undefined || finish !== 'not-sent') return [];
  const inUse = secretStates(plan, outcome).some(({ holds }) => holds === 'new' || holds === 'unknown');
  return [
    `Mend what failed and run the action again with pending-token: \${{ secrets.${plan.pendingSecret.name} }}; it takes ` +
      'this renewal up and verifies it again.',
    inUse ? keepOrGiveUpNewToken : giveUpNewToken,
  ];
}

/** What to do after this run, where something is left to do. */
export function nextMoves(plan: Plan, outcome: Outcome): readonly string[] {
  const hints = outcome.errors.map((error) => `${error.code}: ${hintOf(error)}`);
  switch (outcome.result) {
    case 'pending':
      return [
        'Once every system uses the new token, run the action with operation: finish to delete the old one, or let the ' +
          'next rotate with delete-old-token: later do it.',
      ];
    case 'restored':
    case 'failed':
      return [...hints, ...movesAfterVerification(plan, outcome)];
    case 'checked':
      return ['Run the action with operation: rotate.'];
    case 'rotated':
    case 'finished':
    case 'skipped':
      return [];
  }
}
