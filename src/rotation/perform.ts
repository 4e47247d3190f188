/** How each step is performed. */
import type { Step } from './model.ts';
import { close } from './steps/close.ts';
import { confirm } from './steps/confirm.ts';
import { confirmUndo } from './steps/confirm-undo.ts';
import type { PerformStep } from './steps/context.ts';
import { drain } from './steps/drain.ts';
import { finish } from './steps/finish.ts';
import { observe } from './steps/observe.ts';
import { cleanUp, prove } from './steps/prove.ts';
import { release, renew, reserve, resume, stage } from './steps/renewal.ts';
import { keep } from './steps/keep.ts';
import { restore } from './steps/restore.ts';
import { checkToken, verify } from './steps/roll-out.ts';
import { store } from './steps/store.ts';

export const performers: Record<Step, PerformStep> = {
  observe,
  resume,
  reserve,
  renew,
  release,
  stage,
  'check-token': checkToken,
  verify,
  store,
  keep,
  restore,
  close,
  drain,
  confirm: (context) => (context.settings.operation === 'undo' ? confirmUndo(context) : confirm(context)),
  finish,
  prove,
  'clean-up': cleanUp,
};
