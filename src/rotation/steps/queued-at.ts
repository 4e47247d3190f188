/** When this run was queued: GitHub gave it the values of its secrets then, and they may have been written since. */
import { attempted, RotationError } from '../../common/errors.ts';
import type { Observation } from '../model.ts';
import { resumes } from '../plan.ts';
import type { Instant } from '../ports/clock.ts';
import type { StepContext } from './context.ts';

export interface Queued {
  readonly isNeeded: boolean;
  readonly at: Instant | undefined;
  readonly problem: RotationError | undefined;
}

/** Asked only where it matters: for whole values, and for a token that VTEX refuses. */
export async function queuedAt({ settings, ports }: StepContext, seen: Observation): Promise<Queued> {
  const isRefused = settings.operation !== 'finish' && seen.current === 'refused' && !resumes(settings, seen);
  if (!isRefused && settings.currentValues.size === 0)
    return { isNeeded: false, at: undefined, problem: undefined };
  const at = await attempted(() => ports.queue.queuedAt());
  return at instanceof RotationError
    ? { isNeeded: true, at: undefined, problem: at }
    : { isNeeded: true, at, problem: undefined };
}

export function wasWrittenSince({ listed }: Observation, at: Instant): boolean {
  return listed.some(({ updatedAt }) => updatedAt !== undefined && updatedAt >= at);
}
