/**
 * `npm run bench`: how fast the built action is, against what would be the least. Without arguments it measures all and
 * writes `bench/RESULTS.md`; with the names of parts it measures those and prints. `--beside` measures the start of another
 * action too: `--beside 'DIRECTORY?input=value&token=$github-token'`. `--tests` takes the time of `npm test`.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { benchBundle } from './bundle.ts';
import type { Section } from './figures.ts';
import { benchMany } from './many.ts';
import { textOf, writeResults } from './results.ts';
import { benchRounds } from './rounds.ts';
import { benchStart } from './start.ts';
import { repository } from './step.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repeat: { type: 'string', default: '15' },
    beside: { type: 'string', multiple: true, default: [] },
    tests: { type: 'boolean', default: false },
  },
});
const count = Number(values.repeat);

const parts: Readonly<Record<string, () => Promise<readonly Section[]>>> = {
  start: async () => [await benchStart(count, values.beside)],
  rounds: async () => [await benchRounds(count)],
  many: () => benchMany(count),
  bundle: () => Promise.resolve([benchBundle()]),
  ...(values.tests && { tests: () => Promise.resolve([benchTests()]) }),
};

function benchTests(): Section {
  const startedAt = performance.now();
  const { status } = spawnSync(process.execPath, [path.join(repository, 'scripts/test.ts')], {
    cwd: repository,
    stdio: 'ignore',
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  const rows = [[seconds, status === 0 ? 'passed' : 'failed']];
  return { title: '`npm test`', text: 'One run of all.', head: ['s', 'result'], rows };
}

const wanted = positionals.length === 0 ? Object.keys(parts) : positionals;
const sections: Section[] = [];
for (const name of wanted) {
  const part = parts[name];
  if (part === undefined)
    throw new Error(`no such part: ${name}; there are ${Object.keys(parts).join(', ')}`);
  const found = await part();
  for (const section of found) console.log(textOf(section));
  sections.push(...found);
}
if (positionals.length === 0) {
  const besides = values.beside.map((text) => path.basename(text.split('?')[0] ?? ''));
  const more = besides.length === 0 ? '' : `, beside ${besides.join(' and ')}`;
  writeResults(sections, `npm run bench${more}`);
}
