/** The steps of every operation, in their order: the whole procedure on one screen. */
import { isDue, isOrphan, isStoredEverywhere, isUsable } from './evidence.ts';
import type { Observation, Step } from './model.ts';
import type { Settings } from './settings.ts';

/** What follows `observe`, which changes nothing and comes first in every operation. */
export function planOf(settings: Settings, seen: Observation): readonly Step[] {
  const { before, after, drain } = optionalSteps(settings);
  const resume: Step[] = isUnsaved(seen) ? ['resume', 'stage'] : ['resume'];
  const begin: Step[] = resumes(settings, seen) ? resume : ['reserve', 'renew', 'stage'];
  const finish: Step[] = [...drain, 'confirm', 'finish', 'prove', 'clean-up'];
  const rollOut: Step[] = ['check-token', ...before, 'store', ...after];
  switch (settings.operation) {
    case 'check':
      return [];
    case 'finish':
      return ['resume', 'check-token', ...before, ...after, ...finish];
    case 'undo':
      return [...resume, 'restore', ...drain, 'confirm'];
    case 'rotate':
      if (finishesEarlier(settings, seen)) return planOf({ ...settings, operation: 'finish' }, seen);
      return [...begin, ...rollOut, ...(mayFinish(settings, seen) ? finish : (['close'] as const))];
  }
}

/** Somebody has deleted the pending secret: the new token is written there again before anything else. */
function isUnsaved({ pendingSecret }: Observation): boolean {
  return pendingSecret.updatedAt === undefined && pendingSecret.readAt > 0;
}

/** What is only done if the inputs ask for it. */
function optionalSteps({
  verification,
  drainTimeoutMs,
}: Settings): Record<'before' | 'after' | 'drain', Step[]> {
  return {
    before: verification === 'before-update' ? ['verify'] : [],
    after: verification === 'after-update' ? ['verify'] : [],
    drain: drainTimeoutMs > 0 ? ['drain'] : [],
  };
}

/** An earlier renewal is gone on with. */
export function resumes(settings: Settings, seen: Observation): boolean {
  return isUsable(settings, seen) || isOrphan(settings, seen);
}

/**
 * An earlier *Later* renewal is finished first, as `operation: finish` would; then the next one begins, with a plan of
 * its own.
 */
export function finishesEarlier(settings: Settings, seen: Observation): boolean {
  return isWaiting(settings, seen) && settings.renewAfterMs > 0 && isDue(settings, seen);
}

/** An earlier *Later* renewal is stored everywhere: only the old token is left to be deleted. */
function isWaiting(settings: Settings, seen: Observation): boolean {
  const { operation, deleteOldToken } = settings;
  const isLater = operation === 'rotate' && deleteOldToken === 'later';
  return isLater && isUsable(settings, seen) && isStoredEverywhere(settings, seen);
}

/** Without an old token only the run that renewed can know that the pending renewal is its own. */
function mayFinish(settings: Settings, seen: Observation): boolean {
  return settings.deleteOldToken === 'now' && !(resumes(settings, seen) && !isUsable(settings, seen));
}

/** Why there is nothing to do, on purpose; undefined if there is something. */
export function nothingToDo(
  settings: Settings,
  seen: Observation,
): { note: string; isWarning: boolean } | undefined {
  switch (settings.operation) {
    case 'check':
    case 'undo':
      return undefined;
    case 'finish':
      return nothingToFinish(settings, seen);
    case 'rotate':
      if (isWaiting(settings, seen)) {
        if (finishesEarlier(settings, seen)) return undefined;
        const note =
          'An earlier renewal is stored everywhere; both tokens work. Run the action with operation: finish to delete ' +
          'the old token.';
        return { note, isWarning: false };
      }
      if (resumes(settings, seen) || isDue(settings, seen)) return undefined;
      return { note: 'Every listed secret is younger than renew-after-days.', isWarning: false };
  }
}

function nothingToFinish(
  settings: Settings,
  seen: Observation,
): { note: string; isWarning: boolean } | undefined {
  const { pendingSecret, oldSecret } = seen;
  const isAbsent = [pendingSecret, oldSecret].every(
    ({ updatedAt, readAt }) => updatedAt === undefined && readAt > 0,
  );
  if (isAbsent) {
    const note =
      `Nothing of this action is pending: neither ${pendingSecret.path.path} nor ${oldSecret.path.path} exists. If the ` +
      'renewal was kept elsewhere, pass its path as pending-secret.';
    return { note, isWarning: true };
  }
  if (!isLeftOver(settings, seen)) return undefined;
  const note =
    'The renewal is over already: VTEX does not accept its old token any more. This run deleted nothing.';
  return { note, isWarning: false };
}

/**
 * What is left of a renewal that is over: its old token is dead, or its old secret was deleted as the renewal ended, and
 * the token in use is the new one.
 */
function isLeftOver(settings: Settings, seen: Observation): boolean {
  const { currentToken, pendingToken } = settings;
  const isPast =
    seen.old === 'refused' || (seen.oldSecret.updatedAt === undefined && seen.oldSecret.readAt > 0);
  const isInUse = pendingToken === undefined || currentToken?.equals(pendingToken) === true;
  return isPast && isInUse && seen.current === 'accepted';
}
