import { describe, expect, test } from 'vitest';
import { RotationError } from '../../src/common/errors.ts';
import { githubPatienceMs, pollUntil, untilGitHubAnswers } from '../../src/rotation/steps/patience.ts';
import type { Clock } from '../../src/rotation/ports/clock.ts';
import type { Log } from '../../src/rotation/ports/runner.ts';

/** Time that passes only by sleeping. */
class SleepClock implements Clock {
  time = 0;
  readonly sleeps: number[] = [];
  now = () => this.time;
  sleep(ms: number): Promise<void> {
    this.sleeps.push(ms);
    this.time += ms;
    return Promise.resolve();
  }
}

const never = new AbortController().signal;

describe('polling', () => {
  test('asks at least once, also with no time at all', async () => {
    let asked = 0;
    const ask = () => Promise.resolve(++asked > 5);
    expect(await pollUntil(ask, 0, new SleepClock(), never)).toBe(false);
    expect(asked).toBe(1);
  });

  test('asks once more at the very end of the window', async () => {
    const clock = new SleepClock();
    const times: number[] = [];
    await pollUntil(() => Promise.resolve(times.push(clock.now()) < 0), 60_000, clock, never);
    expect(times[0]).toBe(0);
    expect(times.at(-1)).toBe(60_000);
    expect(Math.max(...clock.sleeps)).toBeLessThanOrEqual(10_000);
  });

  test('ends when it is told to stop', async () => {
    const stop = new AbortController();
    let asked = 0;
    const ask = () => {
      if (++asked === 3) stop.abort();
      return Promise.resolve(false);
    };
    expect(await pollUntil(ask, 600_000, new SleepClock(), stop.signal)).toBe(false);
    expect(asked).toBe(3);
  });
});

describe('waiting for GitHub', () => {
  const unavailable = new RotationError('github-unavailable', 'GitHub gave no reply.');
  const rig = () => {
    const lines: string[] = [];
    const add = (line: string) => void lines.push(line);
    const log: Log = { info: add, notice: add, warning: add };
    return { clock: new SleepClock(), log, lines };
  };

  test('goes on for at least five minutes, says so, then gives up', async () => {
    const ports = rig();
    const write = () => Promise.reject(unavailable);
    await expect(untilGitHubAnswers(write, 'write it', ports, never)).rejects.toBe(unavailable);
    expect(ports.clock.time).toBeGreaterThanOrEqual(githubPatienceMs);
    expect(githubPatienceMs).toBeGreaterThanOrEqual(5 * 60_000);
    expect(ports.lines[0]).toContain('Still trying to write it');
  });

  test('gives what GitHub answers once it is back', async () => {
    const ports = rig();
    const write = () => (ports.clock.time < 240_000 ? Promise.reject(unavailable) : Promise.resolve('done'));
    expect(await untilGitHubAnswers(write, 'write it', ports, never)).toBe('done');
  });

  test.each(['github-forbidden', 'secret-write-failed'] as const)('%s is an answer', async (code) => {
    const ports = rig();
    const refusal = new RotationError(code, 'No.');
    await expect(untilGitHubAnswers(() => Promise.reject(refusal), 'x', ports, never)).rejects.toBe(refusal);
    expect(ports.clock.sleeps).toEqual([]);
  });

  test('hurries once the run is asked to stop, and does not spin', async () => {
    const ports = rig();
    const write = () => Promise.reject(unavailable);
    await expect(untilGitHubAnswers(write, 'x', ports, AbortSignal.abort())).rejects.toBe(unavailable);
    expect(new Set(ports.clock.sleeps)).toEqual(new Set([500]));
  });
});
