import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** In a process of its own, which ends by itself: no listener stays behind, and the time limit holds nothing open. */
function reasonAfter(event: string): string {
  const module = new URL('../../src/runner/stop.ts', import.meta.url).href;
  const script = `
    const { watchForStop } = await import(${JSON.stringify(module)});
    const stop = watchForStop(60_000);
    ${event}
    await new Promise((resolve) => setTimeout(resolve, 20));
    console.log(String(stop.signal.aborted && stop.signal.reason));`;
  return execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    timeout: 30_000,
  }).trim();
}

test.each(['SIGINT', 'SIGTERM'])('%s is a wish to stop, however often it comes', (name) => {
  if (process.platform === 'win32') return;
  const kill = `process.kill(process.pid, '${name}');`;
  expect(reasonAfter(kill + kill)).toBe('stopped');
});

// Windows alone sends it; to Node it is an event like any other.
test('SIGBREAK too', () => {
  expect(reasonAfter("process.emit('SIGBREAK', 'SIGBREAK');")).toBe('stopped');
});

test('without a signal nothing stops', () => {
  expect(reasonAfter('')).toBe('false');
});

test('after its release nothing listens, and nothing stops it', () => {
  expect(
    reasonAfter(
      "stop.release(); process.emit('SIGINT', 'SIGINT'); console.log(process.listenerCount('SIGINT'));",
    ),
  ).toBe('0\nfalse');
});
