/**
 * The last gate before the point of no return. `finish-renewal` kills the old token and nothing can undo it,
 * so the call takes a permit, and this file is the only place where a permit can be made.
 */
import type { TokenState } from './model.ts';

/** What is known, at this moment, of everything that must be true before the old token may die. */
export interface FinishEvidence {
  /** The runner asked the run to stop. */
  readonly interrupted: boolean;
  /** What VTEX said of the old token just now. `none`: this very run renewed a key that had no token in use. */
  readonly oldToken: TokenState | 'none';
  /** The same of the token that will remain. `renewed-at`: an earlier job of this run proved it, it is not in hand. */
  readonly newToken: TokenState | 'renewed-at';
  readonly tokensDiffer: boolean;
  /** Each listed secret, and whether its date, read just now, says that it holds the new token. */
  readonly secrets: readonly { readonly path: string; readonly confirmed: boolean }[];
  /** `none`: the inputs ask for none. */
  readonly verification: 'none' | 'passed' | 'failed' | 'outstanding';
  readonly drain: 'none' | 'done' | 'outstanding';
}

/** Cannot be written by hand: the private field makes every other object a type error. */
class Permit {
  readonly #granted = true;

  /** For the issuer's own check at run time, should a caller have cast its way here. */
  static isGenuine(permit: FinishPermit): boolean {
    return #granted in permit;
  }
}

export type FinishPermit = Permit;
export const isGenuinePermit = (permit: FinishPermit): boolean => Permit.isGenuine(permit);

/** Every reason against finishing; empty means that nothing speaks against it. Pure and total. */
export function objectionsToFinish(evidence: FinishEvidence): readonly string[] {
  return [
    ...(evidence.interrupted ? ['the run was asked to stop'] : []),
    ...objectionsToTokens(evidence),
    ...(evidence.secrets.length === 0 ? ['no secret is listed'] : []),
    ...evidence.secrets
      .filter(({ confirmed }) => !confirmed)
      .map(({ path }) => `${path} is not confirmed to hold the new token`),
    ...(evidence.verification === 'failed' ? ['the verification failed'] : []),
    ...(evidence.verification === 'outstanding' ? ['the verification has not passed yet'] : []),
    ...(evidence.drain === 'outstanding' ? ['runs that may hold the old token have not ended'] : []),
  ];
}

/** VTEX keeps two tokens at most, so that it accepts both is what shows that the renewal is this one. */
function objectionsToTokens({ oldToken, newToken, tokensDiffer }: FinishEvidence): string[] {
  const objections: string[] = [];
  if (oldToken !== 'accepted' && oldToken !== 'none') {
    objections.push(
      'VTEX was not seen to accept the old token just now, so the pending renewal may be another one',
    );
  }
  if (newToken !== 'accepted' && newToken !== 'renewed-at') {
    objections.push('VTEX was not seen to accept the new token just now');
  }
  if (!tokensDiffer) objections.push('the old and the new token are the same');
  return objections;
}

export function grantFinish(evidence: FinishEvidence): FinishPermit | undefined {
  return objectionsToFinish(evidence).length === 0 ? new Permit() : undefined;
}
