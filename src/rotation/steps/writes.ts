/** Writing secrets, and finding out the dates that GitHub gives to the writes. */
import { type ErrorCode, RotationError } from '../../common/errors.ts';
import type { Secret } from '../../common/secret.ts';
import type { SecretPath } from '../../paths/secret-path.ts';
import {
  dateBefore,
  entriesOf,
  followsOwnWrite,
  type SecretEntry,
  waitBefore,
  withLook,
} from '../listed-secrets.ts';
import type { Ports } from '../ports.ts';
import type { Settings } from '../settings.ts';
import { replaceToken } from '../whole-values.ts';
import type { StepContext } from './context.ts';
import { growingWaits } from '../../common/waits.ts';
import { readLagMs, untilGitHubAnswers } from './patience.ts';

/** So many secrets are written side by side; GitHub asks for restraint, and the client keeps its limits. */
export const sideBySide = 10;

/** The entries of the secrets while a step writes to them; what it learns is kept at once. */
export class Notebook {
  readonly #learn: StepContext['learn'];
  /** A copy of its own, changed in place: there may be a thousand secrets, and each is noted several times. */
  readonly #secrets: Map<string, SecretEntry>;

  constructor({ known, learn }: Pick<StepContext, 'known' | 'learn'>) {
    this.#secrets = new Map(known.secrets);
    this.#learn = learn;
  }

  get secrets(): ReadonlyMap<string, SecretEntry> {
    return this.#secrets;
  }

  entry({ path }: SecretPath): SecretEntry {
    const entry = this.#secrets.get(path);
    if (entry === undefined) throw new Error('a secret was never looked at');
    return entry;
  }

  entries(paths: readonly SecretPath[]): readonly SecretEntry[] {
    return entriesOf(this.#secrets, paths);
  }

  note(entry: SecretEntry): void {
    this.#secrets.set(entry.path.path, entry);
    this.#learn({ secrets: this.#secrets });
  }
}

export interface WriteOrder {
  readonly path: SecretPath;
  readonly text: Secret;
  /** Which of the renewal's tokens is in it. */
  readonly value: 'new' | 'old';
  readonly urgent?: boolean;
  /** Milliseconds for which it is tried again while GitHub is unavailable. */
  readonly patienceMs?: number;
  /** As in `WriteOptions`. */
  readonly onTurn?: () => Promise<void>;
}

/** Writes one secret and notes it, whatever happens. Throws `RotationError`. */
export async function write(
  { ports, stop }: Pick<StepContext, 'ports' | 'stop'>,
  notebook: Notebook,
  { path, text, value, urgent = false, patienceMs, onTurn }: WriteOrder,
): Promise<void> {
  const { clock } = ports;
  const entry = notebook.entry(path);
  // Never for the pending secret of a new token, which must not wait for anything.
  if (!urgent) await clock.sleep(waitBefore(entry, clock.now()), stop);
  const doubtful = {
    value,
    outcome: 'unknown',
    created: false,
    before: dateBefore(entry),
    followsOwn: followsOwnWrite(entry, clock.now()),
    answeredAt: 0,
    beganAt: clock.now(),
    endedAt: clock.now(),
    mark: undefined,
  } as const;
  notebook.note({ ...entry, write: doubtful });
  const tries = { areCertain: true };
  const once = async (): ReturnType<typeof ports.store.write> => {
    try {
      return await ports.store.write(path, text, { urgent, ...(onTurn && { onTurn }) });
    } catch (error) {
      // Any other error is GitHub's word that this try has not written.
      if (!(error instanceof RotationError) || error.code === 'github-unavailable') tries.areCertain = false;
      throw error;
    }
  };
  try {
    const receipt = await untilGitHubAnswers(once, `write ${path.path}`, ports, stop, patienceMs);
    notebook.note({ ...entry, write: { ...doubtful, ...receipt, outcome: 'done', endedAt: clock.now() } });
  } catch (error) {
    if (tries.areCertain) notebook.note(entry);
    throw error;
  }
}

/**
 * Looks until GitHub shows each of the writes, for at most thirty seconds; its reads may lag behind its writes by
 * seconds (https://github.com/integrations/terraform-provider-github/issues/3502). What it never shows has no mark.
 */
export async function takeMarks(
  { ports, stop }: Pick<StepContext, 'ports' | 'stop'>,
  notebook: Notebook,
  paths: readonly SecretPath[],
): Promise<void> {
  const deadline = ports.clock.now() + readLagMs;
  const unmarked = (): readonly SecretEntry[] =>
    notebook
      .entries(paths)
      .filter(({ write, isForeign }) => write !== undefined && write.mark === undefined && !isForeign);
  for (const wait of growingWaits(200, 1.5, 3000)) {
    const entries = unmarked();
    if (entries.length === 0) return;
    const looks = await ports.store.readAll(entries.map(({ path }) => path));
    for (const [index, look] of looks.entries()) {
      const entry = entries[index];
      if (entry !== undefined && !(look instanceof RotationError))
        notebook.note(withLook(entry, look, ports.clock.now()));
    }
    const left = deadline - ports.clock.now();
    if (unmarked().length === 0 || left <= 0 || stop.aborted) return;
    await ports.clock.sleep(Math.min(wait, left), stop);
  }
}

export interface WriteFailure {
  readonly path: SecretPath;
  readonly error: RotationError;
}

export function codeOf(failures: readonly WriteFailure[]): ErrorCode {
  return failures.some(({ error }) => error.code === 'github-forbidden')
    ? 'github-forbidden'
    : 'secret-write-failed';
}

/** What GitHub said of the failures, each reason once. */
export function reasonsOf(failures: readonly WriteFailure[]): string {
  const reasons = [...new Set(failures.map(({ error }) => error.message))];
  return (
    reasons.slice(0, 3).join(' ') + (reasons.length > 3 ? ` And ${reasons.length - 3} other reasons.` : '')
  );
}

/** Paths for a message, which must fit into an annotation. */
export function listPaths(paths: readonly SecretPath[]): string {
  const shown = paths.slice(0, 10).map(({ path }) => path);
  if (shown.length === 0) return 'none';
  return shown.join(', ') + (paths.length > shown.length ? ` and ${paths.length - shown.length} more` : '');
}

/** Reads once; undefined for what could not be read. */
export async function readOnce(
  { store }: Ports,
  paths: readonly SecretPath[],
): Promise<
  readonly (Exclude<Awaited<ReturnType<Ports['store']['readAll']>>[number], RotationError> | undefined)[]
> {
  const looks = await store.readAll(paths);
  return looks.map((look) => (look instanceof RotationError ? undefined : look));
}

/** Whether somebody has deleted a secret. One that GitHub has not shown since this run wrote it may be on a copy that lags. */
export async function isGone(
  context: Pick<StepContext, 'ports' | 'stop'>,
  notebook: Notebook,
  path: SecretPath,
): Promise<boolean> {
  await takeMarks(context, notebook, [path]);
  const [look] = await readOnce(context.ports, [path]);
  return look !== undefined && look.updatedAt === undefined;
}

/** What a listed secret is to hold: the token, or its whole value with the token in the place of another. */
export function textWith(
  { currentValues }: Settings,
  { path }: SecretPath,
  { token, replaces }: { readonly token: Secret; readonly replaces: Secret | undefined },
): Secret {
  const whole = currentValues.get(path);
  return whole === undefined ? token : replaceToken(whole, replaces, token);
}
