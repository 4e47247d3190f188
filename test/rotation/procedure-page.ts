/**
 * The procedure and the decisions after the first look, as tables in docs/how-rotation-works.md, made by the code that
 * runs. `node test/rotation/procedure-page.ts` writes them; a test holds the page to them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stepLabels } from '../../src/report/texts.ts';
import { decide } from '../../src/rotation/decide.ts';
import { type Observation, type Step, steps } from '../../src/rotation/model.ts';
import { finishesEarlier, planOf } from '../../src/rotation/plan.ts';
import type { Settings } from '../../src/rotation/settings.ts';
import {
  facts,
  first,
  knowing,
  makeClosed,
  makeObservation,
  makeSettings,
  minute,
  newSecret,
  noon,
  oldPath,
} from './values.ts';

export const page = fileURLToPath(new URL('../../docs/how-rotation-works.md', import.meta.url));

interface Situation {
  readonly finds: string;
  readonly settings: Settings;
  readonly seen: Observation;
}

const [old, fresh] = [newSecret(), newSecret()];
const asked = { currentToken: old };
/** What a workflow passes while a renewal is pending. */
const passed = { currentToken: fresh, oldToken: old, pendingToken: fresh, oldTokenPassed: true };
const day = 24 * 60 * minute;
const nothingFound = makeObservation();
const staged: Observation = makeClosed(makeSettings(), { listed: [facts(first, noon - minute)] });
const closed: Observation = makeClosed(makeSettings(), { listed: [facts(first, noon + 2000, noon + day)] });
const over: Observation = { ...closed, old: 'refused' };

const ways: readonly (readonly [string, Partial<Settings>, Observation])[] = [
  ['`rotate`', asked, nothingFound],
  ['`rotate` with `delete-old-token: later`', { ...asked, deleteOldToken: 'later' }, nothingFound],
  ['`rotate`, a usable renewal is pending', passed, staged],
  ['`finish`', { ...passed, operation: 'finish' }, closed],
  ['`undo`', { ...passed, operation: 'undo' }, closed],
];

const later = { ...passed, deleteOldToken: 'later' } as const;
const situations: readonly Situation[] = [
  {
    finds: 'no renewal of ours, a listed secret is old enough (or `renew-after-days: 0`)',
    settings: makeSettings(asked),
    seen: nothingFound,
  },
  {
    finds: 'the same, every listed secret is younger than `renew-after-days`',
    settings: makeSettings({ ...asked, renewAfterMs: 30 * day }),
    seen: nothingFound,
  },
  {
    finds: 'VTEX accepts `old-token` and `pending-token`, and they differ (a usable renewal)',
    settings: makeSettings(passed),
    seen: staged,
  },
  {
    finds: 'the same with `delete-old-token: later`, stored everywhere, a new rotation is due',
    settings: makeSettings({ ...later, renewAfterMs: 1 }),
    seen: closed,
  },
  {
    finds: 'the same with `delete-old-token: later`, stored everywhere, nothing is due',
    settings: makeSettings(later),
    seen: closed,
  },
  {
    finds: 'the old secret exists and `old-token` is empty',
    settings: makeSettings(asked),
    seen: makeObservation({ oldSecret: facts(oldPath, noon) }),
  },
  {
    finds: 'VTEX accepts `old-token`, which is not `current-token`, and refuses `pending-token`',
    settings: makeSettings({ ...passed, currentToken: newSecret() }),
    seen: { ...closed, pending: 'refused' },
  },
  {
    finds: 'VTEX refuses `old-token` and accepts `pending-token`: that renewal is over',
    settings: makeSettings(passed),
    seen: over,
  },
  {
    finds: 'VTEX refuses `current-token`',
    settings: makeSettings(asked),
    seen: makeObservation({ current: 'refused' }),
  },
  {
    finds: 'the same, and a listed secret was written since the run was queued',
    settings: makeSettings(asked),
    seen: makeObservation({ current: 'refused', isOutdated: true }),
  },
  {
    finds: '`finish`, a usable renewal is stored everywhere',
    settings: makeSettings({ ...passed, operation: 'finish' }),
    seen: closed,
  },
  {
    finds: '`finish`, a listed secret was written before or after that renewal stored its token',
    settings: makeSettings({ ...passed, operation: 'finish' }),
    seen: staged,
  },
  {
    finds: '`finish`, neither the pending nor the old secret exists',
    settings: makeSettings({ ...asked, operation: 'finish' }),
    seen: nothingFound,
  },
  {
    finds: '`undo`, a usable renewal',
    settings: makeSettings({ ...passed, operation: 'undo' }),
    seen: closed,
  },
  {
    finds: '`undo`, no usable renewal',
    settings: makeSettings({ ...passed, operation: 'undo' }),
    seen: over,
  },
];

const code = (name: string): string => `\`${name}\``;

/** The steps of a plan; in parentheses what is done only if the inputs ask for it. */
function wayOf(settings: Partial<Settings>, seen: Observation): string {
  const plan = (more: Partial<Settings> = {}): readonly Step[] =>
    planOf(makeSettings({ ...settings, ...more }), seen);
  const always = plan();
  const longer = [
    plan({ verification: 'before-update' }),
    plan({ verification: 'after-update' }),
    plan({ drainTimeoutMs: minute }),
  ];
  const names = [...always, undefined].flatMap((step, index) => {
    const isHere = (one: readonly Step[]): boolean =>
      one.findIndex((name, at) => name !== always[at]) === index;
    const optional = longer.filter(isHere).map((one) => `(${code(one[index] ?? '')})`);
    return [...new Set(optional), ...(step === undefined ? [] : [code(step)])];
  });
  return names.join(' → ');
}

function answerTo({ settings, seen }: Situation): string {
  const decision = decide(settings, knowing(seen));
  if ('end' in decision) {
    const codes = decision.errors.map((error) => code(error.code)).join(', ');
    return `nothing is changed: ${codes === '' ? code(decision.end) : codes}`;
  }
  const plan = planOf(settings, seen).map(code).join(' → ');
  return finishesEarlier(settings, seen) ? `${plan}, then the next rotation from the first look on` : plan;
}

function table(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const parts: Readonly<Record<string, string>> = {
  steps: table([
    ['Step', 'What it does'],
    ['---', '---'],
    ...steps.map((step) => [code(step), stepLabels[step]]),
  ]),
  procedure: table([
    ['Run', 'Steps, after `observe`'],
    ['---', '---'],
    ...ways.map(([way, settings, seen]) => [way, wayOf(settings, seen)]),
  ]),
  decisions: table([
    ['What the run finds', 'What it does'],
    ['---', '---'],
    ...situations.map((one) => [one.finds, answerTo(one)]),
  ]),
};

/** The page with these tables in it. */
export function withProcedure(text: string): string {
  return Object.entries(parts).reduce((result, [name, content]) => {
    const [begin, end] = [
      `<!-- ${name}: begin (node test/rotation/procedure-page.ts) -->`,
      `<!-- ${name}: end -->`,
    ];
    const [from, to] = [result.indexOf(begin), result.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`the page has no place for ${name}`);
    return `${result.slice(0, from + begin.length)}\n\n${content}\n\n${result.slice(to)}`;
  }, text);
}

if (import.meta.main) writeFileSync(page, withProcedure(readFileSync(page, 'utf8')));
