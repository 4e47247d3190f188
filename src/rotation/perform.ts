import { release, renew, reserve, stage, takeUp } from './renewal-steps.ts';
import { beginNext, checkToken, confirm, drain, finish, prove, verify } from './proof-steps.ts';
import { cleanUp, restore, store } from './store-steps.ts';
import type { Step } from './model.ts';
import { observe } from './observe.ts';
import type { PerformStep } from './step-context.ts';

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
