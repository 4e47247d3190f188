/**
 * VTEX's replies, from `unknown` to a type. Nothing is believed that was not looked at: the OpenAPI document
 * marks no field as required.
 * Source: https://developers.vtex.com/docs/api-reference/vtex-id-api
 */
import { RotationError } from '../common/errors.ts';
import { undoLostRenewal } from '../rotation/next-moves.ts';
import type { Instant } from '../rotation/ports/clock.ts';
import type { Renewal } from '../rotation/ports/vtex.ts';
import { Secret } from '../common/secret.ts';

/** Bytes; GitHub's limit for a secret. https://docs.github.com/actions/reference/security/secrets */
const maxTokenLength = 48 * 1024;

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads the reply of `renew`. Whatever stands in `newToken` goes to `onToken` before it is judged, since a token
 * that we cannot use is a live token all the same. Throws `renewal-lost` without a token, `new-token-rejected`
 * with one that no HTTP header or no GitHub secret can hold; `requestId` ends their messages.
 */
export function parseRenewal(body: unknown, onToken: (token: Secret) => void, requestId: string): Renewal {
  const reply = toObject(body);
  const newToken = reply?.newToken;
  if (reply === undefined || newToken === undefined || newToken === null) {
    throw new RotationError(
      'renewal-lost',
      `VTEX answered the renewal with success, but with no token that can be read.${requestId}`,
      undoLostRenewal,
    );
  }
  const [token, ...others] = tokensIn(newToken);
  for (const found of [token, ...others]) if (found !== undefined) onToken(found);
  const flaw = flawOf(newToken);
  if (token === undefined || flaw !== undefined) {
    throw new RotationError(
      'new-token-rejected',
      `The new token of VTEX ${flaw ?? 'is empty'}.${requestId}`,
      undoLostRenewal,
    );
  }
  return {
    token,
    vtexId: parseId(reply.id),
    createdAt: parseInstant(reply.creationDateNewToken),
  };
}

/**
 * Tells whether the reply of `finish-renewal` confirms that the old token is gone: "creationDateNewToken …
 * Always `null` after the token creation process is completed".
 */
export function confirmsFinish(body: unknown): boolean {
  return toObject(body)?.creationDateNewToken === null;
}

/** Reads a 2xx reply of `apptoken/login`; undefined if it is no JSON object, which says nothing. */
export function parseSignIn(
  body: unknown,
  onToken: (token: Secret) => void,
): 'accepted' | 'refused' | undefined {
  const reply = toObject(body);
  if (reply === undefined) return undefined;
  const { authStatus, token } = reply;
  if (typeof token !== 'string' || token === '') return 'refused';
  onToken(new Secret(token));
  return authStatus === 'Success' ? 'accepted' : 'refused';
}

/** Only own fields: a field of the prototype must not pass for an answer. */
function toObject(body: unknown): JsonObject | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  return Object.assign(Object.create(null) as object, body) as JsonObject;
}

/** All texts and numbers in the value, in case VTEX wraps the token one day. */
function tokensIn(value: unknown): Secret[] {
  if (typeof value === 'string') return value === '' ? [] : [new Secret(value)];
  if (typeof value === 'number') return [new Secret(String(value))];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(tokensIn);
  return [];
}

/** A token has to pass as the value of a header and as a GitHub secret. */
function flawOf(token: unknown): string | undefined {
  if (typeof token !== 'string') return 'is not a text';
  if (token === '') return 'is empty';
  if (token.length > maxTokenLength) return `is longer than ${maxTokenLength} characters`;
  if (!/^[\x21-\x7e]+$/.test(token)) return 'has white space, control characters or characters beyond ASCII';
  return undefined;
}

function parseId(id: unknown): string | undefined {
  return typeof id === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(id) ? id : undefined;
}

/** ISO 8601 with a zone; without one the instant would depend on the machine. */
function parseInstant(text: unknown): Instant | undefined {
  if (typeof text !== 'string') return undefined;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}
