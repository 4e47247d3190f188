import { randomBytes, randomInt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Quoter } from '../../src/common/quoter.ts';
import { Secret } from '../../src/common/secret.ts';

const withheld = '(text withheld: it repeats a secret)';

/** 128 upper-case letters, as VTEX makes them. */
function makeToken(): string {
  return String.fromCharCode(...Array.from({ length: 128 }, () => 65 + randomInt(26)));
}

function knowing(...values: string[]): Quoter {
  const quoter = new Quoter();
  for (const value of values) quoter.know(new Secret(value));
  return quoter;
}

const encodings: Readonly<Record<string, (value: string) => string>> = {
  'as it is': (value) => value,
  'in lower case': (value) => value.toLowerCase(),
  'in base64': (value) => Buffer.from(value).toString('base64'),
  'in base64, one byte in': (value) => Buffer.from(`x${value}`).toString('base64'),
  'in base64, two bytes in': (value) => Buffer.from(`xy${value}zz`).toString('base64'),
  'in base64url': (value) => Buffer.from(value).toString('base64url'),
  'in hex': (value) => Buffer.from(value).toString('hex'),
  'in upper-case hex': (value) => Buffer.from(value).toString('hex').toUpperCase(),
  'URL-encoded': encodeURIComponent,
  'JSON-escaped': (value) => JSON.stringify(value).slice(1, -1),
  'twice JSON-escaped, letters': (value) => JSON.stringify(JSON.stringify(value)),
  backwards: (value) => Array.from(value).reverse().join(''),
  'with zero-width characters between': (value) => Array.from(value).join('\u200b'),
  'with line breaks between': (value) => Array.from(value).join('\r\n'),
};

describe('a text that repeats a secret is withheld', () => {
  for (const [name, encode] of Object.entries(encodings)) {
    test(name, () => {
      const token = makeToken();
      const quoter = knowing(makeToken(), token, makeToken());
      expect(quoter.quote(`before ${encode(token)} after`)).toBe(withheld);
      const piece = encode(token.slice(50, 70));
      expect(quoter.quote(`before ${piece} after`)).toBe(withheld);
    });
  }

  test('a key of many lines, and one with characters that encodings change', () => {
    const line = randomBytes(24).toString('base64');
    const value = `"${line}"\n${line}+/é\t`;
    for (const encode of Object.values(encodings)) {
      expect(knowing(value).quote(`a ${encode(value)} b`)).toBe(withheld);
    }
  });

  test('twelve characters in a row are enough, eleven are not', () => {
    const token = makeToken();
    expect(knowing(token).quote(`=${token.slice(30, 42)}=`)).toBe(withheld);
    expect(knowing(token).quote(`=${token.slice(30, 41)}=`)).toBe(`=${token.slice(30, 41)}=`);
  });

  test('a short secret is looked for whole', () => {
    const token = makeToken().slice(0, 5);
    expect(knowing(token).quote(`a${token.toLowerCase()}b`)).toBe(withheld);
    expect(knowing(token).quote(`a${Buffer.from(token).toString('hex')}b`)).toBe(withheld);
    for (const before of ['', 'x', 'xy']) {
      const longer = Buffer.from(`${before}${token}zz`).toString('base64');
      expect(knowing(token).quote(longer)).toBe(withheld);
    }
    expect(knowing(token).quote(`=${token.slice(1)}=`)).toBe(`=${token.slice(1)}=`);
  });

  test('a name with a long piece of a token in it is an echo, one that a secret speaks of is not', () => {
    const token = makeToken();
    const quoter = knowing(
      token,
      `{"repository":"acme/a-long-storefront-name","vtex":{"token":"${token}"}}`,
      'storefront',
    );
    expect(quoter.isEcho('acme/a-long-storefront-name')).toBe(false);
    for (const name of [`acme/${token}`, `acme/x${token.slice(20, 60).toLowerCase()}`])
      expect(quoter.isEcho(name)).toBe(true);
  });

  test('an empty secret is none', () => {
    expect(knowing('', '').quote('text')).toBe('text');
  });

  test('wherever it stands, also where the text is cut', () => {
    const token = makeToken();
    const quoter = knowing(token);
    const show = (text: string): string => quoter.quote(text, 1_000_000);
    for (let before = 3900; before < 4084; before += 1) {
      expect(show(`${' .'.repeat(before / 2)}${token}`)).toBe(withheld);
    }
    for (let before = 4084; before < 4300; before += 1) {
      const shown = show(`${'.'.repeat(before)}${token}`);
      expect(shown === withheld || shown === '.'.repeat(4096)).toBe(true);
    }
    expect(quoter.quote(`${'.'.repeat(155)}${token}`)).toBe(withheld);
  });

  test('any piece in any encoding', () => {
    const token = makeToken();
    const quoter = knowing(token);
    const pieces = fc.record({
      start: fc.nat({ max: 100 }),
      length: fc.integer({ min: 14, max: 128 }),
      encode: fc.constantFrom(...Object.values(encodings)),
      before: fc.string({ maxLength: 300 }),
      after: fc.string({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(pieces, ({ start, length, encode, before, after }) => {
        const text = `${before} ${encode(token.slice(start, start + length))} ${after}`;
        expect(quoter.quote(text)).toBe(withheld);
      }),
    );
  });
});

describe('a harmless text', () => {
  test('becomes one line', () => {
    expect(knowing().quote(' a\r\n\tb\u2028c\u0000d\u001b[31me\u202ef\u200bg\u00adh  i ')).toBe(
      'a b cd[31mefgh i',
    );
  });

  test('cannot give the runner a command', () => {
    expect(knowing().quote('::add-mask::x')).toBe(': :add-mask: :x');
    expect(knowing().quote(':::\u200b: ##[error]x #\u200b#[x')).toBe(': : : : ## [error]x ## [x');
  });

  test('is cut with an ellipsis', () => {
    expect(knowing().quote('abcdef', 6)).toBe('abcdef');
    expect(knowing().quote('abcdefg', 6)).toBe('abcde…');
    expect(knowing().quote('abcd😀fg', 6)).toBe('abcd…');
    expect(knowing().quote('x'.repeat(1000))).toHaveLength(160);
  });

  test('is empty when it is not a text', () => {
    for (const value of [undefined, null, 1, {}, ['a'], Symbol('a')]) expect(knowing().quote(value)).toBe('');
  });

  test('whatever it is, gives a short line without commands', () => {
    const fragments = fc.constantFrom(
      '::',
      ':',
      '##[',
      '#',
      '[',
      '\n',
      '\u200b',
      '\u202e',
      '\ud800',
      '\ud83d\ude00',
      'a',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fragments).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 200 }), (text, limit) => {
        const shown = knowing().quote(text, limit);
        expect(shown.length).toBeLessThanOrEqual(limit);
        expect(shown).not.toMatch(/::|##\[|[\p{Cc}\p{Cs}\p{Cf}\u2028\u2029]/u);
      }),
      { numRuns: 1000 },
    );
  });
});

test('large texts and large secrets take no time', () => {
  const large = randomBytes(500_000).toString('hex');
  const quoter = knowing(makeToken());
  const started = performance.now();
  quoter.know(new Secret(large));
  expect(quoter.quote(`a ${large.slice(700_000, 700_020)} b`)).toBe(withheld);
  expect(quoter.quote('not found')).toBe('not found');
  expect(quoter.quote('ab '.repeat(350_000))).toHaveLength(160);
  expect(quoter.quote(' '.repeat(1_000_000))).toBe('');
  expect(performance.now() - started).toBeLessThan(5000);
});
