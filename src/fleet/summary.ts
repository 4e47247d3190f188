/** The job summary over all keys. */
import type { ErrorCode } from '../common/errors.ts';
import { escapeHtml, link, paragraph, table } from '../report/markup.ts';
import type { KeyOutcome } from './outcome.ts';

export interface Pages {
  /** The page with a section for each error code; empty where it is not known. */
  readonly troubleshooting: string;
  readonly run: string;
}

const icons = { good: '✅', waits: '⏳', bad: '❌' } as const;

/** One heading that says what is true, then what needs a person, then everything. */
export function summaryOf(outcomes: readonly KeyOutcome[], operation: string, pages: Pages): string {
  const bad = outcomes.filter(({ state }) => state === 'bad');
  const waiting = outcomes.filter(({ state }) => state === 'waits');
  const sections = [
    heading(outcomes, bad.length, waiting.length),
    paragraph(`Operation: ${operation}. ${counts(outcomes)}.`),
    part('Do now', badTable(bad, pages)),
    part('Waiting for finish', waitingText(waiting)),
    `<details><summary>All ${outcomes.length} keys</summary>\n\n${allTable(outcomes)}\n\n</details>`,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function heading(outcomes: readonly KeyOutcome[], bad: number, waiting: number): string {
  const all = keysText(outcomes.length);
  if (bad > 0) return `## ${icons.bad} VTEX tokens: ${bad} of ${all} need${bad === 1 ? 's' : ''} attention`;
  if (waiting > 0)
    return `## ${icons.waits} VTEX tokens: ${all} in order, ${waiting} of them wait${waiting === 1 ? 's' : ''} for finish`;
  return `## ${icons.good} VTEX tokens: ${all} in order`;
}

export function keysText(count: number): string {
  return count === 1 ? '1 key' : `${count} keys`;
}

function counts(outcomes: readonly KeyOutcome[]): string {
  const numbers = new Map<string, number>();
  for (const { last } of outcomes) {
    const result = last?.result ?? 'unknown';
    numbers.set(result, (numbers.get(result) ?? 0) + 1);
  }
  return [...numbers].map(([result, count]) => `${count} ${result}`).join(', ');
}

function badTable(outcomes: readonly KeyOutcome[], pages: Pages): string {
  if (outcomes.length === 0) return '';
  return table(
    ['Key', 'What happened', 'Errors: what to do', 'Job'],
    outcomes.map((outcome) => [
      `<code>${escapeHtml(outcome.id)}</code>`,
      escapeHtml(outcome.text),
      errorLinks(outcome.last?.errors ?? [], pages),
      link('log and summary', outcome.last?.url ?? pages.run),
    ]),
  );
}

export function errorLinks(codes: readonly ErrorCode[], { troubleshooting }: Pages): string {
  if (codes.length === 0) return '–';
  return codes
    .map((code) => {
      const text = `<code>${code}</code>`;
      return troubleshooting === '' ? text : `<a href="${encodeURI(troubleshooting)}#${code}">${text}</a>`;
    })
    .join(', ');
}

function waitingText(outcomes: readonly KeyOutcome[]): string {
  if (outcomes.length === 0) return '';
  const rows = outcomes.map(({ id, renewedAt }) => [
    `<code>${escapeHtml(id)}</code>`,
    escapeHtml(renewedAt ?? '–'),
  ]);
  return [
    paragraph(
      'Both tokens of these keys are valid. Once every copy of the old token is replaced, run the workflow with ' +
        'operation: finish for them; where their approval has an environment, it asks for the approval.',
    ),
    table(['Key', 'Renewed at'], rows),
  ].join('\n\n');
}

function allTable(outcomes: readonly KeyOutcome[]): string {
  const order = ['bad', 'waits', 'good'];
  const sorted = outcomes.toSorted((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
  return table(
    ['', 'Key', 'Result', 'Renewed at', 'Job'],
    sorted.map((outcome) => [
      icons[outcome.state],
      `<code>${escapeHtml(outcome.id)}</code>`,
      escapeHtml(outcome.text),
      escapeHtml(outcome.renewedAt ?? '–'),
      outcome.last === undefined ? '–' : link('job', outcome.last.url),
    ]),
  );
}

function part(title: string, content: string): string {
  return content === '' ? '' : `### ${title}\n\n${content}`;
}
