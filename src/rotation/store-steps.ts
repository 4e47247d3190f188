/** Writing the listed secrets, writing the old token back, and removing the pending secret. */
import { type ErrorCode, RotationError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { SecretPath } from '../secret-path.ts';
import type { Knowledge, Written } from './model.ts';
import { untilGitHubAnswers } from './patience.ts';
import type { Instant } from './ports.ts';
import { asRotationError, needToken, type PerformStep, type StepContext } from './step-context.ts';

interface Writes {
  readonly written: ReadonlyMap<string, Written>;
  readonly failures: readonly { readonly path: SecretPath; readonly error: RotationError }[];
  /** Of those that were tried, the paths of which nobody knows whether they were written. */
  readonly doubtful: ReadonlySet<string>;
  /** Dates of the written secrets, as far as GitHub gave them. */
  readonly dates: ReadonlyMap<string, Instant>;
}

/** What a step has to remember of the writes it has made so far. */
type Remember = (soFar: Pick<Writes, 'written' | 'doubtful'>) => Partial<Knowledge>;

export const store: PerformStep = async (context) => {
  const { plan, known } = context;
  const remember = ({ written, doubtful }: Pick<Writes, 'written' | 'doubtful'>) => ({
    written: new Map([...known.written, ...written]),
    doubtful,
  });
  const writes = await writeAll(context, plan.secrets, needToken(context).secret, remember);
  const { failures, dates } = writes;
  const learned = { ...remember(writes), dates: new Map([...known.dates, ...dates]) };
  if (failures.length > 0)
    return { ...learned, errors: [...known.errors, notAllStored(context, learned.written, failures)] };
  return { ...learned, stored: learned.written.size === plan.secrets.length };
};

function notAllStored(
  { plan }: StepContext,
  written: Writes['written'],
  failures: Writes['failures'],
): RotationError {
  const names = (updated: boolean) =>
    plan.secrets
      .map(({ path }) => path)
      .filter((path) => written.has(path) === updated)
      .join(', ') || 'none';
  return new RotationError(
    codeOf(failures),
    `Not every listed secret could be updated. Updated: ${names(true)}. Not updated: ${names(false)}. ` +
      failures.map(({ path, error }) => `${path.path}: ${error.message}`).join(' '),
    `${failures[0]?.error.hint ?? ''} Run the action again with pending-token; it takes this renewal up and writes the rest.`,
  );
}

function codeOf(failures: Writes['failures']): ErrorCode {
  return failures.some(({ error }) => error.code === 'github-forbidden')
    ? 'github-forbidden'
    : 'secret-write-failed';
}

/** The first secret alone, so that a fault that would hit all is met with one; then the others side by side. */
async function writeAll(
  context: StepContext,
  paths: readonly SecretPath[],
  value: Secret,
  remember: Remember,
): Promise<Writes> {
  const { ports, stop } = context;
  const written = new Map<string, Written>();
  const doubtful = new Set<string>();
  const failures: { path: SecretPath; error: RotationError }[] = [];
  const learn = (): void =>
    context.learn?.(remember({ written: new Map(written), doubtful: new Set(doubtful) }));
  const patiently = <T>(what: string, action: () => Promise<T>) =>
    untilGitHubAnswers(action, what, ports, stop);
  const writeOne = async (path: SecretPath, since: Instant): Promise<void> => {
    try {
      const sealed = await ports.store.seal(path, value);
      if (stop.aborted) return;
      doubtful.add(path.path);
      learn();
      const receipt = await patiently(`write ${path.path}`, () => ports.store.write(sealed));
      written.set(path.path, { ...receipt, path, since });
      doubtful.delete(path.path);
      learn();
      ports.log.info(`Wrote ${path.path}.`);
    } catch (cause) {
      const error = asRotationError(cause);
      failures.push({ path, error });
      // Any other error is GitHub's word that it has not written.
      if (error.code !== 'github-unavailable') doubtful.delete(path.path);
    }
  };
  const [first, ...others] = paths;
  if (first === undefined) return { written, failures, doubtful, dates: new Map() };
  let since: Instant;
  try {
    // GitHub's clock before the first write: what is older later on was not written by this run.
    since = (await patiently(`read ${first.path}`, () => ports.store.read(first))).readAt;
  } catch (error) {
    return {
      written,
      failures: [{ path: first, error: asRotationError(error) }],
      doubtful,
      dates: new Map(),
    };
  }
  await writeOne(first, since);
  if (failures.length === 0) await Promise.all(others.map((path) => writeOne(path, since)));
  const dates = await datesOf(context, [...written.values()]);
  for (const [path, write] of written) {
    written.set(path, { ...write, writtenAt: Math.max(write.writtenAt, dates.get(path) ?? 0) });
  }
  return { written, failures, doubtful, dates };
}

/** Read back for the record and as the mark of our own write; the proof is taken right before the finish. */
async function datesOf(
  { ports }: StepContext,
  written: readonly Written[],
): Promise<ReadonlyMap<string, Instant>> {
  const dates = new Map<string, Instant>();
  await Promise.all(
    written.map(async ({ path }) => {
      try {
        const { updatedAt } = await ports.store.read(path);
        if (updatedAt !== undefined) dates.set(path.path, updatedAt);
      } catch (error) {
        ports.log.info(`${path.path} could not be read back (${asRotationError(error).message})`);
      }
    }),
  );
  return dates;
}

/**
 * Writes the old token back, if VTEX still accepts it. The pending secret must be younger than the restored
 * secrets, else their dates would look like proof that they hold the new token. It is written anew before them too:
 * should this run die on the way, the dates of those that are not restored yet prove nothing either.
 */
export const restore: PerformStep = async (context) => {
  const { plan, known, ports } = context;
  const { oldToken } = known;
  if (oldToken === undefined) return { restore: 'impossible' };
  const undone = known.finish === 'undone';
  const paths = undone ? plan.secrets : plan.secrets.filter(({ path }) => known.written.has(path));
  if (plan.signInCheck && !(await isAccepted(context, oldToken))) {
    ports.log.warning('VTEX was not seen to accept current-token any more, so it was not written back.');
    return { restore: 'impossible' };
  }
  if (!undone) {
    await makePendingSecretYoungest(context);
    // Should the process die before the pending secret is the youngest again, `post` sees to it.
    try {
      ports.journal.renewed(await ports.store.seal(plan.pendingSecret, needToken(context).secret));
    } catch (error) {
      ports.log.info(asRotationError(error).message);
    }
  }
  const remember = ({ written, doubtful }: Pick<Writes, 'written' | 'doubtful'>) => ({
    written: new Map([...known.written].filter(([path]) => !written.has(path))),
    restored: new Set(written.keys()),
    doubtful,
  });
  const writes = await writeAll(context, paths, oldToken, remember);
  const { written, failures, dates } = writes;
  const unseen = [...written.values()].filter(({ path, since }) => (dates.get(path.path) ?? 0) < since);
  const tooOld = undone ? undefined : await makePendingSecretYoungest(context);
  if (!undone && tooOld === undefined) ports.journal.staged();
  if (tooOld !== undefined) {
    ports.log.warning(
      `${plan.pendingSecret.path} could not be written anew after the restore (${tooOld}). ` +
        'Until the next rotate has run, do not run finish: the restored secrets would look as if they held the new token.',
    );
  }
  const learned = {
    ...remember(writes),
    doubtful: new Set([...writes.doubtful, ...unseen.map(({ path }) => path.path)]),
    dates: new Map([...known.dates, ...dates]),
  };
  const missing = paths.filter(({ path }) => !written.has(path) || learned.doubtful.has(path));
  if (missing.length === 0) return { ...learned, restore: 'restored' };
  const error = new RotationError(
    failures.length === 0 && unseen.length === 0 ? 'cancelled' : codeOf(failures),
    `The old token was not seen to arrive in: ${missing.map(({ path }) => path).join(', ')}. ` +
      failures.map((failure) => failure.error.message).join(' '),
    'Write it there by hand, or run the action again with pending-token to store the new one.',
  );
  return { ...learned, restore: 'impossible', errors: [...known.errors, error] };
};

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

/** The renewal is over, so the pending secret holds nothing of its own any more. */
export const cleanUp: PerformStep = async ({ plan, ports }) => {
  try {
    await ports.store.remove(plan.pendingSecret);
  } catch (error) {
    ports.log.warning(
      `${plan.pendingSecret.path} could not be deleted (${asRotationError(error).message}). ` +
        'Delete it by hand, or leave it to the next run.',
    );
  }
  return { cleanedUp: true };
};
