/** From nothing to a new token that is durable: reserve, renew, release, stage; or resume what an earlier run began. */
import { RotationError } from '../../common/errors.ts';
import { Secret } from '../../common/secret.ts';
import { compareDate, waitBefore, withLook } from '../listed-secrets.ts';
import { managerOf, type Renewal } from '../model.ts';
import { nextRunResumes, undoLostRenewal, waysOutOfPending } from '../next-moves.ts';
import type { SealedValue } from '../ports/secret-store.ts';
import { noToken, renewsItself } from '../settings.ts';
import { needRenewal, needSeen, type PerformStep, said, type StepContext } from './context.ts';
import { explained } from './lost-renewal.ts';
import { stagePatienceMs } from './patience.ts';
import { Notebook, readOnce, takeMarks, write } from './writes.ts';
import { isByTime, isUsable } from '../evidence.ts';

export const resume: PerformStep = (context) => {
  const { settings, ports } = context;
  const seen = needSeen(context);
  const byTime = isByTime(settings, seen);
  const usable = isUsable(settings, seen) ? settings.oldToken : undefined;
  const old = byTime ? settings.currentToken : usable;
  const renewal: Renewal = {
    newToken: settings.pendingToken,
    oldToken: old,
    origin: 'resumed',
    vtexId: undefined,
    createdAt: undefined,
  };
  ports.log.info('A renewal that an earlier run began is resumed.');
  if (old === undefined) {
    ports.log.warning(
      'The renewal began without a token in use, so nothing proves to this run that the pending renewal is this one: it ' +
        'stores the new token and does not delete the old one.',
    );
  }
  const tokens = { old: byTime ? seen.current : seen.old, new: seen.pending };
  return Promise.resolve({ renewal, tokens });
};

/** Writes the old secret: the proof that this token may write there, and the date at which the renewal begins. */
export const reserve: PerformStep = async (context) => {
  const { settings, ports, stop } = context;
  const notebook = new Notebook(context);
  // The new token's own write must wait for nothing, so what is left in the pending secret gets its time to settle here.
  // A listed secret of the same second as the old secret would later pass for one that this renewal has written.
  const before = [settings.pendingSecret, ...needSeen(context).listed.map(({ path }) => path)];
  const waits = notebook.entries(before).map((entry) => waitBefore(entry, ports.clock.now()));
  await ports.clock.sleep(Math.max(0, ...waits), stop);
  if (stop.aborted) return undefined;
  try {
    await write(context, notebook, {
      path: settings.oldSecret,
      text: settings.currentToken ?? new Secret(noToken),
      value: 'old',
    });
    return {};
  } catch (error) {
    if (!(error instanceof RotationError) || error.code === 'github-forbidden') throw error;
    throw new RotationError(
      'secret-write-failed',
      `The old secret ${settings.oldSecret.path} could not be reserved: ${error.message}`,
      `${error.hint} Nothing was renewed; run the action again.`.trim(),
      { cause: error },
    );
  }
};

export const renew: PerformStep = async (context) => {
  const { settings, known, ports, stop } = context;
  // Read beside the renewal: the date of the old secret is the beginning of this renewal. It must not delay the token.
  const notebook = new Notebook(context);
  const look = lookOnce(context, notebook).catch(() => undefined);
  try {
    const { token, vtexId, createdAt } = await ports.issuer.renew(
      managerOf(settings, known),
      (found) => {
        ports.journal.mask(found);
      },
      stop,
    );
    const inUse = [settings.currentToken, renewsItself(settings) ? settings.manager.appToken : undefined];
    if (inUse.some((used) => used?.equals(token))) {
      throw new RotationError(
        'new-token-rejected',
        'VTEX gave the current token as the new one.',
        waysOutOfPending(settings),
      );
    }
    await keepSealed(context, token);
    return {
      renewal: { newToken: token, oldToken: settings.currentToken, origin: 'renewed', vtexId, createdAt },
      tokens: { old: known.seen?.current ?? 'unknown', new: 'unknown' },
    };
  } catch (error) {
    // What the old secret bears now tells later whether it is still this run's.
    await look;
    throw await explained(context, notebook, error);
  }
};

/** What it cannot tell is looked for later. */
async function lookOnce({ ports, settings }: StepContext, notebook: Notebook): Promise<void> {
  const [look] = await readOnce(ports, [settings.oldSecret]);
  if (look !== undefined)
    notebook.note(withLook(notebook.entry(settings.oldSecret), look, ports.clock.now()));
}

/** A state file that cannot be written, or a key that cannot be had, must not keep the token from its secret. */
async function keepSealed({ settings, ports }: StepContext, token: Secret): Promise<void> {
  try {
    ports.journal.renewed(await ports.store.seal(settings.pendingSecret, token));
  } catch (error) {
    ports.log.info(`The sealed token could not be kept for the end of the job: ${said(error)}`);
  }
}

/** Removes the old secret that this run made for a renewal that VTEX then refused, if it is still ours. */
export const release: PerformStep = async (context) => {
  const { settings, ports } = context;
  const notebook = new Notebook(context);
  const path = settings.oldSecret;
  const { write: last } = notebook.entry(path);
  if (last?.created !== true) return {};
  try {
    if (last.mark === undefined) await takeMarks(context, notebook, [path]);
    const [look] = await readOnce(ports, [path]);
    if (look === undefined || compareDate(notebook.entry(path), look.updatedAt) !== 'same') return {};
    await ports.store.remove(path);
  } catch (error) {
    ports.log.warning(`${path.path} could not be deleted (${said(error)}) The next run writes over it.`);
  }
  return {};
};

/** Writes the new token to the pending secret, its first durable home. */
export const stage: PerformStep = async (context) => {
  const { settings, ports } = context;
  const { newToken } = needRenewal(context);
  if (newToken === undefined) throw new Error('there is no token to stage');
  const path = settings.pendingSecret;
  try {
    const order = { path, text: newToken, value: 'new', urgent: true, patienceMs: stagePatienceMs } as const;
    await write(context, new Notebook(context), order);
  } catch (error) {
    if (!(error instanceof RotationError)) throw error;
    throw await notStaged(context, newToken, error);
  }
  ports.journal.staged();
  return {};
};

async function notStaged(
  { settings, ports }: StepContext,
  token: Secret,
  error: RotationError,
): Promise<RotationError> {
  const { path } = settings.pendingSecret;
  let sealed: SealedValue | undefined;
  try {
    sealed = await ports.store.seal(settings.pendingSecret, token);
  } catch (cause) {
    ports.log.info(said(cause));
  }
  const rescue =
    sealed === undefined
      ? ''
      : `The end of this job tries once more. If ${path} still lacks the token, this command saves it (only GitHub can ` +
        `open the value): ${ports.store.commandToWrite(sealed)} . Then ${nextRunResumes} If that is not possible: `;
  return new RotationError(
    error.code === 'github-forbidden' ? error.code : 'secret-write-failed',
    `The new token could not be written to the pending secret ${path}: ${error.message}`,
    `${rescue}${undoLostRenewal}`,
    { cause: error },
  );
}
