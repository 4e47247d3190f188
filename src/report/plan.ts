/** What `check` prints: what was seen to be right and wrong, what cannot be seen, and what a rotation would do now. */
import type { Observation, Outcome, Step } from '../rotation/model.ts';
import { finishesEarlier, nothingToDo, planOf, resumes } from '../rotation/plan.ts';
import type { SecretFacts } from '../rotation/ports/secret-store.ts';
import { budgetOf } from '../rotation/request-budget.ts';
import { type Settings, settingsOfNext } from '../rotation/settings.ts';
import { stepLabels } from './texts.ts';
import { durationText } from './times.ts';

export interface CheckReport {
  /** What was seen to be right, and what was left out. */
  readonly seen: readonly string[];
  /** The same of each secret. */
  readonly secrets: readonly string[];
  readonly unseen: readonly string[];
  /** What a rotation would do now. */
  readonly plan: readonly string[];
}

/** Undefined where the operation is another, or nothing could be looked at. */
export function checkReport(settings: Settings, { knowledge: { seen } }: Outcome): CheckReport | undefined {
  if (settings.operation !== 'check' || seen === undefined) return undefined;
  return {
    seen: seenLines(settings, seen),
    secrets: secretLines(settings, seen),
    unseen: unseenLines(settings),
    plan: planLines({ ...settings, operation: 'rotate' }, seen),
  };
}

/** For the log. */
export function checkLines(
  { seen, secrets, unseen, plan }: CheckReport,
  { errors }: Outcome,
): readonly string[] {
  return [
    ...seen,
    ...secrets,
    ...errors.map(({ code, message }) => `✗ ${code}: ${message}`),
    ...unseen,
    ...plan,
  ];
}

function seenLines(settings: Settings, seen: Observation): string[] {
  const isWrong = (code: string): boolean => seen.problems.some((problem) => problem.code === code);
  const signsIn = settings.signInCheck && !isWrong('vtex-unauthorized') && !isWrong('vtex-unavailable');
  const tokens = [
    ['current-token', seen.current],
    ['old-token', seen.old],
    ['pending-token', seen.pending],
  ] as const;
  return [
    ...(signsIn ? ['✓ VTEX accepts the manager credential.'] : []),
    ...tokens.filter(([, state]) => state === 'accepted').map(([name]) => `✓ VTEX accepts ${name}.`),
    ...seen.skipped.map(({ repository, reason }) => `– ${repository} is left out: ${reason}.`),
  ];
}

function secretLines(settings: Settings, seen: Observation): string[] {
  return [
    ...seen.listed
      .filter(({ updatedAt }) => updatedAt !== undefined)
      .map((facts) => `✓ ${secretLine(facts)}`),
    ...seen.listed
      .filter(({ updatedAt, readAt }) => updatedAt === undefined && readAt > 0 && settings.createMissing)
      .map(({ path }) => `✓ ${path.path} does not exist and would be created.`),
    ...[seen.pendingSecret, seen.oldSecret].map(ownLine),
  ];
}

function secretLine({ path, updatedAt, readAt, readers }: SecretFacts): string {
  const age =
    updatedAt === undefined ? '' : `, ${Math.floor(Math.max(0, readAt - updatedAt) / 86_400_000)} days old`;
  const who = readers === undefined ? '' : `, read by: ${readers}`;
  return `${path.path} exists${age}${who}.`;
}

function ownLine({ path, updatedAt, readAt }: SecretFacts): string {
  if (readAt === 0) return `– ${path.path} could not be looked at.`;
  return `– ${path.path} ${updatedAt === undefined ? 'does not exist' : 'exists: a renewal is under way, or was'}.`;
}

/** Only the rotation itself can show these. */
function unseenLines({ manager }: Settings): string[] {
  return [
    `– Not to be seen without writing: whether ${manager.appKey} may renew tokens at VTEX (License Manager resource "Renew API Token"), ` +
      'and whether VTEX knows api-key.',
    '– Not to be seen without writing: whether github-token may write the secrets.',
  ];
}

function planLines(settings: Settings, seen: Observation): string[] {
  const idle = nothingToDo(settings, seen);
  if (idle !== undefined) return [`A rotation would do nothing now. ${idle.note}`];
  const steps = planOf(settings, seen);
  const { reads, writes, seconds } = budgetOf(settings, seen);
  const next = finishesEarlier(settings, seen) && settings.pendingToken !== undefined;
  return [
    `A rotation would ${resumes(settings, seen) ? 'resume the pending renewal' : 'renew the token'} now; its steps:`,
    ...steps.map((step, index) => `${index + 1}. ${stepLabels[step]}${details(step, settings, seen)}`),
    ...(next ? ['Then the next rotation begins: ' + nextSteps(settings, seen)] : []),
    `About ${reads} reads and ${writes} writes at GitHub; with GitHub's limits at least ${durationText(seconds * 1000)}, ` +
      'without waiting for VTEX, workflows or runs.',
  ];
}

function nextSteps(settings: Settings, seen: Observation): string {
  const token = settings.pendingToken;
  if (token === undefined) return '';
  const after = settingsOfNext(settings, token);
  return planOf(after, { ...seen, old: 'refused' })
    .map((step) => stepLabels[step])
    .join(', ');
}

function details(step: Step, settings: Settings, seen: Observation): string {
  if (step === 'store') {
    const paths = seen.listed.map(({ path }) => path.path);
    const shown = paths.slice(0, 20).join(', ');
    return `: ${paths.length > 20 ? `${shown} and ${paths.length - 20} more` : shown}`;
  }
  if (step === 'drain') return `, for at most ${settings.drainTimeoutMs / 60_000} minutes`;
  return '';
}
