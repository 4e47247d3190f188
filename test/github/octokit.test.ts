import { describe, expect, it } from 'vitest';
import { ask } from '../../src/github/request.ts';
import { Stage } from './stage.ts';

describe('the client of GitHub', () => {
  it('names the API version and the token in every request, and prints nothing', async () => {
    await using stage = await Stage.open(() => ({
      status: 200,
      body: {},
      headers: { deprecation: 'true', sunset: 'soon' },
    }));
    const reply = await ask(stage.client(), 'GET /zen');

    expect(reply.status).toBe(200);
    expect(stage.asked[0]?.headers).toMatchObject({ 'x-github-api-version': '2022-11-28' });
    expect(stage.asked[0]?.headers.authorization).toMatch(/^token \w+$/);
    expect(stage.said).toEqual([]);
  });

  it.each([
    { status: 403, body: { message: 'Slow down' } },
    { status: 429, body: { message: 'Slow down' } },
  ])('obeys retry-after on $status, whatever the wording', async (refusal) => {
    await using stage = await Stage.open(() =>
      stage.asked.length === 1 ? { ...refusal, headers: { 'retry-after': '1' } } : { status: 200, body: {} },
    );
    const start = Date.now();
    const reply = await ask(stage.client(3), 'GET /zen', {}, { once: true });

    expect(reply.status).toBe(200);
    expect(stage.lines).toHaveLength(2);
    expect(Date.now() - start).toBeGreaterThanOrEqual(990);
    expect(stage.said).toEqual(["GitHub's rate limit: waiting 1 s"]);
  });

  it('does not wait longer than a quarter of an hour', async () => {
    await using stage = await Stage.open(() => ({
      status: 429,
      headers: { 'retry-after': '901' },
      body: {},
    }));

    expect((await ask(stage.client(3), 'GET /zen')).status).toBe(429);
    expect(stage.lines).toHaveLength(1);
  });

  it('sends a request again after a fault, unless it is sent once only', async () => {
    await using stage = await Stage.open(() => ({ status: 502, body: {} }));

    expect((await ask(stage.client(1), 'POST /again')).status).toBe(502);
    expect((await ask(stage.client(1), 'POST /once', {}, { once: true })).status).toBe(502);
    expect(stage.lines).toEqual(['POST /again', 'POST /again', 'POST /once']);
  });

  it('tells a lost reply by the absence of a status', async () => {
    await using stage = await Stage.open(() => 'cut');

    const reply = await ask(stage.client(), 'GET /zen');
    expect(reply.status).toBeUndefined();
    expect(reply.lost?.kind).toBe('unknown');
  });

  it('ends at once when its signal fires, and sends nothing afterwards', async () => {
    await using stage = await Stage.open(() => ({ status: 502, body: {} }));
    const stop = new AbortController();
    const reply = ask(stage.client(3), 'GET /zen', {}, { signal: stop.signal });
    setTimeout(() => {
      stop.abort();
    }, 200);
    const start = Date.now();

    expect((await reply).status).toBeUndefined();
    expect(Date.now() - start).toBeLessThan(700);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(stage.lines).toHaveLength(1);
  });

  it('does not take an abort for a fault to be waited out', async () => {
    await using stage = await Stage.open(() => ({ status: 204 }));
    const client = stage.client(3, (_input, init) => {
      const cut = Promise.withResolvers<Response>();
      init?.signal?.addEventListener('abort', () => {
        cut.reject(new Error('cut'));
      });
      return cut.promise;
    });
    const start = Date.now();

    await expect(
      client.request('GET /zen', { request: { signal: AbortSignal.timeout(200) } }),
    ).rejects.toThrow();
    expect(Date.now() - start).toBeLessThan(900);
  });

  it('does not send what was still queued when the run was asked to stop', async () => {
    await using stage = await Stage.open(() => ({ status: 204 }));
    const stop = new AbortController();
    const client = stage.client(3);
    // The queue of writes lets one through a second.
    const replies = ['POST /first', 'POST /second'].map((route) =>
      ask(client, route, {}, { once: true, unsentAfter: stop.signal }),
    );
    await replies[0];
    stop.abort();

    expect((await Promise.all(replies)).map(({ status }) => status)).toEqual([204, undefined]);
    expect(stage.lines).toEqual(['POST /first']);
  });
});
