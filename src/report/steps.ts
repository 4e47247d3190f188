/** The steps of a run: as one line with what is done and what is not, and as a timeline. */
import type { Outcome, Step, StepTimes } from '../rotation/model.ts';
import { planOf } from '../rotation/plan.ts';
import { type Settings, settingsOfNext } from '../rotation/settings.ts';
import { block, details, escapeHtml, link, table } from './markup.ts';
import { counted, durationText, momentText } from './times.ts';
import { stepLabels } from './texts.ts';

const names: Readonly<Record<Step, string>> = {
  observe: 'look',
  resume: 'resume',
  reserve: 'reserve',
  renew: 'renew',
  release: 'release',
  stage: 'save',
  'check-token': 'sign in',
  verify: 'verify',
  store: 'store',
  keep: 'keep',
  restore: 'write back',
  close: 'close',
  drain: 'drain',
  confirm: 'confirm',
  finish: 'delete old token',
  prove: 'prove',
  'clean-up': 'clean up',
};

/** A step that took this long says so in the line. */
const longMs = 60_000;

/** `✓ renew → ✗ store 2/3 → · delete old token`. HTML; empty for a run that only looked. */
export function stepLine(settings: Settings, outcome: Outcome): string {
  const { steps } = outcome;
  if (steps.every(({ step }) => step === 'observe')) return '';
  const words = [
    ...steps.map((times) => stepWord(times, outcome)),
    ...outstanding(settings, outcome).map((step) => `· ${names[step]}`),
  ];
  return block(words.join(' → '));
}

function stepWord(times: StepTimes, outcome: Outcome): string {
  const { step, failed } = times;
  const tookMs = times.endedAt - times.startedAt;
  const long = tookMs >= longMs ? ` (${durationText(tookMs)})` : '';
  const word = `${names[step]}${failed && step === 'store' ? ` ${countStored(outcome)}` : ''}`;
  const [run] = step === 'verify' ? outcome.knowledge.runs : [];
  const shown = run === undefined ? escapeHtml(word) : link(word, run.url);
  return failed ? `<b>✗ ${shown}</b>${long}` : `✓ ${shown}${long}`;
}

function countStored({ standing: { secrets } }: Outcome): string {
  return `${secrets.filter(({ holds }) => holds === 'new').length}/${secrets.length}`;
}

/** What a run that ended early would still have done. */
function outstanding(
  settings: Settings,
  { result, knowledge, standing, earlier, steps }: Outcome,
): readonly Step[] {
  const { seen } = knowledge;
  const isOpen = standing.renewal !== 'over' && standing.renewal !== 'undone';
  if (result !== 'failed' || seen === undefined || !isOpen) return [];
  const token = earlier?.renewal?.newToken;
  const current = token === undefined ? settings : settingsOfNext(settings, token);
  // Each leg begins with a look.
  const taken = steps.slice(steps.findLastIndex(({ step }) => step === 'observe')).map(({ step }) => step);
  return planOf(current, seen).filter((step) => !taken.includes(step));
}

/** Folded, for whoever wants to know. */
export function timeline({ steps }: Outcome): string {
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || last === undefined || first === last) return '';
  const title = `Timeline (${counted(steps.length, 'step')}, ${durationText(last.endedAt - first.startedAt)})`;
  const rows = steps.map(({ step, startedAt, endedAt, failed }) => [
    momentText(startedAt, last.endedAt),
    `${failed ? '✗' : '✓'} ${escapeHtml(stepLabels[step])}`,
    durationText(endedAt - startedAt),
  ]);
  return details(title, table(['Began (UTC)', 'Step', 'Took'], rows));
}
