/**
 * What to do about VTEX's answers, in the words of the VTEX Admin.
 * Sources: https://help.vtex.com/en/docs/tutorials/renewing-api-tokens and
 * https://developers.vtex.com/docs/guides/rotating-vtex-api-tokens
 */

const keyRow =
  'VTEX Admin > Account Settings > API Keys > Generated, in the row of the key ("Pending deletion - Old token")';

/** For a renewal whose token nobody holds: deleting the old token would then lock everybody out. */
export const undoLostRenewal =
  `A renewal may be pending whose new token nobody holds. Open ${keyRow}; if the row shows it, choose ` +
  '"Undo Renewal" in its menu, so that only the token in use remains, and run again.';

/** For a renewal of somebody else, or of a run that died. */
export const endPendingRenewal =
  `Open ${keyRow}. If somebody holds the newer token and every system already uses it, choose "Delete old token"; ` +
  'if nobody holds it, or you are not sure, choose "Undo Renewal": the token in use goes on working. Then run again.';

export const grantRenewToken =
  'Give the key in app-key a role with the License Manager resource "Renew API Token" (product License Manager, ' +
  'category API Key Management) in VTEX Admin > Account Settings > Account management > Roles; the predefined role ' +
  '"User Administrator - RESTRICTED" has it too but grants much more. The key must be active and belong to this account.';

export const checkApiKey =
  'Check that api-key is the app key (vtexappkey-…) of a generated key of this very account: VTEX cannot renew a key ' +
  'of another account.';

export const tryLater = 'Run again later; https://status.vtex.com shows whether VTEX has a known problem.';

/** Joins sentences that apply, and leaves out those that do not. */
export function advise(...sentences: (string | false)[]): string {
  return sentences.filter((sentence) => sentence !== false && sentence !== '').join(' ');
}
