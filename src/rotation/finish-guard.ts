/**
 * The last gate before the point of no return. `finish-renewal` kills the old token and nothing can undo it,
 * so the call takes a permit, and this file is the only place where a permit can be made.
 */

/** What is known, at this moment, of everything that must be true before the old token may die. */
export interface FinishEvidence {
  /** The runner asked the run to stop. */
  readonly interrupted: boolean;
  /**
   * Why the token that will remain is believed to work. `accepted`: VTEX accepted it in this run.
   * `verification`: sign-in is switched off and the verification is what proves it. `renewed-at`: the token is
   * not in our hands, an earlier job of this run proved it. `none`: it is not.
   */
  readonly newToken: 'accepted' | 'verification' | 'renewed-at' | 'none';
  /** Each listed secret, and whether GitHub's clock confirms that this renewal wrote it. */
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
  const objections: string[] = [];
  if (evidence.interrupted) objections.push('the run was asked to stop');
  if (evidence.newToken === 'none') objections.push('VTEX has not accepted the new token in this run');
  if (evidence.newToken === 'verification' && evidence.verification !== 'passed') {
    objections.push('nothing has proved the new token: sign-in is off and no verification passed');
  }
  if (evidence.secrets.length === 0) objections.push('no secret is listed');
  for (const secret of evidence.secrets) {
    if (!secret.confirmed) objections.push(`${secret.path} is not confirmed to hold the new token`);
  }
  if (evidence.verification === 'failed') objections.push('the verification failed');
  if (evidence.verification === 'outstanding') objections.push('the verification has not passed yet');
  if (evidence.drain === 'outstanding') objections.push('runs that may hold the old token have not ended');
  return objections;
}

export function grantFinish(evidence: FinishEvidence): FinishPermit | undefined {
  return objectionsToFinish(evidence).length === 0 ? new Permit() : undefined;
}
