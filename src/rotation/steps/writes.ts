/** Writing one value to several secrets, and telling which of them hold it now. */
import type { ErrorCode, RotationError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import type { SecretPath } from '../../secret-path.ts';
import type { Knowledge, Written } from '../model.ts';
import { untilGitHubAnswers } from './patience.ts';
import type { Instant } from '../ports.ts';
import { asRotationError, type StepContext } from './context.ts';

export interface Writes {
  readonly written: ReadonlyMap<string, Written>;
  readonly failures: readonly { readonly path: SecretPath; readonly error: RotationError }[];
  /** Of those that were tried, the paths of which nobody knows whether they were written. */
  readonly doubtful: ReadonlySet<string>;
  /** Dates of the written secrets, as far as GitHub gave them. */
  readonly dates: ReadonlyMap<string, Instant>;
}

/** What is known in the middle of the writes too. */
export type WritesSoFar = Pick<Writes, 'written' | 'doubtful'>;

/** What a step has to remember of the writes it has made so far. */
type Remember = (soFar: WritesSoFar) => Partial<Knowledge>;

export function codeOf(failures: Writes['failures']): ErrorCode {
  return failures.some(({ error }) => error.code === 'github-forbidden')
    ? 'github-forbidden'
    : 'secret-write-failed';
}

/** The first secret alone, so that a fault that would hit all is met with one; then the others side by side. */
export async function writeAll(
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
