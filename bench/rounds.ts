/** Every reply comes 100 ms late: the wall time of each flow against the rounds of requests that depend on each other. */
import type { RecordedRequest } from '../test/fakes/world.ts';
import { runAction } from '../test/runner/runner.ts';
import { VirtualTime } from '../test/runner/virtual-time.ts';
import { median, repeat, type Section, spread } from './figures.ts';
import { delayReplies, expectResult, firstSecret, nextDay, oneRepository, type Shop } from './shops.ts';
import { runStep } from './step.ts';

const lateMs = 100;
const target = 1.1;

interface Flow {
  readonly name: string;
  readonly secrets?: number;
  /** The least rounds, and what they are. */
  readonly rounds: readonly string[];
  readonly result: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** What happened before, and is not measured. */
  readonly before?: (shop: Shop) => Promise<void>;
  /** How long the verification workflow takes. */
  readonly runsForMs?: (index: number) => number;
  /** What has to be waited for beside the rounds. */
  readonly wait?: (requests: readonly RecordedRequest[]) => number;
}

const renewal = ['observe', 'reserve', 'renew', 'stage', 'check'];
const end = ['confirm', 'finish', 'prove', 'clean up'];
const verification = { 'verification-workflow': 'verify.yml' };

export const flows: readonly Flow[] = [
  { name: 'rotate now, 1 secret', rounds: [...renewal, 'store', ...end], result: 'rotated' },
  {
    name: 'rotate now, 10 secrets',
    secrets: 10,
    rounds: [...renewal, 'store first', 'store others', ...end],
    result: 'rotated',
  },
  {
    name: 'rotate later',
    rounds: [...renewal, 'store', 'marks', 'close', 'marks'],
    result: 'pending',
    inputs: { 'delete-old-token': 'later' },
    wait: untilNextSecond,
  },
  {
    name: 'finish',
    rounds: ['observe', ...end],
    result: 'finished',
    inputs: { operation: 'finish' },
    before: async (shop) => {
      await unmeasured(shop, { 'delete-old-token': 'later' }, 'pending');
    },
  },
  {
    name: 'resume',
    rounds: ['observe', 'store', ...end],
    result: 'rotated',
    before: diesBeforeItStores,
  },
  {
    name: 'verification before',
    rounds: [...renewal, 'dispatch', 'look', 'ask VTEX again', 'store', ...end],
    result: 'rotated',
    inputs: {
      ...verification,
      'verify-before-update': 'true',
      'verification-inputs': 'secret-name=VTEX_APP_TOKEN_PENDING',
    },
    runsForMs,
  },
  {
    name: 'verification after',
    rounds: [...renewal, 'store', 'dispatch', 'look', ...end],
    result: 'rotated',
    inputs: verification,
    runsForMs,
  },
];

/** Of many lengths, for it matters when the run is looked at. */
function runsForMs(index: number): number {
  return 20_000 + 5_300 * (index % 15);
}

export async function benchRounds(count: number): Promise<Section> {
  const rows: string[][] = [];
  for (const flow of flows) {
    const found = await repeat(count, (index) => measure(flow, index));
    const ratio = median(found.map(({ ms, leastMs }) => ms / leastMs));
    rows.push([
      flow.name,
      String(flow.rounds.length),
      spread(found.map(({ leastMs }) => leastMs)),
      spread(found.map(({ ms }) => ms)),
      ratio.toFixed(2),
      target.toFixed(2),
    ]);
  }
  return {
    title: 'Rounds',
    text: `Every reply comes ${lateMs} ms late; ${count} runs of each flow. The least is its rounds × ${lateMs} ms, and what must be waited for: the verification workflow (20 to 94 s, on a clock that jumps over waits), and for *later* the next whole second, since the pending secret must be dated after the last listed one. Wall time is that of the whole process.`,
    head: ['flow', 'rounds', 'least ms (least-most)', 'ms (least-most)', 'ratio', 'target'],
    rows,
  };
}

async function measure(flow: Flow, index: number): Promise<{ ms: number; leastMs: number }> {
  const shop = await oneRepository(flow.secrets ?? 1);
  await using store = shop.store;
  const runs = flow.runsForMs?.(index) ?? 0;
  if (runs > 0)
    store.github.addWorkflow(store.repository, 'verify.yml', {
      behaviour: (given) => ({ reads: [given['secret-name'] ?? firstSecret], runsForMs: runs }),
    });
  // What is only made once by the fakes is made before.
  await unmeasured(shop, { operation: 'check' }, 'checked');
  await flow.before?.(shop);
  nextDay(store);
  delayReplies(store, lateMs);
  const first = store.world.requests.length;
  const inputs = store.inputs({ secrets: shop.secrets, ...flow.inputs });
  const timed = runs > 0 ? await jumping(shop, inputs) : await runStep({ inputs, env: store.env() });
  expectResult(timed.output, flow.result);
  const wait = flow.wait?.(store.world.requests.slice(first)) ?? 0;
  return { ms: timed.ms, leastMs: flow.rounds.length * lateMs + runs + wait };
}

/** On a clock that jumps over all that is only waited for. */
async function jumping(
  { store }: Shop,
  inputs: Readonly<Record<string, string>>,
): Promise<{ ms: number; output: string }> {
  const time = new VirtualTime(store.world);
  const startedAt = store.world.now();
  const run = await runAction({ inputs, env: store.env(), virtualTime: time, runPost: false, quick: false });
  return { ms: store.world.now() - startedAt, output: run.log };
}

async function unmeasured(
  { store, secrets }: Shop,
  inputs: Readonly<Record<string, string>>,
  result: string,
): Promise<void> {
  const { output } = await runStep({ inputs: store.inputs({ secrets, ...inputs }), env: store.env() });
  expectResult(output, result);
}

/** A run that has staged the new token and cannot write the listed secret. */
async function diesBeforeItStores(shop: Shop): Promise<void> {
  const { world } = shop.store;
  world.intercept = ({ label }, phase) =>
    phase === 'before' && /^PUT .*\/VTEX_APP_TOKEN$/.test(label)
      ? { kind: 'status', status: 422, body: { message: 'no' } }
      : undefined;
  await unmeasured(shop, {}, 'failed');
}

/** From the moment after the marks to the first one at which the pending secret gets a later date. */
function untilNextSecond(requests: readonly RecordedRequest[]): number {
  const stored = requests.findLast(({ label }) => /^PUT .*\/VTEX_APP_TOKEN$/.test(label));
  if (stored === undefined) throw new Error('nothing was stored');
  const next = (Math.floor(stored.at / 1000) + 1) * 1000;
  return Math.max(0, next - (stored.at + 2 * lateMs));
}
