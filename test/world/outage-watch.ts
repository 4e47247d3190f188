/** No outage: a secret that held a token which VTEX accepts holds such a one after every change at either server. */
import type { Store } from '../fakes/index.ts';

export interface Watched {
  /** The renewed key; the store's own by default. */
  readonly key?: string;
  /** Paths of secrets that somebody uses; by default all that there are at the time, but a renewal's own two. */
  readonly paths?: readonly string[];
}

export class OutageWatch implements Disposable {
  /** Each outage once, as `path after "change"`. */
  readonly outages: string[] = [];
  /** How often something changed; the secrets were looked at after each. */
  changes = 0;
  readonly #store: Store;
  readonly #watched: Watched;
  /** Secrets that have held a token which VTEX accepted. */
  readonly #alive = new Set<string>();
  readonly #stop: () => void;

  constructor(store: Store, watched: Watched = {}) {
    this.#store = store;
    this.#watched = watched;
    this.#look('the beginning');
    this.#stop = store.world.onChange((change) => {
      this.changes += 1;
      // A person did that in VTEX Admin, and no code of ours can prevent it.
      if (change === 'vtex: renewal undone') this.#alive.clear();
      this.#look(change);
    });
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  #look(change: string): void {
    const { github, vtex, targetKey } = this.#store;
    const { key = targetKey, paths = consumed(this.#store) } = this.#watched;
    for (const path of new Set([...paths, ...this.#alive])) {
      const value = github.secret(path)?.value;
      if (value !== undefined && vtex.accepts(key, value)) this.#alive.add(path);
      else if (this.#alive.has(path) && !this.#isYoung(key, value)) this.#note(`${path} after "${change}"`);
    }
  }

  /** A token that VTEX has just made and not yet spread to its machines. */
  #isYoung(key: string, value: string | undefined): boolean {
    return value !== undefined && this.#store.vtex.state(key, value) === 'not yet accepted';
  }

  #note(outage: string): void {
    if (!this.outages.includes(outage)) this.outages.push(outage);
  }
}

/** Nobody uses the two secrets of a renewal. */
export function consumed({ github }: Store): readonly string[] {
  return [...github.secrets.all().keys()].filter((path) => !/_(PENDING|OLD)$/.test(path));
}
