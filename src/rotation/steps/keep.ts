/** Keeping the only copy of a new token, where a run fails before any listed secret holds it. */
import { Secret } from '../../secret.ts';
import { dateOf } from '../listed-secrets.ts';
import { noToken } from '../settings.ts';
import { needRenewal, type PerformStep, said } from './context.ts';
import { Notebook, readOnce, write } from './writes.ts';

/** Somebody may have deleted the pending secret while a workflow or VTEX took its time. */
export const keep: PerformStep = async (context) => {
  const { settings, ports } = context;
  const { newToken, oldToken } = needRenewal(context);
  const notebook = new Notebook(context);
  const path = settings.pendingSecret;
  const [look] = await readOnce(ports, [path]);
  const isGone = look !== undefined && look.updatedAt === undefined;
  if (!isGone || newToken === undefined || dateOf(notebook.entry(path)) === undefined) return {};
  ports.log.warning(`${path.path} is gone; it is written again, for no other secret holds the new token.`);
  try {
    // The beginning of the renewal moves on with it, so that no listed secret passes for one that was stored since.
    const text = oldToken ?? new Secret(noToken);
    await write(context, notebook, { path: settings.oldSecret, text, value: 'old' });
    await write(context, notebook, { path, text: newToken, value: 'new' });
  } catch (error) {
    ports.log.warning(`${path.path} could not be written again (${said(error)})`);
  }
  return { secrets: notebook.secrets };
};
