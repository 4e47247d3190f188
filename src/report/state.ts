/** The state that things are in when the run ends: which tokens work, and which secrets hold which. */
import { type Outcome, type Plan } from '../rotation/model.ts';
import type { Instant } from '../rotation/ports.ts';
import { missingProof, storedByDate } from '../rotation/proofs.ts';

export type Holding = 'new' | 'old' | 'unknown';

export interface SecretState {
  readonly path: string;
  readonly holds: Holding;
  readonly updatedAt: Instant | undefined;
}

/** What each listed secret holds, in the order of the input. */
export function secretStates(plan: Plan, { knowledge: known }: Outcome): readonly SecretState[] {
  const newByDate = believedNew(plan, known.seen);
  const inPlay = known.token !== undefined || known.finish !== 'not-sent' || plan.operation !== 'rotate';
  return plan.secrets.map(({ path }) => {
    let holds: Holding = 'old';
    if (known.written.has(path)) holds = 'new';
    else if (known.restore === 'restored') holds = 'old';
    else if (known.restore === 'impossible' && known.token !== undefined) holds = 'unknown';
    else if (newByDate.has(path) && !known.successor) holds = 'new';
    else if (!known.seen || (inPlay && known.seen.problems.length > 0)) holds = 'unknown';
    return { path, holds, updatedAt: known.dates.get(path) };
  });
}

function believedNew(plan: Plan, seen: Outcome['knowledge']['seen']): ReadonlySet<string> {
  if (seen === undefined || seen.problems.length > 0) return new Set();
  const proved = plan.operation === 'finish' && missingProof(plan, seen).length === 0;
  if (proved) return new Set(plan.secrets.map(({ path }) => path));
  return new Set(seen.pending === 'usable' ? storedByDate(seen) : []);
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
  if (isOldTokenDeleted(outcome)) return 'Only the new token works; the old one is deleted.';
  if (known.token !== undefined) {
    const where = known.staged ? ` The new one is in ${plan.pendingSecret.path}.` : '';
    if (codes.has('finish-failed')) {
      return `The new token works; the old one was not seen to be deleted.${where}`;
    }
    return `Both tokens work, the old and the new one.${where}`;
  }
  if (codes.has('renewal-lost') || outcome.steps.at(-1)?.step === 'renew') {
    if (codes.has('renewal-pending')) return 'VTEX has a renewal pending; both of its tokens work.';
    if (codes.has('vtex-forbidden') || codes.has('vtex-key-invalid')) return 'The token in use still works.';
    return 'The token in use still works. VTEX may have a renewal pending whose new token nobody holds.';
  }
  if (known.seen === undefined) return 'Nothing was renewed and nothing was written.';
  if (known.seen.pending === 'usable') return 'The pending token works. Nothing was changed by this run.';
  return 'Nothing was renewed; the token in use stays.';
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
    ['Not known what they hold', list('unknown')],
  ] as const;
  return parts.flatMap(([label, paths]) => (paths === '' ? [] : [`${label}: ${paths}.`])).join(' ');
}
