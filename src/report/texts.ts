/** Lines of the log and of annotations. */
import type { RotationError } from '../common/errors.ts';
import {
  endOfPending,
  endOfUndone,
  giveUpVerifiedToken,
  keepOrGiveUpNewToken,
  nextRunResumes,
} from '../rotation/next-moves.ts';
import type { Outcome, Result, Step, StepTimes } from '../rotation/model.ts';
import type { Settings } from '../rotation/settings.ts';
import { type Links, sectionOf } from './links.ts';
import { holdingsText, tokenState } from './state.ts';
import { durationText } from './times.ts';

export const stepLabels: Record<Step, string> = {
  observe: 'Look at VTEX and GitHub',
  resume: 'Resume the pending renewal',
  reserve: 'Reserve: keep the current token in the old secret',
  renew: 'Renew the token at VTEX',
  release: 'Remove the old secret again',
  stage: 'Save the new token in the pending secret',
  'check-token': 'Check the new token',
  verify: 'Verify with the workflows',
  store: 'Store the new token in the listed secrets',
  keep: 'See that the pending secret holds the new token',
  restore: 'Write the old token back',
  close: 'Close: note in the pending secret that all is stored',
  drain: 'Wait for runs that may hold the earlier token',
  confirm: 'Confirm what the secrets hold, and that VTEX accepts both tokens',
  finish: 'Finish the renewal: delete the old token',
  prove: 'Prove that the old token is dead and the new one works',
  'clean-up': 'Delete the pending and the old secret',
};

export const resultTexts: Record<Result, string> = {
  rotated: 'The new token is stored and the old one is deleted.',
  pending: 'The new token is stored; the old one still works.',
  finished: 'The old token of an earlier run is deleted.',
  skipped: 'There was nothing to do.',
  checked: 'Nothing was changed. What was looked at is in order.',
  restored: 'The old token was written back.',
  undone: 'The old token was written back on request; both tokens work.',
  failed: 'The run failed.',
};

export function stepLine({ step, startedAt, endedAt, failed }: StepTimes): string {
  return `${failed ? '✗' : '✓'} ${stepLabels[step]} (${durationText(endedAt - startedAt)})`;
}

/** An error always ends in a next move; most need no other than this. */
export function hintOf({ hint }: RotationError): string {
  return hint === '' ? 'Run the action again; it goes on from here.' : hint;
}

/** What happened, the state that things are in now, the next move on a line of its own, and where more is said. */
export function annotationText(
  error: RotationError,
  settings: Settings,
  outcome: Outcome,
  links: Links,
): string {
  const happened = [error.message, tokenState(settings, outcome), holdingsText(outcome)];
  const moves = [hintOf(error), ...movesAfterVerification(settings, outcome)].join(' ');
  const page = sectionOf(links, error.code);
  return [
    `${error.code}: ${oneLine(happened.join(' '))}`,
    `Do: ${oneLine(moves)}`,
    ...(page === '' ? [] : [`See: ${page}`]),
  ].join('\n');
}

/** The same for an error before anything was looked at. */
export function plainAnnotation(error: RotationError, links: Links): string {
  const page = sectionOf(links, error.code);
  return [
    `${error.code}: ${error.message}`,
    `Do: ${hintOf(error)}`,
    ...(page === '' ? [] : [`See: ${page}`]),
  ].join('\n');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Whatever became of the secrets, both tokens work when a verification has failed, and a person has to choose. */
export function movesAfterVerification(
  settings: Settings,
  { knowledge, standing }: Outcome,
): readonly string[] {
  if (knowledge.verification !== 'failed' || standing.renewal !== 'pending') return [];
  return [
    `Fix what failed. ${nextRunResumes} It verifies again.`,
    standing.canGiveUp ? giveUpVerifiedToken : keepOrGiveUpNewToken(settings),
  ];
}

/** What is left for a person to do after a run that did what it was asked for. */
export function nextMove(outcome: Outcome): string {
  switch (outcome.result) {
    case 'pending':
      return endOfPending(hasOldToken(outcome));
    case 'undone':
      return endOfUndone;
    case 'checked':
      return 'Run the action with operation: rotate.';
    case 'rotated':
    case 'finished':
    case 'skipped':
    case 'restored':
    case 'failed':
      return '';
  }
}

/** A renewal that began without one is ended by a person. */
function hasOldToken({ knowledge: { renewal } }: Outcome): boolean {
  return renewal?.oldToken !== undefined || renewal?.origin !== 'resumed';
}
