import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { startStore, type Store, type StoreOptions } from '../fakes/index.ts';
import type { WorkflowOptions } from '../fakes/github-workflows.ts';
import type { ActionHandle, ActionRun } from '../runner/runner.ts';
import { OutageWatch } from '../world/outage-watch.ts';
import { beginRun, type BeginOptions } from '../world/run.ts';
import { nameOf } from '../world/token-names.ts';
import { contradictions, untruths } from '../world/truth.ts';
import { leaksOf } from '../world/written.ts';

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
  act(inputs?: Readonly<Record<string, string>>, options?: BeginOptions): Promise<Acted>;
  /** The same for a run that the test wants to disturb. */
  begin(inputs?: Readonly<Record<string, string>>, options?: BeginOptions): Begun;
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
  const begin: Rig['begin'] = (inputs, options) => {
    const watch = new OutageWatch(store);
    const secrets = [...store.github.secrets.all().values()].map(({ value }) => value);
    const handle = beginRun(store, inputs, { secrets, ...options });
    return { handle, done: handle.done.then((run) => judge(store, run, watch)) };
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

/** Which token a secret holds, as a word that may be printed. */
export function holding({ store }: Rig, path: string): string {
  return nameOf(store, store.github.secret(path)?.value);
}

/** Both tokens work, and nobody tried to change that. */
export function expectBothValid({ store, oldToken, newToken, requests }: Rig): void {
  expect(store.vtex.isPending(store.targetKey)).toBe(true);
  expect(store.vtex.accepts(store.targetKey, oldToken)).toBe(true);
  expect(store.vtex.accepts(store.targetKey, newToken())).toBe(true);
  expect(requests(/finish-renewal/)).toEqual([]);
}

function judge(store: Store, run: ActionRun, watch: OutageWatch): Acted {
  watch[Symbol.dispose]();
  expect(watch.outages).toEqual([]);
  expect(leaksOf(store, run)).toEqual([]);
  expect(store.github.violations).toEqual([]);
  expect(store.vtex.violations).toEqual([]);
  expect(run.timedOut).toBe(false);
  expect(run.post?.exitCode).toBe(0);
  const record = JSON.parse(run.outputs.record ?? '{}') as Acted['record'];
  const errors = run.annotations.filter(({ level }) => level === 'error').map(({ title }) => title);
  if (run.signal === null) expect([...contradictions(run), ...untruths(store, run)]).toEqual([]);
  return {
    ...run,
    record,
    ending: `${run.outputs.result ?? 'none'} [${errors.join()}] ${String(run.exitCode)}`,
    page: run.summary.replace(/&#(\d+);/g, (_entity, code: string) => String.fromCharCode(Number(code))),
    runs: JSON.parse(run.outputs['verification-runs'] ?? '[]') as Acted['runs'],
    said: run.annotations.map(({ level, message }) => `${level}: ${message}`).join('\n'),
  };
}
