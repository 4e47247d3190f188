/** Whatever else a secret holds, only the token in it is replaced. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holdsToken, replaceToken } from '../../src/rotation/whole-values.ts';
import { Secret } from '../../src/common/secret.ts';

/** What a header can carry; quotes, backslashes, slashes and `$&` among it. */
const token = fc
  .array(fc.constantFrom('A', 'B', 'C', '0', '1', '"', '\\', '/', '$', '&', '{', '}', '=', ':', '#', '.'), {
    minLength: 16,
    maxLength: 40,
  })
  .map((letters) => `T${letters.join('')}Z`);

/** Two that no overlap can make into one another. */
const pair = fc
  .tuple(token, token)
  .filter(([from, to]) => from !== to && !to.includes(from) && !from.includes(to))
  .map(([from, to]) => ({ from, to }));

/** As JSON can say it: it has no -0, and `stringify` writes 0 for it. */
const jsonValue = fc.json().map((text): unknown => JSON.parse(JSON.stringify(JSON.parse(text))));

const texts = fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 6 });

function replaced(text: string, from: string, to: string): string {
  return replaceToken(new Secret(text), new Secret(from), new Secret(to)).reveal();
}

test('in any text: all that stands around the token stays as it is, byte for byte', () => {
  fc.assert(
    fc.property(pair, texts, ({ from, to }, around) => {
      const apart = around.map((text) => text.replaceAll(/[TZ\\]/g, '-'));
      expect(replaced(apart.join(from), from, to)).toBe(apart.join(to));
    }),
  );
});

test('in JSON: the document says the same with the new token in the place of the old one, and the rest is the same text', () => {
  fc.assert(
    fc.property(pair, jsonValue, fc.nat(4), ({ from, to }, other, indent) => {
      const document = (value: string): unknown => ({
        other,
        vtex: { apiToken: value, [value]: [`key:${value}`] },
      });
      fc.pre(!JSON.stringify(other).includes('T'));
      const text = JSON.stringify(document(from), null, indent);
      const result = replaced(text, from, to);
      expect(JSON.parse(result)).toEqual(document(to));
      const escaped = (value: string): string => JSON.stringify(value).slice(1, -1);
      expect(result.split(escaped(to))).toEqual(text.split(escaped(from)));
    }),
  );
});

test.each([
  ['a slash as PHP writes it', 'AB/CD', String.raw`{"t":"AB\/CD"}`],
  ['a letter by its number', 'ABCD', String.raw`{"t":"A\u0042CD"}`],
  ['in capitals', 'AB/CD', String.raw`{"t":"AB\u002FCD"}`],
])('JSON spells it otherwise: %s', (_how, from, text) => {
  expect(holdsToken(new Secret(text), new Secret(from))).toBe(true);
  expect(JSON.parse(replaced(text, from, 'x"y'))).toEqual({ t: 'x"y' });
});

test('a text without the token is left alone', () => {
  fc.assert(
    fc.property(pair, fc.string({ unit: 'binary' }), ({ from, to }, text) => {
      fc.pre(!text.includes('T'));
      expect(holdsToken(new Secret(text), new Secret(from))).toBe(false);
      expect(replaced(text, from, to)).toBe(text);
    }),
  );
});
