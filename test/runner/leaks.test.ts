import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findLeaks } from './leaks.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const randomToken = (length: number): string =>
  [...randomBytes(length)].map((byte) => letters[byte % 26]).join('');
const secret = `${randomToken(60)}+/?&"${randomToken(60)}`;
const other = randomToken(100);

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('findLeaks', () => {
  it.each([
    ['raw', secret],
    ['a piece of 24 characters', secret.slice(50, 74)],
    ['JSON', JSON.stringify({ a: secret })],
    ['URL', encodeURIComponent(secret)],
    ['form', new URLSearchParams({ token: secret }).toString()],
    ['base64', base64(secret)],
    ['base64 after one character', base64(`k${secret}zz`)],
    ['base64 after two characters', base64(`kk${secret}z`)],
    ['a piece of base64', base64(`k${secret}`).slice(30, 54)],
    ['base64url', Buffer.from(`kk${secret}`).toString('base64url')],
    ['hex', Buffer.from(secret).toString('hex')],
    ['HEX', Buffer.from(secret).toString('hex').toUpperCase()],
    ['a piece of hex', Buffer.from(secret).toString('hex').slice(31, 55)],
  ])('finds %s', (_name, text) => {
    expect(findLeaks(`some text: ${text} and more`, [other, secret])).toHaveLength(1);
  });

  it('finds nothing in what only resembles the secret', () => {
    const clean = [
      secret.slice(0, 23),
      other.toLowerCase(),
      '***',
      base64(randomToken(80)),
      randomToken(200),
    ];
    expect(findLeaks(clean.join(' '), [other, secret])).toEqual([]);
  });

  it('finds a short secret whole', () => {
    expect(findLeaks(`x ${base64('short-secret')}`, ['short-secret'])).toHaveLength(1);
    expect(findLeaks('short-secre', ['short-secret'])).toEqual([]);
  });

  it('says where, not what', () => {
    const [leak = ''] = findLeaks(`line 1\nhere: ${secret}`, [secret]);
    expect(leak).toContain('raw at character 13, line 2');
    expect(findLeaks(leak, [secret])).toEqual([]);
  });

  it('finds a piece of 24 characters wherever it begins and wherever it stands', () => {
    for (let from = 0; from + 24 <= secret.length; from += 1) {
      const text = `${'-'.repeat(from % 17)}${secret.slice(from, from + 24)}`;
      expect(findLeaks(text, [secret])).toHaveLength(1);
      expect(findLeaks(`${text}${'-'.repeat(40)}`, [secret])).toHaveLength(1);
    }
  });
});
