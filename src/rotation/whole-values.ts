/** Secrets that hold more than the token: in their whole values the token is replaced, and all else stays as it is. */
import { Secret } from '../common/secret.ts';

/** How JSON may write each character beside the character itself: https://www.rfc-editor.org/rfc/rfc8259#section-7 */
function spellings(character: string): string {
  const code = character.charCodeAt(0).toString(16).padStart(4, '0');
  const digits = code.replaceAll(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
  const short = /["\\/]/.test(character) ? `|\\\\${literal(character)}` : '';
  return `(?:\\\\u${digits}${short}|${literal(character)})`;
}

function literal(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The token as it stands in a text, and in whichever way JSON may spell it. */
function patternOf(token: Secret): RegExp {
  return new RegExp(token.reveal().split('').map(spellings).join(''), 'g');
}

export function holdsToken(value: Secret, token: Secret | undefined): boolean {
  return token !== undefined && patternOf(token).test(value.reveal());
}

/** The value with every occurrence of the one token replaced by the other. Byte for byte the same elsewhere. */
export function replaceToken(value: Secret, from: Secret | undefined, to: Secret): Secret {
  if (from === undefined) return value;
  const text = value.reveal();
  const plain = from.reveal();
  const [newPlain, newEscaped] = [to.reveal(), JSON.stringify(to.reveal()).slice(1, -1)];
  const isDocument = isJson(text);
  // A function, for a replacement text has signs of its own (`$&`).
  return new Secret(
    text.replace(patternOf(from), (found) => (isDocument || found !== plain ? newEscaped : newPlain)),
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
