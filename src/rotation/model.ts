/** What a run knows, and how it can end, as values. */
import type { RotationError } from '../common/errors.ts';
import type { Secret } from '../common/secret.ts';
import type { SecretEntry } from './listed-secrets.ts';
import type { Instant } from './ports/clock.ts';
import type { SecretFacts, SkippedRepository } from './ports/secret-store.ts';
import type { VerificationRun } from './ports/verifier.ts';
import type { Credential } from './ports/vtex.ts';
import { renewsItself, type Settings } from './settings.ts';
import type { Standing } from './standing.ts';

export const results = [
  'rotated',
  'pending',
  'finished',
  'skipped',
  'checked',
  'restored',
  'undone',
  'failed',
] as const;

export type Result = (typeof results)[number];

/** Whether the step of the workflow is green. */
export function isSuccess(result: Result): boolean {
  return result !== 'restored' && result !== 'failed';
}

/** One effect each. The order in which an operation takes them is in `plan.ts`. */
export const steps = [
  'observe',
  'resume',
  'reserve',
  'renew',
  'release',
  'stage',
  'check-token',
  'verify',
  'store',
  'keep',
  'restore',
  'close',
  'drain',
  'confirm',
  'finish',
  'prove',
  'clean-up',
] as const;

export type Step = (typeof steps)[number];

/** What VTEX says of a token. `absent`: there is none. `unknown`: it gave no clear answer. */
export type TokenState = 'absent' | 'accepted' | 'refused' | 'unknown';

/** What was found before anything was changed. */
export interface Observation {
  /** Whatever would make the operation fail. Empty: go on. */
  readonly problems: readonly RotationError[];
  readonly current: TokenState;
  /** VTEX's id of the request in which it refused the current token, as words for the end of a sentence. */
  readonly refusedRequest?: string | undefined;
  readonly old: TokenState;
  readonly pending: TokenState;
  /** Those of the input in its order, then those that patterns found. */
  readonly listed: readonly SecretFacts[];
  readonly pendingSecret: SecretFacts;
  readonly oldSecret: SecretFacts;
  /** Repositories that a pattern matches and that were left out. */
  readonly skipped: readonly SkippedRepository[];
  /** A listed secret was written since this run was queued. `unknown`: it could not be asked; undefined: not needed. */
  readonly isOutdated: boolean | 'unknown' | undefined;
}

/** The renewal that the run works on: its own, or one that an earlier run began. */
export interface Renewal {
  /** Undefined: the run has it only by `renewed-at`. */
  readonly newToken: Secret | undefined;
  /** Undefined: there is none (`none`). */
  readonly oldToken: Secret | undefined;
  readonly origin: 'renewed' | 'resumed';
  /** VTEX's id of the token and its time of the new one, where the reply had them. */
  readonly vtexId: string | undefined;
  readonly createdAt: Instant | undefined;
}

/** Everything that this run has learned so far. Replaced, never changed. */
export interface Knowledge {
  /** The runner asked the run to stop, or it took longer than all its waits together. */
  readonly interrupted: false | 'stopped' | 'too-long';
  /** Kept by the loop: the steps that ran to their end. */
  readonly done: ReadonlySet<Step>;
  readonly seen: Observation | undefined;
  readonly renewal: Renewal | undefined;
  /** Those of the rotation that came before this one in the same run. */
  readonly pastSecrets: ReadonlyMap<string, SecretEntry>;
  /** One entry a secret, by path: the listed ones and the renewal's two. */
  readonly secrets: ReadonlyMap<string, SecretEntry>;
  /** VTEX's last word on the two tokens of the renewal. */
  readonly tokens: { readonly old: TokenState; readonly new: TokenState };
  /** By the runner's clock: when VTEX last accepted the new token. */
  readonly acceptedAt: Instant | undefined;
  readonly verification: 'outstanding' | 'passed' | 'failed';
  readonly runs: readonly VerificationRun[];
  /** Everything was in order in the round right before `finish`. */
  readonly confirmed: boolean;
  /** `ended`: by somebody else, or by an earlier try of ours. `not-pending`: VTEX knew of no renewal and it is over. */
  readonly finish: 'not-sent' | 'unclear' | 'finished' | 'ended' | 'not-pending' | 'undone';
  /** Tries of `finish-renewal` whose outcome was not clear. */
  readonly unclearTries: number;
  readonly restore: 'not-tried' | 'restored' | 'impossible';
  readonly errors: readonly RotationError[];
}

export const nothingKnown: Knowledge = {
  interrupted: false,
  done: new Set(),
  seen: undefined,
  renewal: undefined,
  pastSecrets: new Map(),
  secrets: new Map(),
  tokens: { old: 'unknown', new: 'unknown' },
  acceptedAt: undefined,
  verification: 'outstanding',
  runs: [],
  confirmed: false,
  finish: 'not-sent',
  unclearTries: 0,
  restore: 'not-tried',
  errors: [],
};

export type Decision =
  | { readonly do: Step }
  | {
      readonly end: Result;
      readonly errors: readonly RotationError[];
      readonly note?: string;
      /** The note is one that somebody should look at. */
      readonly isWarning?: boolean;
    };

/** When a step ran. */
export interface StepTimes {
  readonly step: Step;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** It met an error. */
  readonly failed: boolean;
}

/**
 * The credential that may renew and finish: once its own token is renewed, only the new one will last. Where an earlier
 * run ended its renewal, the token that was pending is the one that VTEX accepts.
 */
export function managerOf(settings: Settings, { renewal, seen }: Knowledge): Credential {
  const { appKey, appToken } = settings.manager;
  if (!renewsItself(settings)) return settings.manager;
  const left = seen?.pending === 'accepted' ? settings.pendingToken : undefined;
  return { appKey, appToken: renewal?.newToken ?? left ?? appToken };
}

/** The old token is dead, and this run or its renewal's other half did it. */
export function isOver({ finish }: Knowledge): boolean {
  return finish === 'finished' || finish === 'ended';
}

/** How the run ended. */
export interface Outcome {
  readonly result: Result;
  readonly errors: readonly RotationError[];
  /** Why nothing was done, where nothing was done on purpose. */
  readonly note: string | undefined;
  readonly noteIsWarning: boolean;
  readonly knowledge: Knowledge;
  readonly standing: Standing;
  /** Of all legs. */
  readonly steps: readonly StepTimes[];
  /** The earlier renewal that this run finished before it began its own. */
  readonly earlier: Knowledge | undefined;
}
