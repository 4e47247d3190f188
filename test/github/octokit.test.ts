/** The client of GitHub's REST API, on a server that answers as it is told. */
import { describe, expect, test } from 'vitest';
import { ask } from '../../src/github/request.ts';
import { type Answer, quickClock, ToldServer } from './told-server.ts';

describe('the client of GitHub', () => {
  test('names the API version and the token in every request, and prints nothing', async () => {
    await using server = await ToldServer.open(() => ({
      status: 200,
      body: {},
      headers: { deprecation: 'true', sunset: 'soon' },
    }));
    const reply = await ask(server.client(), 'GET /zen');

    expect(reply.status).toBe(200);
    expect(server.asked[0]?.headers).toMatchObject({ 'x-github-api-version': '2022-11-28' });
    expect(server.asked[0]?.headers.authorization).toMatch(/^token \w+$/);
    expect(server.said).toEqual([]);
  });

  test.each([
    { status: 403, body: { message: 'Slow down' } },
    { status: 429, body: { message: 'Slow down' } },
  ])('obeys retry-after on $status, whatever the wording', async (refusal) => {
    await using server = await ToldServer.open(() =>
      server.asked.length === 1 ? { ...refusal, headers: { 'retry-after': '1' } } : { status: 200, body: {} },
    );
    const start = Date.now();
    const reply = await ask(server.client(3), 'GET /zen', {}, { once: true });

    expect(reply.status).toBe(200);
    expect(server.lines).toHaveLength(2);
    expect(Date.now() - start).toBeGreaterThanOrEqual(990);
    expect(server.said).toEqual(["GitHub's rate limit: waiting 1 s"]);
  });

  test('does not wait longer than a quarter of an hour, unless it is told to', async () => {
    await using server = await ToldServer.open(() =>
      server.asked.length < 3
        ? { status: 429, headers: { 'retry-after': '901' }, body: {} }
        : { status: 200, body: {} },
    );
    const client = server.client(3, undefined, quickClock());

    expect((await ask(client, 'GET /zen')).status).toBe(429);
    expect(server.lines).toHaveLength(1);
    // It is not sent either while that pause lasts.
    expect((await ask(client, 'GET /zen')).status).toBe(429);
    expect(server.lines).toHaveLength(1);
    expect((await ask(client, 'GET /zen', {}, { patienceMs: 3_600_000 })).status).toBe(200);
    expect(server.lines).toHaveLength(3);
  });

  test("waits for the next hour of its limit by GitHub's clock, whatever the runner's says", async () => {
    const clock = quickClock(Date.parse('2026-11-20T10:00:00Z'));
    await using server = await ToldServer.open(() =>
      server.asked.length === 1
        ? {
            status: 403,
            headers: {
              date: 'Fri, 20 Nov 2026 15:20:00 GMT',
              'x-ratelimit-limit': '5000',
              'x-ratelimit-remaining': '0',
              'x-ratelimit-reset': String(Date.parse('2026-11-20T16:00:00Z') / 1000),
            },
            body: { message: 'API rate limit exceeded' },
          }
        : { status: 200, body: {} },
    );
    const client = server.client(3, undefined, clock);
    const reply = await ask(client, 'GET /zen', {}, { patienceMs: 3_600_000 });

    expect(reply.status).toBe(200);
    expect(clock.now()).toBe(Date.parse('2026-11-20T10:40:01Z'));
    expect(server.said[0]).toBe("GitHub's rate limit: waiting 2401 s");
    expect(server.said.at(-1)).toMatch(
      /^Within GitHub's limits: 0 requests answered in .*, 1 waiting, about \d+ s left$/,
    );
  });

  test('leaves it to the sender of an urgent request how a refusal is waited out', async () => {
    await using server = await ToldServer.open(() => ({
      status: 429,
      headers: { 'retry-after': '1' },
      body: {},
    }));
    expect((await ask(server.client(3), 'PUT /token', {}, { urgent: true })).status).toBe(429);
    expect(server.lines).toHaveLength(1);
  });

  test.each([
    [
      'a secondary limit that names no time',
      { message: 'You have exceeded a secondary rate limit.' },
      {},
      60,
    ],
    ['an hour that is over already', {}, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }, 1],
    ['a time to wait, whatever else', {}, { 'retry-after': '7', 'x-ratelimit-remaining': '0' }, 7],
  ])('obeys %s', async (_what, body, headers, seconds) => {
    const clock = quickClock();
    const start = clock.now();
    await using server = await ToldServer.open(() =>
      server.asked.length === 1 ? { status: 403, headers, body } : { status: 200, body: {} },
    );
    const reply = await ask(server.client(3, undefined, clock), 'PUT /x');

    expect(reply.status).toBe(200);
    expect(clock.now() - start).toBe(seconds * 1000);
  });

  test('does not take a missing permission for a limit', async () => {
    await using server = await ToldServer.open(() => ({
      status: 403,
      headers: { 'x-ratelimit-remaining': '4999' },
      body: { message: 'Resource not accessible by integration' },
    }));
    expect((await ask(server.client(3), 'GET /zen')).status).toBe(403);
    expect(server.lines).toHaveLength(1);
  });

  test('sends nothing at all while it has to wait', async () => {
    await using server = await ToldServer.open(() =>
      server.asked.length === 1
        ? { status: 403, headers: { 'retry-after': '1' }, body: {} }
        : { status: 200, body: {} },
    );
    const client = server.client(3);
    const start = Date.now();
    const first = ask(client, 'PUT /refused');
    await server.until(() => server.said.length === 1);
    const others = ['GET /a', 'PUT /b', 'DELETE /c'].map((route) => ask(client, route));
    await Promise.race(others);

    expect(Date.now() - start).toBeGreaterThanOrEqual(990);
    await Promise.all([first, ...others]);
    expect(server.lines).toHaveLength(5);
  });

  test.each([
    { method: 'GET', atOnce: 50 },
    { method: 'PUT', atOnce: 10 },
  ])('has $atOnce times $method under way at once, each try of its own', async ({ method, atOnce }) => {
    const held: ((answer: Answer) => void)[] = [];
    await using server = await ToldServer.open(() => new Promise((resolve) => held.push(resolve)));
    const client = server.client(1);
    const replies = Array.from({ length: atOnce + 5 }, (_, index) => ask(client, `${method} /${index}`));
    await server.until(() => held.length === atOnce);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(held).toHaveLength(atOnce);
    // The first waits a second to be sent again; its place is free meanwhile.
    held[0]?.({ status: 502 });
    for (const answer of held.slice(1, 5)) answer({ status: 200, body: {} });
    await server.until(() => held.length === atOnce + 5);
    for (const answer of held) answer({ status: 200, body: {} });
    await server.until(() => held.length === atOnce + 6);
    held.at(-1)?.({ status: 200, body: {} });
    expect((await Promise.all(replies)).every(({ status }) => status === 200)).toBe(true);
  });

  test('remembers how much of the limit is left, whatever order the replies come in', async () => {
    const headers = (remaining: number, reset: number, resource = 'core'): Record<string, string> => ({
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset': String(reset),
      'x-ratelimit-resource': resource,
    });
    const replies = [
      {},
      headers(4000, 7200),
      headers(3998, 7200),
      headers(3999, 7201),
      headers(29, 7200, 'search'),
      headers(4999, 10_800),
    ];
    await using server = await ToldServer.open(() => ({
      status: server.asked.length % 2 === 0 ? 200 : 404,
      headers: replies[server.asked.length - 1] ?? {},
      body: {},
    }));
    const client = server.client();
    const seen: unknown[] = [client.rateLeft()];
    for (const number of replies.keys()) {
      await ask(client, 'GET /zen/{number}', { number });
      seen.push(client.rateLeft()?.remaining);
    }
    expect(seen).toEqual([undefined, undefined, 4000, 3998, 3998, 3998, 4999]);
    expect(client.rateLeft()).toEqual({ remaining: 4999, limit: 5000, resetAt: 10_800_000 });
  });

  test('sends a request again after a fault, unless it is sent once only', async () => {
    await using server = await ToldServer.open(() => ({ status: 502, body: {} }));

    expect((await ask(server.client(1), 'POST /again')).status).toBe(502);
    expect((await ask(server.client(1), 'POST /once', {}, { once: true })).status).toBe(502);
    expect(server.lines).toEqual(['POST /again', 'POST /again', 'POST /once']);
  });

  test('tells a lost reply by the absence of a status', async () => {
    await using server = await ToldServer.open(() => 'cut');

    const reply = await ask(server.client(), 'GET /zen');
    expect(reply.status).toBeUndefined();
    expect(reply.lost?.kind).toBe('unknown');
  });

  test('ends at once when its signal fires, and sends nothing afterwards', async () => {
    await using server = await ToldServer.open(() => ({ status: 502, body: {} }));
    const stop = new AbortController();
    const reply = ask(server.client(3), 'GET /zen', {}, { signal: stop.signal });
    let abortedAt = Number.NaN;
    setTimeout(() => {
      abortedAt = Date.now();
      stop.abort();
    }, 100);

    expect((await reply).status).toBeUndefined();
    // The next try was due a second after the reply.
    expect(Date.now() - abortedAt).toBeLessThan(800);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(server.lines).toHaveLength(1);
  });

  test('does not take an abort for a fault to be waited out', async () => {
    await using server = await ToldServer.open(() => ({ status: 204 }));
    let cutAt = Number.NaN;
    const client = server.client(3, (_input, init) => {
      const cut = Promise.withResolvers<Response>();
      init?.signal?.addEventListener('abort', () => {
        cutAt = Date.now();
        cut.reject(new Error('cut'));
      });
      return cut.promise;
    });

    await expect(
      client.request('GET /zen', { request: { signal: AbortSignal.timeout(200) } }),
    ).rejects.toThrow();
    // A fault is waited out for a second.
    expect(Date.now() - cutAt).toBeLessThan(900);
  });

  test('does not send what was still queued when the run was asked to stop', async () => {
    const held: ((answer: Answer) => void)[] = [];
    await using server = await ToldServer.open(() => new Promise((resolve) => held.push(resolve)));
    const stop = new AbortController();
    const client = server.client(3);
    const replies = Array.from({ length: 12 }, (_, index) =>
      ask(client, `POST /${index}`, {}, { once: true, unsentAfter: stop.signal }),
    );
    await server.until(() => held.length === 10);
    stop.abort();
    // Those that wait end at once; those that were sent are answered.
    expect((await Promise.all(replies.slice(10))).map(({ status }) => status)).toEqual([
      undefined,
      undefined,
    ]);
    for (const answer of held) answer({ status: 204 });
    expect((await Promise.all(replies.slice(0, 10))).map(({ status }) => status)).toEqual(
      Array(10).fill(204),
    );
    expect(server.lines).toHaveLength(10);
  });
});
