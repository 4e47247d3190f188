import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runAction, startAction } from './runner.ts';
import { throwawayAction } from './throwaway.ts';
import { OffsetClock, VirtualTime } from './virtual-time.ts';

const minute = 60_000;
const undici = import.meta.resolve('undici');

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/**
 * Runs a program in virtual time; what it prints last, as JSON, is the result. A wait that time does not jump over is
 * longer than the limit. How long the rest takes in real time is up to the machine, and bounds nothing by itself.
 */
async function run(
  main: string,
  time: VirtualTime = new VirtualTime(),
): Promise<{ result: unknown; realMs: number }> {
  const start = performance.now();
  const end = await runAction({ actionDir: throwawayAction({ main }), virtualTime: time, timeoutMs: 50_000 });
  expect(end, end.fullStderr).toMatchObject({ exitCode: 0, timedOut: false });
  return { result: JSON.parse(end.log.trim().split('\n').at(-1) ?? ''), realMs: performance.now() - start };
}

describe('waiting', () => {
  it('takes forty minutes in no time, and parent and child agree on the hour', async () => {
    const clock = new OffsetClock();
    const url = await serve((_request, response) => response.end(String(clock.now())));
    const start = clock.now();
    const { result, realMs } = await run(
      `import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
const start = Date.now(), clock = performance.now(), hr = process.hrtime();
let apart = 0;
const early = (a, b) => Math.max(0, a - b);
for (let i = 0; i < 20; i += 1) {
  await sleep(60_000);
  const before = Date.now();
  const there = Number(await (await fetch('${url}')).text());
  apart = Math.max(apart, early(before, there), early(there, Date.now()));
}
await new Promise((resolve) => setTimeout(resolve, 10 * 60_000));
await promisify(setTimeout)(10 * 60_000);
say(JSON.stringify({ apart, took: Date.now() - start, date: new Date() - start, clock: performance.now() - clock, hr: process.hrtime(hr)[0] }))`,
      new VirtualTime(clock),
    );
    const {
      apart,
      took,
      date,
      clock: perf,
      hr,
    } = result as Record<'apart' | 'took' | 'date' | 'clock' | 'hr', number>;
    for (const ms of [took, date, perf, hr * 1000 + 1000]) {
      expect(ms).toBeGreaterThanOrEqual(40 * minute);
      expect(ms).toBeLessThan(40 * minute + realMs + 2_000);
    }
    // Both clocks are whole milliseconds.
    expect(apart).toBeLessThanOrEqual(2);
    expect(clock.now() - start).toBeGreaterThanOrEqual(40 * minute);
  });

  it('fires timers in order, intervals again and again, and none that was cleared', async () => {
    const { result } = await run(`const seen = [];
const note = (name) => seen.push(name + '@' + Math.round((Date.now() - start) / 1000));
const start = Date.now();
setTimeout(note, 30_000, 'b');
setTimeout(() => { note('a'); Promise.resolve().then(() => note('then')); }, 20_000);
setTimeout(note, 20_000, 'a2');
clearTimeout(setTimeout(note, 5_000, 'never'));
clearTimeout(+setTimeout(note, 5_000, 'never'));
setTimeout(note, 1_000, 'unreferenced').unref();
setTimeout(note, 99_000, 'unreferenced and late').unref();
const interval = setInterval(() => { note('i'); if (seen.length > 6) clearInterval(interval); }, 15_000);
process.on('exit', () => say(JSON.stringify(seen)));`);
    expect(result).toEqual(['unreferenced@1', 'i@15', 'a@20', 'then@20', 'a2@20', 'b@30', 'i@30']);
  });

  it('ends a sleep that is aborted, and lets AbortSignal.timeout jump', async () => {
    const { result } = await run(`import { setTimeout as sleep } from 'node:timers/promises';
const signal = AbortSignal.timeout(60_000);
const error = await sleep(120_000, undefined, { signal }).catch((error) => error);
say(JSON.stringify([error.name, error.code, error.cause.name, process.uptime() < 60]))`);
    expect(result).toEqual(['AbortError', 'ABORT_ERR', 'TimeoutError', true]);
  });

  it('does not keep a process alive, and does not jump, for timers that are not referenced', async () => {
    const time = new VirtualTime();
    await run(`setTimeout(() => {}, 60_000).unref(); say('1')`, time);
    expect(time.jumps.count).toBe(0);
  });
});

describe.each([
  ["Node's own fetch", ''],
  ["undici's fetch", `import { fetch } from '${undici}';\n`],
])('with %s', (_name, imported) => {
  it('a request in flight lets no timer fire early, nor does its body', async () => {
    const url = await serve((_request, response) => {
      setTimeout(() => response.write('half'), 150);
      setTimeout(() => response.end('whole'), 300);
    });
    const { result, realMs } = await run(`${imported}const start = Date.now();
let fired = 'no';
const timer = setTimeout(() => { fired = 'yes'; }, 10_000);
const text = await (await fetch('${url}')).text();
clearTimeout(timer);
say(JSON.stringify([fired, text, Date.now() - start]))`);
    const [fired, text, took] = result as [string, string, number];
    expect([fired, text]).toEqual(['no', 'halfwhole']);
    expect(took).toBeGreaterThanOrEqual(300);
    expect(took).toBeLessThanOrEqual(realMs);
  });

  it('time goes on after requests that were aborted, refused, cancelled or cut off', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/cut') {
        response.writeHead(200, { 'content-length': '100' });
        response.write('x', () => response.destroy());
      } else if (request.url === '/body') response.write('x');
      else if (request.url === '/moved') response.writeHead(302, { location: '/204' }).end();
      else if (request.url === '/204') response.writeHead(204).end();
      // Any other path is never answered.
    });
    const { result } = await run(`${imported}const start = Date.now();
const outcome = [];
const go = async (path, init, then = async () => 'ok') => {
  try { outcome.push(await then(await fetch('${url}' + path, init))); } catch (error) { outcome.push(error.name); }
};
const abort = new AbortController();
setTimeout(() => abort.abort(), 100);
await go('/never', { signal: abort.signal });
const abortBody = new AbortController();
setTimeout(() => abortBody.abort(), 100);
await go('/body', { signal: abortBody.signal }, (response) => response.text());
await go('/body', {}, async (response) => { await response.body.cancel(); return 'cancelled'; });
await go('/cut', {}, (response) => response.text());
await go('/moved', {});
await go('/moved', { redirect: 'manual' });
await go('/204', { method: 'HEAD' });
try { await fetch('http://127.0.0.1:1/'); } catch (error) { outcome.push('refused'); }
await new Promise((resolve) => setTimeout(resolve, 600_000));
say(JSON.stringify(outcome)); process.exit()`);
    expect(result).toEqual([
      'AbortError',
      'AbortError',
      'cancelled',
      'TypeError',
      'ok',
      'ok',
      'ok',
      'refused',
    ]);
  });

  it('a request that hangs is timed out in no time, once it is known to hang', async () => {
    const time = new VirtualTime();
    const handle = startAction({
      actionDir: throwawayAction({
        main: `${imported}const start = Date.now();
const abort = new AbortController();
const timer = setTimeout(() => abort.abort(), 30_000);
const slow = fetch(process.env.URL + '/slow').then((response) => response.text());
const error = await fetch(process.env.URL + '/hang?x=1', { method: 'POST', body: 'b', signal: abort.signal }).catch((error) => error);
const took = Date.now() - start;
say(JSON.stringify([error.name, took >= 30_000, await slow]))`,
      }),
      virtualTime: time,
      env: {
        URL: await serve((request, response) => {
          // The other request is answered meanwhile, in real time, and holds the jump back until then.
          if (request.url === '/slow') setTimeout(() => response.end('answered'), 200);
          else handle.hang({ method: 'POST', path: '/hang?x=1' });
        }),
      },
    });
    const end = await handle.done;
    expect(end.log).toBe('["AbortError",true,"answered"]\n');
    expect(time.jumps.count).toBeGreaterThan(0);
  });
});

describe('the parent', () => {
  it('can answer after a while of virtual time', async () => {
    const time = new VirtualTime();
    const url = await serve((request, response) => {
      const release = time.hang({ path: request.url ?? '' });
      time.after(20_000, () => {
        release();
        response.end('late');
      });
    });
    const { result } = await run(
      `const start = Date.now();
const timer = setTimeout(() => { throw new Error('early'); }, 30_000);
const text = await (await fetch('${url}/x')).text();
clearTimeout(timer);
say(JSON.stringify([text, Date.now() - start >= 20_000]))`,
      time,
    );
    expect(result).toEqual(['late', true]);
    expect(time.jumps.count).toBeGreaterThan(0);
  });

  it.skipIf(process.platform === 'win32')('cancels in virtual time: ten seconds, not more', async () => {
    const { promise: ready, resolve } = Promise.withResolvers<undefined>();
    const time = new VirtualTime();
    const handle = startAction({
      actionDir: throwawayAction({
        main: `import { createServer } from 'node:http';
let start;
process.on('SIGINT', () => { start = Date.now(); setInterval(() => say('alive ' + Math.round((Date.now() - start) / 1000)), 1_000); });
process.on('SIGTERM', () => say('term ' + Math.round((Date.now() - start) / 100) / 10));
createServer().listen(0, () => say('ready'));`,
      }),
      virtualTime: time,
      onLine: () => {
        resolve(undefined);
      },
    });
    await ready;
    handle.cancel();
    const end = await handle.done;
    expect(end.signal).toBe('SIGKILL');
    expect(end.log).toMatch(/alive 7\nterm 7\.[5-9]\nalive 8\n/);
    expect(end.log).not.toContain('alive 11');
    expect(time.jumps.count).toBeGreaterThan(0);
  });

  it('moves two runs on one clock together', async () => {
    const time = new VirtualTime();
    const url = await serve((_request, response) => {
      setTimeout(() => response.end(), 300);
    });
    const [quick, slow] = await Promise.all([
      run(
        `const start = Date.now();
for (let i = 0; i < 4; i += 1) await new Promise((resolve) => setTimeout(resolve, 30_000));
say(JSON.stringify([start, Date.now()]))`,
        time,
      ),
      run(
        `const start = Date.now();
await fetch('${url}');
await new Promise((resolve) => setTimeout(resolve, 100_000));
say(JSON.stringify([start, Date.now()]))`,
        time,
      ),
    ]);
    const [from, to] = quick.result as [number, number];
    const [begin, end] = slow.result as [number, number];
    expect(to - from).toBeGreaterThanOrEqual(120_000);
    expect(to - from).toBeLessThan(120_000 + quick.realMs);
    expect(end - begin).toBeGreaterThanOrEqual(100_300);
    expect(end - begin).toBeLessThan(100_000 + slow.realMs);
  });
});
