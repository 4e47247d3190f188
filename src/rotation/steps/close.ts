/** Closing a renewal: from then on the dates tell which secrets hold its new token. */
import { RotationError } from '../../common/errors.ts';
import type { Secret } from '../../common/secret.ts';
import type { SecretPath } from '../../paths/secret-path.ts';
import { growingWaits } from '../../common/waits.ts';
import { dateOf } from '../listed-secrets.ts';
import { nextRunResumes } from '../next-moves.ts';
import { needRenewal, needSeen, type PerformStep, said, type StepContext } from './context.ts';
import { beginAnew } from './keep.ts';
import { lookFor } from './looks.ts';
import { readLagMs } from './patience.ts';
import { listPaths, Notebook, takeMarks, textWith, write } from './writes.ts';

/**
 * Writes the pending secret once more, in a later second than the last listed secret: from then on the dates tell
 * which secrets hold the new token. After a failed store it serves the next run, which writes only what is left.
 */
export const close: PerformStep = async (context) => {
  const { settings, known, stop } = context;
  const seen = needSeen(context);
  const { newToken } = needRenewal(context);
  if (newToken === undefined) throw new Error('there is no token to close with');
  const isPartial = known.errors.length > 0;
  const notebook = new Notebook(context);
  // Those too that this run did not write: what anybody writes before the close would pass for ours by its date.
  const paths = seen.listed.map(({ path }) => path);
  try {
    expectCertain(notebook, paths);
    await Promise.all([
      expectUnchanged(context, notebook, [...paths, settings.pendingSecret]),
      takeMarks(context, notebook, [settings.oldSecret]),
    ]);
    if (!isPartial) await moveIntoWindow(context, notebook, newToken, paths);
    if (!(await writeLater(context, notebook, newToken, paths))) {
      if (stop.aborted) return undefined;
      throw notClosed(`GitHub did not show a later date for ${settings.pendingSecret.path}`);
    }
    return { secrets: notebook.secrets };
  } catch (error) {
    if (!isPartial) throw error;
    context.ports.log.info(`The next run will write all listed secrets again: ${said(error)}`);
    return { secrets: notebook.secrets };
  }
};

/**
 * Where the clocks of GitHub's machines differ, a listed secret may bear a date before the beginning of the renewal,
 * and no later run would believe it: it is written again until it does not, for at most thirty seconds.
 */
async function moveIntoWindow(
  context: StepContext,
  notebook: Notebook,
  token: Secret,
  paths: readonly SecretPath[],
): Promise<void> {
  const { settings, ports, stop } = context;
  const beginning = dateOf(notebook.entry(settings.oldSecret)) ?? 0;
  const deadline = ports.clock.now() + readLagMs;
  for (const wait of growingWaits(secondMs, 1.2, 3000)) {
    const early = notebook.entries(paths).filter((entry) => (dateOf(entry) ?? 0) < beginning);
    if (early.length === 0) return;
    if (ports.clock.now() >= deadline)
      throw notClosed(`GitHub's date of ${listPaths(early.map(({ path }) => path))} is before the renewal`);
    await ports.clock.sleep(wait, stop);
    if (stop.aborted) return;
    for (const { path } of early) {
      const text = textWith(settings, path, { token, replaces: needRenewal(context).oldToken });
      await write(context, notebook, { path, text, value: 'new' });
    }
    await expectUnchanged(context, notebook, paths);
  }
}

/** Whole seconds: in the next one the date of a write is a later one. */
const secondMs = 1000;

/** After each write the marks of the listed secrets are looked at once more, and the new date of the pending secret. */
async function writeLater(
  context: StepContext,
  notebook: Notebook,
  token: Secret,
  paths: readonly SecretPath[],
): Promise<boolean> {
  const { settings, ports, stop } = context;
  const path = settings.pendingSecret;
  const listed = notebook.entries(paths);
  const latest = Math.max(...listed.map((entry) => dateOf(entry) ?? 0));
  const endedAt = Math.max(...listed.map((entry) => entry.write?.endedAt ?? 0));
  const deadline = ports.clock.now() + 30_000;
  let wait = Math.max(0, endedAt + secondMs - ports.clock.now());
  for (const next of growingWaits(1000, 1.2, 3000)) {
    await ports.clock.sleep(wait, stop);
    if (stop.aborted) return false;
    await write(context, notebook, { path, text: token, value: 'new' });
    try {
      await expectUnchanged(context, notebook, [path, ...paths]);
    } catch (error) {
      await reopen(context, notebook);
      throw error;
    }
    if ((dateOf(notebook.entry(path)) ?? 0) > latest) return true;
    if (ports.clock.now() >= deadline) return false;
    wait = next;
  }
  return false;
}

/** Somebody wrote a listed secret right before the close: by the dates it would hold the new token for ever. */
async function reopen(context: StepContext, notebook: Notebook): Promise<void> {
  try {
    await beginAnew(context, notebook);
  } catch (error) {
    const { path } = context.settings.oldSecret;
    context.ports.log.warning(`${path} could not be written again (${said(error)})`);
  }
}

/** A date of which nobody knows whether it is that of our write proves nothing. */
function expectCertain(notebook: Notebook, paths: readonly SecretPath[]): void {
  const unknown = notebook.entries(paths).filter(({ write: last }) => last?.outcome === 'unknown');
  if (unknown.length > 0)
    throw notClosed(unknown.map(({ path }) => `GitHub did not answer the write to ${path.path}`).join('; '));
}

async function expectUnchanged(
  context: StepContext,
  notebook: Notebook,
  paths: readonly SecretPath[],
): Promise<void> {
  const { doubts } = await lookFor(context, notebook, paths);
  if (doubts.length > 0) throw notClosed(doubts.join('; '));
}

function notClosed(reason: string): RotationError {
  return new RotationError(
    'finish-failed',
    `The new token was stored, but it is not certain that every listed secret holds it: ${reason}.`,
    `Both tokens work. ${nextRunResumes}`,
  );
}
