/** Tries one case: a flow, one request of it, one fault; then the same workflow again; then a person, and again. */
import type { Phase } from '../fakes/index.ts';
import type { ActionRun } from '../runner/runner.ts';
import { flowNamed, keyOf, ownTokens, pendingPath, type Flow } from './flows.ts';
import { toldBy } from '../world/truth.ts';
import { wordsOf, type Ended } from './ended.ts';
import { problemsOf } from './invariants.ts';
import { kinds } from './kinds.ts';
import { onBuiltFiles, Story, type Disturbance, type Starter, type Target, type Trouble } from './story.ts';
import { homesOfPending, Timeline } from './timeline.ts';
import { liedAboutFinish } from './truth.ts';

export interface Case {
  readonly flow: string;
  readonly target: Target;
  readonly kind: string;
  readonly phase: Phase;
}

export interface Verdict {
  /** Empty: every invariant held. */
  readonly problems: readonly string[];
  /** The request was reached, so that the case was a trial at all. */
  readonly hit: boolean;
  readonly runs: readonly ActionRun[];
  /** One line a request, of all runs. */
  readonly requests: readonly string[];
  /** What is where, after each run. */
  readonly states: readonly string[];
}

/** The requests of a flow, by a run that nothing disturbs. Throws if that run is not as it should be. */
export async function targetsOf(name: string, start: Starter = onBuiltFiles()): Promise<readonly Target[]> {
  const flow = flowNamed(name);
  await using story = await Story.begin(flow, start);
  const { run, trouble } = await story.run();
  const result = run.outputs.result ?? '';
  if (result !== flow.ends) throw new Error(`${name} ended with "${result}":\n${run.log}`);
  return Story.targets(story.store.world.requests.slice(trouble.since));
}

export async function tryCase(one: Case, start: Starter = onBuiltFiles()): Promise<Verdict> {
  const flow = flowNamed(one.flow);
  const kind = kinds.get(one.kind);
  if (kind === undefined) throw new Error(`no such fault: ${one.kind}`);
  await using story = await Story.begin(flow, start, kind);
  const trial = new Trial(flow, story);
  using timeline = new Timeline(flow, story.store);
  const disturbance: Disturbance = { target: one.target, kind, phase: one.phase };
  const { trouble } = await trial.run(disturbance);
  // Told by VTEX that no renewal is pending, nobody has a reason to look for one.
  const isMisled = liedAboutFinish({ trouble, disturbance });
  if (!trial.isDone() && !isMisled) await trial.converge();
  const violations = [...story.store.vtex.violations, ...story.store.github.violations];
  return {
    problems: [
      ...trial.problems,
      ...timeline.problems,
      ...violations.map((violation) => `not allowed by the OpenAPI: ${violation}`),
    ],
    hit: trouble.hit !== undefined,
    runs: trial.runs,
    requests: story.store.world.lines(),
    states: trial.states,
  };
}

/** What a job that is run again says where its renewal is over. */
const rerunAdvice = 'First run the action with operation: rotate';

class Trial {
  readonly problems: string[] = [];
  readonly runs: ActionRun[] = [];
  readonly states: string[] = [];
  readonly #flow: Flow;
  readonly #story: Story;
  readonly #names = new Map<string, string>();
  #oldToken: string;

  constructor(flow: Flow, story: Story) {
    this.#flow = flow;
    this.#story = story;
    const { current, pending } = story.store.vtex.tokens(keyOf(flow, story.store));
    this.#oldToken = current;
    this.#names.set(current, 'old');
    if (pending !== undefined) this.#names.set(pending, 'new');
    this.#note();
  }

  async run(disturbance?: Disturbance, flow?: Flow): Promise<{ run: ActionRun; trouble: Trouble }> {
    const { store } = this.#story;
    if (this.runs.length > 0) store.nextRun();
    const { current, pending } = store.vtex.tokens(keyOf(this.#flow, store));
    // A renewal that is finished but not tidied up is still the one that the run has to do with.
    const isUntidy = store.github.secret(pendingPath)?.value === current;
    if (!isUntidy && this.#flow.rerun === undefined) this.#oldToken = current;
    const isLost = pending !== undefined && homesOfPending(this.#flow, store).length === 0;
    const { run, trouble } = await this.#story.run(disturbance, flow);
    this.runs.push(run);
    const ended: Ended = {
      flow: this.#flow,
      store,
      run,
      trouble,
      disturbance,
      oldToken: this.#oldToken,
      lostBefore: isLost ? pending : undefined,
    };
    const ordinal = ['first', 'second', 'third', 'fourth'][this.runs.length - 1] ?? 'later';
    this.problems.push(...problemsOf(ended).map((problem) => `${problem} (${ordinal} run)`));
    this.#note();
    return { run, trouble };
  }

  /** It ended as a run does that nothing disturbs, and left nothing behind. */
  isDone(): boolean {
    const result = toldBy(this.#last)?.result;
    return result === 'rotated' && this.#flow.ends === 'rotated' && this.#left() === undefined;
  }

  /** Invariant 6. */
  async converge(): Promise<void> {
    this.#flow.mend?.(this.#story.store);
    await this.run();
    if (this.#hasConverged()) return;
    await this.#followAdvice();
  }

  async #followAdvice(): Promise<void> {
    const words = wordsOf(this.#last);
    const codes = toldBy(this.#last)?.codes ?? [];
    const { rerun } = this.#flow;
    if (rerun !== undefined && codes.join() === 'renewal-unproven' && words.includes(rerunAdvice)) {
      await this.run(undefined, flowNamed(rerun.then));
      this.#expectConverged();
      return;
    }
    const told = codes.some((code) => code === 'renewal-pending' || code === 'renewal-lost');
    if (!told || !/undo renewal/i.test(words)) {
      this.problems.push(
        `6 convergence: the second run ended with ${this.#ending()} and ${String(this.#left())}`,
      );
      return;
    }
    this.#inAdmin();
    this.#note();
    await this.run();
    this.#expectConverged();
  }

  #expectConverged(): void {
    if (this.#hasConverged()) return;
    this.problems.push(
      `6 convergence: the third run ended with ${this.#ending()} and ${String(this.#left())}`,
    );
  }

  get #last(): ActionRun {
    const last = this.runs.at(-1);
    if (last === undefined) throw new Error('nothing has run yet');
    return last;
  }

  /** "If every system uses the new token, Delete old token; if it is stored nowhere, Undo Renewal." */
  #inAdmin(): void {
    const { store } = this.#story;
    const key = keyOf(this.#flow, store);
    if (!store.vtex.isPending(key)) return;
    const homes = homesOfPending(this.#flow, store);
    if (this.#flow.secrets.every((path) => homes.includes(path))) store.vtex.adminDeleteOld(key);
    else if (homes.every((path) => path === pendingPath)) store.vtex.adminUndo(key);
    else
      this.problems.push('6 convergence: some listed secrets hold the new token, so neither Admin step fits');
  }

  #hasConverged(): boolean {
    const result = toldBy(this.#last)?.result ?? '';
    const wanted: readonly string[] = [
      this.#flow.ends,
      ...(this.#flow.endsAgain ?? []),
      'finished',
      'rotated',
    ];
    const mended = this.#flow.mend === undefined ? wanted : ['rotated', 'finished'];
    return mended.includes(result) && this.#left() === undefined;
  }

  #ending(): string {
    const told = toldBy(this.#last);
    return told === undefined ? 'no outputs' : `${told.result} [${told.codes.join()}]`;
  }

  /** What is not as a finished rotation leaves it. */
  #left(): string | undefined {
    const { store } = this.#story;
    const { name, secrets, ends } = this.#flow;
    const { current, pending } = ownTokens(this.#flow, store);
    if (name === 'check') return undefined;
    const newest = pending ?? current;
    const behind = secrets.filter((path) => store.github.secret(path)?.value !== newest);
    if (behind.length > 0) return `the new token is missing in ${behind.join()}`;
    if (ends === 'pending') return undefined;
    if (pending !== undefined) return 'the old token still works';
    // What is left of a renewal that is over stays until the next one writes over it.
    return undefined;
  }

  #note(): void {
    this.states.push(this.#state());
  }

  /** `VTEX: old, new pending · VTEX_APP_TOKEN: old · …_PENDING: new`. */
  #state(): string {
    const { store } = this.#story;
    const { current, pending } = store.vtex.tokens(keyOf(this.#flow, store));
    const vtex =
      pending === undefined ? this.#name(current) : `${this.#name(current)} and ${this.#name(pending)}`;
    const held = [...this.#flow.secrets, pendingPath].map((path) => {
      const value = store.github.secret(path)?.value;
      return `${path}: ${value === undefined ? 'absent' : value === 'reserved' ? value : this.#name(value)}`;
    });
    return [`VTEX accepts ${vtex}`, ...held].join(' · ');
  }

  #name(token: string): string {
    const known = this.#names.get(token);
    if (known !== undefined) return known;
    const count = this.#names.size;
    const name = count === 1 ? 'new' : `newer (${count})`;
    this.#names.set(token, name);
    return name;
  }
}
