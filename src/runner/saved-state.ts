/**
 * The step's state: what `main` leaves for `post`, which gets it as `STATE_{key}`. It holds only a sealed value,
 * where that belongs and the id of the key it is sealed with.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#sending-values-to-the-pre-and-post-actions
 */
export const stateKeys = { path: 'pending-path', keyId: 'pending-key-id', value: 'pending-value' } as const;

/** Whether `main` got a new token and ended before it was in the pending secret. */
export function isTokenUnsaved(environment: Readonly<Record<string, string | undefined>>): boolean {
  return (environment[`STATE_${stateKeys.value}`] ?? '') !== '';
}
