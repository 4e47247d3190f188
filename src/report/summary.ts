/** The job summary: result, what each secret and each token is now, what to do next. */
import type { RotationError } from '../errors.ts';
import type { Outcome } from '../rotation/model.ts';
import type { Settings } from '../rotation/settings.ts';
import type { Holding } from '../rotation/standing.ts';
import { escapeHtml, link, list, paragraph, table } from './markup.ts';
import { isoTime } from './outputs.ts';
import { tokenState } from './state.ts';
import { durationText, nextMoves, resultTexts, stepLabels } from './texts.ts';

const holdingTexts: Record<Holding, string> = {
  new: 'new token',
  old: 'old token',
  unchanged: 'not changed by this run',
  none: 'does not exist',
  unknown: 'not known',
};

/** More rows than a person reads; and the whole stays far below GitHub's limit of 1 MiB a step. */
const mostRows = 200;

export function summaryOf(
  account: string,
  settings: Settings,
  outcome: Outcome,
  extra: { readonly warnings: readonly string[]; readonly planLines: readonly string[] },
): string {
  const states = outcome.standing.secrets;
  const rows = states
    .slice(0, mostRows)
    .map(({ path, holds, updatedAt }) => [
      `<code>${escapeHtml(path)}</code>`,
      holdingTexts[holds],
      updatedAt === undefined ? '–' : isoTime(updatedAt),
    ]);
  if (states.length > mostRows) rows.push([`and ${states.length - mostRows} more`, '', '']);
  const sections = [
    heading(outcome.result),
    paragraph(`${resultTexts[outcome.result]} ${outcome.note ?? ''}`.trim()),
    table(
      ['Account', 'API key', 'Operation', 'Result'],
      [[account, settings.apiKey, settings.operation, outcome.result].map(escapeHtml)],
    ),
    part('Tokens', paragraph(tokenState(settings, outcome))),
    part('Secrets', table(['Secret', 'Holds', 'Last written (GitHub’s clock)'], rows)),
    part('Verification', verificationTable(outcome)),
    part('Check and plan', list(extra.planLines)),
    part('Errors', errorTable(outcome.errors)),
    part('Warnings', list(extra.warnings)),
    part('What to do next', list(nextMoves(settings, outcome))),
    part('Steps', stepTable(outcome)),
  ];
  return sections.filter((section) => section !== '').join('\n\n') + '\n';
}

/** For inputs that are wrong: nothing ran, so there is only what to mend. */
export function summaryOfInvalidInputs(errors: readonly RotationError[]): string {
  return (
    [
      heading('failed'),
      'What the run was given is wrong; nothing was requested or changed.',
      errorTable(errors),
    ].join('\n\n') + '\n'
  );
}

function heading(result: Outcome['result']): string {
  return `## VTEX token rotation: ${result}`;
}

function part(title: string, content: string): string {
  return content === '' ? '' : `### ${title}\n\n${content}`;
}

function verificationTable({ knowledge: { runs } }: Outcome): string {
  if (runs.length === 0) return '';
  return table(
    ['Workflow', 'Run', 'Conclusion'],
    runs.map(({ workflow, url, runId, conclusion }) => [
      escapeHtml(workflow),
      link(runId === undefined ? 'not found' : `run ${runId}`, url),
      escapeHtml(conclusion ?? 'none'),
    ]),
  );
}

function errorTable(errors: readonly RotationError[]): string {
  if (errors.length === 0) return '';
  return table(
    ['Code', 'What happened'],
    errors.map(({ code, message }) => [`<code>${code}</code>`, escapeHtml(message)]),
  );
}

function stepTable({ steps }: Outcome): string {
  if (steps.length === 0) return '';
  return table(
    ['Step', 'Took'],
    steps.map(({ step, startedAt, endedAt }) => [stepLabels[step], durationText(endedAt - startedAt)]),
  );
}
