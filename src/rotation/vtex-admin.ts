/**
 * What VTEX Admin calls things, in its three languages: a person must find the menu whose two moves kill a token.
 * Source: "Renewing API tokens" in https://github.com/vtexdocs/help-center-content, in en, pt and es.
 */

/** Kills the new token. */
export const undoRenewalLabel = '"Undo Renewal" (Desfazer renovação / Deshacer renovación)';

/** Kills the old token. */
export const deleteOldTokenLabel = '"Delete old token" (Excluir token antigo / Eliminar token antiguo)';

export const renewTokenLabel = '"Renew token" (Renovar token)';

/** Where both moves are. */
export const apiKeysPage = 'VTEX Admin, Account settings > API keys > Generated';

/** What the row of a key shows while a renewal is pending. */
export const pendingAlert = '"Pending deletion - Old token"';
