import { getOctokit } from '@actions/github';
import { ask, succeeded } from '../../src/github/request.ts';
import { describe, expect, test } from 'vitest';
import { HttpFailure } from '../../src/http/http.ts';
import { closedPort, openHttp, serve } from '../helpers/loopback.ts';

function octokit(baseUrl: string): ReturnType<typeof getOctokit> {
  return getOctokit('no-token', { baseUrl, request: { fetch: openHttp().fetch } });
}

describe('fetch', () => {
  test('sends what it is given', async () => {
    const base = await serve((request, response) => {
      void request.toArray().then((chunks: Buffer[]) => {
        const { method, headers } = request;
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ method, headers, body: Buffer.concat(chunks).toString() }));
      });
    });
    const headers = { 'X-A': '1', 'User-Agent': 'other' };
    const reply = await openHttp().fetch(base, { method: 'PUT', headers, body: '{}' });
    expect(reply).toMatchObject({ status: 200, url: base });
    expect(reply.headers.get('content-type')).toBe('application/json');
    expect(JSON.parse(await reply.text())).toMatchObject({
      method: 'PUT',
      body: '{}',
      headers: { 'x-a': '1', 'user-agent': 'rotate-vtex-token/0.0.0-test' },
    });
  });

  test('sends no body that it cannot hold whole', async () => {
    const base = await serve((_request, response) => response.end());
    await expect(openHttp().fetch(base, { method: 'PUT', body: new Blob(['x']) })).rejects.toMatchObject({
      kind: 'not-sent',
      reason: 'not a valid request',
    });
  });

  test.each([204, 205, 304])('gives a %i without a body', async (status) => {
    const base = await serve((_request, response) => response.writeHead(status).end());
    const reply = await openHttp().fetch(base);
    expect(reply.status).toBe(status);
    expect(await reply.text()).toBe('');
  });

  test('takes a body of 15 MiB, not one of 17', async () => {
    const base = await serve((request, response) =>
      response.end(Buffer.alloc(Number(request.url?.slice(1)) << 20)),
    );
    const { fetch } = openHttp();
    expect((await (await fetch(`${base}/15`)).arrayBuffer()).byteLength).toBe(15 << 20);
    await expect(fetch(`${base}/17`)).rejects.toMatchObject({
      kind: 'unknown',
      reason: expect.stringMatching(/^reply larger than/) as unknown,
    });
  });

  test('has read the body when it resolves, or has failed', async () => {
    const base = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half', () => response.destroy());
    });
    await expect(openHttp().fetch(base)).rejects.toThrow(HttpFailure);
  });

  test('obeys a signal', async () => {
    const stop = new AbortController();
    const base = await serve(() => {
      stop.abort();
    });
    await expect(openHttp().fetch(base, { signal: stop.signal })).rejects.toMatchObject({
      reason: 'cancelled',
    });
  });

  test('makes an unreadable reply an error of ours', async () => {
    const base = await serve((_request, response) => response.writeHead(799).end());
    await expect(openHttp().fetch(base)).rejects.toMatchObject({
      kind: 'unknown',
      reason: 'reply cannot be read',
    });
  });
});

describe('octokit on top of it', () => {
  test('reads JSON', async () => {
    const base = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end('{"key_id":"1"}');
    });
    expect((await octokit(base).request('GET /x')).data).toEqual({ key_id: '1' });
  });

  test('takes no redirect for success, and the other host is never asked', async () => {
    let asked = 0;
    const other = await serve((_request, response) => {
      asked++;
      response.end();
    });
    for (const status of [300, 301, 302, 303, 307, 308]) {
      const base = await serve((_request, response) => response.writeHead(status, { location: other }).end());
      const reply = await ask(octokit(base), 'PUT /x');
      expect(reply.status).toBe(status);
      expect(succeeded(reply)).toBe(false);
    }
    expect(asked).toBe(0);
  });

  test('keeps the failure as the cause of its own', async () => {
    const failing = octokit(`http://127.0.0.1:${await closedPort()}`).request('GET /x');
    await expect(failing).rejects.toMatchObject({
      message: 'connection refused',
      cause: { kind: 'not-sent' },
    });
  });
});
