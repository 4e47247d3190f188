/**
 * Whole runs of the built action against the fakes. Every scenario goes through here, so that every run is held
 * to what must be true of all: no token in anything written, no request that the servers' OpenAPI forbids, no
 * outage at any moment, and a report that agrees with what both servers hold.
 */
import { expect } from 'vitest';
import { errorCodes } from '../../src/errors.ts';
import { startStore, type Store, type StoreOptions } from '../fakes/index.ts';
import { findLeaks } from '../runner/leaks.ts';
import { runAction, type ActionRun } from '../runner/runner.ts';
import { VirtualTime } from '../runner/virtual-time.ts';
import { Story } from './story.ts';

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

const green = ['rotated', 'pending', 'finished', 'skipped', 'checked', 'undone'];
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
  readonly #teller: Story;

  private constructor(store: Store) {
    this.store = store;
    this.#time = new VirtualTime(store.world);
    this.#teller = new Story(store);
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
    const outage = watchForOutage(store);
    const run = await runAction({
      inputs: store.inputs(overrides),
      env: { ...store.env(), ...extras.env },
      ...(extras.ownClock === true ? {} : { virtualTime: this.#time }),
    });
    const requests = this.#teller.requests(world.lines().slice(first));
    expect(run.timedOut, run.log).toBe(false);
    expect(outage(), 'secrets that were left with a dead token').toEqual([]);
    this.#checkLeaks(run, first, extras.secrets ?? []);
    this.#checkFakes();
    checkReport(run);
    if (extras.postMaySpeak !== true) expect(run.post?.log, 'post has nothing to do').toBe('');
    this.#checkTruth(run, overrides);
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

  #checkLeaks(run: ActionRun, first: number, more: readonly string[]): void {
    const { 'new-token': exposed, ...outputs } = run.outputs;
    if (exposed !== undefined) expect(run.masks, 'the exposed token is masked').toContain(exposed);
    const written = {
      stdout: run.rawStdout,
      stderr: run.rawStderr,
      summary: run.rawSummary,
      annotations: run.annotations.map(({ title, message }) => `${title}\n${message}`).join('\n'),
      outputs: JSON.stringify(outputs),
      state: JSON.stringify(run.state),
      exported: JSON.stringify([run.exported, run.paths]),
      files: JSON.stringify(run.files),
      post: JSON.stringify([
        run.post?.rawStdout,
        run.post?.rawStderr,
        run.post?.rawSummary,
        run.post?.outputs,
      ]),
      requests: JSON.stringify(this.store.world.requests.slice(first)),
    };
    const tokens = [...this.store.everyToken(), ...more];
    for (const [where, text] of Object.entries(written)) {
      expect(findLeaks(text, tokens), `leaks in ${where}`).toEqual([]);
    }
  }

  #checkFakes(): void {
    const { world, vtex, github } = this.store;
    expect(vtex.violations).toEqual([]);
    expect(github.violations).toEqual([]);
    expect(world.elsewhere.hits).toBe(0);
    expect(world.failures).toEqual([]);
  }

  /** What the outputs say must be what the servers hold. */
  #checkTruth({ outputs }: ActionRun, inputs: Readonly<Record<string, string>>): void {
    const { vtex, github } = this.store;
    const key = inputs['api-key'] ?? this.store.targetKey;
    // A new token that somebody undid stays where it is if there is no old one to write back.
    const isUndone = outputs.record?.includes('"renewal-undone"') === true;
    // The newest token that anybody holds is then the current one.
    const isLost = outputs.record?.includes('"renewal-lost"') === true;
    for (const path of isUndone ? [] : (JSON.parse(outputs['updated-secrets'] ?? '[]') as string[])) {
      const value = github.secret(path)?.value ?? '';
      const { current, pending } = vtex.tokens(key);
      expect(value === (isLost ? current : (pending ?? current)), `${path} holds the newest token`).toBe(
        true,
      );
    }
    const deleted = outputs['old-token-deleted'] === 'true';
    if (deleted && outputs.result !== 'failed') {
      const begunAnew = outputs.result === 'pending';
      expect(begunAnew || !vtex.isPending(key), 'old-token-deleted agrees with VTEX').toBe(true);
    }
    if (['rotated', 'finished'].includes(outputs.result ?? '')) expect(vtex.isPending(key)).toBe(false);
  }
}

/** Compares the whole of a run with the story of that name; `npx vitest run test/scenarios -u` writes them anew. */
export async function expectStory({ story }: ScenarioRun, name: string): Promise<void> {
  await expect(story).toMatchFileSnapshot(`./stories/${name.replaceAll(' ', '-')}.txt`);
}

/** A secret that held a token which VTEX accepts must hold such a one at every moment. */
function watchForOutage({ world, vtex, github, targetKey }: Store): () => string[] {
  const holdsLiveToken = ([, { value }]: readonly [string, { readonly value: string }]): boolean =>
    vtex.accepts(targetKey, value);
  const isPending = (path: string): boolean => /_(PENDING|OLD)$|\/TEMPORARY$/.test(path);
  let paths = [...github.secrets.all()]
    .filter(([path, secret]) => !isPending(path) && holdsLiveToken([path, secret]))
    .map(([path]) => path);
  const broken = new Set<string>();
  const stop = world.onChange((change) => {
    // A person did that, and no code of ours can prevent it.
    if (change === 'vtex: renewal undone') paths = [];
    for (const path of paths) {
      const secret = github.secret(path);
      const isYoung = secret !== undefined && vtex.state(targetKey, secret.value) === 'not yet accepted';
      if (secret === undefined || !(vtex.accepts(targetKey, secret.value) || isYoung))
        broken.add(`${path} after ${change}`);
    }
  });
  return () => {
    stop();
    return [...broken];
  };
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
  const succeeded = green.includes(outputs.result ?? '');
  expect(['restored', 'failed', ...green]).toContain(outputs.result);
  expect(run.exitCode).toBe(succeeded ? 0 : 1);
  const titles = run.annotations.filter(({ level }) => level === 'error').map(({ title }) => title);
  const record = JSON.parse(outputs.record ?? '{}') as Record<string, unknown>;
  expect(record).toMatchObject({ result: outputs.result, error: titles[0] ?? null, errors: titles });
  expect(titles.filter((title) => !errorCodes.some((code) => code === title))).toEqual([]);
  if (succeeded) expect(titles).toEqual([]);
  else expect(titles).not.toEqual([]);
  for (const { level, title, message } of run.annotations) {
    if (level !== 'error') continue;
    expect(message.startsWith(`${title}: `)).toBe(true);
    expect(run.rawSummary).toContain(`<code>${title}</code>`);
    // Cut by the runner otherwise, which would take the next move away.
    expect(message.length).toBeLessThan(4096);
  }
  expect(run.rawSummary).toContain(`VTEX token rotation: ${outputs.result ?? ''}`);
  const markup = run.rawSummary.replace(
    /<\/?(table|tr|th|td|code|p|ul|li)>|<a href="https:[^"<>]*">|<\/a>/g,
    '',
  );
  expect(markup, 'markup that is not ours').not.toMatch(/[<>]/);
  const commands = new Set(run.commands.map(({ name }) => name));
  for (const name of ['add-mask', 'error', 'warning', 'notice', 'group', 'endgroup', 'debug'])
    commands.delete(name);
  expect([...commands], 'commands that are not ours').toEqual([]);
}
