/** Next moves: what a person does in VTEX Admin, in VTEX's own words, and what the next run does by itself. */

export const takenUpByNextRun = 'Run the action again with pending-token; it takes this renewal up.';

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

/** For a new token that failed its verification while every listed secret holds the old one. */
export const giveUpNewToken =
  `${where} To give the new token up instead, choose "Undo Renewal" in its menu: the old token stays in use. ` +
  'Do not choose "Delete old token": the listed secrets still hold it.';

/** For a new token that failed its verification while listed secrets hold it. */
export const keepOrGiveUpNewToken =
  `${where} Only if every system works with the new token, choose "Delete old token" in its menu. ` +
  '"Undo Renewal" would kill the new token: write the old one into the listed secrets first.';
