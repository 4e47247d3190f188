/** What to advise after a renewal that failed: *Undo Renewal* only where nobody can have stored its new token. */
import { RotationError } from '../../common/errors.ts';
import { undoLostRenewal, waysOutOfPending } from '../next-moves.ts';
import { needSeen, type StepContext } from './context.ts';
import { lookFor } from './looks.ts';
import type { Notebook } from './writes.ts';

/** A run that has renewed has its token in the pending secret by then. Milliseconds. */
const stagedSoonMs = 5000;

/** What a person does about a pending or lost renewal depends on the names of this workflow, and on who else is at work. */
export async function explained(context: StepContext, notebook: Notebook, error: unknown): Promise<unknown> {
  if (!(error instanceof RotationError)) return error;
  const { code, message, hint } = error;
  const ways = waysOutOfPending(context.settings);
  if (code === 'renewal-pending') return new RotationError(code, message, ways, { cause: error });
  if (!hint.includes(undoLostRenewal) || (await isUntouched(context, notebook))) return error;
  const others =
    'Secrets were written meanwhile, or could not be looked at, so the pending renewal may be that of another run.';
  const moves = hint.replace(undoLostRenewal, () => ways);
  return new RotationError(code, `${message} ${others}`, moves, { cause: error });
}

/** No listed secret and not the pending one was written since the first look. */
async function isUntouched(context: StepContext, notebook: Notebook): Promise<boolean> {
  const { settings, ports, stop } = context;
  const listed = needSeen(context).listed.map(({ path }) => path);
  await ports.clock.sleep(stagedSoonMs, stop);
  try {
    const { doubts } = await lookFor(context, notebook, [...listed, settings.pendingSecret]);
    return doubts.length === 0;
  } catch (error) {
    if (error instanceof RotationError) return false;
    throw error;
  }
}
