/**
 * When each request to GitHub may go, so that its secondary limits are kept with as little waiting as they allow: a
 * sliding minute of points, and so many requests at once. What GitHub refuses all the same pauses everything.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
import { pointsAMinute, pointsOf } from '../rotation/github-limits.ts';
import type { Clock } from '../rotation/ports/clock.ts';

/** Room that all leave for the write of a token that exists nowhere else, and reads for the write before it too. */
const kept = { byWrites: pointsOf(true), byReads: 2 * pointsOf(true) };
/** How long points stay spent after the reply: nobody knows when on its way GitHub counts a request. */
const minuteMs = 60_250;
const atOnce = { requests: 50, writes: 10 };
/** A refusal may have another cause than our writes, and GitHub documents no limit below this one. */
const fewestWritesAMinute = 80;
const tellEveryMs = 10_000;

export interface Turn {
  readonly isWrite: boolean;
  /** Goes first, and beside however many are under way. */
  readonly isUrgent: boolean;
  /** A pause that lasts longer is not waited for. Milliseconds. */
  readonly patienceMs: number;
  /** Each of them takes the request out of the queue. */
  readonly stops: readonly AbortSignal[];
}

/** How things stand while requests wait. */
export interface Waits {
  readonly waiting: number;
  /** Since requests began to wait. */
  readonly answered: number;
  readonly elapsedMs: number;
  /** About how long until the last of them goes. */
  readonly leftMs: number;
}

interface Waiting extends PromiseWithResolvers<true> {
  readonly turn: Turn;
}

export class Pacer {
  readonly #clock: Clock;
  readonly #tell: (waits: Waits) => void;
  readonly #urgent = new Set<Waiting>();
  readonly #usual = new Set<Waiting>();
  readonly #running = { requests: 0, writes: 0 };
  /** Of the requests that run or whose points are not free yet. */
  readonly #used = { points: 0, writes: 0 };
  /** Answered requests whose points are not free yet, oldest first. */
  readonly #spent: { readonly isWrite: boolean; readonly freeAt: number }[] = [];
  #answers = 0;
  /** Until what is urgent is done. */
  #keepsRoom = true;
  #writesAMinute = pointsAMinute / pointsOf(true);
  #pause = { until: 0, reason: new Error('paused') };
  #nap: AbortController | undefined;

  /** `tell` hears every ten seconds how things stand while requests wait. */
  constructor(clock: Clock, tell: (waits: Waits) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Sends when the request's turn has come. Rejects with the reason of a pause that is too long for its patience. */
  async run<T>(turn: Turn, send: () => Promise<T>): Promise<T> {
    await this.#turnOf(turn);
    try {
      const answer = await send();
      if (turn.isUrgent) this.#keepsRoom = false;
      return answer;
    } finally {
      this.#running.requests -= 1;
      if (turn.isWrite) this.#running.writes -= 1;
      this.#spent.push({ isWrite: turn.isWrite, freeAt: this.#clock.now() + minuteMs });
      this.#answers += 1;
      this.#admit();
    }
  }

  /**
   * GitHub has refused a request: nothing is sent for so long. To be called before `run` hears of it. A refused write
   * lowers the writes a minute to those that passed in the last one. Tells whether the pause is news.
   */
  refused(isWrite: boolean, pauseMs: number, reason: Error): boolean {
    const now = this.#clock.now();
    if (isWrite) {
      const passed = this.#spent.filter((one) => one.isWrite && one.freeAt > now).length;
      this.#writesAMinute = Math.min(this.#writesAMinute, Math.max(passed, fewestWritesAMinute));
    }
    const longerMs = now + pauseMs - Math.max(now, this.#pause.until);
    if (longerMs > 0) this.#pause = { until: now + pauseMs, reason };
    return longerMs >= 1000;
  }

  #turnOf(turn: Turn): Promise<true> {
    const waiting: Waiting = { turn, ...Promise.withResolvers<true>() };
    const onStop = (): void => {
      this.#leave(waiting);
      waiting.reject(new Error('stopped before it was sent'));
      this.#admit();
    };
    const release = (): void => {
      for (const stop of turn.stops) stop.removeEventListener('abort', onStop);
    };
    for (const stop of turn.stops) stop.addEventListener('abort', onStop);
    waiting.promise.then(release, release);
    (turn.isUrgent ? this.#urgent : this.#usual).add(waiting);
    if (turn.stops.some((stop) => stop.aborted)) onStop();
    else this.#admit();
    return waiting.promise;
  }

  #leave(waiting: Waiting): void {
    this.#urgent.delete(waiting);
    this.#usual.delete(waiting);
  }

  /** Lets go all whose turn has come. To be called after everything that can change that. */
  #admit(): void {
    const now = this.#clock.now();
    this.#freePoints(now);
    const pauseMs = this.#pause.until - now;
    for (const waiting of [...this.#urgent, ...this.#usual]) {
      if (pauseMs > 0) this.#outlast(waiting, pauseMs);
      // Those behind it must not take the room that it waits for.
      else if (this.#lacksRoom(waiting.turn)) break;
      else if (!this.#isOneWriteTooMany(waiting.turn)) this.#start(waiting);
    }
    if (this.#size === 0) this.#nap?.abort();
    else if (this.#nap === undefined) void this.#wakeInTime();
  }

  #freePoints(now: number): void {
    while (this.#spent[0] !== undefined && this.#spent[0].freeAt <= now) {
      const isWrite = this.#spent.shift()?.isWrite === true;
      this.#used.points -= pointsOf(isWrite);
      if (isWrite) this.#used.writes -= 1;
    }
  }

  #outlast(waiting: Waiting, pauseMs: number): void {
    if (waiting.turn.patienceMs >= pauseMs) return;
    this.#leave(waiting);
    waiting.reject(this.#pause.reason);
  }

  #lacksRoom({ isWrite, isUrgent }: Turn): boolean {
    const left = isUrgent || !this.#keepsRoom ? 0 : isWrite ? kept.byWrites : kept.byReads;
    if (this.#used.points + pointsOf(isWrite) > pointsAMinute - left) return true;
    return !isUrgent && this.#running.requests >= atOnce.requests;
  }

  #isOneWriteTooMany({ isWrite, isUrgent }: Turn): boolean {
    if (!isWrite) return false;
    if (this.#used.writes >= this.#writesAMinute) return true;
    return !isUrgent && this.#running.writes >= atOnce.writes;
  }

  #start(waiting: Waiting): void {
    const { isWrite } = waiting.turn;
    this.#leave(waiting);
    this.#running.requests += 1;
    this.#used.points += pointsOf(isWrite);
    if (isWrite) {
      this.#running.writes += 1;
      this.#used.writes += 1;
    }
    waiting.resolve(true);
  }

  get #size(): number {
    return this.#urgent.size + this.#usual.size;
  }

  async #wakeInTime(): Promise<void> {
    const begun = { at: this.#clock.now(), answers: this.#answers };
    let tellAt = begun.at + tellEveryMs;
    while (this.#size > 0) {
      this.#nap = new AbortController();
      const before = this.#clock.now();
      const change = this.#pause.until > before ? this.#pause.until : (this.#spent[0]?.freeAt ?? tellAt);
      await this.#clock.sleep(Math.max(0, Math.min(change, tellAt) - before), this.#nap.signal);
      this.#admit();
      const now = this.#clock.now();
      if (now < tellAt || this.#size === 0) continue;
      const leftMs = this.#leftMs(now);
      const answered = this.#answers - begun.answers;
      this.#tell({ waiting: this.#size, answered, elapsedMs: now - begun.at, leftMs });
      tellAt = now + tellEveryMs;
    }
    this.#nap = undefined;
  }

  #leftMs(now: number): number {
    const waiting = [...this.#urgent, ...this.#usual];
    const points = waiting.reduce((sum, { turn }) => sum + pointsOf(turn.isWrite), 0);
    return Math.max(0, this.#pause.until - now) + (points / pointsAMinute) * minuteMs;
  }
}
