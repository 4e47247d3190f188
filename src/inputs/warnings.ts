/** What is allowed but probably not meant. */
import type { Settings } from '../rotation/settings.ts';

export interface Choices {
  readonly account: string;
  readonly verifyBefore: boolean;
  readonly exposeNewToken: boolean;
  readonly githubToken: string;
  /** Of all workflows together, which run side by side. */
  readonly verificationTimeoutMs: number;
}

export function warningsAbout(settings: Settings, choices: Choices): string[] {
  const renews = settings.operation === 'rotate';
  return [
    ...aboutKeys(settings, choices.account),
    ...(renews ? aboutTokens(settings, choices) : []),
    ...aboutVerification(settings, choices.verifyBefore),
    ...aboutWaits(settings, choices),
  ];
}

function aboutKeys({ apiKey, manager }: Settings, account: string): string[] {
  const warnings: string[] = [];
  if (apiKey === manager.appKey && apiKey !== '') {
    warnings.push(
      'api-key equals app-key. VTEX\'s rule for renewing a token is: "You must use a valid API key (not the one being ' +
        'renewed)". The run goes on and finishes with the new token.',
    );
  }
  const owner = /^vtexappkey-(.+)-[^-]+$/.exec(apiKey)?.[1];
  if (owner !== undefined && owner !== account) {
    warnings.push(
      `api-key carries the name of another account than "${account}"; VTEX renews only keys of its own account.`,
    );
  }
  return warnings;
}

function aboutTokens({ currentToken, deleteOldToken }: Settings, { exposeNewToken }: Choices): string[] {
  const warnings: string[] = [];
  if (currentToken === undefined) {
    warnings.push(
      'current-token is none: nothing can be restored, and nothing shows that api-key is the key whose token the secrets hold.',
    );
  }
  if (exposeNewToken && deleteOldToken === 'now') {
    warnings.push(
      'expose-new-token with delete-old-token: now: the old token is dead before the steps run that are fed with the new ' +
        'one. Use later, and finish in a step after them.',
    );
  }
  return warnings;
}

function aboutVerification(settings: Settings, verifyBefore: boolean): string[] {
  const verifies = settings.verification !== 'none';
  const warnings: string[] = [];
  const mayRestore = settings.operation === 'rotate' && settings.onVerificationFailure === 'restore';
  if (verifies && mayRestore && settings.currentToken === undefined) {
    warnings.push(
      'on-verification-failure is restore, but without current-token there is nothing to restore.',
    );
  }
  if (verifyBefore && !verifies) {
    warnings.push(
      'verify-before-update is true, but without verification-workflow there is nothing to verify with.',
    );
  }
  return warnings;
}

/** An installation token lives one hour; some of it is gone when the run starts, and the writes take their time. */
const longestWaitsMs = 50 * 60_000;

function aboutWaits(settings: Settings, { githubToken, verificationTimeoutMs }: Choices): string[] {
  const verification = settings.verification === 'none' ? 0 : verificationTimeoutMs;
  const waits = verification + settings.drainTimeoutMs + settings.propagationTimeoutMs;
  if (!githubToken.startsWith('ghs_') || settings.operation === 'check' || waits <= longestWaitsMs) return [];
  return [
    `github-token is an installation token, which lives one hour, and this run may wait ${Math.round(waits / 60_000)} minutes. ` +
      'For long waits use delete-old-token: later, and operation: finish in a later run.',
  ];
}
