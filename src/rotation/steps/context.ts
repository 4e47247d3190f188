import { RotationError } from '../../errors.ts';
import type { Knowledge, NewToken, Observation, Plan } from '../model.ts';
import type { Ports } from '../ports.ts';

/** What a step gets: the wish, the facts, the outside, and the wish to stop. */
export interface StepContext {
  readonly plan: Plan;
  readonly known: Knowledge;
  readonly ports: Ports;
  readonly stop: AbortSignal;
  /** Remembers what a step has done so far, in case it must be left before its end. */
  readonly learn?: (learned: Partial<Knowledge>) => void;
}

/** Performs one effect and gives back what was learned by it; throws `RotationError`. */
export type PerformStep = (context: StepContext) => Promise<Partial<Knowledge>>;

/** `decide` orders a step only when the facts it needs are there; this tells the compiler, and any bug, so. */
export function needSeen({ known }: StepContext): Observation {
  if (known.seen === undefined) throw new Error('a step was ordered before anything was observed');
  return known.seen;
}

export function needToken({ known }: StepContext): NewToken {
  if (known.token === undefined) throw new Error('a step was ordered without a new token');
  return known.token;
}

export function asRotationError(error: unknown): RotationError {
  if (error instanceof RotationError) return error;
  const name = error instanceof Error ? error.name : typeof error;
  return new RotationError(
    'cancelled',
    `The action stopped on an error of its own (${name}).`,
    'This is a bug in the action; please report it. Running the action again is safe.',
    { cause: error },
  );
}
