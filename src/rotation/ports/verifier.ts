/** What the rotation needs of the verification workflows. */
import type { RotationError } from '../../common/errors.ts';

/** One verification workflow and how it ended. */
export interface VerificationRun {
  /** As written in the input. */
  readonly workflow: string;
  /** Page of the run, empty if it was never found. */
  readonly url: string;
  readonly runId: number | undefined;
  /** GitHub's word; null if there is none. */
  readonly conclusion: string | null;
  /** Undefined if the run passed, which is `completed` with `success` and nothing else. */
  readonly failure: RotationError | undefined;
}

/** The workflows that prove the new token. */
export interface Verifier {
  /** What would keep the workflows from running, found without running them; `notices` are not errors. */
  inspect(): Promise<{ readonly problems: readonly RotationError[]; readonly notices: readonly string[] }>;

  /**
   * Dispatches each workflow exactly once and waits for all. Never throws for a run that went wrong: that is
   * a `failure`. When `stop` fires, the runs that were dispatched are cancelled and it returns.
   */
  verify(stop: AbortSignal): Promise<readonly VerificationRun[]>;
}
