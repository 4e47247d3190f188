/** The last round of an undo: its writes may be hours old, and a person may have acted since. */
import { RotationError } from '../../common/errors.ts';
import { nextRunResumes } from '../next-moves.ts';
import { watchBoth } from './both-tokens.ts';
import { needRenewal, needSeen, type PerformStep, type StepContext } from './context.ts';
import { lookFor } from './looks.ts';
import { storeAgain } from './restore.ts';
import { ask } from './sign-in.ts';
import { listPaths, Notebook } from './writes.ts';

/** Every listed secret holds the old token still, and VTEX accepts it. */
export const confirmUndo: PerformStep = async (context) => {
  const { known, stop, learn } = context;
  const { oldToken } = needRenewal(context);
  if (oldToken === undefined) throw new Error('there is no token to confirm');
  const notebook = new Notebook(context);
  const listed = needSeen(context).listed.map(({ path }) => path);
  const [{ doubts }, { state, said }] = await Promise.all([
    lookFor(context, notebook, listed),
    ask(context, oldToken),
  ]);
  if (stop.aborted) return undefined;
  if (state === 'refused') return afterDeletion(context, notebook);
  learn({ tokens: { ...known.tokens, old: state } });
  const unsure = state === 'accepted' ? doubts : [`VTEX gave no clear answer about it (${said})`, ...doubts];
  if (unsure.length > 0) {
    learn({ restore: 'impossible' });
    throw new RotationError(
      'finish-failed',
      `The old token was written back, but it is not certain that every listed secret holds it and that it works: ${unsure.join('; ')}.`,
      'Do not choose Undo Renewal yet. Run operation: undo again.',
    );
  }
  return { secrets: notebook.secrets };
};

/** Somebody has deleted the old token, so what was written back is dead: the new one, which lives, takes its place again. */
async function afterDeletion(context: StepContext, notebook: Notebook): ReturnType<PerformStep> {
  const { known, learn } = context;
  const { newToken } = needRenewal(context);
  const { isOver, last } = await watchBoth(context, (both) => both.old === 'accepted');
  learn({ restore: 'impossible', tokens: last });
  if (!isOver || newToken === undefined) {
    throw new RotationError(
      'finish-failed',
      'The old token was written back, and VTEX refuses it now.',
      `Find out in VTEX Admin which token works. ${nextRunResumes}`,
    );
  }
  const listed = needSeen(context).listed.map(({ path }) => path);
  const missing = await storeAgain(context, notebook, listed, newToken);
  const what =
    missing.length === 0
      ? 'The new one, which it accepts, was written into every listed secret again.'
      : `The new one, which it accepts, was not seen to arrive in: ${listPaths(missing)}.`;
  const error = new RotationError(
    'renewal-unproven',
    `Somebody has deleted the old token meanwhile: VTEX refuses it. ${what}`,
    missing.length === 0
      ? 'There is nothing left to undo: the renewal is over.'
      : 'Run the action with operation: rotate and current-token set to the pending secret.',
  );
  return {
    secrets: notebook.secrets,
    finish: 'ended',
    tokens: { old: 'refused', new: 'accepted' },
    errors: [...known.errors, error],
  };
}
