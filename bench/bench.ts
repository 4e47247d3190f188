/**
 * `npm run bench`: how fast the built action is, against what would be the least. Without arguments it measures all and
 * writes `bench/RESULTS.md`; with the names of parts it measures those and prints.
 */
import { parseArgs } from 'node:util';
import { markdownTable, type Section } from './figures.ts';
import { benchRounds } from './rounds.ts';
import { benchStart } from './start.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repeat: { type: 'string', default: '15' },
    beside: { type: 'string', multiple: true, default: [] },
  },
});
const count = Number(values.repeat);

const parts: Readonly<Record<string, () => Promise<readonly Section[]>>> = {
  start: async () => [await benchStart(count, values.beside)],
  rounds: async () => [await benchRounds(count)],
};

const wanted = positionals.length === 0 ? Object.keys(parts) : positionals;
const sections: Section[] = [];
for (const name of wanted) {
  const part = parts[name];
  if (part === undefined)
    throw new Error(`no such part: ${name}; there are ${Object.keys(parts).join(', ')}`);
  const found = await part();
  for (const { title, text, head, rows } of found)
    console.log(`## ${title}\n\n${text}\n\n${markdownTable(head, rows)}\n`);
  sections.push(...found);
}
