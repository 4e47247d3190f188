/** After the fact: which token works, and what is left of the renewal. */
import { RotationError } from '../../common/errors.ts';
import type { SecretPath } from '../../paths/secret-path.ts';
import type { TokenState } from '../model.ts';
import { needRenewal, type PerformStep, said, type StepContext } from './context.ts';
import { lookFor } from './looks.ts';
import { type Answer, askUntil } from './sign-in.ts';
import { Notebook } from './writes.ts';

/** The new token works, and the old one does not. Whether the renewal's secrets are still ours is looked up beside it. */
export const prove: PerformStep = async (context) => {
  const { ports, stop, settings, learn } = context;
  const began = ports.clock.now();
  const [fresh, old] = await Promise.all([
    newTokenAfter(context),
    oldTokenAfter(context),
    markForeign(context, [settings.pendingSecret, settings.oldSecret]),
  ]);
  // Where VTEX took its time, another run may have begun its own renewal since.
  if (ports.clock.now() - began > staleAfterMs)
    await markForeign(context, [settings.pendingSecret, settings.oldSecret]);
  learn({ tokens: { old: old.state, new: fresh.state } });
  if (needRenewal(context).newToken !== undefined && !stop.aborted) expectAccepted(fresh);
  if (old.state !== 'refused' && old.state !== 'absent') {
    ports.log.warning(
      'VTEX said that the renewal is finished, but was not seen to refuse the old token yet.',
    );
  }
  return {};
};

type Seen = Pick<Answer, 'said'> & { readonly state: TokenState };

async function newTokenAfter(context: StepContext): Promise<Seen> {
  const { newToken } = needRenewal(context);
  if (newToken === undefined) return { state: context.known.tokens.new, said: '' };
  return askUntil(context, newToken, 'accepted');
}

/** Where somebody else ended the renewal, the old token was seen to be dead already. */
async function oldTokenAfter(context: StepContext): Promise<Seen> {
  const { finish, tokens } = context.known;
  const { oldToken } = needRenewal(context);
  if (oldToken === undefined) return { state: 'absent', said: '' };
  if (finish === 'ended' && tokens.old === 'refused') return { state: 'refused', said: '' };
  return askUntil(context, oldToken, 'refused');
}

function expectAccepted({ state, said: words }: Seen): void {
  if (state === 'accepted') return;
  throw new RotationError(
    'new-token-rejected',
    `The old token was deleted, and VTEX does not accept the new one at the moment (${words}).`,
    'Sign in with it by hand. If VTEX goes on refusing it, renew the token in VTEX Admin and update the secrets.',
  );
}

/** A look that is older than this tells too little before something is deleted. Milliseconds. */
const staleAfterMs = 2000;

/** The rotation is over: what GitHub does not let it see is left, and is no failure. */
async function markForeign(context: StepContext, paths: readonly SecretPath[]): Promise<Notebook> {
  const notebook = new Notebook(context);
  try {
    await lookFor(context, notebook, paths);
  } catch (error) {
    if (!(error instanceof RotationError)) throw error;
    for (const path of paths) notebook.note({ ...notebook.entry(path), isUnread: true });
    context.ports.log.warning(
      `${paths.map(({ path }) => path).join(' and ')} could not be looked at (${said(error)}), so they were not deleted. ` +
        'The next rotation writes over them.',
    );
  }
  return notebook;
}

/** The renewal is over. What is left of it is deleted, unless somebody else has written it meanwhile. */
export const cleanUp: PerformStep = async (context) => {
  const { settings, known, ports } = context;
  const paths = [settings.pendingSecret, settings.oldSecret];
  const notebook = known.done.has('prove') ? new Notebook(context) : await markForeign(context, paths);
  await Promise.all(paths.map((path) => removeIfOurs(path)));
  return {};

  async function removeIfOurs(path: SecretPath): Promise<void> {
    const entry = notebook.entry(path);
    const { isForeign, isUnread, write, seen } = entry;
    if (isUnread || (write === undefined && seen.updatedAt === undefined)) return;
    if (isForeign) {
      ports.log.warning(`${path.path} was written by somebody else meanwhile, so it was not deleted.`);
      return;
    }
    try {
      await ports.store.remove(path);
      notebook.note({ ...entry, removal: 'done' });
    } catch (error) {
      const isUnanswered = error instanceof RotationError && error.code === 'github-unavailable';
      if (isUnanswered) notebook.note({ ...entry, removal: 'unknown' });
      ports.log.warning(
        `${path.path} could not be deleted (${said(error)}) The next rotation writes over it.`,
      );
    }
  }
};
