/** What the user asked for, as far as the procedure cares. */
import type { Secret } from '../common/secret.ts';
import type { SecretPath, SecretPattern } from '../paths/secret-path.ts';
import type { Instant } from './ports/clock.ts';
import type { Credential } from './ports/vtex.ts';

/** What a token input, and the old secret, say where there is no token. */
export const noToken = 'none';

export type Operation = 'rotate' | 'finish' | 'check' | 'undo';

export interface Settings {
  readonly operation: Operation;
  /** The app key whose token is renewed. */
  readonly apiKey: string;
  readonly manager: Credential;
  /** Undefined: `none`, or not given where it is not required. */
  readonly currentToken: Secret | undefined;
  readonly pendingToken: Secret | undefined;
  readonly oldToken: Secret | undefined;
  /** `old-token` was not empty: the workflow passes the old secret, be it only the word `none`. */
  readonly oldTokenPassed: boolean;
  /** The listed secrets, no two alike. Those of `patterns` are found when the run looks. */
  readonly secrets: readonly SecretPath[];
  readonly patterns: readonly SecretPattern[];
  readonly pendingSecret: SecretPath;
  readonly oldSecret: SecretPath;
  /** Whole values of the listed secrets that hold more than the token, by path. */
  readonly currentValues: ReadonlyMap<string, Secret>;
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
export function renewsItself(settings: Settings): boolean {
  return settings.apiKey === settings.manager.appKey;
}

/** The rotation that follows when an earlier renewal, with this new token, has been finished. */
export function settingsOfNext(settings: Settings, token: Secret): Settings {
  const { manager } = settings;
  return {
    ...settings,
    currentToken: token,
    // That renewal is over: VTEX was seen to refuse its old token, and a machine that has not heard cannot revive it.
    oldToken: undefined,
    pendingToken: undefined,
    manager: renewsItself(settings) ? { ...manager, appToken: token } : manager,
  };
}
