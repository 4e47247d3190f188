/** Writes `bench/RESULTS.md`: what was measured, and on what. */
import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { markdownTable, type Section } from './figures.ts';

const file = new URL('./RESULTS.md', import.meta.url);

export function textOf({ title, text, head, rows }: Section): string {
  return `## ${title}\n\n${text}\n\n${markdownTable(head, rows)}\n`;
}

export function writeResults(sections: readonly Section[], command: string): void {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.version}`;
  const head =
    '# How fast\n\n' +
    `Made by \`${command}\` on ${new Date().toISOString().slice(0, 10)}; machine: ${machine}. The built \`dist/\` runs as ` +
    'the runner starts it, before stateful fakes of VTEX and GitHub on the loopback. Other work goes on on the machine, so ' +
    'compare ratios, not milliseconds, and only those of one run.\n';
  writeFileSync(file, [head, ...sections.map(textOf)].join('\n'));
}
