/**
 * Every way in which the action can fail, as one closed set. The codes are part of the public contract:
 * they stand in annotations, in the summary and in the `record` output, and each has a heading in
 * docs/troubleshooting.md.
 */
export const errorCodes = [
  'input-invalid',
  'vtex-unauthorized',
  'vtex-forbidden',
  'vtex-key-invalid',
  'vtex-unavailable',
  'github-forbidden',
  'github-unavailable',
  'secret-missing',
  'secret-write-failed',
  'workflow-missing',
  'renewal-pending',
  'renewal-lost',
  'renewal-unproven',
  'run-outdated',
  'current-token-refused',
  'new-token-rejected',
  'verification-failed',
  'verification-timeout',
  'drain-timeout',
  'finish-failed',
  'renewal-undone',
  'cancelled',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/**
 * The only error that crosses a module border on purpose. `message` says what happened and `hint` what to do
 * next; both are text of ours, in which remote text appears only after a `Quoter` has tamed it. The state
 * that things are in is added by the report, which knows it.
 */
export class RotationError extends Error {
  override readonly name = 'RotationError';
  readonly code: ErrorCode;
  readonly hint: string;
  /** Of a renewal that failed: no try of it can have made a token. */
  readonly madeNoToken: boolean;

  constructor(
    code: ErrorCode,
    message: string,
    hint = '',
    { madeNoToken = false, ...options }: ErrorOptions & { readonly madeNoToken?: boolean } = {},
  ) {
    super(message, options);
    this.code = code;
    this.hint = hint;
    this.madeNoToken = madeNoToken;
  }
}

/** The coded error as a value; any other is a bug, and thrown. */
export async function attempted<T>(action: () => Promise<T>): Promise<T | RotationError> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof RotationError) return error;
    throw error;
  }
}
