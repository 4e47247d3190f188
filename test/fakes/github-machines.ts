// The machines that GitHub's requests are spread over: their clocks are never quite the same.

/**
 * Requests are served by one machine after the other. What a machine dates (its `Date` header, the times that it
 * stores with a write) is the time of the world plus its own offset. Outside of requests time is the world's.
 */
export class Machines {
  /** In milliseconds; up to two seconds have been seen (https://github.com/mathze/workflow-dispatch-action/issues/148). */
  offsets: readonly number[] = [0];
  readonly #worldNow: () => number;
  #served = 0;
  #offset = 0;

  constructor(worldNow: () => number) {
    this.#worldNow = worldNow;
  }

  /** By the clock of the machine at work. */
  now(): number {
    return this.#worldNow() + this.#offset;
  }

  /** Serves a request on the machine whose turn it is. */
  serve<T>(work: () => T): T {
    this.#offset = this.offsets[this.#served % this.offsets.length] ?? 0;
    this.#served += 1;
    try {
      return work();
    } finally {
      this.#offset = 0;
    }
  }
}
