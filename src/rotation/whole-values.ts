/** Secrets that hold more than the token: in their whole values the token is replaced, and all else stays as it is. */
import { Secret } from '../secret.ts';

/** The token as it stands in a text, and as it stands in a JSON string there. */
function formsOf(token: Secret): readonly string[] {
  const plain = token.reveal();
  return [...new Set([plain, JSON.stringify(plain).slice(1, -1)])];
}

export function holdsToken(value: Secret, token: Secret | undefined): boolean {
  return token !== undefined && formsOf(token).some((form) => value.reveal().includes(form));
}

/** The value with every occurrence of the one token replaced by the other. Byte for byte the same elsewhere. */
export function replaceToken(value: Secret, from: Secret | undefined, to: Secret): Secret {
  if (from === undefined) return value;
  const [plain = '', escaped = plain] = formsOf(from);
  const [newPlain = '', newEscaped = newPlain] = formsOf(to);
  const text = value.reveal();
  // Split and join, for a replacement text has signs of its own (`$&`).
  if (escaped === plain) return new Secret(text.split(plain).join(isJson(text) ? newEscaped : newPlain));
  return new Secret(text.split(escaped).join(newEscaped).split(plain).join(newPlain));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
