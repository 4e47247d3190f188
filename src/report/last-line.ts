/** The last line of the log: the result, what holds what, and what to do. */
import type { Outcome } from '../rotation/model.ts';
import type { Settings } from '../rotation/settings.ts';
import { headlineOf } from './heading.ts';
import { hintOf, nextMove } from './texts.ts';

export function lastLine(settings: Settings, outcome: Outcome): string {
  const [error] = outcome.errors;
  const move = error === undefined ? nextMove(outcome) : hintOf(error);
  const text = headlineOf(settings, outcome).text;
  return `Result: ${outcome.result} · ${text}${move === '' ? '' : ` · Do: ${move}`}`;
}
