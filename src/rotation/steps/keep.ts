/** Keeping the pending secret, where a run fails before the renewal is over. */
import { Secret } from '../../common/secret.ts';
import { noToken } from '../settings.ts';
import { needRenewal, type PerformStep, said, type StepContext } from './context.ts';
import { isGone, Notebook, write } from './writes.ts';

/** Somebody may have deleted the pending secret while a workflow or VTEX took its time. */
export const keep: PerformStep = async (context) => {
  const { settings, ports } = context;
  const { newToken } = needRenewal(context);
  const notebook = new Notebook(context);
  const path = settings.pendingSecret;
  if (newToken === undefined || !(await isGone(context, notebook, path))) return {};
  ports.log.warning(
    `${path.path} is gone; it is written again, so that the next run can resume this renewal.`,
  );
  try {
    await beginAnew(context, notebook);
    await write(context, notebook, { path, text: newToken, value: 'new' });
  } catch (error) {
    ports.log.warning(`${path.path} could not be written again (${said(error)})`);
  }
  return { secrets: notebook.secrets };
};

/** Moves the beginning of the renewal on: what was written before this moment proves nothing by its date any more. */
export async function beginAnew(context: StepContext, notebook: Notebook): Promise<void> {
  const text = needRenewal(context).oldToken ?? new Secret(noToken);
  await write(context, notebook, { path: context.settings.oldSecret, text, value: 'old' });
}
