/** Lines of the log and of annotations. */
import type { RotationError } from '../errors.ts';
import { giveUpVerifiedToken, keepOrGiveUpNewToken, nextRunResumes } from '../rotation/next-moves.ts';
import type { Outcome, Result, Step, StepTimes } from '../rotation/model.ts';
import type { Settings } from '../rotation/settings.ts';
import { holdingsText, tokenState } from './state.ts';

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

/** Where the sections of the troubleshooting page are; empty where the runner does not tell. */
export interface Links {
  readonly troubleshooting: string;
}

export function linkTo({ troubleshooting }: Links, code: string): string {
  return troubleshooting === '' ? '' : `${troubleshooting}#${code}`;
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
  const page = linkTo(links, error.code);
  return [
    `${error.code}: ${oneLine(happened.join(' '))}`,
    `Do: ${oneLine(moves)}`,
    ...(page === '' ? [] : [`See: ${page}`]),
  ].join('\n');
}

/** The same for an error before anything was looked at. */
export function plainAnnotation({ code, message, hint }: RotationError, links: Links): string {
  const page = linkTo(links, code);
  return [
    `${code}: ${message}`,
    ...(hint === '' ? [] : [`Do: ${hint}`]),
    ...(page === '' ? [] : [`See: ${page}`]),
  ].join('\n');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Whatever became of the secrets, both tokens work when a verification has failed, and a person has to choose. */
function movesAfterVerification(settings: Settings, { knowledge, standing }: Outcome): readonly string[] {
  if (knowledge.verification !== 'failed' || standing.renewal !== 'pending') return [];
  return [
    `Fix what failed. ${nextRunResumes} It verifies again.`,
    standing.canGiveUp ? giveUpVerifiedToken : keepOrGiveUpNewToken(settings),
  ];
}

/** What to do after this run, where something is left to do. */
export function nextMoves(settings: Settings, outcome: Outcome): readonly string[] {
  const hints = outcome.errors.map((error) => `${error.code}: ${hintOf(error)}`);
  switch (outcome.result) {
    case 'pending':
      return [afterPending(outcome)];
    case 'undone':
      return [
        'Once no system outside GitHub holds the new token, choose "Undo Renewal" in the menu of the key in VTEX Admin, ' +
          'Account settings > API keys > Generated: it ends the renewal. The next run then finds it over.',
      ];
    case 'restored':
    case 'failed':
      return [...hints, ...movesAfterVerification(settings, outcome)];
    case 'checked':
      return ['Run the action with operation: rotate.'];
    case 'rotated':
    case 'finished':
    case 'skipped':
      return [];
  }
}

function afterPending({ knowledge: { renewal } }: Outcome): string {
  if (renewal?.oldToken === undefined && renewal?.origin === 'resumed') {
    return (
      'Once every system uses the new token, choose "Delete old token" in the menu of the key in VTEX Admin, Account ' +
      'settings > API keys > Generated. It kills whoever still holds the old one.'
    );
  }
  return (
    'Once every system uses the new token, run the action with operation: finish to delete the old one, or let the ' +
    'next rotate with delete-old-token: later do it.'
  );
}
