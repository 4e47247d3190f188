/**
 * Next moves: what a person does in VTEX Admin, in VTEX's own words, and what the next run does by itself.
 * *Undo Renewal* kills the new token, *Delete old token* the old one, so each is named only with what must be certain.
 * Source: https://help.vtex.com/en/docs/tutorials/renewing-api-tokens, and for the permission
 * https://developers.vtex.com/docs/guides/rotating-vtex-api-tokens
 */
import type { Settings } from './settings.ts';
import type { Standing } from './standing.ts';
import {
  apiKeysPage,
  deleteOldTokenLabel,
  pendingAlert,
  renewTokenLabel,
  undoRenewalLabel,
} from './vtex-admin.ts';

export const grantRenewToken =
  'Give the key in app-key a role with the License Manager resource "Renew API Token" (product License Manager, ' +
  'category API Key Management) in VTEX Admin > Account Settings > Account management > Roles; the predefined role ' +
  '"User Administrator - RESTRICTED" has it too but grants much more. The key must be active and belong to this account.';

export const checkApiKey =
  'Check that api-key is the app key (vtexappkey-…) of a generated key of this very account: VTEX cannot renew a key ' +
  'of another account.';

export const nextRunResumes =
  'Start a new run of the action with pending-token and old-token; it resumes this renewal.';

const where = `In ${apiKeysPage}, the row of the key shows ${pendingAlert}.`;

/** VTEX documents *Undo Renewal* only for as long as the link of an Admin's own renewal is valid. */
const whereNotOffered =
  `If it is not offered, choose ${renewTokenLabel} there once nothing is pending, or delete the old token only after ` +
  'every system holds the new one.';

/** For a renewal that may be pending, whose new token nobody holds. */
export const undoLostRenewal =
  `Look at the row of the key in ${apiKeysPage}. If it shows ${pendingAlert}, choose ${undoRenewalLabel} in its menu: the ` +
  `old token stays in use. Do not choose ${deleteOldTokenLabel}: that would kill the only token that is known. ` +
  `${whereNotOffered} Then run the action again.`;

/** For a new token that no listed secret can hold. */
export const giveUpNewToken =
  `${where} To give the new token up, choose ${undoRenewalLabel} in its menu: the old token stays in use. ` +
  `Do not choose ${deleteOldTokenLabel}: the listed secrets still hold it.`;

/** The same after workflows that verified it, for these may have handed it on to places that nobody here sees. */
export const giveUpVerifiedToken =
  'If a verification workflow hands the new token to other systems, hand them the old one back before anything else. ' +
  giveUpNewToken;

/** How a person finds out which of the two tokens is in use. */
export function findOutFirst({ apiKey, pendingSecret, oldSecret }: Settings): string {
  return (
    `Find out first which token is in use: run a workflow that signs in to VTEX with ${apiKey} and each listed secret, and ` +
    `compare with ${pendingSecret.name} (the new token) and ${oldSecret.name} (the old one).`
  );
}

/** For a renewal that this run cannot resume, when only a person can know which of the Admin's two moves fits. */
export function waysOutOfPending(settings: Settings): string {
  return (
    'If this run was queued before the secrets were last written, a new run (not a re-run) resumes the renewal. If it ' +
    `does not: ${findOutFirst(settings)} ${where} ${undoRenewalLabel} fits only if no listed secret and no other system ` +
    `holds the new token; ${deleteOldTokenLabel} fits only if all of them do, and kills whoever still holds the old one. ` +
    'Then run the action again.'
  );
}

/** The lines of a workflow that hand the renewal's two secrets to the action. */
export function passTheRenewalsSecrets({ pendingSecret, oldSecret }: Settings): string {
  return (
    `The workflow must pass pending-token: \${{ secrets.${pendingSecret.name} }} and ` +
    `old-token: \${{ secrets.${oldSecret.name} }}.`
  );
}

export function waysOutOfUnproven(settings: Settings): string {
  return (
    'First run the action with operation: rotate, which resumes the renewal and stores its token. ' +
    `${passTheRenewalsSecrets(settings)} ${waysOutOfPending(settings)}`
  );
}

/** For a new token that failed its verification while listed secrets hold it. */
export function keepOrGiveUpNewToken(settings: Settings): string {
  return (
    `${findOutFirst(settings)} ${where} ${deleteOldTokenLabel} fits only if every system works with the new token, and ` +
    'kills whoever still holds the old one. To go back instead, run the action with operation: undo.'
  );
}

/** After `later`: what ends the renewal once no system uses the old token any more. */
export function endOfPending(hasOldToken: boolean): string {
  return hasOldToken
    ? 'Once every system uses the new token, run the action with operation: finish to delete the old one, or let the ' +
        'next rotate with delete-old-token: later do it.'
    : `Once every system uses the new token, choose ${deleteOldTokenLabel} in the menu of the key in ${apiKeysPage}. ` +
        'It kills whoever still holds the old one.';
}

export const endOfUndone =
  `Once no system outside GitHub holds the new token, choose ${undoRenewalLabel} in the menu of the key in ` +
  `${apiKeysPage}: it ends the renewal. The next run then finds it over.`;

/**
 * What would do harm as things stand, and why: ends of a sentence that begins with "Do not". Empty where nothing of the
 * kind is on offer.
 */
export function neverNow({ pendingSecret, oldSecret }: Settings, standing: Standing): readonly string[] {
  const keep = `delete ${pendingSecret.name} or ${oldSecret.name} by hand.`;
  switch (standing.renewal) {
    case 'none':
    case 'over':
    case 'undone':
      return [];
    case 'lost':
      return [`choose ${deleteOldTokenLabel}: it would kill the only token that is known.`];
    case 'elsewhere':
      return [
        `choose ${undoRenewalLabel} or ${deleteOldTokenLabel} before it is known which token is in use.`,
        keep,
      ];
    case 'pending':
    case 'unclear':
      return [neverWhilePending(standing), keep];
  }
}

function neverWhilePending({ secrets, canGiveUp }: Standing): string {
  if (secrets.every(({ holds }) => holds === 'new')) {
    return `choose ${undoRenewalLabel}: it would kill the new token, which every listed secret holds.`;
  }
  if (canGiveUp) {
    return `choose ${deleteOldTokenLabel}: no listed secret holds the new token, so it would kill the one in use.`;
  }
  return (
    `choose ${undoRenewalLabel} or ${deleteOldTokenLabel}: each kills one of the two tokens, and both may be in ` +
    'listed secrets.'
  );
}
