/**
 * What GitHub's clock proves. A secret can never be read back, so the time of its last write is the only
 * evidence of what it holds: the pending secret is written first, and a secret that is not older than it was
 * written by the same renewal or by a later run of it.
 */
import type { FinishEvidence } from './finish-guard.ts';
import type { Knowledge, Observation, Plan, Written } from './model.ts';
import type { Instant, SecretFacts } from './ports.ts';

/** VTEX's clock and GitHub's need not agree; `renewed-at` is VTEX's. */
export const clockAllowanceMs = 5 * 60_000;

/**
 * How much later than GitHub's answer to our write a secret may be dated before we take it for somebody
 * else's write.
 */
export const foreignWriteAllowanceMs = 60_000;

function notOlder(secret: SecretFacts, than: Instant | undefined): boolean {
  return secret.updatedAt !== undefined && than !== undefined && secret.updatedAt >= than;
}

/** The paths that are believed to hold the pending token, judged by their dates alone. */
export function storedByDate(seen: Observation): readonly string[] {
  return seen.listed
    .filter((secret) => notOlder(secret, seen.pendingSecret.updatedAt))
    .map((secret) => secret.path.path);
}

/** An earlier *Later* run did all but delete the old token. */
export function isStoredEverywhere(plan: Plan, seen: Observation): boolean {
  const tokensAgree = plan.currentToken === undefined || seen.currentIsPending;
  return tokensAgree && storedByDate(seen).length === seen.listed.length;
}

/** By GitHub's clock, not the runner's. A secret that does not exist is due. */
export function isDue(plan: Plan, seen: Observation): boolean {
  return seen.listed.some(
    ({ updatedAt, readAt }) => updatedAt === undefined || readAt - updatedAt >= plan.renewAfterMs,
  );
}

/** Why `finish` has no proof that the listed secrets hold the new token; empty if it has. */
export function missingProof(plan: Plan, seen: Observation): readonly string[] {
  const reasons: string[] = [];
  const { pendingSecret } = seen;
  const byToken = seen.pending === 'usable' && pendingSecret.updatedAt !== undefined;
  if (!byToken && plan.renewedAt === undefined) {
    reasons.push(
      plan.pendingToken === undefined
        ? 'neither pending-token holds a token nor is renewed-at given'
        : 'VTEX does not accept pending-token, and renewed-at is not given',
    );
    return reasons;
  }
  if (plan.pendingToken !== undefined && plan.currentToken !== undefined && !seen.currentIsPending) {
    reasons.push('current-token and pending-token differ, so a listed secret still holds the old token');
  }
  for (const secret of seen.listed) {
    if (!isConfirmed(secret, plan, seen, undefined)) {
      reasons.push(
        secret.updatedAt === undefined
          ? `${secret.path.path} does not exist`
          : `${secret.path.path} was last written before the renewal`,
      );
    }
  }
  return reasons;
}

/**
 * Whether one secret was written by this renewal. With a write of this run the date must fall into the
 * bracket of that write: older means that it did not arrive, much newer that somebody wrote over it. Else it
 * must not be older than the pending secret, nor than `renewed-at`, whichever there are.
 */
export function isConfirmed(
  secret: SecretFacts,
  plan: Plan,
  seen: Observation,
  written: Written | undefined,
): boolean {
  const { updatedAt } = secret;
  if (updatedAt === undefined) return false;
  if (written !== undefined) {
    return updatedAt >= written.since && updatedAt <= written.writtenAt + foreignWriteAllowanceMs;
  }
  const pendingAt = seen.pendingSecret.updatedAt;
  const renewedAt = plan.operation === 'finish' ? plan.renewedAt : undefined;
  if (pendingAt === undefined && renewedAt === undefined) return false;
  return (
    (pendingAt === undefined || updatedAt >= pendingAt) &&
    (renewedAt === undefined || updatedAt >= renewedAt - clockAllowanceMs)
  );
}

/** What the guard has to judge, put together from what is known now. */
export function finishEvidence(plan: Plan, known: Knowledge): FinishEvidence {
  return {
    interrupted: known.interrupted,
    newToken: newTokenEvidence(plan, known),
    secrets: plan.secrets.map(({ path }) => ({ path, confirmed: known.confirmed.has(path) })),
    verification: plan.verification === 'none' ? 'none' : known.verification,
    drain: plan.drainTimeoutMs === 0 ? 'none' : known.drained ? 'done' : 'outstanding',
  };
}

function newTokenEvidence(plan: Plan, known: Knowledge): FinishEvidence['newToken'] {
  if (known.token === undefined) {
    return plan.operation === 'finish' && plan.renewedAt !== undefined ? 'renewed-at' : 'none';
  }
  if (!known.accepted) return 'none';
  const askedVtex = plan.signInCheck || plan.verificationRequests.length > 0;
  return askedVtex ? 'accepted' : 'verification';
}
