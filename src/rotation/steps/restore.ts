/** Writing the old token back after a failed verification, or after somebody undid the renewal. */
import { RotationError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import type { SecretPath } from '../../secret-path.ts';
import type { Knowledge } from '../model.ts';
import { codeOf, writeAll, type WritesSoFar } from './writes.ts';
import { asRotationError, needToken, type PerformStep, type StepContext } from './context.ts';

/** Writes the old token back, if VTEX still accepts it. */
export const restore: PerformStep = async (context) => {
  const { plan, known, ports } = context;
  const { oldToken } = known;
  if (oldToken === undefined) return { restore: 'impossible' };
  if (plan.signInCheck && !(await isAccepted(context, oldToken))) {
    ports.log.warning('VTEX was not seen to accept current-token any more, so it was not written back.');
    return { restore: 'impossible' };
  }
  // An undone renewal left nothing to protect: what the pending secret holds is dead, and it is removed.
  if (known.finish === 'undone') return writeBack(context, plan.secrets, oldToken);
  return withPendingSecretYoungest(context, () => {
    const paths = plan.secrets.filter(({ path }) => known.written.has(path));
    return writeBack(context, paths, oldToken);
  });
};

async function writeBack(
  context: StepContext,
  paths: readonly SecretPath[],
  oldToken: Secret,
): Promise<Partial<Knowledge>> {
  const { known } = context;
  const remember = ({ written, doubtful }: WritesSoFar) => ({
    written: new Map([...known.written].filter(([path]) => !written.has(path))),
    restored: new Set(written.keys()),
    doubtful,
  });
  const writes = await writeAll(context, paths, oldToken, remember);
  const { written, failures, dates } = writes;
  const unseen = [...written.values()].filter(({ path, since }) => (dates.get(path.path) ?? 0) < since);
  const doubtful = new Set([...writes.doubtful, ...unseen.map(({ path }) => path.path)]);
  const learned = { ...remember(writes), doubtful, dates: new Map([...known.dates, ...dates]) };
  const missing = paths.filter(({ path }) => !written.has(path) || doubtful.has(path));
  if (missing.length === 0) return { ...learned, restore: 'restored' };
  const error = new RotationError(
    failures.length === 0 && unseen.length === 0 ? 'cancelled' : codeOf(failures),
    `The old token was not seen to arrive in: ${missing.map(({ path }) => path).join(', ')}. ` +
      failures.map((failure) => failure.error.message).join(' '),
    'Write it there by hand, or run the action again with pending-token to store the new one.',
  );
  return { ...learned, restore: 'impossible', errors: [...known.errors, error] };
}

/**
 * The pending secret must be younger than the restored secrets, else their dates would look like proof that they
 * hold the new token. It is written anew before them too: should this run die on the way, the dates of those that
 * are not restored yet prove nothing either.
 */
async function withPendingSecretYoungest<T>(context: StepContext, restoring: () => Promise<T>): Promise<T> {
  const { plan, ports } = context;
  await makePendingSecretYoungest(context);
  // Should the process die before the pending secret is the youngest again, `post` sees to it.
  try {
    ports.journal.renewed(await ports.store.seal(plan.pendingSecret, needToken(context).secret));
  } catch (error) {
    ports.log.info(asRotationError(error).message);
  }
  const result = await restoring();
  const tooOld = await makePendingSecretYoungest(context);
  if (tooOld === undefined) ports.journal.staged();
  else {
    ports.log.warning(
      `${plan.pendingSecret.path} could not be written anew after the restore (${tooOld}). ` +
        'Until the next rotate has run, do not run finish: the restored secrets would look as if they held the new token.',
    );
  }
  return result;
}

async function isAccepted({ plan, ports }: StepContext, token: Secret): Promise<boolean> {
  try {
    return (await ports.issuer.signIn({ appKey: plan.apiKey, appToken: token })) === 'accepted';
  } catch (error) {
    ports.log.info(asRotationError(error).message);
    return false;
  }
}

/** Gives the reason if it could not be done. */
async function makePendingSecretYoungest(context: StepContext): Promise<string | undefined> {
  const { plan, ports, known } = context;
  const token = needToken(context).secret;
  const paths = plan.secrets.filter(({ path }) => known.written.has(path));
  try {
    const sealed = await ports.store.seal(plan.pendingSecret, token);
    // GitHub dates in whole seconds, so a write in the same second would not be younger.
    for (let attempt = 0; attempt < 3; attempt++) {
      await ports.clock.sleep(1000);
      await ports.store.write(sealed);
      const [pending, ...others] = await Promise.all(
        [plan.pendingSecret, ...paths].map((path) => ports.store.read(path)),
      );
      const youngest = Math.max(...others.map(({ updatedAt }) => updatedAt ?? 0));
      if (pending?.updatedAt !== undefined && pending.updatedAt > youngest) return undefined;
    }
    return 'its date did not move';
  } catch (error) {
    return asRotationError(error).message;
  }
}
