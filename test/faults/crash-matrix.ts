/** What a crash leaves behind, and what the next run makes of it: the table in docs/how-rotation-works.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Phase } from '../fakes/index.ts';
import { toldBy } from '../world/truth.ts';
import { targetsOf, tryCase, type Verdict } from './try-case.ts';
import { onBuiltFiles, type Starter, type Target } from './story.ts';

export const page = fileURLToPath(new URL('../../docs/how-rotation-works.md', import.meta.url));
const begin = '<!-- crash matrix: begin (node test/faults/crash-matrix.ts) -->';
const end = '<!-- crash matrix: end -->';

interface Moment {
  readonly after: string;
  readonly label: RegExp;
  readonly occurrence: number;
  readonly phase: Phase;
}

const pending = /^PUT github .*_PENDING$/;
const reserved = /^PUT github .*_OLD$/;
const listed = /^PUT github .*VTEX_APP_TOKEN$/;

/** The steps of a plain `rotate` that leave something behind, each with the request that does it. */
const moments: readonly Moment[] = [
  { after: 'before anything is written', label: reserved, occurrence: 0, phase: 'before' },
  { after: 'the old secret is reserved', label: reserved, occurrence: 0, phase: 'after' },
  { after: 'VTEX has renewed, its reply is still under way', label: /renew$/, occurrence: 0, phase: 'after' },
  {
    after: 'the reply has come, the new token is not yet saved',
    label: pending,
    occurrence: 0,
    phase: 'before',
  },
  { after: 'the new token is in the pending secret', label: pending, occurrence: 0, phase: 'after' },
  { after: 'the new token is in the listed secret', label: listed, occurrence: 0, phase: 'after' },
  { after: 'VTEX has deleted the old token', label: /finish-renewal$/, occurrence: 0, phase: 'after' },
  {
    after: 'the pending secret is deleted',
    label: /^DELETE github .*_PENDING/,
    occurrence: 0,
    phase: 'after',
  },
];

/** Tries each crash twice, with `post` and without, and gives the table; throws if an invariant does not hold. */
export async function crashMatrix(start: Starter = onBuiltFiles()): Promise<string> {
  const targets = await targetsOf('rotate-now', start);
  const rows: string[][] = [];
  for (const { after, label, occurrence, phase } of moments) {
    const target = targets.find((one) => label.test(one.label) && one.occurrence === occurrence);
    if (target === undefined) throw new Error(`no request does this: ${after}`);
    const [lost, killed] = await Promise.all([
      crash(target, phase, 'SIGKILL, machine lost', start),
      crash(target, phase, 'SIGKILL', start),
    ]);
    rows.push([after, 'no', ...lost]);
    rows.push(lost.join() === killed.join() ? ['', 'yes', 'the same', '', ''] : ['', 'yes', ...killed]);
  }
  const head = ['Killed when', '`post` runs', 'VTEX accepts', 'GitHub holds', 'The next run'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

async function crash(target: Target, phase: Phase, kind: string, start: Starter): Promise<string[]> {
  const verdict = await tryCase({ flow: 'rotate-now', target, kind, phase }, start);
  if (verdict.problems.length > 0) throw new Error(verdict.problems.join('\n'));
  const [vtex = '', secret = '', beside = ''] = (verdict.states[1] ?? '').split(' · ');
  const value = (text: string): string => text.slice(text.lastIndexOf(': ') + 2);
  return [
    vtex.replace('VTEX accepts ', ''),
    `secret: ${value(secret)}, pending secret: ${value(beside)}`,
    nextRun(verdict),
  ];
}

function nextRun({ runs }: Verdict): string {
  const [, second, third] = runs;
  const told = second === undefined ? undefined : toldBy(second);
  if (told === undefined) return 'has nothing to mend';
  if (told.codes.length === 0) {
    const tookUp = second?.log.includes('is resumed') === true;
    return `${tookUp ? 'resumes the renewal' : 'rotates anew'}: \`${told.result}\``;
  }
  const again = third === undefined ? undefined : toldBy(third)?.result;
  return `fails with \`${told.codes.join()}\`; after *Undo Renewal* in VTEX Admin the one after it ends with \`${again ?? '?'}\``;
}

/** The page with this table in it. */
export function withTable(text: string, table: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error('the page has no place for the table');
  return `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`;
}

/** Cells are padded by the formatter of the project, which says nothing. */
export function sameTable(one: string, other: string): boolean {
  const plain = (text: string): string => text.replaceAll(/-{3,}/g, '---').replaceAll(/ +/g, ' ');
  return plain(one) === plain(other);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, action: { type: 'string' } } });
  const text = readFileSync(page, 'utf8');
  const fresh = withTable(text, await crashMatrix(onBuiltFiles(values.action)));
  if (values.check !== true) writeFileSync(page, fresh);
  else if (!sameTable(text, fresh)) {
    console.error('docs/how-rotation-works.md is stale: node test/faults/crash-matrix.ts');
    process.exitCode = 1;
  }
}
