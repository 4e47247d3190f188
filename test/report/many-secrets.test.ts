/** The summary of a run with as many targets as anybody has: it fits, and still tells of each. */
import { expect, test } from 'vitest';
import { entryOf } from '../../src/rotation/listed-secrets.ts';
import type { Outcome } from '../../src/rotation/model.ts';
import { standingOf } from '../../src/rotation/standing.ts';
import { summaryOf } from '../../src/report/summary.ts';
import { facts, knowing, makeClosed, makeSettings, makeWrite, noon, secretAt } from '../rotation/values.ts';

const links = { server: 'https://github.example', troubleshooting: '', workflow: '' };
/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits */
const limit = 1024 * 1024;

function summaryFor(count: number, filler: string, notWritten: ReadonlySet<number>): string {
  const paths = Array.from({ length: count }, (_, index) =>
    secretAt(
      `repos/acme/store-${filler}${index}/environments/production-${filler}${filler}${filler}/secrets/VTEX_APP_TOKEN_${index}`,
    ),
  );
  const settings = makeSettings({ secrets: paths });
  const seen = makeClosed(settings, { listed: paths.map((path) => facts(path, noon - 1000)) });
  const before = knowing(seen, {
    renewal: {
      newToken: settings.currentToken,
      oldToken: settings.currentToken,
      origin: 'renewed',
      vtexId: undefined,
      createdAt: noon,
    },
    tokens: { old: 'accepted', new: 'accepted' },
  });
  const written = paths
    .filter((_, index) => !notWritten.has(index))
    .map((path) => [path.path, { ...entryOf(facts(path, noon - 1000), noon), write: makeWrite() }] as const);
  const knowledge = { ...before, secrets: new Map([...before.secrets, ...written]) };
  const outcome: Outcome = {
    result: 'failed',
    errors: [],
    note: undefined,
    noteIsWarning: false,
    knowledge,
    standing: standingOf(settings, knowledge),
    steps: [{ step: 'store', startedAt: noon, endedAt: noon + 1000, failed: true }],
    earlier: undefined,
  };
  return summaryOf('acme', settings, outcome, links, { warnings: [], check: undefined });
}

test('of 1,000 secrets each has its row, those that are not updated first', () => {
  const summary = summaryFor(1000, '', new Set([400, 999]));
  expect(Buffer.byteLength(summary)).toBeLessThan(limit);
  expect(summary).toContain('998 of 1,000 secrets hold the new token');
  const rows = summary
    .replaceAll('<wbr>', '')
    .split('\n')
    .filter((line) => line.includes('<td><code>VTEX_APP_TOKEN_'));
  expect(rows).toHaveLength(1000);
  const [first = '', second = '', ...others] = rows;
  expect(first).toMatch(/not updated.*VTEX_APP_TOKEN_400</);
  expect(second).toMatch(/not updated.*VTEX_APP_TOKEN_999</);
  expect(others.every((row) => row.includes('🟢&nbsp;new'))).toBe(true);
});

test('more, and with long names, still fit, and what is left out is counted', () => {
  const summary = summaryFor(2000, 'x'.repeat(80), new Set([7]));
  expect(Buffer.byteLength(summary)).toBeLessThan(limit);
  const rows = summary.match(/<tr><td>.*TOKEN_<wbr>\d+<\/code>/g) ?? [];
  const left = Number(/and (\d+) more: see the output/.exec(summary)?.[1] ?? 0);
  expect(left).toBeGreaterThan(0);
  expect(rows.length + left).toBe(2000);
  expect(rows[0]).toContain('🟡');
});
