/** Proving the new token, and the point of no return. */
import { RotationError } from '../../errors.ts';
import { takenUpByNextRun, undoRenewal } from '../next-moves.ts';
import { grantFinish, objectionsToFinish } from '../finish-guard.ts';
import { FinishFailed } from '../finish-failed.ts';
import { managerOf, nothingKnown } from '../model.ts';
import { pollUntil } from './patience.ts';
import type { Credential, Instant, SecretFacts } from '../ports.ts';
import { finishEvidence, isConfirmed } from '../evidence.ts';
import { asRotationError, needSeen, needToken, type PerformStep, type StepContext } from './context.ts';

/** Asks VTEX itself whether it accepts the new token, for as long as VTEX may need to spread it. */
export const checkToken: PerformStep = async (context) => {
  const { plan, ports, stop } = context;
  const credential: Credential = { appKey: plan.apiKey, appToken: needToken(context).secret };
  const { propagationTimeoutMs } = plan;
  if (plan.signInCheck) {
    let last = '';
    const accepted = await pollUntil(
      async () => {
        last = await signInOnce(context, credential);
        return last === 'accepted';
      },
      propagationTimeoutMs,
      ports.clock,
      stop,
    );
    if (stop.aborted) return {};
    if (!accepted) throw rejected(context, `sign-in: ${last}`);
  }
  const failures = (
    await Promise.all(plan.verificationRequests.map((path) => failureOfRequest(context, credential, path)))
  ).filter((failure) => failure !== undefined);
  if (stop.aborted) return {};
  if (failures.length > 0) throw rejected(context, failures.join('; '));
  return { accepted: true };
};

async function signInOnce({ ports }: StepContext, credential: Credential): Promise<string> {
  try {
    return await ports.issuer.signIn(credential, { attempts: 1 });
  } catch (error) {
    return asRotationError(error).message;
  }
}

async function failureOfRequest(
  { plan, ports, stop }: StepContext,
  credential: Credential,
  path: string,
): Promise<string | undefined> {
  let last = '';
  const answered = await pollUntil(
    async () => {
      try {
        const status = await ports.issuer.status(path, credential);
        last = `status ${status}`;
        return status >= 200 && status < 300;
      } catch (error) {
        last = asRotationError(error).message;
        return false;
      }
    },
    plan.propagationTimeoutMs,
    ports.clock,
    stop,
  );
  return answered ? undefined : `GET ${path}: ${last}`;
}

function rejected({ plan, known }: StepContext, last: string): RotationError {
  const touched =
    known.written.size > 0 || known.token?.origin === 'taken-up' ? '' : ' No consumer was touched.';
  return new RotationError(
    'new-token-rejected',
    `VTEX did not accept the new token within ${plan.propagationTimeoutMs / 1000} s (${last}).${touched}`,
    `${takenUpByNextRun} If VTEX goes on refusing it: ${undoRenewal}`,
  );
}

export const verify: PerformStep = async ({ known, ports, stop }) => {
  const runs = await ports.verifier.verify(stop);
  const failures = runs.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
  const passed = runs.length > 0 && failures.length === 0;
  return {
    runs: [...known.runs, ...runs],
    verification: passed ? 'passed' : 'failed',
    errors: [...known.errors, ...failures],
  };
};

/** Reads every listed secret once more, right before the point of no return. */
export const confirm: PerformStep = async (context) => {
  const { plan, known, ports } = context;
  const seen = needSeen(context);
  const [pending, ...listed] = await Promise.all(
    [plan.pendingSecret, ...plan.secrets].map((path) => ports.store.read(path)),
  );
  const doubts = listed
    .filter((secret) => !isConfirmed(secret, plan, seen, known.written.get(secret.path.path)))
    .map(({ path, updatedAt }) =>
      updatedAt === undefined
        ? `${path.path} does not exist`
        : `${path.path} was not last written by this renewal`,
    );
  if (pending !== undefined && pendingSecretChanged(context, pending)) {
    doubts.push(`${pending.path.path} was written by somebody else meanwhile`);
  }
  if (doubts.length > 0) {
    throw new RotationError(
      'finish-failed',
      `The old token was not deleted, because it may still be in use: ${doubts.join('; ')}.`,
      `Both tokens work. ${takenUpByNextRun}`,
    );
  }
  return {
    confirmed: new Set(listed.map(({ path }) => path.path)),
    dates: datesOf(listed),
  };
};

function datesOf(secrets: readonly SecretFacts[]): ReadonlyMap<string, Instant> {
  return new Map(
    secrets.flatMap(({ path, updatedAt }) => (updatedAt === undefined ? [] : [[path.path, updatedAt]])),
  );
}

/**
 * Another run that renews the same key writes the same pending secret first; then the token that VTEX calls old
 * may be ours. One that is gone belongs to a run that has finished this very renewal.
 */
function pendingSecretChanged({ known }: StepContext, pending: SecretFacts): boolean {
  if (pending.updatedAt === undefined) return false;
  // Our own write is dated before GitHub's answer to it, give or take a second between two of its clocks.
  const ours = known.stagedAt === undefined ? known.seen?.pendingSecret.updatedAt : known.stagedAt + 2000;
  return ours === undefined || pending.updatedAt > ours;
}

export const finish: PerformStep = async (context) => {
  const { plan, known, ports, stop } = context;
  const evidence = finishEvidence(plan, known);
  const permit = grantFinish(evidence);
  if (permit === undefined)
    throw new Error(`finish without a permit: ${objectionsToFinish(evidence).join('; ')}`);
  const reply = await ports.issuer.finish(permit, managerOf(plan, known), stop);
  if (reply.kind === 'finished') return { finish: 'finished' };
  if (plan.operation === 'finish')
    return { finish: reply.afterUnknown ? 'already-finished' : 'nothing-pending' };
  if (!plan.signInCheck) {
    ports.log.warning('VTEX has no renewal pending (404). Sign-in is off, so this counts as done.');
    return { finish: 'already-finished' };
  }
  // 404: finished already, or undone. Which of the two shows in whether the new token is alive.
  const credential: Credential = { appKey: plan.apiKey, appToken: needToken(context).secret };
  for (let attempt = 1; ; attempt++) {
    const answer = await signInOnce(context, credential);
    if (answer === 'accepted') return { finish: 'already-finished' };
    if (attempt === 3) return answer === 'refused' ? undone(context) : cannotTell(answer);
    await ports.clock.sleep(attempt * 1000, stop);
  }
};

function undone({ known }: StepContext): Partial<StepContext['known']> {
  const error = new RotationError(
    'renewal-undone',
    'VTEX has no renewal pending and refuses the new token: somebody undid the renewal.',
    known.oldToken === undefined
      ? 'The listed secrets hold a dead token. Write the token that VTEX accepts into them, then run the action again.'
      : 'Run the action again to renew anew.',
  );
  return { finish: 'undone', errors: [...known.errors, error] };
}

function cannotTell(answer: string): never {
  throw new FinishFailed(
    'unknown',
    `VTEX has no renewal pending (404), and whether it accepts the new token is not known (${answer})`,
    takenUpByNextRun,
  );
}

/** After the fact: the new token works, and the old one does not. */
export const prove: PerformStep = async (context) => {
  const { plan, known, ports, stop } = context;
  if (!plan.signInCheck) return { proved: true };
  const poll = (appToken: Credential['appToken'], wanted: string) =>
    pollUntil(
      async () => (await signInOnce(context, { appKey: plan.apiKey, appToken })) === wanted,
      plan.propagationTimeoutMs,
      ports.clock,
      stop,
    );
  if (known.token !== undefined && !(await poll(known.token.secret, 'accepted')) && !stop.aborted) {
    throw new RotationError(
      'new-token-rejected',
      'The old token was deleted, and VTEX does not accept the new one at the moment.',
      'Sign in with it by hand. If VTEX goes on refusing it, renew the token in VTEX Admin and update the secrets.',
    );
  }
  if (known.oldToken !== undefined && !(await poll(known.oldToken, 'refused'))) {
    // `finish` by renewed-at alone cannot know which of the two current-token is.
    ports.log.warning(
      known.token === undefined
        ? 'VTEX goes on accepting current-token. If that is the new token, all is well; if it is the old one, VTEX was ' +
            'not seen to refuse it yet, although it said that the renewal is finished.'
        : 'VTEX was not seen to refuse the old token yet, although it said that the renewal is finished.',
    );
  }
  return { proved: true };
};

/** A predecessor is finished: of what the run knows, this alone is not its past. */
export const beginNext: PerformStep = (context) => {
  const { interrupted, seen, runs, dates, errors } = context.known;
  return Promise.resolve({
    ...nothingKnown,
    interrupted,
    seen,
    runs,
    dates,
    errors,
    oldToken: needToken(context).secret,
    successor: true,
  });
};
