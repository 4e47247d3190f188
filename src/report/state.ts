/** The state that things are in when the run ends: which tokens work, and which secrets hold which. */
import type { Observation, Outcome, Plan } from '../rotation/model.ts';
import type { Instant } from '../rotation/ports.ts';
import { missingProof, storedByDate } from '../rotation/evidence.ts';

/** `none`: the secret does not exist. */
export type Holding = 'new' | 'old' | 'none' | 'unknown';

export interface SecretState {
  readonly path: string;
  readonly holds: Holding;
  readonly updatedAt: Instant | undefined;
}

/** What each listed secret holds, in the order of the input. */
export function secretStates(plan: Plan, { knowledge: known }: Outcome): readonly SecretState[] {
  const newByDate = believedNew(plan, known.seen);
  const mayHoldAnother = new Set(known.seen === undefined ? [] : doubtfulByDate(plan, known.seen));
  const inPlay = known.token !== undefined || known.finish !== 'not-sent' || plan.operation !== 'rotate';
  return plan.secrets.map(({ path }) => {
    let holds: Holding = 'old';
    if (known.doubtful.has(path)) holds = 'unknown';
    else if (known.written.has(path)) holds = 'new';
    else if (known.restored.has(path)) holds = 'old';
    // After a predecessor is finished its token is the new one, until the next renewal gives another.
    else if (newByDate.has(path) && (!known.successor || known.token === undefined)) holds = 'new';
    else if (isAbsent(path, known)) holds = 'none';
    else if (!known.seen || (inPlay && known.seen.problems.length > 0)) holds = 'unknown';
    else if (isUnread(path, known.seen)) holds = 'unknown';
    else if (mayHoldAnother.has(path)) holds = 'unknown';
    return { path, holds, updatedAt: known.dates.get(path) };
  });
}

function isAbsent(path: string, { seen, dates }: Outcome['knowledge']): boolean {
  const found = seen?.listed.find((secret) => secret.path.path === path);
  // What could not be looked at has no time of reading.
  return found?.updatedAt === undefined && (found?.readAt ?? 0) > 0 && !dates.has(path);
}

/** Without the dates of both, that of the secret and that of the pending one, nothing tells what it holds. */
function isUnread(path: string, seen: Observation): boolean {
  const secret = seen.listed.find((one) => one.path.path === path);
  return secret?.readAt === 0 || (seen.pending === 'usable' && seen.pendingSecret.updatedAt === undefined);
}

/** An earlier run may have stored a token there that this run was not given, or that VTEX refuses. */
function doubtfulByDate(plan: Plan, seen: Observation): readonly string[] {
  if (datesMayMislead(plan, seen)) return plan.secrets.map(({ path }) => path);
  return seen.pending === 'usable' || plan.pendingReserved ? [] : storedByDate(seen);
}

/**
 * By its date a secret holds the pending token, and yet current-token is another: a store was cut short, or a
 * restore, in which the younger secrets hold the old token.
 */
function datesMayMislead(plan: Plan, seen: Observation): boolean {
  const differ = plan.currentToken !== undefined && seen.pending === 'usable' && !seen.currentIsPending;
  return differ && storedByDate(seen).length > 0;
}

function believedNew(plan: Plan, seen: Outcome['knowledge']['seen']): ReadonlySet<string> {
  if (seen === undefined) return new Set();
  const proved =
    plan.operation === 'finish' && seen.problems.length === 0 && missingProof(plan, seen).length === 0;
  if (proved) return new Set(plan.secrets.map(({ path }) => path));
  const isTold = seen.pending === 'usable' && !datesMayMislead(plan, seen);
  return new Set(isTold ? storedByDate(seen) : []);
}

/** The old token of the renewal that this run worked on is dead. */
export function isOldTokenDeleted({ knowledge: known }: Outcome): boolean {
  if (known.finish === 'finished' || known.finish === 'already-finished') return true;
  return known.successor && known.token === undefined;
}

/** Time of the renewal, for the output `renewed-at`. */
export function renewedAt(plan: Plan, { knowledge: known }: Outcome): Instant | undefined {
  if (known.token !== undefined) return known.token.renewedAt;
  if (plan.operation !== 'finish' || known.finish === 'not-sent') return undefined;
  return plan.renewedAt ?? known.seen?.pendingSecret.updatedAt;
}

/** One or two sentences on the tokens. */
export function tokenState(plan: Plan, outcome: Outcome): string {
  const { knowledge: known, errors } = outcome;
  const codes = new Set(errors.map(({ code }) => code));
  if (known.finish === 'undone') return 'The old token works; the new one is dead.';
  if (known.finish === 'nothing-pending') {
    return known.token === undefined
      ? 'VTEX has no renewal pending; one token works.'
      : 'Only the new token works; VTEX has no renewal pending.';
  }
  if (known.successor && known.token === undefined) {
    return `The earlier renewal is finished: its new token is the one in use. ${ofRenewal(outcome) ?? ''}`.trimEnd();
  }
  if (isOldTokenDeleted(outcome)) {
    return codes.has('new-token-rejected')
      ? 'The old token is deleted, and VTEX does not accept the new one at the moment.'
      : 'Only the new token works; the old one is deleted.';
  }
  const wasFinishTried = codes.has('finish-failed') || outcome.steps.at(-1)?.step === 'finish';
  if (known.token !== undefined) {
    const where = known.staged
      ? ` The new one is in ${plan.pendingSecret.path}.`
      : ' The new one is stored nowhere yet.';
    if (wasFinishTried) return `The new token works; the old one was not seen to be deleted.${where}`;
    if (codes.has('new-token-rejected')) {
      return `The old token works; VTEX has not accepted the new one yet.${where}`;
    }
    return `Both tokens work, the old and the new one.${where}`;
  }
  if (wasFinishTried) return 'The new token works; the old one was not seen to be deleted.';
  const ofThisRenewal = ofRenewal(outcome);
  if (ofThisRenewal !== undefined) return ofThisRenewal;
  if (known.seen === undefined) return 'Nothing was renewed and nothing was written.';
  if (known.seen.pending === 'usable') return 'The pending token works. Nothing was changed by this run.';
  return 'Nothing was renewed; the token in use stays.';
}

/** What a renewal left behind that gave this run no token; undefined if none was tried. */
function ofRenewal({ errors, steps }: Outcome): string | undefined {
  const codes = new Set(errors.map(({ code }) => code));
  if (!codes.has('renewal-lost') && steps.at(-1)?.step !== 'renew') return undefined;
  if (codes.has('renewal-pending')) return 'VTEX has a renewal pending; both of its tokens work.';
  if (codes.has('vtex-forbidden') || codes.has('vtex-key-invalid')) return 'The token in use still works.';
  return 'The token in use still works. VTEX may have a renewal pending whose new token nobody holds.';
}

/** Which secrets hold which, for a message; short enough for an annotation. */
export function holdingsText(plan: Plan, outcome: Outcome): string {
  const states = secretStates(plan, outcome);
  const list = (holds: Holding) => {
    const paths = states.filter((state) => state.holds === holds).map(({ path }) => path);
    const shown = paths.slice(0, 5).join(', ');
    return paths.length > 5 ? `${shown} and ${paths.length - 5} more` : shown;
  };
  const parts = [
    ['Holding the new token', list('new')],
    ['Holding the old token', list('old')],
    ['Not existing', list('none')],
    ['Not known what they hold', list('unknown')],
  ] as const;
  return parts.flatMap(([label, paths]) => (paths === '' ? [] : [`${label}: ${paths}.`])).join(' ');
}
