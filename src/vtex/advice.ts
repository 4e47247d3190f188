/**
 * What to do about VTEX's answers. What a person does about a pending renewal is among the next moves of the rotation.
 * Source: https://developers.vtex.com/docs/guides/rotating-vtex-api-tokens
 */
import type { HttpFailure } from '../http/failure.ts';

export const grantRenewToken =
  'Give the key in app-key a role with the License Manager resource "Renew API Token" (product License Manager, ' +
  'category API Key Management) in VTEX Admin > Account Settings > Account management > Roles; the predefined role ' +
  '"User Administrator - RESTRICTED" has it too but grants much more. The key must be active and belong to this account.';

export const checkApiKey =
  'Check that api-key is the app key (vtexappkey-…) of a generated key of this very account: VTEX cannot renew a key ' +
  'of another account.';

export const tryLater = 'Run again later; https://status.vtex.com shows whether VTEX has a known problem.';

/** Where the network tells whose fault it is, VTEX's status page is of no use. */
export function adviceOn({ fault, hint }: HttpFailure): string {
  if (fault === 'other') return advise(hint, tryLater);
  const host =
    fault === 'host-name' &&
    'The host name comes from the input account (or vtex-url), so that is probably wrong: it is the {account} in ' +
      'https://{account}.myvtex.com, the address of VTEX Admin. If it is right, the runner cannot look up names.';
  return advise(host, hint);
}

/** Joins sentences that apply, and leaves out those that do not. */
export function advise(...sentences: (string | false)[]): string {
  return sentences.filter((sentence) => sentence !== false && sentence !== '').join(' ');
}
