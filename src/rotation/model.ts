/** The facts and choices of a rotation, as values. */
import type { RotationError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { SecretPath } from '../secret-path.ts';
import type { Credential, Instant, SecretFacts, VerificationRun, WriteReceipt } from './ports.ts';

/** What the pending secret holds while no token is pending; writing it proves that github-token may write there. */
export const placeholder = 'reserved';

export type Operation = 'rotate' | 'finish' | 'check';

export type Result = 'rotated' | 'pending' | 'finished' | 'skipped' | 'checked' | 'restored' | 'failed';

/** What the user asked for, as far as the procedure cares. */
export interface Plan {
  readonly operation: Operation;
  readonly apiKey: string;
  readonly manager: Credential;
  readonly currentToken: Secret | undefined;
  /** Undefined if the input was empty or only the placeholder. */
  readonly pendingToken: Secret | undefined;
  /** The input was the placeholder `reserved`: the pending secret held no token when the run was queued. */
  readonly pendingReserved: boolean;
  /** At least one, no two alike. */
  readonly secrets: readonly SecretPath[];
  readonly pendingSecret: SecretPath;
  readonly createMissing: boolean;
  readonly deleteOldToken: 'now' | 'later';
  readonly signInCheck: boolean;
  readonly verificationRequests: readonly string[];
  readonly verification: 'none' | 'before-update' | 'after-update';
  readonly onVerificationFailure: 'restore' | 'keep';
  readonly propagationTimeoutMs: number;
  /** 0: do not drain. */
  readonly drainTimeoutMs: number;
  /** 0: always due. */
  readonly renewAfterMs: number;
  readonly renewedAt: Instant | undefined;
}

/** VTEX's rule is that the manager key is not the key that is renewed; where it is, its token changes too. */
export function renewsItself(plan: Plan): boolean {
  return plan.apiKey === plan.manager.appKey;
}

/** What was found before anything was changed. */
export interface Observation {
  /** Whatever would make the operation fail. Empty: go on. */
  readonly problems: readonly RotationError[];
  readonly current: 'absent' | 'accepted' | 'refused' | 'unchecked';
  readonly pending: 'none' | 'usable' | 'refused';
  /** `current-token` and `pending-token` are both given and equal. */
  readonly currentIsPending: boolean;
  /** In the order of the input. */
  readonly listed: readonly SecretFacts[];
  readonly pendingSecret: SecretFacts;
}

/** The token that is to remain. */
export interface NewToken {
  readonly secret: Secret;
  /** `renewed` by this run, or `taken-up` from the pending secret that an earlier run left. */
  readonly origin: 'renewed' | 'taken-up';
  readonly renewedAt: Instant;
  readonly vtexId: string | undefined;
}

/** A write of the new token by this run, bracketed by GitHub's own clock. */
export interface Written extends WriteReceipt {
  readonly path: SecretPath;
  /** GitHub's clock before the first write of the step. */
  readonly since: Instant;
}

/** Everything that this run has learned so far. Replaced, never changed. */
export interface Knowledge {
  /** The runner asked the run to stop. */
  readonly interrupted: boolean;
  readonly seen: Observation | undefined;
  readonly reservation: 'none' | 'created' | 'present';
  /** GitHub's clock when it had answered our write of the new token to the pending secret. */
  readonly stagedAt: Instant | undefined;
  readonly token: NewToken | undefined;
  /** The token that worked before, to be restored or proved dead; undefined if none is known to work. */
  readonly oldToken: Secret | undefined;
  /**
   * The token in hand belongs to an earlier *Later* renewal that is stored everywhere: it is finished, and then
   * the next renewal begins.
   */
  readonly predecessor: boolean;
  /** A predecessor was finished, so this run renews whatever the age of the secrets. */
  readonly successor: boolean;
  readonly staged: boolean;
  readonly accepted: boolean;
  readonly verification: 'outstanding' | 'passed' | 'failed';
  readonly runs: readonly VerificationRun[];
  /** By path. */
  readonly written: ReadonlyMap<string, Written>;
  /** Paths whose last write may or may not have been carried out: its reply never came. */
  readonly doubtful: ReadonlySet<string>;
  /** Paths to which the old token was written back. */
  readonly restored: ReadonlySet<string>;
  readonly stored: boolean;
  readonly drained: boolean;
  /** Paths confirmed just now, for the finish that follows. */
  readonly confirmed: ReadonlySet<string>;
  readonly finish: 'not-sent' | 'finished' | 'already-finished' | 'nothing-pending' | 'undone';
  readonly proved: boolean;
  readonly restore: 'not-tried' | 'restored' | 'impossible';
  readonly cleanedUp: boolean;
  /** When each secret was last written, by path and as last read from GitHub. */
  readonly dates: ReadonlyMap<string, Instant>;
  readonly errors: readonly RotationError[];
}

export const nothingKnown: Knowledge = {
  interrupted: false,
  seen: undefined,
  reservation: 'none',
  stagedAt: undefined,
  token: undefined,
  oldToken: undefined,
  predecessor: false,
  successor: false,
  staged: false,
  accepted: false,
  verification: 'outstanding',
  runs: [],
  written: new Map(),
  doubtful: new Set(),
  restored: new Set(),
  stored: false,
  drained: false,
  confirmed: new Set(),
  finish: 'not-sent',
  proved: false,
  restore: 'not-tried',
  cleanedUp: false,
  dates: new Map(),
  errors: [],
};

/** One effect each, in the order of the contract's procedure. */
export const steps = [
  'observe',
  'take-up',
  'reserve',
  'renew',
  'release',
  'stage',
  'check-token',
  'verify',
  'store',
  'restore',
  'drain',
  'confirm',
  'finish',
  'prove',
  'begin-next',
  'clean-up',
] as const;

export type Step = (typeof steps)[number];

export type Decision =
  | { readonly do: Step }
  | { readonly end: Result; readonly errors: readonly RotationError[]; readonly note?: string };

/** When a step ran. */
export interface StepTimes {
  readonly step: Step;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
}

/** The credential that may renew and finish: once its own token is renewed, only the new one will last. */
export function managerOf(plan: Plan, known: Knowledge): Credential {
  const { appKey, appToken } = plan.manager;
  const renewed = known.token?.secret ?? (known.successor ? known.oldToken : undefined);
  return { appKey, appToken: renewsItself(plan) ? (renewed ?? appToken) : appToken };
}

/** How the run ended. */
export interface Outcome {
  readonly result: Result;
  readonly errors: readonly RotationError[];
  /** Why nothing was done, where nothing was done on purpose. */
  readonly note: string | undefined;
  readonly knowledge: Knowledge;
  readonly steps: readonly StepTimes[];
}
