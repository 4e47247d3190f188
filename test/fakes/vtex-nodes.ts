// The nodes that VTEX's sign-in is spread over: they learn of a new or a dead token at different times.

export interface TokenLife {
  readonly value: string;
  readonly createdAt: number;
  readonly acceptedFrom: number;
  deadFrom: number;
  /** Tells tokens of one moment apart. */
  readonly nth: number;
}

/** How much later than the first one a node hears. */
export interface NodeLag {
  readonly acceptsAfterMs?: number;
  readonly forgetsAfterMs?: number;
}

interface Ruling {
  readonly node: number;
  readonly accepts: boolean;
  readonly until: number;
}

/**
 * Whoever asks again with the same token comes to the next node, so that two questions side by side do not each
 * keep to a node of their own. VTEX documents none of this; nothing says that it does not happen.
 */
export class VtexNodes {
  lags: readonly NodeLag[] = [{}];
  readonly #now: () => number;
  readonly #asked = new Map<string, number>();
  readonly #rulings = new Map<string, Ruling[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** For so long one node says this of a token, whatever the others say. */
  rule(token: string, { node, accepts, forMs }: { node: number; accepts: boolean; forMs: number }): void {
    const rulings = this.#rulings.get(token) ?? [];
    rulings.unshift({ node, accepts, until: this.#now() + forMs });
    this.#rulings.set(token, rulings);
    this.#need(node + 1);
  }

  accept(token: string, lives: readonly TokenLife[]): boolean {
    const asked = this.#asked.get(token) ?? 0;
    this.#asked.set(token, asked + 1);
    const node = asked % this.lags.length;
    const now = this.#now();
    const ruling = this.#rulings.get(token)?.find((one) => one.node === node && now < one.until);
    if (ruling !== undefined) return ruling.accepts;
    const { acceptsAfterMs = 0, forgetsAfterMs = 0 } = this.lags[node] ?? {};
    return lives.some(
      ({ acceptedFrom, deadFrom }) => acceptedFrom + acceptsAfterMs <= now && now < deadFrom + forgetsAfterMs,
    );
  }

  #need(count: number): void {
    if (this.lags.length < count) {
      this.lags = [...this.lags, ...Array.from({ length: count - this.lags.length }, () => ({}))];
    }
  }
}
