/** The README's figures of speed are those that the bench wrote. */
import { expect, test } from 'vitest';
import { read } from './files.ts';

/** A row of a table of the results, by its first cell; its cells by the heads of their columns. */
function row(section: string, first: string): Readonly<Record<string, string>> {
  const text =
    read('bench/RESULTS.md')
      .split(/^## /m)
      .find((one) => one.startsWith(`${section}\n`)) ?? '';
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  const cells = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const found = cells.find(([name]) => name === first);
  if (found === undefined) throw new Error(`the results have no row ${first}`);
  return Object.fromEntries((cells[0] ?? []).map((head, index) => [head, found[index] ?? '']));
}

test('the README tells what the bench measured', () => {
  const section =
    /^\*\*How fast\.\*\* ([^]*?)^## /m.exec(read('README.md'))?.[1]?.replaceAll(/\s+/g, ' ') ?? '';
  const found = row('Many secrets', '1000 in as many repositories, found by `*`');
  const named = row('Many secrets', '1000 in as many repositories, each named');
  const one = row('Many secrets', '100 in one repository');
  const each = 'requests a secret';
  expect(section).toContain(
    `found by \`*\` take ${found.s ?? ''} s and ${found[each] ?? ''} requests each, ${found.ratio ?? ''} times the least`,
  );
  expect(section).toContain(`each is named, ${named.s ?? ''} s and ${named[each] ?? ''} requests`);
  expect(section).toContain(`in one repository take ${one[each] ?? ''} requests each`);
});
