/** The invariants that hold at every instant: no outage (1) and no blind finish (3). */
import type { Store } from '../fakes/index.ts';
import { OutageWatch } from '../world/outage-watch.ts';
import { keyOf, pendingPath, type Flow } from './flows.ts';

export class Timeline implements Disposable {
  /** The person in VTEX Admin acts: what they delete is their own decision. */
  adminActs = false;
  readonly #blind = new Set<string>();
  readonly #store: Store;
  readonly #flow: Flow;
  readonly #watch: OutageWatch;
  readonly #stop: () => void;

  constructor(flow: Flow, store: Store) {
    this.#flow = flow;
    this.#store = store;
    this.#watch = new OutageWatch(store, { key: keyOf(flow, store), paths: flow.secrets });
    this.#stop = store.world.onChange((change) => {
      if (change === 'vtex: renewal finished' && !this.adminActs) this.#lookAtFinish();
    });
  }

  get problems(): readonly string[] {
    const refused = this.#store.github.runs.refused.map(
      ({ displayTitle }) => `run ${displayTitle} was refused`,
    );
    return [
      ...[...this.#watch.outages, ...refused].map((outage) => `1 no outage: ${outage}`),
      ...[...this.#blind].map(
        (path) => `3 no blind finish: ${path} did not hold the new token when the old one was deleted`,
      ),
    ];
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
    this.#stop();
  }

  #lookAtFinish(): void {
    const { github, vtex } = this.#store;
    const { current } = vtex.tokens(keyOf(this.#flow, this.#store));
    for (const path of this.#flow.secrets) {
      if (github.secret(path)?.value !== current) this.#blind.add(path);
    }
  }
}

/** Where the token is that VTEX has pending: paths of secrets, the pending one included. */
export function homesOfPending(flow: Flow, store: Store): string[] {
  const { pending } = store.vtex.tokens(keyOf(flow, store));
  if (pending === undefined) return [];
  return [...flow.secrets, pendingPath].filter((path) => store.github.secret(path)?.value === pending);
}
