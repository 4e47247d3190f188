/** After the fact: which token works, and what is left of the renewal. */
import { RotationError } from '../../errors.ts';
import type { SecretPath } from '../../secret-path.ts';
import { needRenewal, type PerformStep, said, type StepContext } from './context.ts';
import { lookFor } from './looks.ts';
import { askUntil } from './sign-in.ts';
import { Notebook } from './writes.ts';

/** The new token works, and the old one does not. Whether the renewal's secrets are still ours is looked up beside it. */
export const prove: PerformStep = async (context) => {
  const { known, ports, stop, settings } = context;
  const { newToken, oldToken } = needRenewal(context);
  const isKnownDead = known.finish === 'ended' && known.tokens.old === 'refused';
  const [fresh, old] = await Promise.all([
    newToken === undefined ? undefined : askUntil(context, newToken, 'accepted'),
    oldToken === undefined || isKnownDead ? undefined : askUntil(context, oldToken, 'refused'),
    markForeign(context, [settings.pendingSecret, settings.oldSecret]),
  ]);
  const tokens = { old: old?.state ?? known.tokens.old, new: fresh?.state ?? known.tokens.new };
  if (fresh !== undefined && fresh.state !== 'accepted' && !stop.aborted) {
    context.learn({ tokens });
    throw new RotationError(
      'new-token-rejected',
      `The old token was deleted, and VTEX does not accept the new one at the moment (${fresh.said}).`,
      'Sign in with it by hand. If VTEX goes on refusing it, renew the token in VTEX Admin and update the secrets.',
    );
  }
  if (old !== undefined && old.state !== 'refused') {
    ports.log.warning(
      'VTEX said that the renewal is finished, but was not seen to refuse the old token yet.',
    );
  }
  return { tokens };
};

async function markForeign(context: StepContext, paths: readonly SecretPath[]): Promise<void> {
  await lookFor(context, new Notebook(context), paths);
}

/** The renewal is over. What is left of it is deleted, unless somebody else has written it meanwhile. */
export const cleanUp: PerformStep = async (context) => {
  const { settings, known, ports } = context;
  const paths = [settings.pendingSecret, settings.oldSecret];
  if (!known.done.has('prove')) await markForeign(context, paths);
  const notebook = new Notebook(context);
  await Promise.all(paths.map((path) => removeIfOurs(path)));
  return {};

  async function removeIfOurs(path: SecretPath): Promise<void> {
    const { isForeign, write, seen } = notebook.entry(path);
    if (write === undefined && seen.updatedAt === undefined) return;
    if (isForeign) {
      ports.log.warning(`${path.path} was written by somebody else meanwhile, so it was not deleted.`);
      return;
    }
    try {
      await ports.store.remove(path);
    } catch (error) {
      ports.log.warning(
        `${path.path} could not be deleted (${said(error)}) The next rotation writes over it.`,
      );
    }
  }
};
