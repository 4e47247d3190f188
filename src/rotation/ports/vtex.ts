/** What the rotation needs of VTEX: to sign in, and to begin and finish a renewal. */
import type { RotationError } from '../../common/errors.ts';
import type { Secret } from '../../common/secret.ts';
import type { FinishPermit } from '../finish-guard.ts';
import type { Instant } from './clock.ts';

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
