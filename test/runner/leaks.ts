import { uriEscape } from './masker.ts';

/** A piece this long of a token is as bad as the token. */
const pieceLength = 24;

interface Form {
  readonly name: string;
  readonly text: string;
}

/**
 * A leaked piece that begins anywhere in a text covers one of the places that are multiples of `stride`, with so many
 * of its characters that a look at these places alone misses none.
 */
const probeLength = 12;
const stride = pieceLength - probeLength + 1;

interface Needles {
  readonly long: readonly Form[];
  /** Every so many characters of the long forms. */
  readonly probes: ReadonlySet<string>;
  /** Forms that are shorter than a piece are looked for as a whole. */
  readonly short: readonly Form[];
}

const known = new Map<string, Needles>();
/** Every trial makes tokens of its own, and nobody asks for those of an earlier one. */
const mostKnown = 500;

/**
 * Looks for secrets, raw or encoded, whole or in pieces. Says where, never what: the result may be printed. One
 * find a secret is enough.
 */
export function findLeaks(text: string, secrets: Iterable<string>): string[] {
  const found: string[] = [];
  const looks: string[] = [];
  for (let at = 0; at + probeLength <= text.length; at += stride)
    looks.push(text.slice(at, at + probeLength));
  let index = -1;
  for (const secret of new Set(secrets)) {
    index += 1;
    if (secret === '') continue;
    const place = find(text, looks, needlesOf(secret));
    if (place !== undefined) found.push(`secret ${index} (${secret.length} characters): ${place}`);
  }
  return found;
}

/** `looks`: what stands in the text at the multiples of `stride`. */
function find(text: string, looks: readonly string[], { long, probes, short }: Needles): string | undefined {
  for (const form of short) {
    const at = text.indexOf(form.text);
    if (at >= 0) return describe(form.name, text, at);
  }
  for (const [index, look] of looks.entries()) {
    if (!probes.has(look)) continue;
    const probe = index * stride;
    for (let at = Math.max(0, probe - stride + 1); at <= probe; at += 1) {
      if (at + pieceLength > text.length) break;
      const piece = text.slice(at, at + pieceLength);
      const form = long.find((one) => one.text.includes(piece));
      if (form !== undefined) return describe(form.name, text, at);
    }
  }
  return undefined;
}

function describe(form: string, text: string, at: number): string {
  const line = text.slice(0, at).split('\n').length;
  return `${form} at character ${at}, line ${line}, after ${JSON.stringify(text.slice(Math.max(0, at - 30), at))}`;
}

function needlesOf(secret: string): Needles {
  const cached = known.get(secret);
  if (cached !== undefined) return cached;
  const all = forms(secret);
  const long = all.filter(({ text }) => text.length >= pieceLength);
  const short = all.filter(({ text }) => text.length < pieceLength);
  const probes = new Set<string>();
  for (const { text } of long) {
    for (let at = 0; at + probeLength <= text.length; at += 1) probes.add(text.slice(at, at + probeLength));
  }
  if (known.size >= mostKnown) known.clear();
  const needles = { long, probes, short };
  known.set(secret, needles);
  return needles;
}

function forms(secret: string): Form[] {
  const bytes = Buffer.from(secret, 'utf8');
  const hex = bytes.toString('hex');
  const all: Form[] = [
    { name: 'raw', text: secret },
    { name: 'JSON', text: JSON.stringify(secret).slice(1, -1) },
    { name: 'URL', text: encodeURIComponent(secret.toWellFormed()) },
    { name: 'URL (RFC 3986)', text: uriEscape(secret) },
    { name: 'URL (lower case)', text: uriEscape(secret).replace(/%../g, (escape) => escape.toLowerCase()) },
    { name: 'URL (form)', text: new URLSearchParams([['', secret]]).toString().slice(1) },
    { name: 'hex', text: hex },
    { name: 'hex (upper case)', text: hex.toUpperCase() },
  ];
  for (const shift of [0, 1, 2]) {
    const text = base64Core(bytes, shift);
    all.push({ name: `base64 (shift ${shift})`, text });
    all.push({ name: `base64url (shift ${shift})`, text: text.replaceAll('+', '-').replaceAll('/', '_') });
  }
  const seen = new Set<string>(['']);
  return all.filter(({ text }) => !seen.has(text) && seen.add(text));
}

/** The digits of base64 that depend on nothing but the secret, when `shift` (modulo 3) bytes stand before it. */
function base64Core(bytes: Buffer, shift: number): string {
  const digits = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const first = Math.ceil((shift * 8) / 6);
  const last = Math.floor(((shift + bytes.length) * 8) / 6);
  return digits.slice(first, last);
}
