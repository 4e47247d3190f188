/** Writing the old token back: after a failed verification, after somebody undid the renewal, or on request. */
import { RotationError } from '../../common/errors.ts';
import type { Secret } from '../../common/secret.ts';
import type { SecretPath } from '../../paths/secret-path.ts';
import type { TokenState } from '../model.ts';
import { nextRunResumes } from '../next-moves.ts';
import { needRenewal, needSeen, type PerformStep, said, type StepContext } from './context.ts';
import { ask, askSteadily } from './sign-in.ts';
import {
  codeOf,
  isGone,
  listPaths,
  Notebook,
  reasonsOf,
  takeMarks,
  textWith,
  write,
  type WriteFailure,
} from './writes.ts';

export const restore: PerformStep = async (context) => {
  const { settings, known, ports, stop } = context;
  const { oldToken } = needRenewal(context);
  if (oldToken === undefined) return { restore: 'impossible' };
  const notebook = new Notebook(context);
  await keepPendingSecret(context, notebook);
  const listed = needSeen(context).listed.map(({ path }) => path);
  // A renewal that is undone, here or by somebody else, is undone everywhere; else only what this run has updated.
  const isEverywhere = settings.operation === 'undo' || known.finish === 'undone';
  const paths = isEverywhere
    ? listed
    : listed.filter(({ path }) => known.secrets.get(path)?.write?.value === 'new');
  const { failures, old, unsure } = await writeBack(context, notebook, paths, oldToken);
  await takeMarks(context, notebook, paths);
  const missing = paths.filter((path) => !isBack(notebook, path));
  const learned = { secrets: notebook.secrets, tokens: { ...known.tokens, old } };
  if (missing.length === 0) return { ...learned, restore: 'restored' };
  if (unsure !== undefined) ports.log.warning(`The old token was not written back. ${unsure}`);
  const unread = unsure === undefined ? await unreadable(context, missing) : [];
  const why = {
    failures: [...failures, ...unread],
    unsure,
    isRefused: unsure !== undefined && old === 'refused',
    isStopped: stop.aborted,
  };
  return { ...learned, restore: 'impossible', errors: [...known.errors, notRestored(missing, why)] };
};

function isBack(notebook: Notebook, path: SecretPath): boolean {
  const { write: last } = notebook.entry(path);
  return last?.value === 'old' && last.mark !== undefined && last.outcome === 'done';
}

interface Asked {
  /** VTEX's last word on the old token. */
  old: TokenState;
  /** In words for a message: why that kept the rest from being written. */
  unsure: string | undefined;
}

type WrittenBack = Readonly<Asked> & { readonly failures: readonly WriteFailure[] };

/** One after the other: VTEX is asked for the old token right before each write, and before the first one steadily. */
async function writeBack(
  context: StepContext,
  notebook: Notebook,
  paths: readonly SecretPath[],
  oldToken: Secret,
): Promise<WrittenBack> {
  const { settings, known, stop } = context;
  const failures: WriteFailure[] = [];
  const asked: Asked = { old: known.tokens.old, unsure: undefined };
  let isFirst = true;
  const onTurn = async (): Promise<void> => {
    const answer = isFirst ? await askSteadily(context, oldToken) : await ask(context, oldToken);
    isFirst = false;
    asked.old = answer.state;
    if (answer.state === 'accepted') return;
    asked.unsure =
      answer.state === 'refused'
        ? 'VTEX was not seen to accept it any more.'
        : `It is not known whether VTEX still accepts it: ${answer.said.replace(/\.$/, '')}.`;
    throw new RotationError('secret-write-failed', asked.unsure);
  };
  for (const path of paths) {
    if (stop.aborted) break;
    const text = textWith(settings, path, { token: oldToken, replaces: known.renewal?.newToken });
    const order = { path, text, value: 'old', onTurn } as const;
    try {
      await write(context, notebook, order);
    } catch (error) {
      if (!(error instanceof RotationError)) throw error;
      if (asked.unsure !== undefined) break;
      failures.push({ path, error });
    }
  }
  return { ...asked, failures };
}

/**
 * Somebody has deleted the old token since it was written back: the new one, which VTEX accepts, takes its place again.
 * Gives the paths where it was not seen to arrive.
 */
export async function storeAgain(
  context: StepContext,
  notebook: Notebook,
  paths: readonly SecretPath[],
  newToken: Secret,
): Promise<readonly SecretPath[]> {
  for (const path of paths) {
    // The whole value is that of the beginning, with the new token in it.
    const text = textWith(context.settings, path, { token: newToken, replaces: newToken });
    try {
      await write(context, notebook, { path, text, value: 'new' });
    } catch (error) {
      context.ports.log.warning(`${path.path} could not be written (${said(error)})`);
    }
  }
  await takeMarks(context, notebook, paths);
  return paths.filter((path) => notebook.entry(path).write?.mark === undefined);
}

/** The listed secrets are about to lose the new token: then the pending secret must hold it. */
async function keepPendingSecret(context: StepContext, notebook: Notebook): Promise<void> {
  const { settings, known, ports } = context;
  const { newToken } = needRenewal(context);
  // An undone renewal left nothing to protect: the new token is dead.
  if (newToken === undefined || known.finish === 'undone') return;
  const path = settings.pendingSecret;
  if (!(await isGone(context, notebook, path))) return;
  try {
    await write(context, notebook, { path, text: newToken, value: 'new' });
    await takeMarks(context, notebook, [path]);
  } catch (error) {
    ports.log.warning(`${path.path} is gone and could not be written again (${said(error)})`);
  }
}

interface Why {
  readonly failures: readonly WriteFailure[];
  /** As in `Asked`. */
  readonly unsure: string | undefined;
  readonly isRefused: boolean;
  readonly isStopped: boolean;
}

function notRestored(
  missing: readonly SecretPath[],
  { failures, unsure, isRefused, isStopped }: Why,
): RotationError {
  const isCutShort = isStopped && !isRefused;
  const reason = isCutShort ? 'The run had to stop.' : (unsure ?? reasonsOf(failures));
  return new RotationError(
    isCutShort ? 'cancelled' : codeOf(failures),
    `The old token was not seen to arrive in: ${listPaths(missing)}. ${reason}`.trim(),
    isRefused
      ? `Do not write the old token anywhere. ${nextRunResumes}`
      : `Write it there by hand if VTEX accepts it, or go on with the new one: ${nextRunResumes}`,
  );
}

/** Why GitHub does not show what was written. */
async function unreadable({ ports }: StepContext, paths: readonly SecretPath[]): Promise<WriteFailure[]> {
  const looks = await ports.store.readAll(paths);
  return paths.flatMap((path, index) => {
    const error = looks[index];
    return error instanceof RotationError ? [{ path, error }] : [];
  });
}
