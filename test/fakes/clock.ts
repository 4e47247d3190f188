interface TimedEvent {
  readonly time: number;
  readonly happens: () => void;
}

/**
 * The time of both fakes: real time, times `speed`, plus what a test has skipped. Timed events (a run ends, a
 * token begins to be accepted) happen at their own time and in their own order, as soon as anybody looks.
 */
export class Clock {
  readonly #start = Date.now();
  readonly #speed: number;
  #skipped = 0;
  #events: TimedEvent[] = [];
  /** While an event happens, the time is the event's, however late it was looked at. */
  #frozen: number | undefined;

  constructor(speed = 1) {
    this.#speed = speed;
  }

  now(): number {
    this.settle();
    return this.#time();
  }

  advance(ms: number): void {
    this.settle();
    this.#skipped += ms;
    this.settle();
  }

  /** An event of the past happens at once, with the present time. */
  at(time: number, happens: () => void): void {
    const event = { time: Math.max(time, this.#time()), happens };
    const later = this.#events.findIndex((other) => other.time > event.time);
    this.#events.splice(later === -1 ? this.#events.length : later, 0, event);
  }

  settle(): void {
    if (this.#frozen !== undefined) return;
    const due = this.#time();
    for (;;) {
      const next = this.#events[0];
      if (next === undefined || next.time > due) return;
      this.#events.shift();
      this.#frozen = next.time;
      try {
        next.happens();
      } finally {
        this.#frozen = undefined;
      }
    }
  }

  #time(): number {
    return this.#frozen ?? Math.floor(this.#start + (Date.now() - this.#start) * this.#speed + this.#skipped);
  }
}
