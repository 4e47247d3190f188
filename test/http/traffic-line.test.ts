import { expect, test } from 'vitest';
import { trafficLine } from '../../src/http/traffic-line.ts';
import { Quoter } from '../../src/common/quoter.ts';
import { Secret } from '../../src/common/secret.ts';
import { makeAppToken } from '../fakes/tokens.ts';

const request = { method: 'GET', url: 'https://acme.example/api/x', durationMs: 12.4 };

function lineOf(
  outcome: Parameters<typeof trafficLine>[0]['outcome'],
  url = request.url,
  quoter = new Quoter(),
): string {
  return trafficLine({ ...request, url, outcome }, quoter);
}

test('a request, its reply and the id that the server gave it', () => {
  expect(lineOf({ status: 200, headers: {} })).toBe('GET acme.example/api/x: 200 in 12 ms');
  expect(lineOf({ status: 404, headers: { 'x-github-request-id': '0400:A' } })).toBe(
    'GET acme.example/api/x: 404 in 12 ms, request id 0400:A',
  );
  expect(lineOf({ reason: 'connection reset' })).toBe('GET acme.example/api/x: connection reset in 12 ms');
});

test('no query, no user and nothing that repeats a secret or could be a command', () => {
  const token = makeAppToken();
  const quoter = new Quoter();
  quoter.know(new Secret(token));
  const plain = { status: 200, headers: {} };
  expect(lineOf(plain, `https://me:${token}@acme.example/a?token=${token}#${token}`)).toBe(
    'GET acme.example/a: 200 in 12 ms',
  );
  for (const line of [
    lineOf(plain, `https://acme.example/a/${token}`, quoter),
    lineOf({ status: 200, headers: { 'x-request-id': token } }, request.url, quoter),
    lineOf({ status: 200, headers: { 'x-request-id': 'a\n::error::b##[c' } }, request.url, quoter),
  ]) {
    expect(line).not.toContain(token);
    expect(line).not.toMatch(/\n|::|##\[/);
  }
});
