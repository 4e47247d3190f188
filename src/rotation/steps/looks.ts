/** Looking whether secrets still bear the dates of this renewal. */
import { RotationError } from '../../common/errors.ts';
import type { SecretPath } from '../../paths/secret-path.ts';
import { growingWaits } from '../../common/waits.ts';
import { compareDate, type SecretEntry, withLook } from '../listed-secrets.ts';
import type { SecretFacts } from '../ports/secret-store.ts';
import type { StepContext } from './context.ts';
import { readLagMs } from './patience.ts';
import type { Notebook } from './writes.ts';

export interface Looks {
  /** What GitHub showed last of each secret. */
  readonly shown: ReadonlyMap<string, SecretFacts>;
  /** Why a secret does not count as unchanged, in words. */
  readonly doubts: readonly string[];
}

/**
 * Looks at the secrets until each shows the date of this run's write or, where this run did not write it, the date
 * that was observed. A date before that is a copy that lags: it is looked at again, for at most thirty seconds.
 */
export async function lookFor(
  { ports, stop }: Pick<StepContext, 'ports' | 'stop'>,
  notebook: Notebook,
  paths: readonly SecretPath[],
): Promise<Looks> {
  const deadline = ports.clock.now() + readLagMs;
  const shown = new Map<string, SecretFacts>();
  let waiting = paths;
  let unreadable: ReadonlyMap<string, RotationError> = new Map();
  for (const wait of growingWaits(300, 1.5, 3000)) {
    const looks = await ports.store.readAll(waiting);
    const errors = new Map<string, RotationError>();
    waiting = waiting.filter((path, index) => {
      const look = looks[index];
      // No later look is answered otherwise.
      if (look instanceof RotationError && look.code === 'github-forbidden') throw look;
      if (look === undefined || look instanceof RotationError) {
        if (look !== undefined) errors.set(path.path, look);
        return true;
      }
      shown.set(path.path, look);
      const entry = withLook(notebook.entry(path), look, ports.clock.now());
      const outcome = compareDate(entry, look.updatedAt);
      const isForeign = entry.isForeign || outcome === 'changed';
      notebook.note({ ...entry, isForeign });
      return outcome === 'early' && !isForeign;
    });
    unreadable = errors;
    const left = deadline - ports.clock.now();
    if (waiting.length === 0 || left <= 0 || stop.aborted) break;
    await ports.clock.sleep(Math.min(wait, left), stop);
  }
  const late = waiting.map((path) => doubtOfLate(path, notebook.entry(path), shown, unreadable));
  const foreign = notebook
    .entries(paths)
    .filter(({ isForeign }) => isForeign)
    .map(({ path }) => `${path.path} was written by somebody else meanwhile`);
  return { shown, doubts: [...foreign, ...late] };
}

function doubtOfLate(
  { path }: SecretPath,
  { write }: SecretEntry,
  shown: ReadonlyMap<string, SecretFacts>,
  unreadable: ReadonlyMap<string, RotationError>,
): string {
  const error = unreadable.get(path);
  if (error !== undefined) return `${path} could not be read (${error.message.replace(/\.$/, '')})`;
  if (shown.get(path)?.updatedAt === undefined) return `${path} does not exist`;
  return write === undefined
    ? `${path} shows an earlier date than before`
    : `GitHub does not show the write to ${path}`;
}
