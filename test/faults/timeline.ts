/** The invariants that hold at every instant: no outage (1), no blind finish (3), no finish of another renewal (10). */
import type { Store } from '../fakes/index.ts';
import { OutageWatch } from '../world/outage-watch.ts';
import { keyOf, pendingPath, type Flow } from './flows.ts';

export class Timeline implements Disposable {
  readonly #blind = new Set<string>();
  readonly #store: Store;
  readonly #flow: Flow;
  readonly #watch: OutageWatch;
  readonly #stop: readonly (() => void)[];
  /** The renewals of the action: each new token, and the one that it replaces. */
  readonly #renewals = new Map<string, string>();
  readonly #strange = new Set<string>();

  constructor(flow: Flow, store: Store) {
    this.#flow = flow;
    this.#store = store;
    this.#watch = new OutageWatch(store, { key: keyOf(flow, store), paths: flow.secrets });
    this.#noteRenewal();
    this.#stop = [
      store.world.onChange((change) => {
        // What a person does in the Admin is their own decision.
        if (store.world.handling === undefined) return;
        if (change === 'vtex: renewal begun') this.#noteRenewal();
        if (change === 'vtex: renewal finished') this.#lookAtFinish();
      }),
      store.world.onArrival(({ label }) => {
        if (label.endsWith('/finish-renewal')) this.#lookAtRequest();
      }),
    ];
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
      ...[...this.#strange].map((why) => `10 no finish of another renewal: it was sent while ${why}`),
    ];
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
    for (const stop of this.#stop) stop();
  }

  #noteRenewal(): void {
    const { current, pending } = this.#store.vtex.tokens(keyOf(this.#flow, this.#store));
    if (pending !== undefined) this.#renewals.set(pending, current);
  }

  /** By VTEX's own truth, whatever its nodes say: it accepts two tokens, and they are those of a renewal of the action. */
  #lookAtRequest(): void {
    const { current, pending } = this.#store.vtex.tokens(keyOf(this.#flow, this.#store));
    if (pending === undefined) this.#strange.add('VTEX accepted one token alone');
    else if (this.#renewals.get(pending) !== current)
      this.#strange.add('VTEX had a renewal pending that another began');
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
