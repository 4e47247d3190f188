/**
 * What the rotation needs of the outside, in its own words. The obligations stand in the comments; an
 * implementation that breaks one of them breaks the promise of the action.
 */
import type { RotationError } from '../common/errors.ts';
import type { Secret } from '../common/secret.ts';
import type { SecretPath, SecretPattern } from '../paths/secret-path.ts';
import type { FinishPermit } from './finish-guard.ts';

/** Milliseconds since the epoch. */
export type Instant = number;

/** An app key and its app token. */
export interface Credential {
  readonly appKey: string;
  readonly appToken: Secret;
}

/** What VTEX gave for `renew`. The token is as it came: it has been masked but not yet checked. */
export interface Renewal {
  readonly token: Secret;
  /** VTEX's id of the token, where the reply had a usable one. */
  readonly vtexId: string | undefined;
  /** `creationDateNewToken`, where the reply had a readable one. */
  readonly createdAt: Instant | undefined;
}

/** VTEX, as far as the tokens of an API key are concerned. */
export interface TokenIssuer {
  /**
   * Tells whether VTEX accepts the pair. Must answer `refused` only when VTEX clearly said no; without a
   * clear answer it must throw `vtex-unavailable`. Must mask the session token that VTEX returns. With
   * `attempts` it makes that many tries at the most (the default is the client's own).
   */
  signIn(credential: Credential, options?: SignInOptions): Promise<'accepted' | 'refused'>;

  /**
   * Begins a renewal. Must hand every token that VTEX returned to `onToken` before anything else is done
   * with it. Must not be aborted once sent: a lost reply is a lost token. Throws `renewal-pending` (409),
   * `renewal-lost` (409 after an unknown outcome; a 200 without a token), `vtex-key-invalid` (400),
   * `vtex-forbidden` (401, 403) and `vtex-unavailable` (all else), with `madeNoToken` where no try can have made
   * one. `stop` ends the waits between tries, never a try.
   */
  renew(manager: Credential, onToken: (token: Secret) => void, stop: AbortSignal): Promise<Renewal>;

  /**
   * Asks once to delete the old token; nothing can undo it, hence the permit, which only the guard can make.
   * `finished`: VTEX said so. `not-pending`: VTEX answered 404. `refused`: VTEX said no, and nothing was deleted.
   * `unclear`: no answer that can be believed; `mayBeDeleted` tells whether VTEX may have done it all the same.
   */
  finish(permit: FinishPermit, manager: Credential): Promise<FinishReply>;

  /** GET of a path of the store with the pair; gives the HTTP status. Throws `vtex-unavailable` without one. */
  status(path: string, credential: Credential, onRequestId?: OnRequestId): Promise<number>;
}

/**
 * Hears by which id VTEX's support finds the request that was answered: words for the end of a sentence, safe to print,
 * and with a space before them.
 */
export type OnRequestId = (words: string) => void;

export interface SignInOptions {
  readonly attempts?: number;
  /** Called for a refusal whose reply has an id; other errors tell it themselves. */
  readonly onRequestId?: OnRequestId;
}

export type FinishReply =
  | { readonly kind: 'finished' }
  | { readonly kind: 'not-pending' }
  | { readonly kind: 'refused'; readonly error: RotationError }
  | {
      readonly kind: 'unclear';
      readonly mayBeDeleted: boolean;
      /** What came, in words that are safe to print. */
      readonly said: string;
      /** Milliseconds that VTEX asked to wait. */
      readonly waitMs: number | undefined;
    };

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

/** How much of GitHub's hourly limit is left, as of its last reply. */
export interface RateLeft {
  readonly remaining: number;
  readonly limit: number;
  readonly resetAt: Instant;
}

export interface Clock {
  now(): Instant;
  /** Resolves after `ms` milliseconds, or at once when `stop` fires. `ms` must be finite. */
  sleep(ms: number, stop?: AbortSignal): Promise<void>;
}

export interface Log {
  info(message: string): void;
  notice(message: string): void;
  warning(message: string): void;
  /** Until the step is over, every ten seconds a line that says how far it has come. */
  progress?(line: () => string): void;
}

/** The traces that must outlive the process. None of them throws: a full disk must not cost a token. */
export interface Journal {
  /** Makes the runner hide the value from now on, and withholds it from every text. */
  mask(value: Secret): void;
  /** Keeps the sealed token where the `post` step finds it, and has it on disk when it returns. */
  renewed(sealed: SealedValue): void;
  /** The sealed token is in the pending secret; `post` has nothing left to do. */
  staged(): void;
}

/** Everything outside, in one hand. */
export interface Ports {
  readonly issuer: TokenIssuer;
  readonly store: SecretStore;
  readonly verifier: Verifier;
  readonly queue: RunQueue;
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: Journal;
  /** Undefined until GitHub has told it. */
  readonly rateLeft: () => RateLeft | undefined;
}
