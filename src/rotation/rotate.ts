import { RotationError } from '../errors.ts';
import { undoRenewal } from './next-moves.ts';
import { decide } from './decide.ts';
import { type Knowledge, nothingKnown, type Outcome, type Plan, type Step, type StepTimes } from './model.ts';
import { performers } from './perform.ts';
import type { Clock, Ports } from './ports.ts';
import { asRotationError, type StepContext } from './steps/context.ts';

/**
 * How long a step may go on after the runner asked the run to stop. The runner kills the process ten seconds
 * after its first signal; the rest is for the report.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
 */
export const graceMs = 8000;

/** Is told of each step, so that the log has a line for it. */
export interface Progress {
  started(step: Step): void;
  ended(times: StepTimes, failed: boolean): void;
}

/**
 * The whole operation: decide on one step, perform it, remember what it taught, decide again. Never throws;
 * whatever happens is in the outcome.
 */
export async function rotate(
  plan: Plan,
  ports: Ports,
  progress: Progress,
  stop: AbortSignal,
): Promise<Outcome> {
  const grace = graceAfter(stop, ports.clock);
  const steps: StepTimes[] = [];
  let known: Knowledge = nothingKnown;
  for (;;) {
    known = { ...known, interrupted: stop.aborted };
    const decision = decide(plan, known);
    if ('end' in decision) {
      return { result: decision.end, errors: decision.errors, note: decision.note, knowledge: known, steps };
    }
    const step = decision.do;
    const startedAt = ports.clock.now();
    progress.started(step);
    const before = known;
    const learned = await attempt(step, { plan, known, ports, stop }, grace);
    known = { ...known, ...learned };
    const times = { step, startedAt, endedAt: ports.clock.now() };
    steps.push(times);
    progress.ended(times, known.errors.length > before.errors.length);
  }
}

async function attempt(
  step: Step,
  context: Omit<StepContext, 'learn'>,
  grace: Promise<'over'>,
): Promise<Partial<Knowledge>> {
  let soFar: Partial<Knowledge> = {};
  const learn = (learned: Partial<Knowledge>): void => {
    soFar = { ...soFar, ...learned };
  };
  try {
    const learned = await Promise.race([performers[step]({ ...context, learn }), grace]);
    if (learned !== 'over') return learned;
    throw outOfTime(step);
  } catch (error) {
    return { ...soFar, errors: [...context.known.errors, asRotationError(error)] };
  }
}

/** Resolves when the time after a stop is used up; never without one. */
async function graceAfter(stop: AbortSignal, clock: Clock): Promise<'over'> {
  if (!stop.aborted) {
    await new Promise<void>((resolve) => {
      stop.addEventListener('abort', () => {
        resolve();
      });
    });
  }
  await clock.sleep(graceMs);
  return 'over';
}

function outOfTime(step: Step): RotationError {
  const hints: Partial<Record<Step, string>> = {
    renew:
      'VTEX had not answered yet. Run the action again. If it then fails with renewal-pending, the new token is lost: ' +
      undoRenewal,
    stage:
      'The new token was not saved yet; the end of this job tries once more. Run the action again with pending-token. If ' +
      `the pending secret then holds no token, the new one is lost: ${undoRenewal}`,
    finish: 'VTEX had not answered yet, so the old token may have been deleted. Run the action again.',
  };
  return new RotationError(
    'cancelled',
    `The run was asked to stop and had to leave the step "${step}" unfinished.`,
    hints[step] ?? 'Run the action again; it goes on from here.',
  );
}
