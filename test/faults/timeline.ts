/** The invariants that hold at every instant: no outage (1) and no blind finish (3). */
import type { Store } from '../fakes/index.ts';
import { keyOf, pendingPath, type Flow } from './flows.ts';

export class Timeline implements Disposable {
  readonly problems: string[] = [];
  /** The person in VTEX Admin acts: what they delete is their own decision. */
  adminActs = false;
  readonly #store: Store;
  readonly #flow: Flow;
  /** Secrets that have held a token which VTEX accepted. */
  readonly #alive = new Set<string>();
  readonly #stop: () => void;

  constructor(flow: Flow, store: Store) {
    this.#flow = flow;
    this.#store = store;
    this.#look('the beginning');
    this.#stop = store.world.onChange((change) => {
      this.#look(change);
      if (change === 'vtex: renewal finished' && !this.adminActs) this.#lookAtFinish();
    });
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  /**
   * The pending secret is left out: nobody consumes it. It is made after the renewal, and
   * a dead token once a person has undone the renewal.
   */
  #look(change: string): void {
    const { github, vtex } = this.#store;
    const key = keyOf(this.#flow, this.#store);
    for (const path of this.#flow.secrets) {
      const value = github.secret(path)?.value;
      const works = value !== undefined && vtex.accepts(key, value);
      if (works) this.#alive.add(path);
      else if (this.#alive.has(path))
        this.#note(`1 no outage: ${path} holds no token that works after "${change}"`);
    }
    for (const run of github.runs.refused)
      this.#note(`1 no outage: run ${run.displayTitle} was refused by VTEX`);
  }

  #lookAtFinish(): void {
    const { github, vtex } = this.#store;
    const { current } = vtex.tokens(keyOf(this.#flow, this.#store));
    for (const path of this.#flow.secrets) {
      if (github.secret(path)?.value !== current) {
        this.#note(`3 no blind finish: ${path} did not hold the new token when the old one was deleted`);
      }
    }
  }

  #note(problem: string): void {
    if (!this.problems.includes(problem)) this.problems.push(problem);
  }
}

/** Where the token is that VTEX has pending: paths of secrets, the pending one included. */
export function homesOfPending(flow: Flow, store: Store): string[] {
  const { pending } = store.vtex.tokens(keyOf(flow, store));
  if (pending === undefined) return [];
  return [...flow.secrets, pendingPath].filter((path) => store.github.secret(path)?.value === pending);
}
