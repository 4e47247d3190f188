import { describe, expect, it } from 'vitest';
import { Masker } from './masker.ts';

function masked(value: string, text: string): string {
  const masker = new Masker();
  masker.add(value);
  return masker.mask(text);
}

const token = 'Zq"7\'<&x9/+ÿ kk';

describe('Masker', () => {
  it('hides the value wherever it stands, case-sensitively', () => {
    expect(masked('token1', 'a token1, Token1 and token12')).toBe('a ***, Token1 and ***2');
  });

  it('has no minimum length, but ignores blank values', () => {
    expect(masked('e', 'hello')).toBe('h***llo');
    expect(masked(' \n', 'a b')).toBe('a b');
  });

  it('hides overlapping and touching places as one', () => {
    expect(masked('aa', 'baaab')).toBe('b***b');
    const masker = new Masker();
    masker.add('left');
    masker.add('right');
    expect(masker.mask('leftright left right')).toBe('*** *** ***');
  });

  it('hides a value of several lines as a whole and line by line', () => {
    const value = 'first line\r\n  second line  \nthird';
    expect(masked(value, `<${value}>`)).toBe('<***>');
    expect(masked(value, 'the second line, the first line')).toBe('the ***, the ***');
  });

  it.each([
    ['base64', Buffer.from(token).toString('base64')],
    ['base64 one byte on', Buffer.from(token).subarray(1).toString('base64')],
    ['base64 two bytes on', Buffer.from(token).subarray(2).toString('base64')],
    ['JSON', JSON.stringify(token).slice(1, -1)],
    ['URI', 'Zq%227%27%3C%26x9%2F%2B%C3%BF%20kk'],
    ['XML', 'Zq&quot;7&apos;&lt;&amp;x9/+ÿ kk'],
    ['escaped quotes', `Zq\\"7'<&x9/+ÿ kk`],
    ['an expression', `Zq"7''<&x9/+ÿ kk`],
    ['the part after an ampersand', 'x9/+ÿ kk'],
    ['the part before an ampersand', `Zq"7'<&`],
  ])('hides %s', (_name, encoded) => {
    expect(masked(token, `[${encoded}]`)).toBe('[***]');
  });

  it('hides the value without the quotes around it', () => {
    expect(masked('"quoted-value"', 'a quoted-value')).toBe('a ***');
  });

  it.each([
    ['hex', Buffer.from('some-token-value').toString('hex')],
    ['base64url', Buffer.from('??>>??>>some-token').toString('base64url')],
    ['another case', 'SOME-TOKEN-VALUE'],
    ['a part', 'some-token-valu'],
  ])('does not hide %s, for the runner does not', (_name, encoded) => {
    const masker = new Masker();
    masker.add('some-token-value');
    masker.add('??>>??>>some-token');
    expect(masker.hides(encoded)).toBe(false);
  });
});
