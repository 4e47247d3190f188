/** What speaks against beginning a renewal: signs that VTEX may hold two tokens that this run cannot take up. */
import { RotationError } from '../common/errors.ts';
import type { Secret } from '../common/secret.ts';
import type { Observation } from './model.ts';
import { passTheRenewalsSecrets, waysOutOfPending } from './next-moves.ts';
import type { Settings } from './settings.ts';

/** To be asked where no renewal is usable. Empty: a renewal may begin. */
export function objectionsToRenewal(settings: Settings, seen: Observation): readonly RotationError[] {
  const reason = reasonAgainst(settings, seen);
  if (reason === undefined) return [];
  const hint = `${passTheRenewalsSecrets(settings)} ${waysOutOfPending(settings)}`;
  return [new RotationError('renewal-pending', `${reason} Nothing was renewed or written.`, hint)];
}

function reasonAgainst(settings: Settings, seen: Observation): string | undefined {
  const { oldSecret, old, pending } = seen;
  if (oldSecret.updatedAt !== undefined && !settings.oldTokenPassed) {
    return (
      `${oldSecret.path.path} exists, so a renewal may be pending, but old-token is empty: this run was queued before ` +
      'that secret was made, or the workflow does not pass it.'
    );
  }
  if (old === 'accepted' && differs(settings.oldToken, settings.currentToken)) {
    return 'VTEX accepts old-token, which is not current-token, and the renewal that it belongs to cannot be resumed.';
  }
  if (pending === 'accepted' && differs(settings.pendingToken, settings.currentToken)) {
    return (
      'VTEX accepts pending-token, which is not current-token, and the renewal that it belongs to cannot be resumed ' +
      'without an old-token that VTEX accepts too.'
    );
  }
  return undefined;
}

function differs(token: Secret | undefined, current: Secret | undefined): boolean {
  return token !== undefined && (current === undefined || !token.equals(current));
}
