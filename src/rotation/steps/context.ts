/** What a step is given, and what becomes of its errors. */
import { type ErrorCode, RotationError } from '../../common/errors.ts';
import type { Knowledge, Observation, Renewal, Step } from '../model.ts';
import type { Ports } from '../ports.ts';
import type { Settings } from '../settings.ts';

export type Learned = Partial<Omit<Knowledge, 'done' | 'interrupted' | 'errors'>>;

/** What a step gets: the wish, the facts, the outside, and the wish to stop. */
export interface StepContext {
  readonly settings: Settings;
  readonly known: Knowledge;
  readonly ports: Ports;
  readonly stop: AbortSignal;
  /** Remembers what a step has learned so far, in case it must be left before its end. */
  readonly learn: (learned: Learned) => void;
}

/**
 * Performs one effect and gives back what was learned by it, or undefined if it was left unfinished. Throws
 * `RotationError`; what it learned before that is kept if it was told to `learn`.
 */
export type PerformStep = (
  context: StepContext,
) => Promise<(Learned & { errors?: readonly RotationError[] }) | undefined>;

/** `decide` orders a step only when the facts it needs are there; this tells the compiler, and any bug, so. */
export function needSeen({ known }: Pick<StepContext, 'known'>): Observation {
  if (known.seen === undefined) throw new Error('a step was ordered before anything was observed');
  return known.seen;
}

export function needRenewal({ known }: Pick<StepContext, 'known'>): Renewal {
  if (known.renewal === undefined) throw new Error('a step was ordered without a renewal');
  return known.renewal;
}

/** The code of an error of our own: that of the step in which it happened. */
const codes: Readonly<Record<Step, ErrorCode>> = {
  observe: 'github-unavailable',
  resume: 'renewal-unproven',
  reserve: 'secret-write-failed',
  renew: 'vtex-unavailable',
  release: 'secret-write-failed',
  stage: 'secret-write-failed',
  'check-token': 'new-token-rejected',
  verify: 'verification-failed',
  store: 'secret-write-failed',
  keep: 'secret-write-failed',
  restore: 'secret-write-failed',
  close: 'secret-write-failed',
  drain: 'drain-timeout',
  confirm: 'finish-failed',
  finish: 'finish-failed',
  prove: 'new-token-rejected',
  'clean-up': 'secret-write-failed',
};

export function asRotationError(error: unknown, step: Step): RotationError {
  return error instanceof RotationError ? error : ownError(error, codes[step]);
}

/** Not the error's own text, nor its stack: it came by no path that made it safe to print. */
export function ownError(error: unknown, code: ErrorCode): RotationError {
  const name = error instanceof Error ? error.name : typeof error;
  return new RotationError(
    code,
    `The action met an error of its own (${name}).`,
    'This is a bug in the action; please report it. Running the action again is safe.',
    { cause: error },
  );
}

/** The words of an error that a step can go on without. */
export function said(error: unknown): string {
  if (error instanceof RotationError) return error.message;
  throw error;
}
