import { release, renew, reserve, stage, takeUp } from './steps/renewal.ts';
import { drain } from './steps/drain.ts';
import { beginNext, checkToken, confirm, finish, prove, verify } from './steps/finish.ts';
import { restore } from './steps/restore.ts';
import { cleanUp, store } from './steps/roll-out.ts';
import type { Observation, Plan, Step } from './model.ts';
import { observe } from './steps/observe.ts';
import type { Ports } from './ports.ts';
import type { PerformStep } from './steps/context.ts';

/** How each step is performed. */
export const performers: Record<Step, PerformStep> = {
  observe: async ({ plan, ports }) => {
    const seen = await observe(plan, ports);
    // A token that VTEX refuses must never be written back.
    const works = seen.current === 'accepted' || seen.current === 'unchecked';
    if (seen.current === 'refused') {
      ports.log.warning('VTEX does not accept current-token, so it will not be restored if something fails.');
    }
    if (seen.pending === 'refused') {
      ports.log.warning(
        'VTEX does not accept pending-token: the renewal it belongs to is over, and it is not used.',
      );
    }
    remarkOnSecrets(plan, seen, ports);
    const dates = new Map(
      seen.listed.flatMap(({ path, updatedAt }) =>
        updatedAt === undefined ? [] : [[path.path, updatedAt] as const],
      ),
    );
    return { seen, dates, oldToken: works ? plan.currentToken : undefined };
  },
  'take-up': takeUp,
  reserve,
  renew,
  release,
  stage,
  'check-token': checkToken,
  verify,
  store,
  restore,
  drain,
  confirm,
  finish,
  prove,
  'begin-next': beginNext,
  'clean-up': cleanUp,
};

/** What is allowed but probably not meant, and shows only in what the secrets are. */
function remarkOnSecrets(plan: Plan, { listed, pendingSecret }: Observation, { log }: Ports): void {
  for (const { path, updatedAt } of [...listed, pendingSecret]) {
    const wish = path.level === 'organization' ? path.audience : undefined;
    if (wish === undefined || 'like' in wish || updatedAt === undefined) continue;
    log.notice(`${path.path} exists and keeps its readers: "?visibility=…" is ignored.`);
  }
  const isPassed = plan.pendingToken !== undefined || plan.pendingReserved;
  // `finish` asks for its own proof, and a later job of the run that rotated cannot have this one.
  if (pendingSecret.updatedAt === undefined || isPassed || plan.operation === 'finish') return;
  log.warning(
    `${pendingSecret.path.path} exists but pending-token is empty: it was made after this run was queued, or ` +
      'the workflow does not pass it. Pass it, so that a renewal that an earlier run began can be taken up.',
  );
}
