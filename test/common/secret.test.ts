import { randomBytes } from 'node:crypto';
import { format, inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from '../../src/common/secret.ts';

const value = randomBytes(24).toString('hex');
const secret = new Secret(value);

test.each([
  ['a template', secret as unknown as string],
  ['JSON', JSON.stringify({ secret, list: [secret] })],
  ['inspect', inspect({ secret }, { showHidden: true, depth: 9 })],
  ['format', format('%s %o %j', secret, secret, secret)],
  ['concatenation', 'x' + String(secret)],
  ['its keys', Object.entries(secret).flat().join()],
  ['a structured copy', JSON.stringify(structuredClone(secret))],
])('%s does not show a secret', (_, text) => {
  expect(text).not.toContain(value);
});

test('it comes out where it is asked for', () => {
  expect(secret.reveal()).toBe(value);
  expect(secret.equals(new Secret(value))).toBe(true);
  expect(secret.equals(new Secret(`${value}x`))).toBe(false);
});
