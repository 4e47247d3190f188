/** What a person does in VTEX Admin, in VTEX's own words. */

const where =
  'In VTEX Admin, Account Settings > API Keys > Generated, the key shows "Pending deletion - Old token".';

/** For a renewal whose new token nobody holds. */
export const undoRenewal =
  `${where} Choose "Undo Renewal" in its menu: the old token stays in use. ` +
  'Do not choose "Delete old token": that would kill the only token that is known. Then run the action again.';

/** For a renewal that somebody else began, when only a person can know which of the two fits. */
export const undoOrDelete =
  `${where} If the new token is stored nowhere, choose "Undo Renewal" in its menu: the old token stays in use. ` +
  'Only if every system already uses the new token, choose "Delete old token". Then run the action again.';
