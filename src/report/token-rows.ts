/** What VTEX says of each token, since when it is there, and when it was deleted. */
import type { Outcome, TokenState } from '../rotation/model.ts';
import type { Instant } from '../rotation/ports/clock.ts';
import { table } from './markup.ts';
import { ageText, dateText, momentText } from './times.ts';

const states: Readonly<Record<Exclude<TokenState, 'absent'>, string>> = {
  accepted: '🟢 accepted',
  refused: '🔴 refused',
  unknown: '🟡 not known',
};

/** HTML; empty where no token was asked for. */
export function tokenTable(outcome: Outcome): string {
  const rows = outcome.knowledge.renewal === undefined ? inputRows(outcome) : renewalRows(outcome);
  if (rows.length === 0) return '';
  return table(
    ['Token', 'At VTEX'],
    rows.map(([name = '', state = '']) => [name, state.replace(' ', '&nbsp;')]),
  );
}

/** The tokens as the run was given them. */
function inputRows({ knowledge: { seen }, standing }: Outcome): readonly (readonly string[])[] {
  if (seen === undefined) return [];
  const inputs = [
    ['in use <code>current-token</code>', seen.current],
    ['old <code>old-token</code>', seen.old],
    ['new <code>pending-token</code>', seen.pending],
  ] as const;
  const asked = inputs.flatMap(([name, state]) => (state === 'absent' ? [] : [[name, states[state]]]));
  return standing.renewal === 'lost' ? [...asked, ['new', '🟡 may exist, and nobody holds it']] : asked;
}

function renewalRows(outcome: Outcome): readonly (readonly string[])[] {
  const { knowledge, standing, steps } = outcome;
  const now = steps.at(-1)?.endedAt ?? 0;
  const { renewal } = knowledge;
  const began = renewal?.createdAt ?? standing.beginning;
  const old =
    standing.tokens.old === 'absent' ? [] : [[`old${oldAge(outcome, now)}`, oldState(outcome, now)]];
  const fresh = standing.tokens.new;
  const newState = fresh === 'absent' ? '🟡 not in the hands of this run' : states[fresh];
  return [...old, [`new${began === undefined ? '' : ` (renewed ${since(began, now)})`}`, newState]];
}

function oldState({ standing, knowledge, steps }: Outcome, now: Instant): string {
  const { old } = standing.tokens;
  const finished =
    knowledge.finish === 'finished' ? steps.findLast(({ step }) => step === 'finish') : undefined;
  if (finished === undefined || old === 'absent') return old === 'absent' ? '–' : states[old];
  const deleted = `⚪ deleted ${momentText(finished.endedAt, now)}`;
  if (old === 'accepted') return `${deleted}, not yet seen to be refused`;
  return knowledge.done.has('prove') && old === 'refused' ? `${deleted}, refused since` : deleted;
}

/** All that is known of the age of the token in use is when the listed secrets were written. */
function oldAge({ knowledge: { renewal, seen } }: Outcome, now: Instant): string {
  if (renewal?.origin !== 'renewed' || seen === undefined) return '';
  const dates = seen.listed.flatMap(({ updatedAt }) => updatedAt ?? []);
  return dates.length === 0 ? '' : ` (stored ${since(Math.min(...dates), now)})`;
}

function since(instant: Instant, now: Instant): string {
  const age = ageText(instant, now);
  return age === '' ? momentText(instant, now) : `${dateText(instant)}, ${age}`;
}
