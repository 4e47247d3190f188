/** What the rotation needs of the workflow runs that may still hold an old value. */
import type { RotationError } from '../../common/errors.ts';
import type { SecretPath } from '../../paths/secret-path.ts';
import type { Instant } from './clock.ts';

/** A workflow run that may still hold the old value of a secret. */
export interface WaitingRun {
  readonly id: number;
  /** `owner/repo`. */
  readonly repository: string;
  readonly url: string;
  readonly status: string;
}

/** When a secret was last written, by GitHub's clock, with whatever the caller adds to be on the safe side. */
export interface SecretUpdate {
  readonly path: SecretPath;
  readonly updatedAt: Instant;
}

export interface UnfinishedOptions {
  /** Ids of runs that need not be waited for: those that this run dispatched. */
  readonly leaveOut?: ReadonlySet<number | undefined>;
  /** Ends the look at once; it then throws `github-unavailable`. */
  readonly stop?: AbortSignal;
}

/** The workflow runs of the repositories that read a secret. Needs `actions: read` there. */
export interface RunQueue {
  /**
   * What would keep the runs of the repositories that read the secrets from being listed. Must list each
   * repository once, however many of the secrets it reads. A secret that does not exist has no readers.
   */
  inspect(paths: readonly SecretPath[]): Promise<readonly RotationError[]>;

  /**
   * Runs that are not completed and were created no later than the latest update of a secret that their
   * repository reads. Must leave out this run and runs of this same workflow that have not started. An empty
   * answer must rest on a look at every repository. Throws `github-unavailable`, also while GitHub does not
   * show one of the secrets, and `github-forbidden`.
   */
  unfinished(updates: readonly SecretUpdate[], options?: UnfinishedOptions): Promise<readonly WaitingRun[]>;

  /**
   * When this run was queued: GitHub read repository and organization secrets then. Throws `github-forbidden`
   * when it cannot be asked, and `github-unavailable`.
   */
  queuedAt(): Promise<Instant>;
}
