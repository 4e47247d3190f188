/** The point of no return, and what its answers mean. */
import { RotationError } from '../../common/errors.ts';
import { finishEvidence } from '../evidence.ts';
import { grantFinish, objectionsToFinish } from '../finish-guard.ts';
import { managerOf } from '../model.ts';
import { findOutFirst, nextRunResumes } from '../next-moves.ts';
import type { FinishReply } from '../ports/vtex.ts';
import { stateOf, undone, watchBoth } from './both-tokens.ts';
import { needRenewal, type PerformStep, type StepContext } from './context.ts';

export const finish: PerformStep = async (context) => {
  const { settings, known, ports, learn } = context;
  const evidence = finishEvidence(settings, known);
  const permit = grantFinish(evidence);
  if (permit === undefined)
    throw new Error(`finish without a permit: ${objectionsToFinish(evidence).join('; ')}`);
  // Whatever comes, the round before it is used up.
  learn({ confirmed: false, finish: 'unclear' });
  const reply = await ports.issuer.finish(permit, managerOf(settings, known));
  switch (reply.kind) {
    case 'finished':
      return { finish: 'finished', tokens: { ...known.tokens, old: 'refused' } };
    case 'not-pending':
      return afterNotPending(context);
    case 'unclear':
      return afterUnclear(context, reply);
    case 'refused':
      learn({ finish: 'not-sent' });
      throw reply.error;
  }
};

/** Whether VTEX did it all the same shows in the old token. */
async function afterUnclear(
  context: StepContext,
  { said, mayBeDeleted, waitMs }: FinishReply & { kind: 'unclear' },
): ReturnType<PerformStep> {
  const { known, ports, stop, learn } = context;
  ports.log.info(`VTEX did not confirm that the old token is deleted: ${said}.`);
  const { oldToken } = needRenewal(context);
  const old = mayBeDeleted ? await stateOf(context, oldToken, 'unknown') : known.tokens.old;
  const tokens = { ...known.tokens, old };
  if (mayBeDeleted && old === 'refused') return { finish: 'finished', tokens };
  const isAlive = !mayBeDeleted || old === 'accepted';
  learn({ tokens, unclearTries: known.unclearTries + 1, finish: isAlive ? 'not-sent' : 'unclear' });
  const backOffMs = 1000 * 2 ** known.unclearTries;
  await ports.clock.sleep(Math.min(waitMs ?? backOffMs, longestWaitMs), stop);
  return undefined;
}

const longestWaitMs = 5 * 60_000;

/** 404: finished already, or undone. Which of the two shows in the tokens, once VTEX agrees with itself. */
async function afterNotPending(context: StepContext): ReturnType<PerformStep> {
  const { settings, known } = context;
  const { newToken, oldToken, origin } = needRenewal(context);
  const watched = await watchBoth(
    context,
    (both) =>
      (both.old === 'refused' || oldToken === undefined) &&
      (both.new === 'accepted' || newToken === undefined),
  );
  const tokens = watched.last;
  if (watched.isReached) {
    const isOurs = settings.operation !== 'finish' || known.unclearTries > 0;
    return { finish: isOurs ? (origin === 'renewed' ? 'finished' : 'ended') : 'not-pending', tokens };
  }
  if (watched.isUndone) {
    const error = undone(context, 'VTEX has no renewal pending (404).');
    return { finish: 'undone', tokens, errors: [...known.errors, error] };
  }
  context.learn({ tokens });
  throw new RotationError(
    'finish-failed',
    'VTEX has no renewal pending (404), and it is not certain which of the two tokens it accepts: the renewal may be ' +
      'finished or undone. Nothing was written or deleted.',
    `${findOutFirst(settings)} ${nextRunResumes}`,
  );
}
