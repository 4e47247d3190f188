/** What a start costs: nothing to do, wrong inputs, up to the first request, a whole rotation; against a bare node. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { startStore, type Store } from '../test/fakes/index.ts';
import { median, type Section, spread } from './figures.ts';
import { delayReplies, expectResult, nextDay } from './shops.ts';
import { runBareNode, runStep, type StepEnd } from './step.ts';

export const startTargets = { 'wrong inputs': 1.6, 'first request': 2.3, 'whole rotation': 5 } as const;

/** Its default is an expression, which nobody evaluates here. */
const nothing = { 'run-token': '' };

/** Another action to be measured beside: `DIRECTORY?input=value&…`; `$github-token` stands for a token of the fakes. */
interface Other {
  readonly name: string;
  readonly actionDir: string;
  readonly inputs: Readonly<Record<string, string>>;
}

type Timings = Map<string, number[]>;

export async function benchStart(count: number, others: readonly string[]): Promise<Section> {
  await using store = await startStore();
  const beside = others.map((text) => parseOther(text, store));
  const timings: Timings = new Map();
  // The first round warms the fakes and the file cache, and does not count.
  await round(store, beside, new Map());
  for (let index = 0; index < count; index += 1) await round(store, beside, timings);
  const bare = timings.get('bare node') ?? [];
  const rows = [...timings].map(([what, ms]) => {
    const ratio = median(ms.map((one, index) => one / (bare[index] ?? Number.NaN)));
    const target =
      Object.entries(startTargets)
        .find(([name]) => name === what)?.[1]
        .toFixed(1) ?? '';
    return [what, spread(ms), ratio.toFixed(2), target];
  });
  return {
    title: 'Start',
    text: `Milliseconds from the start of the process, replies at once, ${count} rounds; each ratio is the median of the ratios to the bare \`node -e 0\` of the same round.`,
    head: ['what', 'ms (least-most)', 'ratio', 'target'],
    rows,
  };
}

async function round(store: Store, beside: readonly Other[], timings: Timings): Promise<void> {
  const note = (what: string, ms: number): void => {
    timings.set(what, [...(timings.get(what) ?? []), ms]);
  };
  const env = store.env();
  note('bare node', (await runBareNode()).ms);
  note('post, nothing to do', (await runStep({ stage: 'post', inputs: nothing, env })).ms);
  note('wrong inputs', (await runStep({ inputs: nothing, env })).ms);
  const { whole, firstRequest } = await rotation(store);
  note('first request', firstRequest);
  note('whole rotation', whole.ms);
  for (const { name, ...other } of beside) {
    note(`${name}, no inputs`, (await runStep({ ...other, inputs: nothing, env })).ms);
    const end = await runStep({ ...other, env });
    if (end.exitCode !== 0) throw new Error(`${name} failed:\n${end.output}`);
    note(`${name}, whole`, end.ms);
  }
}

async function rotation(store: Store): Promise<{ whole: StepEnd; firstRequest: number }> {
  delayReplies(store, 0);
  nextDay(store);
  let firstAt: number | undefined;
  const stop = store.world.onArrival(() => {
    firstAt ??= performance.now();
  });
  const whole = await runStep({ inputs: store.inputs(), env: store.env() });
  stop();
  expectResult(whole.output, 'rotated');
  return { whole, firstRequest: (firstAt ?? Number.NaN) - whole.startedAt };
}

function parseOther(text: string, store: Store): Other {
  const [directory = '', query = ''] = text.split('?', 2);
  const actionDir = path.resolve(directory);
  if (!existsSync(path.join(actionDir, 'action.yml'))) throw new Error(`no action.yml in ${actionDir}`);
  const inputs = [...new URLSearchParams(query)].map(([name, value]) => [
    name,
    value.replaceAll('$github-token', store.githubToken),
  ]);
  return { name: path.basename(actionDir), actionDir, inputs: Object.fromEntries(inputs) as Other['inputs'] };
}
