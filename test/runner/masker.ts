/**
 * The runner's secret masker. It hides less than folklore says in one way (no base64url, no hex, no other case)
 * and more in another (nine encodings of each value), and both matter to a test that looks for leaks.
 * actions/runner: src/Sdk/DTLogging/Logging/{SecretMasker,ValueEncoders}.cs, src/Runner.Common/HostContext.cs
 */
export class Masker {
  /** The values as they were registered, without their encodings. */
  readonly values: string[] = [];
  readonly #hidden = new Set<string>();

  /** What `::add-mask::` does: the whole value, and each of its lines, for output is masked line by line. */
  add(value: string): void {
    this.#addOne(value);
    for (const line of value.split(/[\r\n]+/)) this.#addOne(line.trim());
  }

  mask(text: string): string {
    const ranges = this.#ranges(text);
    let result = '';
    let from = 0;
    for (const [start, end] of ranges) {
      result += `${text.slice(from, start)}***`;
      from = end;
    }
    return result + text.slice(from);
  }

  hides(text: string): boolean {
    return this.mask(text) !== text;
  }

  #addOne(value: string): void {
    if (value.trim() === '' || this.values.includes(value)) return;
    this.values.push(value);
    this.#hidden.add(value);
    for (const encoded of encodings(value)) if (encoded !== '') this.#hidden.add(encoded);
  }

  /** Places to hide, in order; ones that overlap or touch become one `***`, as in the runner. */
  #ranges(text: string): [number, number][] {
    const found: [number, number][] = [];
    for (const value of this.#hidden) {
      for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
        found.push([at, at + value.length]);
      }
    }
    found.sort((a, b) => a[0] - b[0]);
    const merged: [number, number][] = [];
    for (const range of found) {
      const last = merged.at(-1);
      if (last !== undefined && range[0] <= last[1]) last[1] = Math.max(last[1], range[1]);
      else merged.push(range);
    }
    return merged;
  }
}

function encodings(value: string): string[] {
  return [
    ...[0, 1, 2].map((shift) => base64From(value, shift)),
    value.replaceAll('"', '\\"'),
    value.replaceAll("'", "''"),
    jsonEscape(value),
    uriEscape(value),
    xmlEscape(value),
    withoutQuotes(value),
    ...ampersandParts(value),
  ];
}

/** base64 of `user:token` holds the token's bytes at one of three offsets; the runner drops 0, 1 or 2 of them. */
function base64From(value: string, shift: number): string {
  const bytes = Buffer.from(value, 'utf8');
  return (bytes.length > shift ? bytes.subarray(shift) : bytes).toString('base64');
}

/** Json.NET also escapes U+0085, U+2028 and U+2029, which JSON.stringify leaves alone. */
function jsonEscape(value: string): string {
  const escaped = JSON.stringify(value).slice(1, -1);
  return escaped.replace(
    /[\u0085\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Uri.EscapeDataString follows RFC 3986, which escapes five characters more than encodeURIComponent. */
export function uriEscape(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const xmlEntities: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '&': '&amp;',
};

function xmlEscape(value: string): string {
  return value.replace(/[<>"'&]/g, (c) => xmlEntities[c] ?? c);
}

function withoutQuotes(value: string): string {
  return value.length > 8 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : '';
}

/** PowerShell colours a failed command's parts around `&`; the runner hides parts of six characters and more. */
function ampersandParts(value: string): string[] {
  if (!value.includes('&')) return [];
  const colored = value.indexOf('&+');
  const end = colored >= 0 ? colored + 2 : value.lastIndexOf('&') + 1;
  // After `&+` the runner skips one more letter, the coloured one.
  const parts = [value.slice(0, end), value.slice(colored >= 0 ? end + 1 : end)];
  return parts.filter((part) => part.length >= 6);
}
