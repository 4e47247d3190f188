/** Everything that can happen next in a state. */
import type { Model } from './explore.ts';
import type { Mover } from './properties.ts';
import { advance, gone, type Kind, queued, type Run } from './run.ts';
import type { State } from './state.ts';
import { lastPart, type Trouble } from './ports.ts';
import { movesOfPerson } from './person.ts';
import { disputed, hasDateOfNow, later, wrote } from './world.ts';

export interface Moved {
  readonly label: string;
  readonly by: Mover;
  readonly after: State;
}

/** Each is begun at once; what came of it can be had once everything has come to rest. */
export function moves(model: Model, state: State): (() => Moved | undefined)[] {
  return [
    ...state.runs.flatMap((run, index) => {
      const kind = model.kinds[index];
      return kind === undefined ? [] : movesOfRun(model, state, { kind, run, index });
    }),
    ...movesOfPerson(model, state),
    ...(model.time === 'any' && hasDateOfNow(state.world)
      ? [move('time passes', { world: later(state.world) })]
      : []),
  ];

  function move(label: string, change: Partial<State>): () => Moved {
    return () => ({ label, by: { name: label }, after: { ...state, ...change } });
  }
}

interface Place {
  readonly kind: Kind;
  readonly run: Run;
  readonly index: number;
}

function movesOfRun(model: Model, state: State, place: Place): (() => Moved | undefined)[] {
  const { kind, run, index } = place;
  const change =
    (label: string, after: Run, more: Partial<State> = {}) =>
    () => ({
      label: `${kind.name} ${label}`,
      by: { name: `${kind.name} ${label}`, kind, index },
      after: { ...state, ...more, runs: replaced(state.runs, index, after) },
    });
  switch (run.phase) {
    case 'ended':
      return [];
    case 'not-queued':
      if (model.reads === 'when started') {
        const inTurn = index === 0 || state.runs[index - 1]?.phase !== 'not-queued';
        return inTurn && mayStart(model, state, place)
          ? goOn(model, state, { ...place, run: queued(kind, state.world) })
          : [];
      }
      return mayQueue(model, state, place) ? [change('is queued', queuedWith(state, place))] : [];
    case 'queued':
      return mayStart(model, state, place) ? goOn(model, state, place) : [];
    case 'crashed': {
      const token = run.journal;
      if (token === undefined) throw new Error('a crash without state has nothing left to do');
      const world = wrote(later(state.world), kind.pendingSecret.path, token);
      return [change('post', gone, { world })];
    }
    case 'running':
      return [
        ...goOn(model, state, place),
        ...crashes(state, place).map(([label, after, more]) => change(label, after, more)),
        ...(state.left.stops > 0 && run.stopAfter === undefined
          ? [
              change(
                'is asked to stop',
                { ...run, stopAfter: run.step?.replies.size ?? 0 },
                { left: without(state.left, 'stops') },
              ),
            ]
          : []),
      ];
  }
}

/** A later job of the same workflow run gets the secrets as they were when that was queued. */
function queuedWith({ world, runs }: State, { kind }: Place): Run {
  const job = kind.jobOf === undefined ? undefined : runs[kind.jobOf];
  const own = queued(kind, world);
  return job?.inputs === undefined ? own : { ...own, inputs: { ...own.inputs, ...job.inputs } };
}

function mayQueue(model: Model, { runs }: State, { kind, index }: Place): boolean {
  // Which of two like runs comes first makes no difference, so they come in turn.
  if (index > 0 && runs[index - 1]?.phase === 'not-queued') return false;
  if (kind.jobOf !== undefined) return runs[kind.jobOf]?.phase === 'queued';
  return runs.filter(({ phase }) => phase === 'queued').length < model.mostQueued;
}

function mayStart(model: Model, { runs, world }: State, { kind, index }: Place): boolean {
  if (kind.jobOf !== undefined && runs[kind.jobOf]?.phase !== 'ended') return false;
  if (model.order === 'free') return true;
  // A job takes more than a second to start.
  if (model.time === 'any' && hasDateOfNow(world)) return false;
  return runs.slice(0, index).every(({ phase }) => phase === 'ended');
}

function goOn(model: Model, state: State, place: Place): (() => Moved | undefined)[] {
  const { kind, run } = place;
  const isNoted = run.step?.name === 'renew' || nextIsNoted(run);
  return [
    begin(model, state, place, {}),
    ...(kind.verification !== 'none' && run.step === undefined
      ? [begin(model, state, place, { verification: 'fails' })]
      : []),
    ...(state.left.crashes > 0 && isNoted ? [begin(model, state, place, { dies: true })] : []),
    ...troubles(state).map((trouble) => begin(model, state, place, { trouble })),
  ];
}

interface Way {
  readonly verification?: 'fails';
  readonly dies?: true;
  readonly trouble?: Trouble;
}

/** Whatever may not be as it should be now. */
function troubles({ world, left }: State): Trouble[] {
  return [
    ...(left.lags > 0 ? Object.keys(world.earlier).map((lags) => ({ lags })) : []),
    ...(left.doubts > 0
      ? disputed(world).flatMap((doubts) => [0, 2].map((waits) => ({ doubts, waits })))
      : []),
  ];
}

function begin(model: Model, state: State, place: Place, way: Way): () => Moved | undefined {
  const { kind, run, index } = place;
  const { trouble } = way;
  const settle = advance(kind, run, {
    world: model.time === 'passes' && hasDateOfNow(state.world) ? later(state.world) : state.world,
    renewedAt: kind.jobOf === undefined ? undefined : state.runs[kind.jobOf]?.renewedAt,
    verification: way.verification ?? 'passes',
    grain: model.grain,
    trouble,
  });
  return () => {
    const { run: next, world, label, step, isTroubled, isQuiet, told } = settle();
    const by = { name: `${kind.name} ${step ?? 'end'}`, kind, index, run, told, step, isQuiet };
    if (trouble !== undefined) {
      // It made no difference, so it was no trouble.
      if (!isTroubled) return undefined;
      const runs = replaced(state.runs, index, next);
      const left = without(state.left, 'lags' in trouble ? 'lags' : 'doubts');
      return { label: `${label}, ${describe(trouble)}`, by, after: { ...state, world, runs, left } };
    }
    if (way.dies === undefined)
      return { label, by, after: { ...state, world, runs: replaced(state.runs, index, next) } };
    // VTEX or GitHub did what it was asked, and the process died before it could note the answer.
    const dead = { ...run, phase: run.journal === undefined ? ('ended' as const) : ('crashed' as const) };
    const excused = step === 'renew' ? world.vtex.fresh : state.excused;
    const runs = replaced(state.runs, index, dead.phase === 'ended' ? gone : dead);
    const left = without(state.left, 'crashes');
    return { label: `${label}, and dies`, by, after: { ...state, world, runs, left, excused } };
  };
}

function describe(trouble: Trouble): string {
  return 'lags' in trouble
    ? `with a copy of ${lastPart(trouble.lags)} that lags`
    : `with ${trouble.waits === 0 ? 'a node' : 'nodes'} that did not hear of t${trouble.doubts}`;
}

export function without(left: State['left'], what: keyof State['left']): State['left'] {
  return { ...left, [what]: left[what] - 1 };
}

/** The steps after which the run writes something down that outlives it. */
function nextIsNoted({ known, step }: Run): boolean {
  if (step !== undefined) return step.name === 'stage';
  const isOwn = known.renewal?.origin === 'renewed';
  return (known.done.has('reserve') && known.renewal === undefined) || (isOwn && !known.done.has('stage'));
}

function crashes(state: State, { run }: Place): (readonly [string, Run, Partial<State>])[] {
  if (state.left.crashes === 0) return [];
  const left = without(state.left, 'crashes');
  if (run.journal === undefined) return [['dies', gone, { left }]];
  const dies = ['dies', { ...run, phase: 'crashed', step: undefined }, { left }] as const;
  return [dies, ['loses its machine', gone, { left, excused: run.journal }]];
}

function replaced(runs: readonly Run[], index: number, run: Run): readonly Run[] {
  return runs.map((other, at) => (at === index ? run : other));
}
