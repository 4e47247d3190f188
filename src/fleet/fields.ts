/** What a list may say of an account or of a key, and how the action wants to hear it. */
import type { InputName } from '../inputs/names.ts';

/** `lines`: an array of texts, one a line of the input. `pairs`: an object, one `name=value` a line. */
export type Kind = 'text' | 'boolean' | 'integer' | 'lines' | 'pairs';

/**
 * Inputs of the action that a list may set: for all (`defaults`), for an account, or for a key; the nearest counts.
 * Not among them: what is a secret, what the workflow gives, and what makes no sense for many keys at once.
 */
export const policyFields = {
  'vtex-url': 'text',
  'delete-old-token': 'text',
  'renew-after-days': 'integer',
  'create-missing-secrets': 'boolean',
  'verification-workflow': 'lines',
  'verify-before-update': 'boolean',
  'verification-inputs': 'pairs',
  'verification-timeout-minutes': 'integer',
  'sign-in-check': 'boolean',
  'verification-requests': 'lines',
  'on-verification-failure': 'text',
  'propagation-timeout-seconds': 'integer',
  'drain-timeout-minutes': 'integer',
} as const satisfies Partial<Record<InputName, Kind>>;

/** Set at the same three places; not an input of the action. */
export const approvalField = 'approval-environment';

const policy: Readonly<Record<string, Kind>> = { ...policyFields, [approvalField]: 'text' };

export const fields = {
  defaults: policy,
  account: { account: 'text', 'app-key': 'text', ...policy },
  key: {
    name: 'text',
    'api-key': 'text',
    'app-key': 'text',
    environment: 'text',
    secrets: 'lines',
    ...policy,
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Kind>>>>;

interface Reading {
  readonly wanted: string;
  /** Undefined: the value is of another kind. */
  readonly text: (value: unknown) => string | undefined;
}

const readings: Readonly<Record<Kind, Reading>> = {
  text: {
    wanted: 'a text of one line that is not empty',
    text: (value) => (isText(value) ? value : undefined),
  },
  boolean: {
    wanted: 'true or false, without quotes',
    text: (value) => (typeof value === 'boolean' ? String(value) : undefined),
  },
  integer: {
    wanted: 'a whole number, without quotes',
    text: (value) => (Number.isSafeInteger(value) ? String(value) : undefined),
  },
  lines: {
    wanted: 'an array of texts of one line that are not empty',
    text: (value) =>
      Array.isArray(value) && value.length > 0 && value.every(isText) ? value.join('\n') : undefined,
  },
  pairs: {
    wanted: 'an object with texts of one line for values',
    text: (value) => (isObject(value) ? pairsText(Object.entries(value)) : undefined),
  },
};

function pairsText(pairs: readonly (readonly [string, unknown])[]): string | undefined {
  const isRight = pairs.every(([, value]) => typeof value === 'string' && !/[\r\n]/.test(value));
  return isRight ? pairs.map(([name, value]) => `${name}=${String(value)}`).join('\n') : undefined;
}

/** The value as the action reads it, or what is wanted in its place. */
export function inputText(
  value: unknown,
  kind: Kind,
): { readonly text: string } | { readonly wanted: string } {
  const { text, wanted } = readings[kind];
  const read = text(value);
  return read === undefined ? { wanted } : { text: read };
}

/** One line, and neither blank nor a comment, which the action would skip. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && !/[\r\n]|^\s*#/.test(value);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
