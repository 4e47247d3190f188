/** What the rotation needs of the secrets that GitHub keeps: their dates, and to write and remove them. */
import type { RotationError } from '../../common/errors.ts';
import type { Secret } from '../../common/secret.ts';
import type { SecretPath, SecretPattern } from '../../paths/secret-path.ts';
import type { Instant } from './clock.ts';

/** A secret as GitHub shows it; its value can never be read. */
export interface SecretFacts {
  readonly path: SecretPath;
  /** When it was last written, by GitHub's clock (whole seconds); undefined if it does not exist. */
  readonly updatedAt: Instant | undefined;
  /** GitHub's clock (`Date`) when it answered: tells ages, proves nothing. 0 if it could not be looked at. */
  readonly readAt: Instant;
  /** Who may read an organization secret, in a few words. */
  readonly readers?: string;
}

/** A value that only GitHub can open. Safe to keep in the step's state. */
export interface SealedValue {
  readonly path: SecretPath;
  readonly keyId: string;
  /** Base64 of the sealed box. */
  readonly value: string;
}

export interface WriteReceipt {
  /** False if a secret of that name existed. */
  readonly created: boolean;
  /** GitHub's clock when it had answered. */
  readonly answeredAt: Instant;
}

/** A repository that a pattern matches, and why it was left out. */
export interface SkippedRepository {
  readonly repository: string;
  readonly reason: string;
}

/** GitHub's secrets. Errors are `github-forbidden` (401, 403) and `github-unavailable` wherever it is called. */
export interface SecretStore {
  /**
   * Reads everything that a later write would need (public keys, readers of organization secrets, whether the
   * repository is archived) and whether the secrets exist; one answer a path, in their order. Changes nothing. An
   * answer is `secret-missing` when the place that would hold the secret (repository, environment, organization) cannot
   * be found, and `github-forbidden` when the readers of an organization secret cannot be read whole.
   */
  inspectAll(paths: readonly SecretPath[]): Promise<readonly (SecretFacts | RotationError)[]>;

  /** Only existence and `updatedAt`, in the order of the paths: what can be read back of writes. */
  readAll(paths: readonly SecretPath[]): Promise<readonly (SecretFacts | RotationError)[]>;

  /**
   * The secrets that a pattern stands for: in every unarchived repository of the owner that github-token can see, that
   * matches, and that has the secret. Throws `secret-missing` if there is none.
   */
  find(pattern: SecretPattern): Promise<{
    readonly found: readonly SecretFacts[];
    readonly skipped: readonly SkippedRepository[];
  }>;

  /** The path of the organization secret that a repository secret of this name would hide; undefined if there is none. */
  hiddenBy(path: SecretPath): Promise<string | undefined>;

  /** Encrypts for that place. Makes a request only if the public key is not known yet. */
  seal(path: SecretPath, value: Secret): Promise<SealedValue>;

  /**
   * Seals and writes; may be repeated. An existing organization secret must keep its readers as they are at this
   * moment. A public key that GitHub has replaced must not keep it from writing. Throws `secret-write-failed` when
   * GitHub refuses the value or cannot find the place. `urgent`: goes before all other requests.
   */
  write(path: SecretPath, value: Secret, options?: WriteOptions): Promise<WriteReceipt>;

  /** A command line with which a person can write the sealed value: only GitHub can open it, so it may be shown. */
  commandToWrite(sealed: SealedValue): string;

  /** Removes the secret; one that is not there is removed already. */
  remove(path: SecretPath): Promise<void>;
}

export interface WriteOptions {
  readonly urgent?: boolean;
  /** Called right before each try, once it need not wait any more for a limit. If it throws, nothing is sent. */
  readonly onTurn?: () => Promise<void>;
}
