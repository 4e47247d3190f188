/** A store with a place outside, and the examples of this repository as its workflows. */
import { expect } from 'vitest';
import { hostsOfShells } from '../fakes/certificate.ts';
import type { Run } from '../fakes/github-runs.ts';
import type { Store, StoreOptions } from '../fakes/index.ts';
import type { Phase } from '../fakes/world.ts';
import { startProxy } from '../http/proxy.ts';
import { read } from '../contract/files.ts';
import { Scenario, type RunExtras, type ScenarioRun } from '../scenarios/scenario.ts';
import { beginRun } from '../world/run.ts';
import { Place } from './place.ts';
import { runWorkflow, type WorkflowDone, type WorkflowOptions } from './run.ts';

export interface StageOptions extends StoreOptions {
  readonly outside?: boolean;
}

export interface Loss {
  readonly label: RegExp;
  readonly phase: Phase;
}

export interface Given extends Partial<WorkflowOptions> {
  readonly extras?: RunExtras;
  /** The machine is lost at the first request with this label; which has its effect, if it is `after`. */
  readonly lostAt?: Loss;
}

export class Stage implements AsyncDisposable {
  readonly scenario: Scenario;
  readonly store: Store;
  readonly place: Place;
  /** The variable that lists the places. */
  stores = '["https"]';
  /** What shells find in their environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly #delivered = new Set<Run>();

  private constructor(scenario: Scenario, place: Place, env: Readonly<Record<string, string>>) {
    this.scenario = scenario;
    this.store = scenario.store;
    this.place = place;
    this.env = env;
  }

  /** `outside`: the place works with the token of the key that is rotated, and must never be cut off. */
  static async open({ outside, ...options }: StageOptions = {}): Promise<Stage> {
    const scenario = await Scenario.start({ https: true, ...options });
    const { vtex, world } = scenario.store;
    const place = await Place.open(scenario.store, outside === true);
    const proxy = await startProxy({
      hosts: { [hostsOfShells.vtex]: Number(new URL(vtex.url).port), [hostsOfShells.place]: place.port },
    });
    return new Stage(scenario, place, { HTTPS_PROXY: proxy.url, CURL_CA_BUNDLE: world.trusted?.file ?? '' });
  }

  /** Runs an example, or the text of one that a user has changed. */
  async run(text: string, { extras, lostAt, ...given }: Given = {}): Promise<WorkflowDone> {
    const { store, place } = this;
    const done = await runWorkflow(text.endsWith('.yml') ? example(text) : text, store, {
      act: (inputs) => (lostAt === undefined ? this.acts(inputs, extras) : this.loses(inputs, lostAt)),
      env: this.env,
      ...given,
      vars: {
        VTEX_ACCOUNT: store.vtex.account,
        VTEX_APP_KEY: store.targetKey,
        VTEX_MANAGER_APP_KEY: store.managerKey,
        VTEX_TOKEN_STORES: this.stores,
        TOKEN_STORE_URL: `https://${hostsOfShells.place}/token`,
        ...given.vars,
      },
      secrets: {
        VTEX_MANAGER_APP_TOKEN: store.vtex.tokens(store.managerKey).current,
        TOKEN_STORE_CREDENTIAL: place.credential,
        ...given.secrets,
      },
    });
    const tokens = store.everyToken().filter((token) => done.log.includes(token));
    expect(tokens, 'tokens that a shell printed').toEqual([]);
    expect(place.outages, 'moments at which the place held a dead token').toEqual([]);
    return done;
  }

  /** The same in a run that is queued later. */
  async nextRun(text: string, given?: Given): Promise<WorkflowDone> {
    this.store.nextRun();
    return this.run(text, given);
  }

  /** Lets a dispatched workflow run its jobs for real, as soon as somebody asks how it is. */
  dispatches(file: string): void {
    const { github, world, repository } = this.store;
    const behaviour = (inputs: Readonly<Record<string, string>>) => ({
      reads: [inputs['secret-name'] ?? ''],
      runsForMs: Infinity,
    });
    github.addWorkflow(repository, file, { text: example(file), behaviour });
    world.when({
      label: /^GET github repos\/acme\/store\/actions\/runs\/:run$/,
      nth: 'every',
      does: () => this.#carryOut(file),
    });
  }

  /** A step that uses the action. */
  async acts(inputs: Readonly<Record<string, string>>, extras?: RunExtras): Promise<ScenarioRun> {
    return this.scenario.run({ ...inputs, 'vtex-url': this.store.vtex.url }, extras);
  }

  /** One that is killed, and whose `post` never comes. */
  async loses(inputs: Readonly<Record<string, string>>, lostAt: Loss): Promise<ScenarioRun> {
    const { store } = this;
    const { promise: moment, resolve } = Promise.withResolvers<undefined>();
    const kill = { signal: 'SIGKILL', when: moment } as const;
    const action = beginRun(store, { ...inputs, 'vtex-url': store.vtex.url }, { kill, runPost: false });
    store.world.when({
      ...lostAt,
      does: async () => {
        resolve(undefined);
        await action.done;
      },
      // Where it is lost before, the server has not heard it.
      suffers: () => ({ kind: 'reset' }),
    });
    const run = await action.done;
    expect(run.signal, `killed at ${String(lostAt.label)}`).toBe('SIGKILL');
    return { ...run, requests: [], errors: [], result: undefined } as unknown as ScenarioRun;
  }

  async #carryOut(file: string): Promise<void> {
    const { runs } = this.store.github;
    const run = runs.all.find(
      (one) => one.path.endsWith(file) && one.status === 'in_progress' && !this.#delivered.has(one),
    );
    if (run === undefined) return;
    this.#delivered.add(run);
    const { conclusion } = await this.run(file, { inputs: run.inputs, held: run.held });
    runs.end(run, conclusion);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.scenario[Symbol.asyncDispose]();
  }
}

export const example = (file: string): string => read(`examples/${file}`);
