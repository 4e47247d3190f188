/** The job summary: what is true now, what to do, which secret and which token is what; all else is folded. */
import type { RotationError } from '../common/errors.ts';
import type { Outcome } from '../rotation/model.ts';
import type { VerificationRun } from '../rotation/ports/verifier.ts';
import type { Settings } from '../rotation/settings.ts';
import { failureBox, inputBox } from './failure-box.ts';
import { headlineOf, subline } from './heading.ts';
import type { Links } from './links.ts';
import { alert, block, details, escapeHtml, lines, link, list, paragraph, strong, table } from './markup.ts';
import type { CheckReport } from './plan.ts';
import { secretTable } from './secret-rows.ts';
import { stepLine, timeline } from './steps.ts';
import { tokenTable } from './token-rows.ts';

/** More lines of one kind than anybody reads; the log has them all. */
const mostLines = 100;

export interface Extra {
  readonly warnings: readonly string[];
  /** Undefined unless the operation was `check`. */
  readonly check: CheckReport | undefined;
}

export function summaryOf(
  account: string,
  settings: Settings,
  outcome: Outcome,
  links: Links,
  { warnings, check }: Extra,
): string {
  const sections = [
    heading(headlineOf(settings, outcome)),
    block(subline(account, settings, outcome)),
    failureBox(account, settings, outcome, links),
    noteOf(outcome),
    tokenTable(outcome),
    secretTable(settings, outcome, links),
    leftOut(outcome),
    verification(outcome),
    stepLine(settings, outcome),
    ...checkSections(check),
    warningBox(warnings),
    timeline(outcome),
    runDetails(account, settings, outcome),
  ];
  return join(sections);
}

/** For inputs that are wrong: nothing ran, so there is only what to mend. */
export function summaryOfInvalidInputs(errors: readonly RotationError[], links: Links): string {
  const count = errors.length === 1 ? 'an input is wrong' : `${errors.length} inputs are wrong`;
  return join([
    heading({ icon: '❌', text: `VTEX token rotation did not start: ${count}` }),
    inputBox(errors, links),
  ]);
}

function join(sections: readonly string[]): string {
  return sections.filter((section) => section !== '').join('\n\n') + '\n';
}

function heading({ icon, text }: { readonly icon: string; readonly text: string }): string {
  return `## ${icon} ${text}`;
}

/** Why nothing was done, where nothing was done on purpose. */
function noteOf({ note, noteIsWarning }: Outcome): string {
  if (note === undefined) return '';
  return noteIsWarning ? alert('WARNING', 'Nothing was changed.', [paragraph(note)]) : paragraph(note);
}

/** Repositories that a pattern matches and that were not touched. */
function leftOut({ knowledge: { seen } }: Outcome): string {
  const skipped = seen?.skipped ?? [];
  if (skipped.length === 0) return '';
  const reasons = skipped.map(({ repository, reason }) => `${repository}: ${reason}`);
  return details(`Left out by the patterns: ${skipped.length}`, list(limited(reasons)));
}

/** Of the earlier renewal too, where the run finished one first. */
function verification({ knowledge, earlier }: Outcome): string {
  const runs = [...(earlier?.runs ?? []), ...knowledge.runs];
  if (runs.length === 0) return '';
  return block(`${strong('Verified by')} ${runs.map(verifiedRun).join(' · ')}`);
}

function verifiedRun({ workflow, url, runId, conclusion, failure }: VerificationRun): string {
  const name = workflow.replace(/^.*\//, '');
  const page = link(runId === undefined ? 'no run was found' : `run ${runId}`, url);
  return `${failure === undefined ? '✓' : '✗'} ${escapeHtml(name)}, ${page}: ${escapeHtml(conclusion ?? 'no conclusion')}`;
}

function checkSections(check: CheckReport | undefined): readonly string[] {
  if (check === undefined) return [];
  return [
    lines(limited([...check.seen, ...check.unseen])),
    details('What a rotation would do now', lines(limited(check.plan))),
  ];
}

function warningBox(warnings: readonly string[]): string {
  if (warnings.length === 0) return '';
  const lead = warnings.length === 1 ? 'A warning' : `${warnings.length} warnings`;
  return alert('WARNING', lead, [list(limited(warnings))]);
}

function limited(lines: readonly string[]): readonly string[] {
  return lines.length <= mostLines
    ? lines
    : [...lines.slice(0, mostLines), `and ${lines.length - mostLines} more, in the log`];
}

function runDetails(account: string, settings: Settings, { result, knowledge }: Outcome): string {
  const rows = [
    ['Result', result],
    ['Operation', settings.operation],
    ['Account', account],
    ['API key', settings.apiKey],
    ['VTEX’s id of the token', knowledge.renewal?.vtexId ?? ''],
  ].filter(([, value]) => value !== '');
  return details(
    'Details',
    table(
      ['What', 'Value'],
      rows.map((row) => row.map(escapeHtml)),
    ),
  );
}
