/** The plan that `check` prints: what a rotation would do now, and what it would cost. */
import { decide } from '../rotation/decide.ts';
import type { Outcome, Plan } from '../rotation/model.ts';
import type { SecretFacts } from '../rotation/ports.ts';

/** GitHub asks for a second between two writes. https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api */
const secondsPerWrite = 1;

export function planLines(plan: Plan, outcome: Outcome): readonly string[] {
  const { knowledge: known } = outcome;
  if (known.seen === undefined) return [];
  const { listed, pendingSecret, problems } = known.seen;
  const next = decide(
    { ...plan, operation: 'rotate' },
    { ...known, seen: { ...known.seen, problems: [] }, errors: [], interrupted: false },
  );
  const states = listed.map((secret) => `${secret.path.path}: ${stateOf(secret, plan)}`);
  const pending = `Pending secret: ${pendingSecret.path.path} (${pendingSecret.updatedAt === undefined ? 'does not exist' : 'exists'}).`;
  if ('end' in next) return [`A rotation would do nothing now. ${next.note ?? ''}`, ...states, pending];
  const takesUp = next.do === 'take-up';
  const wrong = problems.length === 0 ? '' : 'With what is wrong put right, ';
  const writes = listed.length + (takesUp ? 1 : 3);
  const reads = 4 * listed.length + 6;
  const vtex = takesUp ? 6 : 8;
  return [
    `${wrong}${wrong === '' ? 'A' : 'a'} rotation would ` +
      `${takesUp ? 'take up the pending renewal and store its token' : 'renew the token and store it'} in:`,
    ...states,
    pending,
    plan.deleteOldToken === 'now'
      ? 'Then it would delete the old token.'
      : 'Then it would leave both tokens valid (delete-old-token: later).',
    `About ${reads} reads and ${writes} writes at GitHub and ${vtex} requests to VTEX; with GitHub's limits about ` +
      `${Math.max(writes * secondsPerWrite, 1) + 5} seconds, without waiting for VTEX, workflows or runs.`,
  ];
}

function stateOf({ updatedAt, readAt }: SecretFacts, plan: Plan): string {
  if (updatedAt !== undefined) return `last written ${new Date(updatedAt).toISOString()}`;
  // What could not be looked at has no time of reading.
  if (readAt === 0) return 'could not be looked at';
  return plan.createMissing ? 'does not exist, would be created' : 'does not exist';
}
