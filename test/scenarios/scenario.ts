/**
 * Whole runs of the built action against the fakes. Every scenario goes through here, so that every run is held
 * to what must be true of all: no token in anything written, no request that the servers' OpenAPI forbids, no
 * outage at any moment, and a report that agrees with what both servers hold.
 */
import { expect } from 'vitest';
import { errorCodes } from '../../src/common/errors.ts';
import { startStore, type Store, type StoreOptions } from '../fakes/index.ts';
import type { ActionRun } from '../runner/runner.ts';
import { VirtualTime } from '../runner/virtual-time.ts';
import { consumed, OutageWatch } from '../world/outage-watch.ts';
import { beginRun } from '../world/run.ts';
import { contradictions, untruths } from '../world/truth.ts';
import { leaksOf } from '../world/written.ts';
import { Storyteller } from './storyteller.ts';

export interface ScenarioRun extends ActionRun {
  /** All that the run did and said, with everything replaced that differs from run to run. */
  readonly story: string;
  /** One line a request; those that go out side by side are sorted. */
  readonly requests: readonly string[];
  readonly result: string | undefined;
  readonly record: Readonly<Record<string, unknown>>;
  /** Titles of the errors, which are their codes. */
  readonly errors: readonly string[];
  /** Texts of the annotations. */
  readonly errorText: string;
  readonly warningText: string;
  readonly noticeText: string;
  /** What both fakes hold now. */
  readonly state: string & ActionRun['state'];
}

export interface RunExtras {
  readonly env?: Readonly<Record<string, string>>;
  /** Further values that must be nowhere. */
  readonly secrets?: readonly string[];
  /** The runner's clock is the machine's, however far the world's has been set ahead. */
  readonly ownClock?: boolean;
  /** The token could not be saved, so the `post` step tries too. */
  readonly postMaySpeak?: boolean;
}

const everyOutput = [
  'result',
  'renewed-at',
  'old-token-deleted',
  'updated-secrets',
  'verification-runs',
  'record',
];

export class Scenario implements AsyncDisposable {
  readonly store: Store;
  readonly #time: VirtualTime;
  readonly #teller: Storyteller;

  private constructor(store: Store) {
    this.store = store;
    this.#time = new VirtualTime(store.world);
    this.#teller = new Storyteller(store);
  }

  static async start(options?: StoreOptions): Promise<Scenario> {
    return new Scenario(await startStore(options));
  }

  /** What both fakes hold, in words. */
  get state(): string {
    return this.#teller.state();
  }

  /** The value of a secret of the store's repository. */
  value(name: string): string | undefined {
    const { github, path } = { github: this.store.github, path: this.store.path(name) };
    return github.secret(path)?.value;
  }

  /** Days pass. */
  days(count: number): void {
    this.store.world.advance(count * 86_400_000);
  }

  /** One run of the action in a job that is queued now; ends the job before. */
  async run(overrides: Readonly<Record<string, string>> = {}, extras: RunExtras = {}): Promise<ScenarioRun> {
    const { store } = this;
    const { world } = store;
    const first = world.requests.length;
    using watch = new OutageWatch(store, { paths: consumed(store) });
    const run = await beginRun(store, overrides, {
      ...(extras.env === undefined ? {} : { env: extras.env }),
      clock: extras.ownClock === true ? 'own' : this.#time,
    }).done;
    const requests = this.#teller.requests(world.lines().slice(first));
    expect(run.timedOut, run.log).toBe(false);
    expect(watch.outages, 'secrets that were left with a dead token').toEqual([]);
    const exposed = run.outputs['new-token'];
    if (exposed !== undefined) expect(run.masks, 'the exposed token is masked').toContain(exposed);
    expect(leaksOf(store, run, { since: first, secrets: extras.secrets ?? [] }), 'leaks').toEqual([]);
    this.#checkFakes();
    checkReport(run);
    if (extras.postMaySpeak !== true) expect(run.post?.log, 'post has nothing to do').toBe('');
    expect(untruths(store, run, overrides['api-key'])).toEqual([]);
    const texts = (level: string): string =>
      run.annotations
        .filter((annotation) => annotation.level === level)
        .map(({ message }) => message)
        .join('\n');
    return {
      ...run,
      story: this.#teller.tell(run, requests),
      requests,
      result: run.outputs.result,
      record: JSON.parse(run.outputs.record ?? '{}') as Record<string, unknown>,
      errors: run.annotations.filter(({ level }) => level === 'error').map(({ title }) => title),
      errorText: texts('error'),
      warningText: texts('warning'),
      noticeText: texts('notice'),
      state: this.state as ScenarioRun['state'],
    };
  }

  /** The job ends, and the next one is queued. */
  async nextRun(overrides?: Readonly<Record<string, string>>, extras?: RunExtras): Promise<ScenarioRun> {
    this.store.nextRun();
    return this.run(overrides, extras);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]();
  }

  #checkFakes(): void {
    const { world, vtex, github } = this.store;
    expect(vtex.violations).toEqual([]);
    expect(github.violations).toEqual([]);
    expect(world.elsewhere.hits).toBe(0);
    expect(world.failures).toEqual([]);
  }
}

/** Compares the whole of a run with the story of that name; `npx vitest run test/scenarios -u` writes them anew. */
export async function expectStory({ story }: ScenarioRun, name: string): Promise<void> {
  await expect(story).toMatchFileSnapshot(`./stories/${name.replaceAll(' ', '-')}.txt`);
}

/** The parts of the report agree with one another, whatever they say. */
function checkReport(run: ActionRun): void {
  const { outputs } = run;
  expect(run.rawStderr).toBe('');
  expect(run.files).toEqual({});
  expect(run.signal).toBeNull();
  expect(Object.keys(outputs)).toEqual(expect.arrayContaining(everyOutput));
  const lost = Object.keys(outputs).filter(
    (name) => name !== 'new-token' && outputs[name] !== '' && run.jobOutputs[name] === undefined,
  );
  expect(lost, 'outputs that the runner would drop for a mask').toEqual([]);
  expect(contradictions(run)).toEqual([]);
  const titles = run.annotations.filter(({ level }) => level === 'error').map(({ title }) => title);
  expect(titles.filter((title) => !errorCodes.some((code) => code === title))).toEqual([]);
  for (const { level, title, message } of run.annotations) {
    if (level !== 'error') continue;
    expect(message.startsWith(`${title}: `)).toBe(true);
    expect(run.rawSummary).toContain(`What happened</b> · ${title}: `);
    // Cut by the runner otherwise, which would take the next move away.
    expect(message.length).toBeLessThan(4096);
  }
  expect(run.rawSummary).toMatch(/^## \S+ \S.*\n\n/);
  const markup = run.rawSummary.replace(
    /<\/?(table|tr|th|td|code|p|ul|li|b|wbr|br|details|summary)>|<a href="https:[^"<>]*">|<\/a>|^> ?/gm,
    '',
  );
  expect(markup, 'markup that is not ours').not.toMatch(/[<>]/);
  const commands = new Set(run.commands.map(({ name }) => name));
  for (const name of ['add-mask', 'error', 'warning', 'notice', 'group', 'endgroup', 'debug'])
    commands.delete(name);
  expect([...commands], 'commands that are not ours').toEqual([]);
}
