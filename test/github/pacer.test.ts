/** The pacer on a clock that jumps, before a server that counts points as GitHub does. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Pacer, type Turn, type Waits } from '../../src/github/pacer.ts';
import type { Instant } from '../../src/rotation/ports/clock.ts';
import { WaitingClock } from '../rotation/clock.ts';

const read: Turn = { isWrite: false, isUrgent: false, patienceMs: 900_000, stops: [] };
const write: Turn = { ...read, isWrite: true };
const urgent: Turn = { ...write, isUrgent: true };

interface Served {
  readonly name: string;
  readonly at: Instant;
  readonly points: number;
  readonly refused: boolean;
}

/** Counts each request at some moment between its start and its reply. */
class Traffic {
  readonly clock = new WaitingClock();
  readonly told: Waits[] = [];
  readonly pacer = new Pacer(this.clock, (waits) => {
    this.told.push(waits);
  });
  readonly served: Served[] = [];
  readonly running = { requests: 0, writes: 0, most: { requests: 0, writes: 0 } };
  writesAMinute = Infinity;

  /** Milliseconds since the start. */
  get now(): number {
    return this.clock.now() - this.#start;
  }
  readonly #start = this.clock.now();

  async ask(turn: Turn, name = '', latencyMs = 100, countedAfterMs = latencyMs / 2): Promise<number> {
    return this.pacer.run(turn, async () => {
      this.#count(turn, 1);
      await this.clock.sleep(countedAfterMs);
      const refused = turn.isWrite && this.#writesOfLastMinute() >= this.writesAMinute;
      this.served.push({ name, at: this.now, points: turn.isWrite ? 5 : 1, refused });
      await this.clock.sleep(latencyMs - countedAfterMs);
      this.#count(turn, -1);
      if (!refused) return this.now;
      const error = new Error('secondary rate limit');
      this.pacer.refused(true, 60_000, error);
      throw error;
    });
  }

  /** As the client does: what GitHub refuses is asked again, after the pause. */
  async askUntilServed(turn: Turn): Promise<void> {
    for (;;) {
      try {
        await this.ask(turn);
        return;
      } catch {
        continue;
      }
    }
  }

  get names(): string[] {
    return this.served.map(({ name }) => name);
  }

  mostPointsOfAMinute(): number {
    const events = this.served.toSorted((a, b) => a.at - b.at);
    let first = 0;
    let points = 0;
    let most = 0;
    for (const event of events) {
      points += event.points;
      for (; (events[first]?.at ?? Infinity) <= event.at - 60_000; first += 1)
        points -= events[first]?.points ?? 0;
      most = Math.max(most, points);
    }
    return most;
  }

  #writesOfLastMinute(): number {
    return this.served.filter((one) => one.points === 5 && !one.refused && one.at > this.now - 60_000).length;
  }

  #count({ isWrite }: Turn, step: 1 | -1): void {
    const { running } = this;
    running.requests += step;
    if (isWrite) running.writes += step;
    running.most.requests = Math.max(running.most.requests, running.requests);
    running.most.writes = Math.max(running.most.writes, running.writes);
  }
}

function many(count: number, ask: () => Promise<unknown>): Promise<unknown> {
  return Promise.all(Array.from({ length: count }, ask));
}

test('sends at once, without a timer, while there is room', async () => {
  const world = new Traffic();
  let sent = false;
  const reply = world.pacer.run(write, () => {
    sent = true;
    return Promise.resolve('reply');
  });
  await Promise.resolve();

  expect(sent).toBe(true);
  expect(await reply).toBe('reply');
  expect(world.clock.waits).toEqual([]);
});

test('hands on what a request throws, and gives its place to the next', async () => {
  const world = new Traffic();
  const fault = new Error('fault');
  await expect(world.pacer.run(read, () => Promise.reject(fault))).rejects.toBe(fault);
  await many(60, () => world.ask(read));
  expect(world.running.most.requests).toBe(50);
});

test('has fifty requests under way at once and ten writes', async () => {
  const world = new Traffic();
  await Promise.all([many(40, () => world.ask(write)), many(200, () => world.ask(read))]);
  expect(world.running.most).toEqual({ requests: 50, writes: 10 });
});

const requests = fc.array(
  fc.record({
    isWrite: fc.boolean(),
    isUrgent: fc.integer({ min: 0, max: 20 }).map((n) => n === 0),
    count: fc.integer({ min: 1, max: 300 }),
    afterMs: fc.integer({ min: 0, max: 40_000 }),
    latencyMs: fc.integer({ min: 0, max: 4000 }),
    countedPart: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { minLength: 1, maxLength: 12 },
);

test('whatever is asked: never more than 900 points in a minute at the server, and all are served', async () => {
  await fc.assert(
    fc.asyncProperty(requests, async (bursts) => {
      const world = new Traffic();
      await Promise.all(
        bursts.map(async ({ isWrite, isUrgent, count, afterMs, latencyMs, countedPart }) => {
          await world.clock.sleep(afterMs);
          await many(isUrgent ? 3 : count, () =>
            world.ask({ ...read, isWrite, isUrgent }, '', latencyMs, latencyMs * countedPart),
          );
        }),
      );
      expect(world.mostPointsOfAMinute()).toBeLessThanOrEqual(900);
      const asked = bursts.reduce((sum, { isUrgent, count }) => sum + (isUrgent ? 3 : count), 0);
      expect(world.served).toHaveLength(asked);
    }),
    { numRuns: 60 },
  );
});

test.each([
  { what: 'writes', turn: write, points: 5, count: 1000 },
  { what: 'reads', turn: read, points: 1, count: 3000 },
])('takes hardly longer for $count $what than the limit allows', async ({ turn, points, count }) => {
  const world = new Traffic();
  await many(count, () => world.ask(turn));
  // The first minute's points are there at once.
  const leastMs = (Math.ceil((count * points) / 900) - 1) * 60_000;
  expect(world.now / leastMs).toBeLessThan(1.02);
});

test.each([
  { what: 'have used up the minute', latencyMs: 100 },
  { what: 'are under way', latencyMs: 5000 },
])('an urgent write goes at once, however many reads $what', async ({ latencyMs }) => {
  const world = new Traffic();
  const reads = many(2000, () => world.ask(read, 'read', latencyMs));
  await world.clock.sleep(42_500);
  const asked = world.now;
  expect(await world.ask(urgent, 'urgent')).toBe(asked + 100);
  await reads;
});

test('an urgent write goes before the writes that wait already', async () => {
  const world = new Traffic();
  const writes = many(300, () => world.ask(write, 'write'));
  await world.clock.sleep(5_000);
  await Promise.all([writes, world.ask(urgent, 'urgent')]);
  expect(world.names.indexOf('urgent')).toBe(179);
  expect(world.served[179]?.at).toBeLessThan(5_200);
});

test('room is kept for the token until it is durable, and used after that', async () => {
  const world = new Traffic();
  const firstMinute = (): number => world.served.filter(({ at }) => at < 60_000).length;
  await world.ask(urgent, 'urgent');
  await many(1500, () => world.ask(read, 'read'));
  expect(firstMinute()).toBe(1 + 895);
  const before = new Traffic();
  await many(1500, () => before.ask(read, 'read'));
  expect(before.served.filter(({ at }) => at < 60_000)).toHaveLength(890);
});

test('requests go in the order in which they were asked', async () => {
  const world = new Traffic();
  const writes = many(300, () => world.ask(write, 'write'));
  const reads = many(1000, () => world.ask(read, 'read'));
  const late = many(10, () => world.ask(write, 'late'));
  await Promise.all([writes, reads, late]);
  // Ten writes are all that may be under way; what they leave of the fifty, reads may have.
  expect(world.names.indexOf('late')).toBeGreaterThan(1200);
});

test('a refusal pauses all, and what is not refused again goes when it says', async () => {
  const world = new Traffic();
  world.pacer.refused(false, 30_000, new Error('refused'));
  const replies = await Promise.all([
    world.ask(read),
    world.ask(write),
    world.ask({ ...urgent, patienceMs: 30_000 }),
  ]);
  expect(replies).toEqual([30_100, 30_100, 30_100]);
});

test('a pause too long for its patience ends a wait at once, also one that has begun, with the reason', async () => {
  const world = new Traffic();
  const reason = new Error('refused');
  const writes = many(300, () => world.ask(write)).catch((error: unknown) => error);
  await world.clock.sleep(5_000);
  world.pacer.refused(false, 901_000, reason);
  await expect(world.ask(read)).rejects.toBe(reason);
  expect(await writes).toBe(reason);
  const patient = world.ask({ ...read, patienceMs: 3_600_000 });
  expect(await patient).toBe(5_000 + 901_000 + 100);
  // It is over: everybody goes again.
  expect(await world.ask(read)).toBe(5_000 + 901_000 + 200);
});

test('a refusal within a longer one is no news and does not shorten it', async () => {
  const world = new Traffic();
  expect(world.pacer.refused(false, 60_000, new Error('one'))).toBe(true);
  expect(world.pacer.refused(false, 60_000, new Error('two'))).toBe(false);
  expect(world.pacer.refused(false, 1_000, new Error('three'))).toBe(false);
  expect(await world.ask(read)).toBe(60_100);
});

test('writes slow down to what GitHub lets pass, and reads do not', async () => {
  const world = new Traffic();
  world.writesAMinute = 80;
  await many(400, () => world.askUntilServed(write));
  const refused = world.served.filter((one) => one.refused).length;
  // Those that were under way when the first was refused.
  expect(refused).toBeLessThanOrEqual(10);
  const leastMs = (400 / 80) * 60_000;
  expect(world.now).toBeLessThan(leastMs * 1.25);
  const start = world.now;
  await many(400, () => world.ask(read));
  expect(world.now - start).toBeLessThan(2_000);
});

test('a limit that others have used up does not slow our writes below what GitHub documents', async () => {
  const world = new Traffic();
  world.pacer.refused(true, 1_000, new Error('refused'));
  await many(80, () => world.ask(write));
  expect(world.now).toBeLessThan(3_000);
});

test('a stop takes what waits out of the queue, and only that', async () => {
  const world = new Traffic();
  const stop = new AbortController();
  const stopped = { ...write, stops: [new AbortController().signal, stop.signal] };
  const first = world.ask(stopped, 'under way', 10_000);
  const others = many(180, () => world.ask(write));
  const waiting = Array.from({ length: 100 }, () => world.ask(stopped));
  const endings = Promise.allSettled(waiting);
  await world.clock.sleep(5_000);
  stop.abort();
  expect((await endings).map(({ status }) => status)).toEqual(Array(100).fill('rejected'));
  expect(world.now).toBe(5_000);
  await Promise.all([first, others]);
  expect(world.served).toHaveLength(181);
  await expect(world.ask(stopped)).rejects.toThrow('stopped before it was sent');
});

test('tells how things stand every ten seconds while requests wait, and nothing else', async () => {
  const world = new Traffic();
  await many(50, () => world.ask(read));
  expect(world.told).toEqual([]);
  await many(360, () => world.ask(write));
  expect(world.told).toHaveLength(12);
  for (const [index, told] of world.told.entries()) expect(told.elapsedMs).toBe((index + 1) * 10_000);
  expect(world.told[0]).toMatchObject({ waiting: 191, answered: 169 });
  const waits = world.told.map(({ waiting }) => waiting);
  expect(waits).toEqual(waits.toSorted((a, b) => b - a));
  expect(world.told[0]?.leftMs).toBeCloseTo((191 * 5 * 60_250) / 900, -3);
});

test('tells it in a pause too', async () => {
  const world = new Traffic();
  world.pacer.refused(false, 10 * 60_000, new Error('refused'));
  await world.ask({ ...read, patienceMs: 3_600_000 });
  expect(world.told).toHaveLength(59);
  expect(world.told[0]?.leftMs).toBeGreaterThan(9 * 60_000);
});

test('leaves no wait behind', async () => {
  const world = new Traffic();
  const stop = new AbortController();
  world.pacer.refused(false, 60_000, new Error('refused'));
  const waiting = world.ask({ ...read, stops: [stop.signal] });
  stop.abort();
  await expect(waiting).rejects.toThrow();
  await new Promise(setImmediate);
  expect(world.now).toBe(0);
});
