/** What a person must know first: what happened, what to do, and what would do harm. */
import type { ErrorCode, RotationError } from '../common/errors.ts';
import type { Outcome } from '../rotation/model.ts';
import { neverNow } from '../rotation/next-moves.ts';
import type { Settings } from '../rotation/settings.ts';
import { type Links, sectionOf, vtexAdmin } from './links.ts';
import { alert, block, escapeHtml, link, strong } from './markup.ts';
import { prose } from './prose.ts';
import { stateInShort } from './state.ts';
import { hintOf, movesAfterVerification, nextMove } from './texts.ts';

/** Many errors mostly have one cause; the annotations have them all. */
const shownErrors = 20;

/** GFM alerts; empty where nothing is wrong and nothing is left to do. */
export function failureBox(account: string, settings: Settings, outcome: Outcome, links: Links): string {
  const { errors } = outcome;
  if (errors.length === 0) return nextBox(account, settings, outcome, links);
  const written = (text: string): string => prose(text, outcome, links);
  const [then = '', instead] = movesAfterVerification(settings, outcome);
  return alert('CAUTION', stateInShort(settings, outcome), [
    ...errorParts(errors.slice(0, shownErrors), written),
    then === '' ? '' : part('Do then', written(then)),
    instead === undefined ? '' : part('Or', written(instead)),
    errors.length > shownErrors
      ? block(`And ${errors.length - shownErrors} more errors: see the annotations.`)
      : '',
    ...warnings(settings, outcome, instead ?? errors.map(hintOf).join(' ')),
    pages(links, errors, account),
  ]);
}

/** The same without an outcome: nothing was asked and nothing changed. */
export function inputBox(errors: readonly RotationError[], links: Links): string {
  return alert('CAUTION', 'Nothing was requested and nothing was changed.', [
    ...errorParts(errors, escapeHtml),
    pages(links, errors),
  ]);
}

/** What several errors in a row have to do in common is said once, after the last of them. */
function errorParts(errors: readonly RotationError[], written: (text: string) => string): readonly string[] {
  return errors.flatMap((error, index) => {
    const next = errors[index + 1];
    const isSame = next !== undefined && hintOf(next) === hintOf(error);
    return [
      part('What happened', `${error.code}: ${written(error.message)}`),
      isSame ? '' : part('Do now', written(hintOf(error))),
    ];
  });
}

/** A green run may leave something for a person to do. */
function nextBox(account: string, settings: Settings, outcome: Outcome, links: Links): string {
  const move = nextMove(outcome);
  if (move === '' || outcome.result === 'checked') return '';
  return alert('IMPORTANT', stateInShort(settings, outcome), [
    part('Do next', prose(move, outcome, links)),
    ...warnings(settings, outcome),
    pages(links, [], account),
  ]);
}

/** What the moves themselves do not say already. */
function warnings(settings: Settings, { standing }: Outcome, moves = ''): readonly string[] {
  return neverNow(settings, standing)
    .filter((never) => !(never.startsWith('choose') && moves.includes('Do not choose')))
    .map((never) => block(`${strong('Do not')} ${escapeHtml(never)}`));
}

function pages(links: Links, errors: readonly RotationError[], account?: string): string {
  const codes = [...new Set(errors.map(({ code }) => code))];
  return block(
    [
      ...codes.flatMap((code) => section(code, links)),
      ...(links.workflow === '' ? [] : [link('Start this workflow', links.workflow)]),
      ...(account === undefined ? [] : [link('API keys in VTEX Admin', vtexAdmin(account))]),
    ].join(' · '),
  );
}

function section(code: ErrorCode, links: Links): readonly string[] {
  const url = sectionOf(links, code);
  return url === '' ? [] : [link(`${code} in the troubleshooting guide`, url)];
}

function part(title: string, html: string): string {
  return block(`${strong(title)} · ${html}`);
}
