/** The whole operation: decide on one step, perform it, remember what it taught, decide again. */
import { RotationError } from '../common/errors.ts';
import { decide } from './decide.ts';
import { isOver, type Knowledge, nothingKnown, type Outcome, type Step, type StepTimes } from './model.ts';
import { nextRunResumes, undoLostRenewal } from './next-moves.ts';
import { performers } from './perform.ts';
import { finishesEarlier } from './plan.ts';
import type { Ports } from './ports.ts';
import type { Clock } from './ports/clock.ts';
import { type Settings, settingsOfNext } from './settings.ts';
import { type Standing, standingOf } from './standing.ts';
import { asRotationError, type Learned, type StepContext } from './steps/context.ts';

/**
 * How long a step may go on after the runner asked the run to stop. The runner kills the process ten seconds
 * after its first signal; the rest is for the report.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
 */
export const graceMs = 8000;

/** Is told of each step, so that the log has a line for it. */
export interface Progress {
  started(step: Step): void;
  ended(times: StepTimes): void;
}

/**
 * Never throws; whatever happens is in the outcome. A rotation that is due while an earlier renewal waits has two legs:
 * the first finishes the earlier one, the second begins anew.
 */
export async function rotate(
  settings: Settings,
  ports: Ports,
  progress: Progress,
  stop: AbortSignal,
): Promise<Outcome> {
  const first = await leg(settings, ports, progress, stop, nothingKnown);
  const { seen, renewal } = first.knowledge;
  const isFirstOfTwo = seen !== undefined && finishesEarlier(settings, seen) && isOver(first.knowledge);
  if (!isFirstOfTwo || first.errors.length > 0 || renewal?.newToken === undefined) return first;
  const known = { ...nothingKnown, pastSecrets: first.knowledge.secrets };
  const second = await leg(settingsOfNext(settings, renewal.newToken), ports, progress, stop, known);
  const standing = followedBy(first.standing, second);
  return { ...second, standing, steps: [...first.steps, ...second.steps], earlier: first.knowledge };
}

/** What the second leg did not touch is as the first one left it. */
function followedBy(first: Standing, { standing: second, knowledge }: Outcome): Standing {
  // It was stopped before it had looked at anything.
  if (knowledge.seen === undefined) return { ...second, secrets: first.secrets };
  if (second.renewal === 'pending' || second.renewal === 'over') return second;
  const before = new Map(first.secrets.map((secret) => [secret.path, secret]));
  const secrets = second.secrets.map((secret) =>
    secret.holds === 'unchanged' ? (before.get(secret.path) ?? secret) : secret,
  );
  return { ...second, secrets };
}

/** One rotation, from what is known at its beginning to its end. */
async function leg(
  settings: Settings,
  ports: Ports,
  progress: Progress,
  stop: AbortSignal,
  beginning: Knowledge,
): Promise<Outcome> {
  const grace = graceAfter(stop, ports.clock);
  const steps: StepTimes[] = [];
  let known = beginning;
  for (;;) {
    known = { ...known, interrupted: stop.aborted && (stop.reason === 'too-long' ? 'too-long' : 'stopped') };
    const decision = decide(settings, known);
    if ('end' in decision) {
      const { end: result, errors, note, isWarning: noteIsWarning = false } = decision;
      const standing = standingOf(settings, known);
      return { result, errors, note, noteIsWarning, knowledge: known, standing, steps, earlier: undefined };
    }
    const step = decision.do;
    const startedAt = ports.clock.now();
    progress.started(step);
    const after = await advance(step, { settings, known, ports, stop }, grace);
    const failed = after.errors.length > known.errors.length;
    const times = { step, startedAt, endedAt: ports.clock.now(), failed };
    steps.push(times);
    progress.ended(times);
    known = after;
  }
}

/** Performs one step. It is done only if it ran to its end; what it learned before that is kept all the same. */
export async function advance(
  step: Step,
  context: Omit<StepContext, 'learn'>,
  grace: Promise<'over'>,
): Promise<Knowledge> {
  const { known } = context;
  let soFar: Learned = {};
  const learn = (learned: Learned): void => {
    soFar = { ...soFar, ...learned };
  };
  try {
    const learned = await Promise.race([performers[step]({ ...context, learn }), grace]);
    if (learned === 'over') throw outOfTime(step);
    if (learned === undefined) return { ...known, ...soFar };
    return { ...known, ...soFar, ...learned, done: new Set([...known.done, step]) };
  } catch (error) {
    return { ...known, ...soFar, errors: [...known.errors, asRotationError(error, step)] };
  }
}

/** Resolves when the time after a stop is used up; never without one. */
export async function graceAfter(stop: AbortSignal, clock: Clock): Promise<'over'> {
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
    renew: `VTEX had not answered yet. Run the action again. If it then fails with renewal-pending: ${undoLostRenewal}`,
    stage:
      `The new token was not saved yet; the end of this job tries once more. ${nextRunResumes} If the pending secret does ` +
      `not hold it then: ${undoLostRenewal}`,
    finish: `VTEX had not answered yet, so the old token may have been deleted. ${nextRunResumes}`,
  };
  return new RotationError(
    'cancelled',
    `The run was asked to stop and had to leave the step "${step}" unfinished.`,
    hints[step] ?? 'Run the action again; it goes on from here.',
  );
}
