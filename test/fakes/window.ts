// How much there was within the last so many milliseconds.

export class Window {
  readonly #ms: number;
  #entries: { readonly at: number; readonly amount: number }[] = [];
  #first = 0;
  #sum = 0;

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Adds an amount and returns the sum of what is still within. Times never go back. */
  add(at: number, amount: number): number {
    if (amount > 0) {
      this.#entries.push({ at, amount });
      this.#sum += amount;
    }
    for (;;) {
      const oldest = this.#entries[this.#first];
      if (oldest === undefined || oldest.at > at - this.#ms) break;
      this.#sum -= oldest.amount;
      this.#first += 1;
    }
    if (this.#first > 1000) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
    return this.#sum;
  }
}
