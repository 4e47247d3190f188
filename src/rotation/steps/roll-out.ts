/** Writing the new token to the listed secrets, and removing the pending secret in the end. */
import { RotationError } from '../../errors.ts';
import { codeOf, writeAll, type Writes, type WritesSoFar } from './writes.ts';
import { asRotationError, needToken, type PerformStep, type StepContext } from './context.ts';

export const store: PerformStep = async (context) => {
  const { plan, known } = context;
  const remember = ({ written, doubtful }: WritesSoFar) => ({
    written: new Map([...known.written, ...written]),
    doubtful,
  });
  const writes = await writeAll(context, plan.secrets, needToken(context).secret, remember);
  const { failures, dates } = writes;
  const learned = { ...remember(writes), dates: new Map([...known.dates, ...dates]) };
  if (failures.length > 0)
    return { ...learned, errors: [...known.errors, notAllStored(context, learned.written, failures)] };
  return { ...learned, stored: learned.written.size === plan.secrets.length };
};

function notAllStored(
  { plan }: StepContext,
  written: Writes['written'],
  failures: Writes['failures'],
): RotationError {
  const names = (updated: boolean) =>
    plan.secrets
      .map(({ path }) => path)
      .filter((path) => written.has(path) === updated)
      .join(', ') || 'none';
  return new RotationError(
    codeOf(failures),
    `Not every listed secret could be updated. Updated: ${names(true)}. Not updated: ${names(false)}. ` +
      failures.map(({ path, error }) => `${path.path}: ${error.message}`).join(' '),
    `${failures[0]?.error.hint ?? ''} Run the action again with pending-token; it takes this renewal up and writes the rest.`,
  );
}

/** The renewal is over, so the pending secret holds nothing of its own any more. */
export const cleanUp: PerformStep = async ({ plan, ports }) => {
  try {
    await ports.store.remove(plan.pendingSecret);
  } catch (error) {
    ports.log.warning(
      `${plan.pendingSecret.path} could not be deleted (${asRotationError(error).message}). ` +
        'Delete it by hand, or leave it to the next run.',
    );
  }
  return { cleanedUp: true };
};
