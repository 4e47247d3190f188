import { createServer as createTcpServer } from 'node:net';
import { createServer as createHttpsServer } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { HttpFailure } from '../../src/http/failure.ts';
import { type Http, type HttpRequest } from '../../src/http/http.ts';
import { closedPort, listen, openHttp, serve } from '../helpers/loopback.ts';
import { selfSigned } from '../fakes/certificate.ts';

async function failureOf(http: Http, request: Partial<HttpRequest> & { url: string }): Promise<HttpFailure> {
  const outcome = await http.request({ method: 'GET', ...request }).catch((error: unknown) => error);
  if (outcome instanceof HttpFailure) return outcome;
  throw new Error(`expected a failure, got ${JSON.stringify(outcome)}`);
}

describe('a reply', () => {
  test('carries status, headers in lower case, text and JSON', async () => {
    const base = await serve((_request, response) => {
      response.setHeader('X-One', ['a', 'b']);
      response.writeHead(418, { 'Content-Type': 'application/json' }).end('{"a":"é"}');
    });
    const reply = await openHttp().request({ method: 'GET', url: base });
    expect(reply.status).toBe(418);
    expect(reply.headers).toMatchObject({ 'content-type': 'application/json', 'x-one': 'a, b' });
    expect(reply.text).toBe('{"a":"é"}');
    expect(reply.json()).toEqual({ a: 'é' });
  });

  test('that is not JSON gives undefined', async () => {
    const base = await serve((_request, response) => response.end('<html>'));
    expect((await openHttp().request({ method: 'GET', url: base })).json()).toBeUndefined();
  });

  test('follows 1xx, which is not one', async () => {
    const base = await serve((_request, response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeHead(200, { 'x-final': 'yes' }).end('done');
    });
    const http = openHttp();
    const reply = await http.request({ method: 'GET', url: base });
    expect(reply).toMatchObject({ status: 200, text: 'done', headers: { 'x-final': 'yes' } });
    expect((await http.request({ method: 'GET', url: base, skipBody: true })).status).toBe(200);
  });

  test('is a redirect as it came: the other host is never asked', async () => {
    let asked = 0;
    const other = await serve((_request, response) => {
      asked++;
      response.end();
    });
    const base = await serve((_request, response) => response.writeHead(307, { location: other }).end());
    const reply = await openHttp().request({ method: 'PATCH', url: `${base}/a` });
    expect(reply.status).toBe(307);
    expect(reply.headers.location).toBe(other);
    expect(asked).toBe(0);
  });

  test('of which only the head is wanted does not wait for its body', async () => {
    const base = await serve((_request, response) => response.writeHead(206).write('x'.repeat(5_000_000)));
    const reply = await openHttp().request({ method: 'GET', url: base, skipBody: true });
    expect(reply).toMatchObject({ status: 206, text: '' });
  });
});

test('a request says who sends it, wants no encoding and carries its body', async () => {
  const base = await serve((request, response) => {
    void request.toArray().then((chunks: Buffer[]) => {
      const { method, url, headers } = request;
      response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() }));
    });
  });
  const http = openHttp();
  const url = `${base}/p%2Fq?r=s`;
  const reply = await http.request({ method: 'POST', url, headers: { 'x-a': '1' }, body: '{"é":1}' });
  expect(reply.json()).toMatchObject({
    method: 'POST',
    url: '/p%2Fq?r=s',
    headers: { 'user-agent': 'rotate-vtex-token/0.0.0-test', 'accept-encoding': 'identity', 'x-a': '1' },
    body: '{"é":1}',
  });
  const empty = await http.request({ method: 'PATCH', url });
  expect(empty.json()).toMatchObject({ method: 'PATCH', body: '', headers: { 'content-length': '0' } });
});

describe('a request that was certainly not sent', () => {
  test('refused connection', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    expect(await failureOf(openHttp(), { url })).toMatchObject({
      kind: 'not-sent',
      reason: 'connection refused',
    });
  });

  test('unknown host', async () => {
    const failure = await failureOf(openHttp(), { url: 'http://nowhere.invalid' });
    expect(failure.kind).toBe('not-sent');
    expect(failure.reason).toMatch(/^host name /);
  });

  test('certificate that nobody vouches for', async () => {
    let asked = 0;
    const server = createHttpsServer(await selfSigned(), (_request, response) => {
      asked++;
      response.end();
    });
    const url = `https://localhost:${await listen(server)}`;
    const failure = await failureOf(openHttp(), { url, method: 'PATCH' });
    expect(failure).toMatchObject({ kind: 'not-sent', reason: 'certificate not trusted' });
    expect(asked).toBe(0);
  });

  test('TLS that never starts, until the time is over', async () => {
    const url = `https://127.0.0.1:${await listen(createTcpServer())}`;
    const failure = await failureOf(openHttp(), { url, timeoutMs: 200 });
    expect(failure).toMatchObject({ kind: 'not-sent', reason: 'timed out after 0.2 s' });
  });

  test('a server that does not speak TLS', async () => {
    const port = await listen(createTcpServer((socket) => socket.end('hello')));
    const failure = await failureOf(openHttp(), { url: `https://127.0.0.1:${port}` });
    expect(failure).toMatchObject({ kind: 'not-sent', reason: 'TLS handshake failed' });
  });

  test('a header that cannot be sent, whose value is not told', async () => {
    const base = await serve((_request, response) => response.end());
    const failure = await failureOf(openHttp(), { url: base, headers: { 'x-a': 'one\ntwo' } });
    expect(failure).toMatchObject({ kind: 'not-sent', reason: 'not a valid request' });
  });

  test('no URL, and a request that is cancelled already', async () => {
    expect(await failureOf(openHttp(), { url: 'nonsense' })).toMatchObject({
      kind: 'not-sent',
      reason: 'not a URL',
    });
    const base = await serve((_request, response) => response.end());
    const failure = await failureOf(openHttp(), { url: base, signal: AbortSignal.abort() });
    expect(failure).toMatchObject({ kind: 'not-sent', reason: 'cancelled' });
  });
});

test('a request that is given up while it connects is not sent later', async () => {
  const seen: unknown[] = [];
  const base = await serve((request, response) => {
    seen.push(request.url);
    response.end();
  });
  const http = openHttp();
  const stop = new AbortController();
  const given = failureOf(http, { url: `${base}/given-up`, method: 'PATCH', signal: stop.signal });
  stop.abort();
  expect(await given).toMatchObject({ kind: 'not-sent', reason: 'cancelled' });
  for (const path of ['/1', '/2']) await http.request({ method: 'GET', url: base + path });
  await sleep(50);
  expect(seen).toEqual(['/1', '/2']);
});

describe('a request whose outcome is unknown', () => {
  test('no reply in time; the connection is cut', async () => {
    const closed = Promise.withResolvers<undefined>();
    const base = await serve((request) => {
      request.socket.on('close', () => {
        closed.resolve(undefined);
      });
    });
    const failure = await failureOf(openHttp(), { url: base, timeoutMs: 200 });
    expect(failure).toMatchObject({
      kind: 'unknown',
      reason: 'timed out after 0.2 s',
      message: failure.reason,
    });
    await closed.promise;
  });

  test('a body that drips is cut off by the time-out', async () => {
    const base = await serve((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => {
        clearInterval(drip);
      });
    });
    const failure = await failureOf(openHttp(), { url: base, timeoutMs: 300 });
    expect(failure).toMatchObject({ kind: 'unknown', reason: 'timed out after 0.3 s' });
  });

  test('a connection that is reset', async () => {
    const base = await serve((request) => request.socket.resetAndDestroy());
    const failure = await failureOf(openHttp(), { url: base });
    expect(failure).toMatchObject({ kind: 'unknown', reason: 'connection reset' });
    expect(failure.cause).toMatchObject({ code: 'ECONNRESET' });
  });

  test('a body that is cut', async () => {
    const base = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half', () => response.destroy());
    });
    const failure = await failureOf(openHttp(), { url: base });
    expect(failure).toMatchObject({
      kind: 'unknown',
      reason: 'connection closed before the end of the reply',
    });
  });

  test('something that is not HTTP, of which nothing is told', async () => {
    const port = await listen(createTcpServer((socket) => socket.end('SSH-2.0-secret words\r\n')));
    const failure = await failureOf(openHttp(), { url: `http://127.0.0.1:${port}` });
    expect(failure).toMatchObject({ kind: 'unknown', reason: 'reply is not HTTP' });
  });

  test('a body that is too large: the connection is cut and little is read', async () => {
    let written = 0;
    const closed = Promise.withResolvers<undefined>();
    const base = await serve((_request, response) => {
      const chunk = Buffer.alloc(64 * 1024);
      const fill = (): void => {
        while (written < 50_000_000 && !response.destroyed) {
          written += chunk.length;
          if (!response.write(chunk)) return;
        }
        response.end();
      };
      response.on('drain', fill).on('close', () => {
        closed.resolve(undefined);
      });
      fill();
    });
    const failure = await failureOf(openHttp(), { url: base });
    expect(failure).toMatchObject({ kind: 'unknown', reason: 'reply larger than 1048576 bytes' });
    await closed.promise;
    expect(written).toBeLessThan(40_000_000);
  });

  test('cancelled on the way', async () => {
    const stop = new AbortController();
    const base = await serve(() => {
      stop.abort();
    });
    const failure = await failureOf(openHttp(), { url: base, signal: stop.signal });
    expect(failure).toMatchObject({ kind: 'unknown', reason: 'cancelled' });
  });

  test('a kept connection that has gone stale: the request is not sent again', async () => {
    const seen: string[] = [];
    const base = await serve((request, response) => {
      seen.push(String(request.method));
      if (request.method === 'GET') response.end('kept');
      else request.socket.resetAndDestroy();
    });
    const http = openHttp();
    await http.request({ method: 'GET', url: base });
    for (const method of ['PATCH', 'POST', 'PUT']) {
      expect(await failureOf(http, { url: base, method })).toMatchObject({ kind: 'unknown' });
    }
    expect(seen).toEqual(['GET', 'PATCH', 'POST', 'PUT']);
  });
});

test('close cuts what is under way, and what hangs while it connects', async () => {
  const arrived = Promise.withResolvers<undefined>();
  const connected = Promise.withResolvers<undefined>();
  const dropped = Promise.withResolvers<undefined>();
  const base = await serve(() => {
    arrived.resolve(undefined);
  });
  const server = createTcpServer((socket) => {
    connected.resolve(undefined);
    socket.on('error', () => undefined).resume();
    socket.on('close', () => {
      dropped.resolve(undefined);
    });
  });
  const http = openHttp();
  const waiting = failureOf(http, { url: base });
  const connecting = failureOf(http, { url: `https://127.0.0.1:${await listen(server)}` });
  await Promise.all([arrived.promise, connected.promise]);
  await http.close();
  await dropped.promise;
  expect(await waiting).toMatchObject({ kind: 'unknown' });
  expect(await connecting).toMatchObject({ kind: 'not-sent' });
  expect(await failureOf(http, { url: base })).toMatchObject({
    kind: 'not-sent',
    reason: 'connections are closed',
  });
});
