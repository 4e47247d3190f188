/**
 * The one issue about keys that failed: what it should say, given what it says. It keeps, in a comment that nobody sees,
 * when each key was last heard of, so that a run that waited long for an approval does not bring back old news.
 */
import { errorCodes, type ErrorCode } from '../common/errors.ts';
import { escapeHtml, link, paragraph, table } from '../report/markup.ts';
import { isObject } from './fields.ts';
import type { KeyOutcome } from './outcome.ts';
import { jsonOf } from './record.ts';
import { errorLinks, keysText, type Pages } from './summary.ts';

interface Failure {
  readonly text: string;
  readonly errors: readonly ErrorCode[];
  readonly url: string;
}

interface Entry {
  /** When its job ended, or the report was made. */
  readonly at: string;
  /** Undefined: it is well. */
  readonly failure?: Failure;
}

export type IssueState = ReadonlyMap<string, Entry>;

export interface News {
  readonly outcomes: readonly KeyOutcome[];
  /** All keys that there are; undefined: what is not among the outcomes stays as it is. */
  readonly ids: readonly string[] | undefined;
  readonly pages: Pages;
  /** Of the report, ISO 8601. */
  readonly now: string;
}

export interface IssueText {
  readonly isOpen: boolean;
  readonly body: string;
  /** What has changed since; undefined: nothing that a person must hear of. */
  readonly comment: string | undefined;
}

export function nextIssue(before: IssueState, { outcomes, ids, pages, now }: News): IssueText {
  const state = new Map(before);
  for (const id of before.keys()) if (ids?.includes(id) === false) state.delete(id);
  for (const outcome of outcomes) {
    const at = outcome.last?.at ?? now;
    if (at >= (state.get(outcome.id)?.at ?? '')) state.set(outcome.id, entryOf(outcome, at, pages));
  }
  const bad = failuresOf(state);
  return {
    isOpen: bad.size > 0,
    body: bodyOf(state, bad, pages),
    comment: commentOf(failuresOf(before), bad),
  };
}

function entryOf({ state, last, text }: KeyOutcome, at: string, { run }: Pages): Entry {
  return state === 'bad'
    ? { at, failure: { text, errors: last?.errors ?? [], url: last?.url ?? run } }
    : { at };
}

type Failures = ReadonlyMap<string, Failure & { readonly at: string }>;

function failuresOf(state: IssueState): Failures {
  const failures = [...state].flatMap(([id, { at, failure }]) =>
    failure === undefined ? [] : [[id, { ...failure, at }] as const],
  );
  return new Map(failures.sort(([one], [other]) => one.localeCompare(other)));
}

function commentOf(before: Failures, bad: Failures): string | undefined {
  const isNews = (id: string): boolean => before.get(id)?.errors.join() !== bad.get(id)?.errors.join();
  const news = [...bad.keys()].filter((id) => !before.has(id) || isNews(id));
  const well = [...before.keys()].filter((id) => !bad.has(id));
  const lines = [
    news.length === 0 ? '' : paragraph(`Failed: ${someOf(news)}.`),
    well.length === 0 ? '' : paragraph(`In order again: ${someOf(well)}.`),
  ].filter((line) => line !== '');
  return lines.length === 0 ? undefined : lines.join('\n\n');
}

/** GitHub takes 65,536 characters; the names and times of 256 keys may take two thirds of them. */
const mostRows = 20;

function someOf(ids: readonly string[]): string {
  const more = ids.length > mostRows ? ` and ${ids.length - mostRows} more` : '';
  return ids.slice(0, mostRows).join(', ') + more;
}

function bodyOf(state: IssueState, bad: Failures, pages: Pages): string {
  const rows = [...bad]
    .slice(0, mostRows)
    .map(([id, { at, text, errors, url }]) => [
      `<code>${escapeHtml(id)}</code>`,
      escapeHtml(text),
      errorLinks(errors, pages),
      escapeHtml(at),
      link('log and summary', url),
    ]);
  if (bad.size > mostRows) rows.push([`and ${bad.size - mostRows} more`, '', '', '', '']);
  const about =
    'The workflow that rotates the VTEX tokens keeps this issue: it adds keys that fail, removes those that are in order ' +
    'again, and closes the issue when none is left. What is written into this text by hand is lost.';
  return [
    paragraph(bad.size === 0 ? 'Every key is in order.' : `${keysText(bad.size)} failed at the last run.`),
    rows.length === 0 ? '' : table(['Key', 'What happened', 'Errors: what to do', 'At', 'Job'], rows),
    paragraph(about),
    `<!-- ${marker}${storedState(state, bad)} -->`,
  ]
    .filter((section) => section !== '')
    .join('\n\n');
}

const marker = 'rotate-vtex-token-fleet ';

/** Failures beyond those that the table shows keep no more than that they failed. */
function storedState(state: IssueState, bad: Failures): string {
  const shown = new Set([...bad.keys()].slice(0, mostRows));
  const entries = [...state].map(([id, { at, failure }]) => {
    if (failure === undefined) return [id, at];
    return [id, shown.has(id) ? [at, failure.text, failure.errors, failure.url] : [at]];
  });
  // Nothing in it may end the comment that it stands in.
  return JSON.stringify(Object.fromEntries(entries)).replaceAll('>', String.raw`\u003e`);
}

/** Undefined if the body is not that of an issue of ours. */
export function stateOf(body: string): IssueState | undefined {
  const begin = body.indexOf(`<!-- ${marker}`);
  if (begin < 0) return undefined;
  const value = jsonOf(body.slice(begin + `<!-- ${marker}`.length, body.indexOf(' -->', begin)));
  const entries = Object.entries(isObject(value) ? value : {});
  return new Map(entries.flatMap(([id, entry]) => readEntry(id, entry)));
}

function readEntry(id: string, entry: unknown): (readonly [string, Entry])[] {
  if (typeof entry === 'string') return [[id, { at: entry }]];
  if (!Array.isArray(entry)) return [];
  const [at, text, errors, url] = entry as readonly unknown[];
  if (typeof at !== 'string') return [];
  const failure = {
    text: typeof text === 'string' ? text : 'failed',
    errors: Array.isArray(errors) ? errorCodes.filter((code) => errors.includes(code)) : [],
    url: typeof url === 'string' && URL.canParse(url) && url.startsWith('http') ? url : '',
  };
  return [[id, { at, failure }]];
}
