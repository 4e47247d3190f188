/** From nothing to a new token that is durable: reserve, renew, release, stage; or take one up. */
import { RotationError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { undoOrDelete, undoRenewal } from '../next-moves.ts';
import { managerOf, type NewToken, placeholder, renewsItself } from '../model.ts';
import { untilGitHubAnswers } from './patience.ts';
import type { Instant, Renewal } from '../ports.ts';
import { isStoredEverywhere } from '../evidence.ts';
import { asRotationError, needSeen, needToken, type PerformStep, type StepContext } from './context.ts';

export const takeUp: PerformStep = async (context) => {
  const { plan, known, ports } = context;
  const seen = needSeen(context);
  if (plan.pendingToken === undefined) throw new Error('there is no pending token to take up');
  const token: NewToken = {
    secret: plan.pendingToken,
    origin: 'taken-up',
    renewedAt: seen.pendingSecret.updatedAt ?? seen.pendingSecret.readAt,
    vtexId: undefined,
  };
  ports.log.info('A renewal that an earlier run began is taken up with pending-token.');
  const predecessor =
    plan.operation === 'rotate' && plan.deleteOldToken === 'later' && isStoredEverywhere(plan, seen);
  // A predecessor is finished as it is, and its token is what the next renewal could restore.
  if (seen.currentIsPending && plan.operation === 'rotate' && !predecessor) {
    ports.log.warning(
      'current-token is the new token already, so there is no old token that could be restored.',
    );
  }
  return Promise.resolve({
    token,
    oldToken: seen.currentIsPending ? undefined : known.oldToken,
    // If somebody removed the pending secret, the token is written there again before anything else.
    staged: seen.pendingSecret.updatedAt !== undefined,
    predecessor,
  });
};

export const reserve: PerformStep = async (context) => {
  const { plan, known, ports, stop } = context;
  const seen = needSeen(context);
  const exists = seen.pendingSecret.updatedAt !== undefined;
  // What it holds may be the only copy of a token, unless the run knows: it was only the placeholder, or the token
  // of a predecessor that is in every listed secret. The latter must not stay: were the coming renewal lost, the
  // next run would take the predecessor for the new token and delete it. That the input said `reserved` when the run
  // was queued is weaker (a run may have staged a token and died since), but a renewal without the proof that GitHub
  // takes a write now, with this token, loses its token far more often.
  const holdsNothing = plan.pendingReserved || known.successor;
  if (exists && !holdsNothing) return { reservation: 'present' };
  try {
    // Looked at again right before the write: another run may have made it, or staged a token in it, by now.
    const now = await ports.store.read(plan.pendingSecret);
    const isTouched = now.updatedAt !== undefined && now.updatedAt !== seen.pendingSecret.updatedAt;
    if (isTouched) return { reservation: 'present' };
    const sealed = await ports.store.seal(plan.pendingSecret, new Secret(placeholder));
    if (stop.aborted) return {};
    const { created } = await ports.store.write(sealed);
    return { reservation: created ? 'created' : 'present' };
  } catch (error) {
    const cause = asRotationError(error);
    if (cause.code === 'github-forbidden') throw cause;
    throw new RotationError(
      'secret-write-failed',
      `The pending secret ${plan.pendingSecret.path} could not be reserved: ${cause.message}`,
      `${cause.hint} Nothing was renewed; run the action again.`,
      { cause },
    );
  }
};

export const renew: PerformStep = async (context) => {
  const { plan, known, ports, stop } = context;
  let renewal: Renewal;
  try {
    renewal = await ports.issuer.renew(
      managerOf(plan, known),
      (token) => {
        ports.journal.mask(token);
      },
      stop,
    );
  } catch (error) {
    throw explainPending(context, error);
  }
  const inUse = [plan.currentToken, known.oldToken, renewsItself(plan) ? plan.manager.appToken : undefined];
  if (inUse.some((token) => token?.equals(renewal.token))) {
    throw new RotationError('new-token-rejected', 'VTEX gave the current token as the new one.', undoRenewal);
  }
  const sealed = await ports.store.seal(plan.pendingSecret, renewal.token);
  ports.journal.renewed(sealed);
  const token: NewToken = {
    secret: renewal.token,
    origin: 'renewed',
    renewedAt: renewal.createdAt ?? ports.clock.now(),
    vtexId: renewal.vtexId,
  };
  return { token };
};

/** Which of the Admin's two ways out fits depends on what this repository holds. */
function explainPending(context: StepContext, error: unknown): unknown {
  if (!(error instanceof RotationError) || error.code !== 'renewal-pending') return error;
  return new RotationError(error.code, error.message, waysOut(context), { cause: error });
}

function waysOut({ plan: { pendingSecret, pendingToken, pendingReserved }, known }: StepContext): string {
  const { path, name } = pendingSecret;
  if (known.reservation === 'present' && pendingReserved) {
    return (
      `${path} held no token when this run was queued, but another run may have saved one there since. Run the action ` +
      `again: a new run is given what it holds now. If it still holds none: ${undoOrDelete}`
    );
  }
  if (known.reservation === 'present' && pendingToken === undefined) {
    return (
      `${path} exists and may hold its token: pass it as pending-token: \${{ secrets.${name} }} and run the action ` +
      `again. If it does not: ${undoOrDelete}`
    );
  }
  return (
    'No secret that this action knows of holds its token, so "Undo Renewal" fits, unless a person or another repository ' +
    `began it and stored the token elsewhere. ${undoOrDelete}`
  );
}

/** Removes the placeholder that this run made for a renewal that VTEX then refused. */
export const release: PerformStep = async ({ plan, ports }) => {
  try {
    await ports.store.remove(plan.pendingSecret);
  } catch (error) {
    ports.log.warning(
      `The placeholder in ${plan.pendingSecret.path} could not be removed (${asRotationError(error).message}) ` +
        'It holds no token; the next run uses it.',
    );
  }
  return { reservation: 'none' };
};

/** Writes the new token to the pending secret, its first durable home. */
export const stage: PerformStep = async (context) => {
  const { plan, ports, stop } = context;
  const { secret } = needToken(context);
  const sealed = await ports.store.seal(plan.pendingSecret, secret);
  try {
    const receipt = await untilGitHubAnswers(
      () => ports.store.write(sealed),
      `save the new token in ${plan.pendingSecret.path}`,
      ports,
      stop,
    );
    ports.journal.staged();
    return { staged: true, stagedAt: Math.max(receipt.writtenAt, await dateOfPendingSecret(context)) };
  } catch (error) {
    throw notStaged(context, asRotationError(error));
  }
};

/** Read back as the mark of our own write, to tell another run's from it; 0 if GitHub does not answer. */
async function dateOfPendingSecret({ plan, ports, stop }: StepContext): Promise<Instant> {
  if (stop.aborted) return 0;
  try {
    return (await ports.store.read(plan.pendingSecret)).updatedAt ?? 0;
  } catch (error) {
    ports.log.info(`The pending secret could not be read back: ${asRotationError(error).message}`);
    return 0;
  }
}

function notStaged({ plan }: StepContext, error: RotationError): RotationError {
  const code = error.code === 'github-forbidden' ? error.code : 'secret-write-failed';
  return new RotationError(
    code,
    `The new token could not be written to the pending secret ${plan.pendingSecret.path}: ${error.message}`,
    'The end of this job tries once more. If the pending secret then holds a token, pass it as pending-token and run ' +
      `the action again. If not, the new token is lost: ${undoRenewal}`,
    { cause: error },
  );
}
