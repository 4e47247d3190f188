import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { startStore, type Store, type StoreOptions } from '../fakes/index.ts';
import type { WorkflowOptions } from '../fakes/github-workflows.ts';
import { findLeaks } from '../runner/leaks.ts';
import { startAction, type ActionHandle, type ActionRun, type RunOptions } from '../runner/runner.ts';

export const minute = 60_000;
export const hour = 60 * minute;

/** The workflow that a user would copy: its declared inputs and its run-name are what the fake goes by. */
export const exampleText = readFileSync(
  new URL('../../examples/verify-vtex-token.yml', import.meta.url),
  'utf8',
);

export const listed = 'repos/acme/store/actions/secrets/VTEX_APP_TOKEN';
export const pending = `${listed}_PENDING`;

/** What a workflow passes to have the token verified after the update; `before` adds what the other order needs. */
export const after = { 'verification-workflow': 'verify-vtex-token.yml' };
export const before = {
  ...after,
  'verify-before-update': 'true',
  'verification-inputs': 'secret-name=VTEX_APP_TOKEN_PENDING',
};

export interface Rig extends AsyncDisposable {
  readonly store: Store;
  /** The tokens of the key before anything happened, and since VTEX has renewed it. */
  readonly oldToken: string;
  newToken(): string;
  /** Requests whose label matches, in order. */
  requests(label: RegExp): Store['world']['requests'];
  /** One run of the action with everything that every run must keep to. */
  act(inputs?: Readonly<Record<string, string>>, options?: RunOptions): Promise<Acted>;
  /** The same for a run that the test wants to disturb. */
  begin(inputs?: Readonly<Record<string, string>>, options?: RunOptions): Begun;
}

export interface Acted extends ActionRun {
  /** `result`, the codes in the error annotations, and the exit status. */
  readonly ending: string;
  readonly record: Readonly<Record<string, unknown>>;
  readonly runs: readonly { workflow: string; url: string; conclusion: string | null }[];
  /** The summary, as it reads when it is rendered. */
  readonly page: string;
  /** Messages of all annotations, a line each. */
  readonly said: string;
}

export interface Begun {
  readonly handle: ActionHandle;
  readonly done: Promise<Acted>;
}

export interface RigOptions extends StoreOptions {
  readonly workflow?: WorkflowOptions;
}

/** A store with the ready-made verification workflow in it, under a watch that no consumer may lose its token. */
export async function rig({ workflow, ...options }: RigOptions = {}): Promise<Rig> {
  const store = await startStore(options);
  store.github.addWorkflow('acme/store', 'verify-vtex-token.yml', { text: exampleText, ...workflow });
  const oldToken = store.vtex.tokens(store.targetKey).current;
  const everHeld = new Set<string>();
  store.world.onChange((change) => {
    watch(store, change, everHeld);
  });
  const begin: Rig['begin'] = (inputs = {}, given = {}) => {
    const handle = startAction({
      inputs: store.inputs(inputs),
      env: { ...store.env(), ...given.env },
      secrets: [...store.github.secrets.all().values()].map(({ value }) => value),
      virtualTime: store.world,
      ...(given.onLine === undefined ? {} : { onLine: given.onLine }),
      ...(given.kill === undefined ? {} : { kill: given.kill }),
    });
    return { handle, done: handle.done.then((run) => judge(store, run)) };
  };
  return {
    store,
    oldToken,
    newToken: () => {
      const { current, pending: renewed } = store.vtex.tokens(store.targetKey);
      return renewed ?? current;
    },
    requests: (label) => store.world.requests.filter((request) => label.test(request.label)),
    begin,
    act: (inputs, given) => begin(inputs, given).done,
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
    },
  };
}

/** The value of a secret as a word that may be printed. */
export function holding({ store, oldToken, newToken }: Rig, path: string): string {
  const value = store.github.secret(path)?.value;
  if (value === undefined) return 'absent';
  if (value === oldToken) return 'old';
  return value === newToken() ? 'new' : 'something else';
}

/** Both tokens work, and nobody tried to change that. */
export function expectBothValid({ store, oldToken, newToken, requests }: Rig): void {
  expect(store.vtex.isPending(store.targetKey)).toBe(true);
  expect(store.vtex.accepts(store.targetKey, oldToken)).toBe(true);
  expect(store.vtex.accepts(store.targetKey, newToken())).toBe(true);
  expect(requests(/finish-renewal/)).toEqual([]);
}

/** After every change: no secret that was good goes bad, and the old token dies only when nobody holds it. */
function watch({ github, vtex, targetKey }: Store, change: string, everHeld: Set<string>): void {
  for (const [path, { name, value }] of github.secrets.all()) {
    if (/_(PENDING|OLD)$/.test(name) || !name.startsWith('VTEX_APP_TOKEN')) continue;
    if (vtex.accepts(targetKey, value)) everHeld.add(path);
    else if (everHeld.has(path)) throw new Error(`${change}: ${path} holds a token that VTEX refuses`);
  }
}

function judge(store: Store, run: ActionRun): Acted {
  expect(leaksOf(store, run)).toEqual([]);
  expect(store.github.violations).toEqual([]);
  expect(store.vtex.violations).toEqual([]);
  expect(store.world.elsewhere.hits).toBe(0);
  expect(run.timedOut).toBe(false);
  expect(run.post?.exitCode).toBe(0);
  const record = JSON.parse(run.outputs.record ?? '{}') as Acted['record'];
  const errors = run.annotations.filter(({ level }) => level === 'error').map(({ title }) => title);
  if (run.signal === null) expectTruth(store, run, record);
  return {
    ...run,
    record,
    ending: `${run.outputs.result ?? 'none'} [${errors.join()}] ${String(run.exitCode)}`,
    page: run.summary.replace(/&#(\d+);/g, (_entity, code: string) => String.fromCharCode(Number(code))),
    runs: JSON.parse(run.outputs['verification-runs'] ?? '[]') as Acted['runs'],
    said: run.annotations.map(({ level, message }) => `${level}: ${message}`).join('\n'),
  };
}

/** What the outputs say is what the two servers hold. */
function expectTruth({ github, vtex, targetKey }: Store, run: ActionRun, record: Acted['record']): void {
  const { result = '', 'old-token-deleted': deleted, 'updated-secrets': updated } = run.outputs;
  const green = ['rotated', 'pending', 'finished', 'skipped', 'checked'].includes(result);
  expect(run.exitCode).toBe(green ? 0 : 1);
  expect(record.result).toBe(result);
  expect(record.error).toBe(run.annotations.find(({ level }) => level === 'error')?.title ?? null);
  if (['rotated', 'finished'].includes(result)) expect(deleted).toBe('true');
  if (vtex.isPending(targetKey)) expect(deleted).toBe('false');
  const { current, pending: renewed } = vtex.tokens(targetKey);
  for (const path of JSON.parse(updated ?? '[]') as string[]) {
    expect([path, github.secret(path)?.value === (renewed ?? current)]).toEqual([path, true]);
  }
}

function leaksOf(store: Store, run: ActionRun): string[] {
  const written = [run, ...(run.post === undefined ? [] : [run.post])].map((stage) => [
    stage.rawStdout,
    stage.rawStderr,
    stage.log,
    stage.rawSummary,
    JSON.stringify([stage.annotations, stage.outputs, stage.state, stage.exported, stage.paths]),
  ]);
  const sent = store.world.requests.map(({ url, headers, body }) => [url, JSON.stringify(headers), body]);
  const text = [written, JSON.stringify(run.files), sent].flat(3).join('\n');
  return findLeaks(text, store.everyToken());
}
