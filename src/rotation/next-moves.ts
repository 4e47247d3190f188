/**
 * Next moves: what a person does in VTEX Admin, in VTEX's own words, and what the next run does by itself.
 * *Undo Renewal* kills the new token, *Delete old token* the old one, so each is named only with what must be certain.
 * Source: https://help.vtex.com/en/docs/tutorials/renewing-api-tokens
 */
import type { Settings } from './settings.ts';

export const nextRunResumes =
  'Start a new run of the action with pending-token and old-token; it resumes this renewal.';

const where =
  'In VTEX Admin, Account settings > API keys > Generated, the row of the key shows "Pending deletion - Old token".';

/** VTEX documents *Undo Renewal* only for as long as the link of an Admin's own renewal is valid. */
const whereNotOffered =
  'If it is not offered, choose "Renew token" there once nothing is pending, or delete the old token only after every ' +
  'system holds the new one.';

/** For a renewal whose new token nobody holds. */
const undoRenewal =
  `${where} Choose "Undo Renewal" in its menu: the old token stays in use. Do not choose "Delete old token": that ` +
  `would kill the only token that is known. ${whereNotOffered} Then run the action again.`;

/** For a renewal that may be pending, whose new token nobody holds. */
export const undoLostRenewal = `A renewal may be pending whose new token nobody holds. ${undoRenewal}`;

/** For a new token that no listed secret can hold. */
export const giveUpNewToken =
  `${where} To give the new token up, choose "Undo Renewal" in its menu: the old token stays in use. ` +
  'Do not choose "Delete old token": the listed secrets still hold it.';

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
    `does not: ${findOutFirst(settings)} ${where} "Undo Renewal" fits only if no listed secret and no other system holds ` +
    'the new token; "Delete old token" fits only if all of them do, and kills whoever still holds the old one. ' +
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
    `${findOutFirst(settings)} ${where} "Delete old token" fits only if every system works with the new token, and kills ` +
    'whoever still holds the old one. To go back instead, run the action with operation: undo.'
  );
}
