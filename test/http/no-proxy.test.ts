import { describe, expect, test } from 'vitest';
import { isLoopback, parseNoProxy } from '../../src/http/no-proxy.ts';

describe('no_proxy', () => {
  test.each<[entry: string, covered: string[], not: string[]]>([
    [
      'acme.example',
      ['https://acme.example', 'http://a.b.acme.example:81', 'https://ACME.example.'],
      ['https://nacme.example', 'https://example', 'https://acme.example.org'],
    ],
    ['.acme.example', ['https://acme.example', 'https://a.acme.example'], ['https://nacme.example']],
    ['*.acme.example', ['https://a.acme.example'], ['https://acme.example', 'https://nacme.example']],
    ['Acme.Example.', ['https://acme.example'], []],
    ['münchen.example', ['https://xn--mnchen-3ya.example', 'https://München.example'], []],
    ['*', ['https://acme.example', 'http://10.0.0.1:8080', 'https://[fd00::1]'], []],
    ['*:8443', ['https://acme.example:8443'], ['https://acme.example']],
    ['acme.example:443', ['https://acme.example', 'https://a.acme.example:443'], ['http://acme.example']],
    ['acme.example:80', ['http://acme.example'], ['https://acme.example', 'http://acme.example:8080']],
    ['10.1.2.3', ['https://10.1.2.3', 'https://10.1.515'], ['https://10.1.2.4', 'https://10.1.2.3.example']],
    ['10.1.2.3:8080', ['http://10.1.2.3:8080'], ['http://10.1.2.3']],
    ['10.0.0.0/8', ['https://10.255.0.1', 'http://10.0.0.0:99'], ['https://11.0.0.1', 'https://a10.example']],
    ['192.168.1.130/25', ['https://192.168.1.200'], ['https://192.168.1.100']],
    ['10.0.0.0/8:8080', ['http://10.2.2.2:8080'], ['http://10.2.2.2']],
    ['0.0.0.0/0', ['https://8.8.8.8'], ['https://acme.example', 'https://[fd00::1]']],
    ['fd00::/8', ['https://[fd12::1]', 'https://[fdff:0::1]:99'], ['https://[fe00::1]', 'https://10.0.0.1']],
    ['[fd00::]/8', ['https://[fd12::1]'], ['https://[fe00::1]']],
    ['2001:db8::1', ['https://[2001:db8::1]', 'http://[2001:0DB8:0::1]:99'], ['https://[2001:db8::2]']],
    ['[2001:db8::1]', ['https://[2001:db8::1]'], ['https://[2001:db8::2]']],
    ['[2001:db8::1]:8443', ['https://[2001:db8::1]:8443'], ['https://[2001:db8::1]']],
  ])('%s', (entry, covered, not) => {
    const isExcepted = parseNoProxy(entry);
    for (const url of covered) expect(isExcepted(new URL(url)), url).toBe(true);
    for (const url of not) expect(isExcepted(new URL(url)), url).toBe(false);
  });

  test.each([
    '',
    ' , ',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    'fd00::/129',
    '.',
    '*.',
    '[',
    ':',
    '/',
    '%',
  ])('covers nothing with %j', (text) => {
    for (const url of ['https://acme.example', 'https://10.1.2.3', 'https://[fd00::1]']) {
      expect(parseNoProxy(text)(new URL(url)), url).toBe(false);
    }
  });

  test('is a list, between commas or white space', () => {
    const isExcepted = parseNoProxy('a.example, b.example\tc.example,,\n10.0.0.0/8');
    for (const host of ['a.example', 'b.example', 'c.example', '10.9.9.9']) {
      expect(isExcepted(new URL(`https://${host}`)), host).toBe(true);
    }
    expect(isExcepted(new URL('https://d.example'))).toBe(false);
  });
});

test.each<[url: string, isLocal: boolean]>([
  ['http://localhost', true],
  ['http://LOCALHOST.:8080', true],
  ['http://vtex.localhost', true],
  ['http://127.0.0.1', true],
  ['http://127.255.255.254', true],
  ['http://127.1', true],
  ['http://0x7f.1', true],
  ['http://2130706433', true],
  ['http://017700000001', true],
  ['http://[::1]:1', true],
  ['http://[0:0:0:0:0:0:0:1]', true],
  ['http://[::ffff:127.0.0.1]', true],
  ['http://127.0.0.1.example', false],
  ['http://localhost.example', false],
  ['http://mylocalhost', false],
  ['http://128.0.0.1', false],
  ['http://10.0.0.1', false],
  ['http://[::2]', false],
  ['https://acme.vtexcommercestable.com.br', false],
])('%s is this machine: %s', (url, isLocal) => {
  expect(isLoopback(new URL(url).hostname)).toBe(isLocal);
});
