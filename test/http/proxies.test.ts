/** Proxies as the environment names them, in real processes. */
import { createServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { describe, expect, test } from 'vitest';
import { HttpFailure, type Http } from '../../src/http/http.ts';
import { proxiesFrom } from '../../src/http/proxies.ts';
import { TrustedCertificate } from '../fakes/certificate.ts';
import { listen, openHttp, serve } from '../helpers/loopback.ts';
import { startProxy } from './proxy.ts';

const vtex = 'https://acme.example/api';

async function failureOf(http: Http, url = vtex, timeoutMs = 30_000): Promise<HttpFailure> {
  const outcome = await http.request({ method: 'PATCH', url, timeoutMs }).catch((error: unknown) => error);
  if (outcome instanceof HttpFailure) return outcome;
  throw new Error(`expected a failure, got ${JSON.stringify(outcome)}`);
}

describe('the environment', () => {
  const proxyOf = (env: Record<string, string>, url = vtex) => proxiesFrom(env)(new URL(url));

  test.each<[env: Record<string, string>, https: string | undefined, http: string | undefined]>([
    [{}, undefined, undefined],
    [{ https_proxy: 'http://a:1' }, 'https_proxy http://a:1/', undefined],
    [{ HTTPS_PROXY: 'http://a:1' }, 'HTTPS_PROXY http://a:1/', undefined],
    [{ http_proxy: 'http://a:1' }, undefined, 'http_proxy http://a:1/'],
    [{ https_proxy: 'http://a', HTTPS_PROXY: 'http://b' }, 'https_proxy http://a/', undefined],
    [{ https_proxy: ' ', HTTPS_PROXY: 'http://b' }, 'HTTPS_PROXY http://b/', undefined],
    [{ ALL_PROXY: 'a:1' }, 'ALL_PROXY http://a:1/', 'ALL_PROXY http://a:1/'],
    [
      { all_proxy: 'https://a', https_proxy: 'http://b', http_proxy: '' },
      'https_proxy http://b/',
      'all_proxy https://a/',
    ],
    [{ all_proxy: 'a', no_proxy: 'acme.example' }, undefined, undefined],
    [{ all_proxy: 'a', NO_PROXY: '.example:443' }, undefined, 'all_proxy http://a/'],
  ])('%j', (env, https, http) => {
    const told = (url: string): string | undefined => {
      const proxy = proxyOf(env, url);
      return proxy && `${proxy.variable} ${proxy.url}`;
    };
    expect(told('https://acme.example')).toBe(https);
    expect(told('http://acme.example')).toBe(http);
  });

  test.each([
    'http://user:secret@',
    'ftp://user:secret@host',
    'socks5://user:secret@host',
    'http://%zz:secret@host',
  ])('a proxy that cannot be used is an error that names the variable alone: %s', (value) => {
    for (const variable of ['HTTPS_PROXY', 'http_proxy', 'ALL_PROXY']) {
      const open = (): unknown => proxiesFrom({ [variable]: value });
      expect(open).toThrow(`the proxy in the environment variable ${variable} cannot be used`);
      expect(open).toThrow(
        expect.objectContaining({ hint: expect.stringContaining('http://host:port') as unknown }),
      );
      expect(open).not.toThrow(/secret/);
    }
    expect(proxiesFrom({ ALL_PROXY: value, http_proxy: 'a', https_proxy: 'b' })).toBeTypeOf('function');
  });
});

describe('a proxy', () => {
  test('gets requests of http, with the password it wants', async () => {
    const base = await serve((request, response) => response.end(JSON.stringify(request.headers)));
    const hosts = { 'ghes.example': Number(new URL(base).port) };
    const proxy = await startProxy({ hosts, credentials: 'me:p@ss' });
    const url = 'http://ghes.example/api/v3';
    const http = openHttp({ http_proxy: proxy.url.replace('//', '//me:p%40ss@') });
    const reply = await http.request({ method: 'GET', url });
    expect(reply.json()).toMatchObject({ host: 'ghes.example' });
    expect(reply.text).not.toContain('authorization');
    expect(await proxy.requests()).toEqual([`GET ${url}`]);
    expect(await failureOf(openHttp({ http_proxy: proxy.url }), url)).toMatchObject({
      reason:
        'the proxy in http_proxy wants a user name and a password, or other ones than it was given (HTTP status 407)',
      fault: 'proxy',
    });
  });

  test('is never asked for a loopback host', async () => {
    const proxy = await startProxy();
    const base = await serve((_request, response) => response.end('direct'));
    const { port } = new URL(base);
    const http = openHttp({ all_proxy: proxy.url, http_proxy: proxy.url, no_proxy: 'acme.example' });
    for (const host of ['127.0.0.1', 'localhost', '127.1', '[::ffff:127.0.0.1]', '0x7f000001', 'LOCALHOST']) {
      const reply = await http.request({ method: 'GET', url: `http://${host}:${port}/` });
      expect(reply.text, host).toBe('direct');
    }
    expect(await proxy.requests()).toEqual([]);
  });

  test('is not asked for the loopback host of IPv6 either', async () => {
    const proxy = await startProxy();
    const server = createServer((_request, response) => response.end('direct'));
    const port = await listen(server, '::1');
    const http = openHttp({ http_proxy: proxy.url });
    expect((await http.request({ method: 'GET', url: `http://[::1]:${port}/` })).text).toBe('direct');
    expect(await proxy.requests()).toEqual([]);
  });

  test.each<[status: number, reason: string, hint: string]>([
    [403, 'refuses the connection (HTTP status 403)', 'no_proxy'],
    [
      407,
      'wants a user name and a password, or other ones than it was given (HTTP status 407)',
      'user:password@',
    ],
    [502, 'could not connect to the host (HTTP status 502)', 'host name is wrong'],
    [301, 'refuses the connection (HTTP status 301)', 'no_proxy'],
  ])('that answers %i', async (status, reason, hint) => {
    const proxy = await startProxy({ status });
    const failure = await failureOf(openHttp({ HTTPS_PROXY: proxy.url }));
    expect(failure).toMatchObject({
      kind: 'not-sent',
      fault: 'proxy',
      reason: `the proxy in HTTPS_PROXY ${reason}`,
      hint: expect.stringContaining(hint) as unknown,
    });
    expect(await proxy.requests()).toEqual(['CONNECT acme.example:443']);
  });

  test('that is dead, unknown or no proxy', async () => {
    const dead = await startProxy();
    await dead.kill();
    for (const [ALL_PROXY, reason] of [
      [dead.url, 'connection refused'],
      ['http://proxy.invalid:8080', 'host name '],
      [(await startProxy({ manner: 'cuts' })).url, 'connection closed before'],
    ] as const) {
      const failure = await failureOf(openHttp({ ALL_PROXY }));
      expect(failure).toMatchObject({ kind: 'not-sent', fault: 'proxy' });
      expect(failure.reason).toContain(`the proxy in ALL_PROXY cannot be used: ${reason}`);
      expect(failure.hint).toContain('Check the environment variable ALL_PROXY');
    }
    const plain = await failureOf(openHttp({ http_proxy: dead.url }), 'http://ghes.example');
    expect(plain).toMatchObject({
      kind: 'not-sent',
      reason: 'the proxy in http_proxy cannot be used: connection refused',
    });
  });

  test('that never answers', async () => {
    const proxy = await startProxy({ manner: 'silent' });
    const failure = await failureOf(openHttp({ HTTPS_PROXY: proxy.url }), vtex, 300);
    expect(failure).toMatchObject({
      kind: 'not-sent',
      reason: 'timed out after 0.3 s',
      hint: 'The request went through the proxy in HTTPS_PROXY.',
    });
  });

  test('whose certificate nobody vouches for', async () => {
    using trusted = await TrustedCertificate.make();
    const proxy = await startProxy({ tls: trusted.certificate });
    const failure = await failureOf(openHttp({ HTTPS_PROXY: proxy.url }));
    expect(failure).toMatchObject({
      kind: 'not-sent',
      fault: 'proxy',
      reason: 'the proxy in HTTPS_PROXY cannot be used: certificate not trusted',
      hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') as unknown,
    });
    expect(await proxy.requests()).toEqual([]);
  });

  test('behind which a certificate is not trusted', async () => {
    using trusted = await TrustedCertificate.make();
    const port = await listen(createHttpsServer(trusted.certificate));
    const proxy = await startProxy({ hosts: { 'acme.example': port } });
    expect(await failureOf(openHttp({ HTTPS_PROXY: proxy.url }))).toMatchObject({
      kind: 'not-sent',
      fault: 'certificate',
      reason: 'certificate not trusted',
      hint: expect.stringMatching(/NODE_EXTRA_CA_CERTS.*proxy in HTTPS_PROXY/) as unknown,
    });
  });
});
