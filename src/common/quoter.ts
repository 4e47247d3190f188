import type { Secret } from './secret.ts';

/** So many characters of a secret in a row are taken for a leak; fewer happen by chance. */
const windowLength = 12;
/** So many of them in a name; few names are as long. */
const echoLength = 30;
/** Of a longer text only this much is looked at and can be shown. */
const shownLength = 4096;
/** Looked at beyond that, so that a secret which begins before the cut is seen whole enough. */
const overlap = 64;

const withheld = '(text withheld: it repeats a secret)';

/** Controls, zero-width and bidi characters, lone surrogates, and all else that has no glyph of its own. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** Tames text that came from a server before it may stand in a log, an annotation or the summary. */
export class Quoter {
  /** Every form in which a known secret may be repeated, in lower case. */
  readonly #forms = new Set<string>();

  /** Text that repeats this value, in any usual encoding, will be withheld from now on. */
  know(secret: Secret): void {
    const value = secret.reveal();
    for (const form of formsOf(value)) {
      // Of a short secret the encodings that lose its edges could be so short that they occur everywhere.
      if (form.length >= Math.min(windowLength, value.length) && form !== '')
        this.#forms.add(form.toLowerCase());
    }
  }

  /** Gives one short, harmless line of at most `limit` characters; of anything but a string the empty one. */
  quote(text: unknown, limit = 160): string {
    if (typeof text !== 'string') return '';
    if (this.#repeatsSecret(text.slice(0, shownLength + overlap))) return withheld;
    return cut(breakCommands(clean(text.slice(0, shownLength))), limit);
  }

  /**
   * Whether a name that a server gave repeats a token: then the server echoes what it was sent. So much of it must be
   * repeated, since a secret with more than the token in it may well name the repository that it is in.
   */
  isEcho(name: string): boolean {
    const windows = new Windows(viewsOf(name), echoLength);
    return [...this.#forms].some((form) => windows.meet(form));
  }

  #repeatsSecret(text: string): boolean {
    const views = viewsOf(text);
    const windows = new Windows(views, windowLength);
    for (const form of this.#forms) {
      if (form.length < windowLength ? views.some((view) => view.includes(form)) : windows.meet(form))
        return true;
    }
    return false;
  }
}

/** What a reader may take it for, in lower case. */
function viewsOf(text: string): readonly string[] {
  const cleaned = clean(text);
  return [text, cleaned, cleaned.replaceAll(' ', '')].map((view) => view.toLowerCase());
}

function clean(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').replaceAll(invisible, '').replaceAll(/ +/g, ' ').trim();
}

/**
 * The runner looks for `::` and for `##[` in a line.
 * Source: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
function breakCommands(text: string): string {
  return text.replaceAll(/:(?=:)/g, ': ').replaceAll('##[', '## [');
}

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // Not between the halves of a surrogate pair.
  return `${text.slice(0, Math.max(0, limit - 1)).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((offset) => base64At(bytes, offset));
  const cleaned = clean(value);
  return [
    value,
    cleaned,
    cleaned.replaceAll(' ', ''),
    Array.from(value).reverse().join(''),
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value.toWellFormed()),
    bytes.toString('hex'),
    ...base64,
    ...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/** Base64 of the bytes as they look `offset` bytes into a longer text, without the characters that mix in others. */
function base64At(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replaceAll('=', '');
  const start = Math.ceil((offset * 8) / 6);
  const end = Math.floor(((offset + bytes.length) * 8) / 6);
  return text.slice(start, end);
}

/** All windows of some short texts; finds the long secret that shares one, in one pass over the secret. */
class Windows {
  readonly #windows = new Set<string>();
  /** Marks the beginnings of the windows, so that few places of a long secret need the dear look-up. */
  readonly #beginnings = new Uint8Array(0x10000);

  readonly #length: number;

  constructor(texts: readonly string[], length: number) {
    this.#length = length;
    for (const text of texts) {
      for (let at = 0; at + length <= text.length; at++) {
        this.#windows.add(text.slice(at, at + length));
        this.#beginnings[beginningAt(text, at)] = 1;
      }
    }
  }

  meet(form: string): boolean {
    const length = this.#length;
    for (let at = 0; at + length <= form.length; at++) {
      if (this.#beginnings[beginningAt(form, at)] === 1 && this.#windows.has(form.slice(at, at + length))) {
        return true;
      }
    }
    return false;
  }
}

function beginningAt(text: string, at: number): number {
  return (text.charCodeAt(at) ^ (text.charCodeAt(at + 1) << 5) ^ (text.charCodeAt(at + 2) << 10)) & 0xffff;
}
