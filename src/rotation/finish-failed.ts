import { RotationError } from '../errors.ts';

/** The old token could not be deleted, or nobody can tell. */
export class FinishFailed extends RotationError {
  /** `not-done`: the old token certainly still works. `unknown`: it may have been deleted all the same. */
  readonly outcome: 'not-done' | 'unknown';

  constructor(outcome: 'not-done' | 'unknown', message: string, hint = '', options?: ErrorOptions) {
    super('finish-failed', message, hint, options);
    this.outcome = outcome;
  }
}
