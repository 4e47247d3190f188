/**
 * What can be known of a renewal, and from what. VTEX keeps at most two tokens of a key: while it accepts the old
 * token and the new one, and they differ, the pending renewal is this one. Which secret holds which is told by the
 * dates of writing alone: the old secret is written when a renewal begins, the pending secret once more when all
 * listed secrets have been written, so a listed secret whose date lies between the two was written by the renewal,
 * and by nobody since.
 */
import type { FinishEvidence } from './finish-guard.ts';
import { compareDate, dateOf, entriesOf, type SecretEntry } from './listed-secrets.ts';
import type { Knowledge, Observation } from './model.ts';
import type { Instant } from './ports/clock.ts';
import type { SecretFacts } from './ports/secret-store.ts';
import type { Settings } from './settings.ts';

/** VTEX accepts both tokens, and they differ. */
export function isUsable(settings: Settings, { old, pending }: Observation): boolean {
  return old === 'accepted' && pending === 'accepted' && !isSame(settings.oldToken, settings.pendingToken);
}

/** A renewal that began without a token in use: it can be stored, but nothing proves that it may be finished. */
export function isOrphan(settings: Settings, { current, pending, oldSecret }: Observation): boolean {
  const hasNoOldToken = settings.oldTokenPassed && settings.oldToken === undefined;
  const isReplaced = current === 'absent' || current === 'refused';
  return hasNoOldToken && oldSecret.updatedAt !== undefined && pending === 'accepted' && isReplaced;
}

/** By GitHub's clock, not the runner's. A secret that does not exist is due. */
export function isDue(settings: Settings, seen: Observation): boolean {
  return seen.listed.some(
    ({ updatedAt, readAt }) => updatedAt === undefined || readAt - updatedAt >= settings.renewAfterMs,
  );
}

/** Each listed secret that an earlier run has stored, by its date: between the beginning and the close. */
export function isStoredByDate(
  { updatedAt }: SecretFacts,
  { oldSecret, pendingSecret }: Observation,
): boolean {
  const [beginning, close] = [oldSecret.updatedAt, pendingSecret.updatedAt];
  if (updatedAt === undefined || beginning === undefined || close === undefined) return false;
  return beginning <= updatedAt && updatedAt < close;
}

/**
 * In a later job or step of the run that rotated, whose inputs are older than the renewal, `renewed-at` and that run's
 * old token are the proof.
 */
export function isByTime(settings: Settings, seen: Observation): boolean {
  if (settings.operation !== 'finish' || settings.renewedAt === undefined) return false;
  return missingTokens(settings, seen).length > 0 && missingAt(settings, seen).length === 0;
}

/** The workflow reads a secret that does not hold the new token: then no date tells which of the others does. */
function contradicts(settings: Settings, seen: Observation): boolean {
  const { currentToken, pendingToken } = settings;
  return currentToken !== undefined && !isSame(currentToken, pendingToken) && !isByTime(settings, seen);
}

/** A listed secret was written after the pending one: by a run that died before its close, or by somebody since. */
function isUnclosed({ listed, pendingSecret }: Observation): boolean {
  const { updatedAt: close } = pendingSecret;
  return listed.some(({ updatedAt }) => close !== undefined && updatedAt !== undefined && updatedAt >= close);
}

/**
 * The paths of the listed secrets that are known to hold the new token of the renewal that was found. Where it is not
 * certain that it was closed, its window may hold what somebody wrote before the new token was staged.
 */
export function storedBefore(settings: Settings, seen: Observation): ReadonlySet<string> {
  if (contradicts(settings, seen) || isUnclosed(seen)) return new Set();
  return new Set(seen.listed.filter((secret) => isStoredByDate(secret, seen)).map(({ path }) => path.path));
}

export function isStoredEverywhere(settings: Settings, seen: Observation): boolean {
  return storedBefore(settings, seen).size === seen.listed.length;
}

/** The date at which the renewal began: that of the old secret. */
export function beginningOf(settings: Settings, known: Knowledge): Instant | undefined {
  const entry = known.secrets.get(settings.oldSecret.path);
  return entry === undefined ? undefined : dateOf(entry);
}

/** Why `finish` and `undo` have no proof; empty if they have. */
export function missingProof(settings: Settings, seen: Observation): readonly string[] {
  const tokens = missingTokens(settings, seen);
  if (settings.operation === 'undo') return tokens;
  const isProved = tokens.length === 0 || isByTime(settings, seen);
  if (!isProved) return settings.renewedAt === undefined ? tokens : missingAt(settings, seen);
  return seen.listed.flatMap((secret) => missingDate(secret, seen));
}

function missingTokens(settings: Settings, { old, pending }: Observation): string[] {
  const { oldToken, pendingToken, currentToken } = settings;
  const reasons: string[] = [];
  if (oldToken === undefined) reasons.push('old-token holds no token');
  else if (old !== 'accepted') reasons.push(`VTEX ${verdict(old)} old-token`);
  if (pendingToken === undefined) reasons.push('pending-token holds no token');
  else if (pending !== 'accepted') reasons.push(`VTEX ${verdict(pending)} pending-token`);
  if (isSame(oldToken, pendingToken)) reasons.push('old-token and pending-token are the same token');
  const mustAgree =
    settings.operation === 'finish' && currentToken !== undefined && pendingToken !== undefined;
  if (mustAgree && !isSame(currentToken, pendingToken)) reasons.push('current-token is not pending-token');
  return reasons;
}

function verdict(state: Observation['old']): string {
  return state === 'refused' ? 'refuses' : 'gave no clear answer about';
}

/** In a later job or step of the run that rotated, current-token is that run's old token. */
function missingAt(settings: Settings, { current, pending, oldSecret }: Observation): string[] {
  const reasons: string[] = [];
  if (settings.renewedAt !== oldSecret.updatedAt)
    reasons.push(`renewed-at is not the time at which ${oldSecret.path.path} was written`);
  if (settings.currentToken === undefined) reasons.push('with renewed-at, current-token is required');
  else if (current === 'refused')
    reasons.push(
      'VTEX refuses current-token, so the renewal is over already, or this is not the token that was in use before it',
    );
  else if (current !== 'accepted') reasons.push(`VTEX ${verdict(current)} current-token`);
  return [...reasons, ...missingToken(settings, pending)];
}

/** The new token need not be in hand, save for what is to be tried with it. */
function missingToken(settings: Settings, pending: Observation['pending']): string[] {
  const { pendingToken, currentToken, signInCheck, verificationRequests } = settings;
  if (pendingToken === undefined) {
    // Where sign-in is closed they ask for the old token instead.
    return signInCheck && verificationRequests.length > 0
      ? ['verification-requests want the new token, and pending-token holds none']
      : [];
  }
  const reasons = pending === 'accepted' ? [] : [`VTEX ${verdict(pending)} pending-token`];
  return isSame(pendingToken, currentToken)
    ? [...reasons, 'current-token and pending-token are the same token']
    : reasons;
}

function missingDate(secret: SecretFacts, seen: Observation): string[] {
  if (isStoredByDate(secret, seen)) return [];
  const { path, updatedAt } = secret;
  if (updatedAt === undefined) return [`${path.path} does not exist`];
  const { updatedAt: close } = seen.pendingSecret;
  const isLater = close !== undefined && updatedAt >= close;
  return [`${path.path} was last written ${isLater ? 'after' : 'before'} this renewal stored its token`];
}

function isSame(a: Settings['oldToken'], b: Settings['oldToken']): boolean {
  return a !== undefined && b !== undefined && a.equals(b);
}

/** Whether a listed secret bears the date that proves what it holds. Judged from a look at this moment. */
export function isConfirmed(
  settings: Settings,
  known: Knowledge,
  entry: SecretEntry,
  look: SecretFacts,
): boolean {
  if (entry.isForeign || compareDate(entry, look.updatedAt) !== 'same' || look.updatedAt === undefined)
    return false;
  if (entry.write !== undefined) return entry.write.value === 'new' && entry.write.outcome === 'done';
  return known.seen !== undefined && storedBefore(settings, known.seen).has(entry.path.path);
}

/** What the guard has to judge, put together from what is known now. */
export function finishEvidence(settings: Settings, known: Knowledge): FinishEvidence {
  const { renewal } = known;
  const listed = entriesOf(known.secrets, known.seen?.listed.map(({ path }) => path) ?? []);
  return {
    interrupted: known.interrupted !== false,
    ...tokenEvidence(settings, known),
    tokensDiffer: renewal !== undefined && !isSame(renewal.oldToken, renewal.newToken),
    secrets: listed.map(({ path }) => ({ path: path.path, confirmed: known.confirmed })),
    verification: settings.verification === 'none' ? 'none' : known.verification,
    drain: drainEvidence(settings, known),
  };
}

function tokenEvidence(
  settings: Settings,
  { renewal, tokens, seen }: Knowledge,
): Pick<FinishEvidence, 'oldToken' | 'newToken'> {
  const isOwnWithoutOld = renewal?.origin === 'renewed' && renewal.oldToken === undefined;
  const isNotInHand = renewal !== undefined && renewal.newToken === undefined;
  const isProved = isNotInHand && seen !== undefined && isByTime(settings, seen);
  return {
    oldToken: isOwnWithoutOld ? 'none' : tokens.old,
    newToken: isProved ? 'renewed-at' : tokens.new,
  };
}

function drainEvidence({ drainTimeoutMs }: Settings, { done }: Knowledge): FinishEvidence['drain'] {
  if (drainTimeoutMs === 0) return 'none';
  return done.has('drain') ? 'done' : 'outstanding';
}
