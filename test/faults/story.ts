/** One world in which a flow runs, is disturbed, and runs again. */
import {
  impose,
  startStore,
  type Fault,
  type Phase,
  type RecordedRequest,
  type Store,
} from '../fakes/index.ts';
import { startAction, type ActionRun } from '../runner/runner.ts';
import { type RunnerFile, withoutFiles } from '../runner/unwritable.ts';
import { type Deed, isUnseen } from './deeds.ts';
import { inputsOf, prepare, type Flow } from './flows.ts';
import type { Kind } from './kinds.ts';

/** A request of a flow: the same in every run, however requests sent side by side overtake one another. */
export interface Target {
  readonly label: string;
  /** How many requests with this label came before it in the run. */
  readonly occurrence: number;
}

export interface Disturbance {
  readonly target: Target;
  readonly kind: Kind;
  readonly phase: Phase;
}

/** What came of the disturbance. */
export interface Trouble {
  /** The request that it hit; undefined if the run never got there. */
  hit: RecordedRequest | undefined;
  /** Number of the first request of this run. */
  since: number;
}

export interface RunRequest {
  readonly inputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly runPost: boolean;
  /** Files of the runner's that cannot be written. */
  readonly unwritable: readonly RunnerFile[];
}

/** A run of the action that has begun. */
export interface Started {
  readonly done: Promise<ActionRun>;
  /** The runner's cancel, or one signal. */
  signal(name: 'SIGKILL' | 'SIGTERM' | 'cancel'): void;
  /** This request will not be answered. */
  hang(request: { readonly method: string; readonly path: string }): void;
  /** Acts after so much time of the world. */
  after(ms: number, action: () => void): void;
}

/** How the action is run. */
export type Starter = (store: Store, request: RunRequest) => Started;

/** On the built files, in a process of its own, as a runner does. */
export function onBuiltFiles(actionDir?: string): Starter {
  return (store, request) => {
    const handle = startAction({
      ...request,
      virtualTime: store.world,
      nodeArgs: withoutFiles({ blocked: request.unwritable }),
      ...(actionDir === undefined ? {} : { actionDir }),
    });
    return {
      done: handle.done,
      signal: (name) => {
        if (name === 'cancel') handle.cancel();
        else handle.kill(name);
      },
      hang: (hung) => {
        handle.hang(hung);
      },
      after: (ms, action) => {
        store.world.at(store.world.now() + ms, action);
      },
    };
  };
}

/** The next run waits for the hour to be over; and no job starts before copies of GitHub's have caught up with the one before. */
function pauseAfter(kind: Kind): number {
  if (kind.does === 'act' && kind.on === 'limits') return 41 * 60_000;
  return kind.does === 'condition' ? 10_000 : 0;
}

/** Milliseconds for a signal or the news of a hang to arrive before anything else happens. */
const arrivalMs = 15;

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

export class Story implements AsyncDisposable {
  readonly store: Store;
  readonly flow: Flow;
  readonly #start: Starter;
  #queuedWith: Readonly<Record<string, string>> | undefined;

  private constructor(store: Store, flow: Flow, start: Starter) {
    this.store = store;
    this.flow = flow;
    this.#start = start;
  }

  static async begin(flow: Flow, start: Starter, kind?: Kind): Promise<Story> {
    const store = await startStore({ https: kind?.does === 'down' && kind.distrusted });
    prepare(flow, store);
    return new Story(store, flow, start);
  }

  /** The requests of a run that nothing disturbs, in a stable order: reads between two writes by their labels. */
  static targets(requests: readonly RecordedRequest[]): Target[] {
    const seen = new Map<string, number>();
    const targets: Target[] = [];
    let reads: Target[] = [];
    const flush = (): void => {
      targets.push(...reads.sort((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0)));
      reads = [];
    };
    for (const { label, method } of requests) {
      const occurrence = seen.get(label) ?? 0;
      seen.set(label, occurrence + 1);
      const isRead = method === 'GET' || label.endsWith('/apptoken/login');
      if (!isRead) flush();
      reads.push({ label, occurrence });
      if (!isRead) flush();
    }
    flush();
    return targets;
  }

  /** One run of the action, of this flow or of another on the same secrets. */
  async run(disturbance?: Disturbance, flow = this.flow): Promise<{ run: ActionRun; trouble: Trouble }> {
    const { store } = this;
    const trouble: Trouble = { hit: undefined, since: store.world.requests.length };
    const started = this.#start(store, {
      inputs: this.#inputs(flow),
      env: store.env(),
      secrets: [store.githubToken],
      runPost: !(disturbance?.kind.does === 'signal' && disturbance.kind.lost),
      unwritable: disturbance?.kind.does === 'condition' ? disturbance.kind.unwritable : [],
    });
    if (disturbance !== undefined) this.#disturb(disturbance, started, trouble);
    try {
      return { run: await started.done, trouble };
    } finally {
      await this.#heal(disturbance?.kind);
    }
  }

  /** What GitHub would resolve now; a job that is run again is given what it was given before. */
  #inputs(flow: Flow): Readonly<Record<string, string>> {
    if (flow.rerun === undefined) return inputsOf(flow, this.store);
    return (this.#queuedWith ??= inputsOf(flow, this.store));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]();
  }

  async #heal(kind: Kind | undefined): Promise<void> {
    const { world, vtex, github } = this.store;
    if (kind !== undefined) world.advance(pauseAfter(kind));
    world.intercept = undefined;
    vtex.hostileNewToken = undefined;
    await Promise.all([vtex.server.up(), github.server.up()]);
  }

  #disturb({ target, kind, phase }: Disturbance, started: Started, trouble: Trouble): void {
    const { store } = this;
    if (kind.does === 'condition') {
      impose(store, kind.conditions);
      store.world.intercept = (request) => void (trouble.hit ??= request);
      return;
    }
    const seen: RecordedRequest[] = [];
    store.world.intercept = async (request, now) => {
      if (request.label !== target.label) return undefined;
      if (now === 'before') seen.push(request);
      const isHit = trouble.hit === undefined && seen.indexOf(request) === target.occurrence;
      const again = trouble.hit !== undefined && kind.does === 'reply' && kind.persistent;
      if (now === 'before' && isHit && kind.does === 'token') store.vtex.hostileNewToken = kind.token;
      if (now !== phase || !(isHit || again)) return undefined;
      if (
        kind.does === 'act' &&
        !this.#mayAct(kind.on, phase === 'before' ? request.index : undefined, trouble)
      )
        return undefined;
      trouble.hit ??= request;
      return this.#strike(kind, request, started);
    };
  }

  async #strike(kind: Kind, request: RecordedRequest, started: Started): Promise<Fault | undefined> {
    const { store } = this;
    switch (kind.does) {
      case 'reply': {
        const fault = kind.fault({ store, request });
        if (fault.kind === 'hang') this.#hang(request, started);
        return fault;
      }
      case 'down': {
        const { server } = store[request.upstream];
        if (kind.distrusted) await server.distrust();
        // Not awaited: it ends only when this very request has been cut.
        else void server.down();
        if (kind.forMs !== Infinity) started.after(kind.forMs, () => void server.up());
        // Inside TLS there is no reset.
        return { kind: kind.distrusted ? 'close' : 'reset' };
      }
      case 'signal':
        started.signal(kind.signal);
        if (kind.hang && kind.signal !== 'SIGKILL') this.#hang(request, started);
        await pause(arrivalMs);
        return kind.hang ? { kind: 'hang' } : undefined;
      case 'act':
        kind.act(store, this.flow);
        return undefined;
      case 'token':
      case 'condition':
        return undefined;
    }
  }

  /** Two writes within one of GitHub's seconds look like one (docs/limits.md), so a write of somebody else's waits for the next. */
  #mayAct(on: Deed['on'], until: number | undefined, { since }: Trouble): boolean {
    if (on !== 'listed secret') return true;
    const { world } = this.store;
    if (isUnseen(world.requests.slice(since, until), this.flow)) return false;
    world.advance(1000 - (world.now() % 1000));
    return true;
  }

  /** Told late, when requests of the same kind that are sent side by side have been answered. */
  #hang({ method, url }: RecordedRequest, started: Started): void {
    setTimeout(() => {
      started.hang({ method, path: url });
    }, 4 * arrivalMs);
  }
}
