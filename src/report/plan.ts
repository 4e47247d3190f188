/** The plan that `check` prints: what a rotation would do now, and what it would cost. */
import { decide } from '../rotation/decide.ts';
import type { Outcome, Plan } from '../rotation/model.ts';

/** GitHub asks for a second between two writes. https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api */
const secondsPerWrite = 1;

export function planLines(plan: Plan, outcome: Outcome): readonly string[] {
  const { knowledge: known } = outcome;
  if (known.seen === undefined) return [];
  const { listed, pendingSecret } = known.seen;
  const next = decide(
    { ...plan, operation: 'rotate' },
    { ...known, seen: { ...known.seen, problems: [] }, errors: [], interrupted: false },
  );
  const states = listed.map(({ path, updatedAt }) => {
    const state =
      updatedAt === undefined
        ? 'does not exist, would be created'
        : `last written ${new Date(updatedAt).toISOString()}`;
    return `${path.path}: ${state}`;
  });
  const pending = `Pending secret: ${pendingSecret.path.path} (${pendingSecret.updatedAt === undefined ? 'does not exist' : 'exists'}).`;
  if ('end' in next) return [`A rotation would do nothing now. ${next.note ?? ''}`, ...states, pending];
  const takesUp = next.do === 'take-up';
  const writes = listed.length + (takesUp ? 1 : 3);
  const reads = 4 * listed.length + 6;
  const vtex = takesUp ? 6 : 8;
  return [
    takesUp
      ? 'A rotation would take up the pending renewal and store its token in:'
      : 'A rotation would renew the token and store it in:',
    ...states,
    pending,
    plan.deleteOldToken === 'now'
      ? 'Then it would delete the old token.'
      : 'Then it would leave both tokens valid (delete-old-token: later).',
    `About ${reads} reads and ${writes} writes at GitHub and ${vtex} requests to VTEX; with GitHub's limits about ` +
      `${Math.max(writes * secondsPerWrite, 1) + 5} seconds, without waiting for VTEX, workflows or runs.`,
  ];
}
