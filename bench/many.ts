/** One secret and many, under GitHub's limits, on a clock that jumps over all waits. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RecordedRequest } from '../test/fakes/world.ts';
import { runAction } from '../test/runner/runner.ts';
import { VirtualTime } from '../test/runner/virtual-time.ts';
import { median, repeat, type Section, spread } from './figures.ts';
import {
  delayReplies,
  expectResult,
  firstSecret,
  manyRepositories,
  nextDay,
  oneRepository,
  type Shop,
} from './shops.ts';

const lateMs = 100;
const pointsAMinute = 900;
const targets = { time: 1.05, durableMs: 20 } as const;
/** V8 takes what it may before it looks for what nobody needs any more; held to this, it shows what a run needs. */
const tightHeap = ['--max-semi-space-size=1', '--max-old-space-size=40'];

interface Case {
  readonly name: string;
  readonly count: number;
  readonly open: () => Promise<Shop>;
  /** Late replies show the rounds; where the limits rule, they would only take real time. */
  readonly lateMs: number;
}

const inOne = [1, 10, 50, 100].map((count): Case => ({
  name: `${count} in one repository`,
  count,
  open: () => oneRepository(count),
  lateMs,
}));
const inMany = ([10, 200, 1000] as const).flatMap((count): Case[] =>
  (['pattern', 'name'] as const).map((by) => ({
    name: `${count} in as many repositories, ${by === 'name' ? 'each named' : 'found by `*`'}`,
    count,
    open: () => manyRepositories(count, by),
    lateMs: count < 100 ? lateMs : 0,
  })),
);

interface Found {
  readonly ms: number;
  readonly leastMs: number;
  readonly requests: number;
  readonly refused: number;
  readonly megabytes: number;
  readonly durableMs: number;
}

export async function benchMany(count: number): Promise<readonly Section[]> {
  const rows: string[][] = [];
  const durable: string[][] = [];
  for (const one of [...inOne, ...inMany]) {
    const found = await repeat(one.count < 200 ? count : Math.ceil(count / 5), () => measure(one));
    const of = (value: (found: Found) => number): number[] => found.map(value);
    rows.push([
      one.name,
      (median(of(({ leastMs }) => leastMs)) / 1000).toFixed(1),
      (median(of(({ ms }) => ms)) / 1000).toFixed(1),
      median(of(({ ms, leastMs }) => ms / leastMs)).toFixed(2),
      targets.time.toFixed(2),
      (median(of(({ requests }) => requests)) / one.count).toFixed(2),
      String(Math.max(...of(({ refused }) => refused))),
      spread(of(({ megabytes }) => megabytes)),
      String(found.length),
    ]);
    if (one.lateMs === 0)
      durable.push([
        one.name,
        spread(
          of(({ durableMs }) => durableMs),
          1,
        ),
        String(targets.durableMs),
      ]);
  }
  const small = await repeat(count, () =>
    measure({ name: '', count: 1, open: () => oneRepository(1), lateMs: 0 }),
  );
  durable.unshift([
    '1 in one repository',
    spread(
      small.map(({ durableMs }) => durableMs),
      1,
    ),
    String(targets.durableMs),
  ]);
  return [
    {
      title: 'Many secrets',
      text: `On a clock that jumps over waits, before a GitHub that refuses more than ${pointsAMinute} points a minute, 100 requests at once and 5,000 (15,000 from 1,000 secrets on) an hour. The least is what these points allow, and ${lateMs} ms for each round where replies come so late (up to 100 secrets).`,
      head: [
        'secrets',
        'least s',
        's',
        'ratio',
        'target',
        'requests a secret',
        'refused by a limit',
        'peak MB (least-most)',
        'runs',
      ],
      rows,
    },
    {
      title: 'The new token in memory only',
      text: "Milliseconds between VTEX's reply to the renewal and the moment in which GitHub has stored the token, replies at once.",
      head: ['secrets', 'ms (least-most)', 'target'],
      rows: durable,
    },
    await benchMemory(),
  ];
}

async function benchMemory(): Promise<Section> {
  const rows: string[][] = [];
  for (const one of [...inOne.slice(0, 1), ...inMany.slice(-2)]) {
    const { megabytes } = await measure(one, tightHeap);
    rows.push([one.name, megabytes.toFixed(0)]);
  }
  return {
    title: 'The memory that is needed',
    text: `Peak of the whole process where V8 is held to a heap of 40 MB with a young generation of 1 MB (\`${tightHeap.join(' ')}\`); one run each. The rest of the peaks above is what V8 had not cleared away yet.`,
    head: ['secrets', 'peak MB'],
    rows,
  };
}

async function measure(one: Case, nodeArgs: readonly string[] = []): Promise<Found> {
  const shop = await one.open();
  await using store = shop.store;
  const { world, github } = store;
  // An installation token of a large organization: so many requests do not fit into the smallest allowance.
  if (one.count >= 1000) github.limits.perHour = 15_000;
  const time = new VirtualTime(world);
  await runAction({
    inputs: store.inputs({ operation: 'check' }),
    env: store.env(),
    virtualTime: time,
    runPost: false,
    quick: false,
  });
  nextDay(store);
  const first = world.requests.length;
  const watch = watchToken(shop, one.lateMs);
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  try {
    const file = path.join(folder, 'usage');
    const begunAt = world.now();
    const run = await runAction({
      inputs: store.inputs({ secrets: shop.secrets }),
      env: { ...store.env(), BENCH_USAGE: file },
      nodeArgs: [...nodeArgs, '--import', new URL('./usage.mjs', import.meta.url).href],
      virtualTime: time,
      runPost: false,
      quick: false,
      timeoutMs: 300_000,
    });
    const ms = world.now() - begunAt;
    expectResult(run.log, 'rotated');
    const requests = world.requests.slice(first).filter(({ upstream }) => upstream === 'github');
    return {
      ms,
      leastMs: leastMsOf(one, requests),
      requests: requests.length,
      refused: github.limits.refused,
      megabytes: Number(readFileSync(file, 'utf8')) / 1024,
      durableMs: watch(),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Replies come late; gives the milliseconds between the effect of the renewal and that of the first write of its token. */
function watchToken({ store }: Shop, ms: number): () => number {
  delayReplies(store, ms);
  const late = store.world.intercept;
  const at = { renewed: Number.NaN, stored: Number.NaN };
  store.world.intercept = (request, phase) => {
    if (phase === 'after' && request.label.endsWith('/renew')) at.renewed = performance.now();
    if (phase === 'after' && new RegExp(`^PUT .*/${firstSecret}_PENDING$`).test(request.label))
      at.stored = performance.now();
    return late?.(request, phase);
  };
  return () => at.stored - at.renewed;
}

/** The points that the requests cost, without any that is not needed; and the rounds, of which a few writes share one. */
function leastMsOf({ count, lateMs: late }: Case, requests: readonly RecordedRequest[]): number {
  const points = requests.reduce((sum, { method }) => sum + (method === 'GET' ? 1 : 5), 0);
  const rounds = 10 + Math.ceil((count - 1) / 10);
  // The first minute's points are free at once, and the last requests wait for the minute before them.
  return Math.floor((points - 1) / pointsAMinute) * 60_000 + rounds * Math.max(late, 1);
}
