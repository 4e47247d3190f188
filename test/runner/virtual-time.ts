import type { ChildProcess } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A clock that runs with real time and can be set forward, such as the one that the fake servers look at. */
export interface SharedClock {
  /** Milliseconds since the epoch. */
  now(): number;
  advance(ms: number): void;
}

export interface HungRequest {
  readonly method?: string;
  /** Path and query. */
  readonly path?: string;
}

interface Timer {
  readonly deadline: number;
  readonly action: () => void;
  real: NodeJS.Timeout | undefined;
}

interface Ask {
  readonly id: number;
  /** When the next timer of the process is due. */
  readonly until: number;
  /** How many hangs and releases it had heard of: an ask from before the latest one does not count. */
  readonly heard: number;
}

type FromChild =
  Ask | { readonly id: number; readonly withdraw: true } | { readonly id: number; readonly landed: true };

type ToChild =
  | { readonly id: number; readonly jumped: number }
  | { readonly hang: number; readonly method?: string | undefined; readonly path?: string | undefined }
  | { readonly release: number };

interface Attached {
  /** What the process asks for; nothing while it has something else to do than to wait. */
  ask: Ask | undefined;
  /** How many hangs and releases it was told. */
  told: number;
}

const preload = pathToFileURL(fileURLToPath(new URL('./virtual-time.mjs', import.meta.url))).href;

/**
 * The parent's half of simulated time. Time runs as real time does, for everybody, until every attached process
 * says that it only waits for a timer; then it jumps to the earliest of those timers. What the processes wait for
 * on the network is therefore never overtaken.
 */
export class VirtualTime {
  /** How often and how far time has jumped. */
  readonly jumps = { count: 0, ms: 0 };
  readonly #clock: SharedClock;
  readonly #attached = new Map<ChildProcess, Attached>();
  /** Processes that have not yet said that they know of the last jump. */
  readonly #landing = new Set<ChildProcess>();
  readonly #timers = new Set<Timer>();
  #hangs = 0;

  constructor(clock: SharedClock = new OffsetClock()) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Arguments for node that bring the child's half in. */
  get nodeArgs(): readonly string[] {
    return ['--import', preload];
  }

  /** A process that starts now takes the clock as it stands. */
  environment(): Record<string, string> {
    return { VIRTUAL_TIME_OFFSET: String(Math.round(this.#clock.now() - Date.now())) };
  }

  attach(child: ChildProcess): void {
    this.#attached.set(child, { ask: undefined, told: 0 });
    child.on('message', (message) => {
      this.#receive(child, message as FromChild);
    });
    child.on('exit', () => {
      this.#attached.delete(child);
      this.#land(child);
      this.#jump();
    });
  }

  /** Acts after `ms` of virtual time; returns the way to prevent it. */
  after(ms: number, action: () => void): () => void {
    const timer: Timer = { deadline: this.#clock.now() + ms, action, real: undefined };
    this.#timers.add(timer);
    this.#arm(timer);
    return () => {
      clearTimeout(timer.real);
      this.#timers.delete(timer);
    };
  }

  /** See `ActionHandle.hang`; without a child every attached one is told. */
  hang(request: HungRequest = {}, child?: ChildProcess): () => void {
    const hang = (this.#hangs += 1);
    const told = child === undefined ? [...this.#attached.keys()] : [child];
    for (const one of told) this.#tell(one, { hang, method: request.method, path: request.path });
    return () => {
      for (const one of told) this.#tell(one, { release: hang });
    };
  }

  #tell(child: ChildProcess, message: ToChild): void {
    const attached = this.#attached.get(child);
    if (attached === undefined) return;
    attached.told += 1;
    send(child, message);
    this.#refuse(child, attached);
  }

  #refuse(child: ChildProcess, attached: Attached): void {
    if (attached.ask === undefined) return;
    const { id } = attached.ask;
    attached.ask = undefined;
    send(child, { id, jumped: 0 });
  }

  #receive(child: ChildProcess, message: FromChild): void {
    const attached = this.#attached.get(child);
    if (attached === undefined) return;
    if ('landed' in message) {
      this.#land(child);
      this.#jump();
    } else if ('until' in message) {
      attached.ask = message;
      if (message.heard === attached.told) this.#jump();
      else this.#refuse(child, attached);
    } else if (attached.ask?.id === message.id) {
      // A withdrawal that comes after the jump was granted needs no answer: the grant is one.
      this.#refuse(child, attached);
    }
  }

  #jump(): void {
    const attached = [...this.#attached];
    const asks = attached.flatMap(([, { ask }]) => ask ?? []);
    if (asks.length === 0 || asks.length < attached.length || this.#landing.size > 0) return;
    const deadlines = [...asks, ...this.#timers].map((one) => ('until' in one ? one.until : one.deadline));
    // Whole milliseconds, as Date has them.
    const ms = Math.ceil(Math.max(0, Math.min(...deadlines) - this.#clock.now()));
    if (ms > 0) {
      this.#clock.advance(ms);
      this.jumps.count += 1;
      this.jumps.ms += ms;
    }
    for (const [child, one] of attached) {
      if (one.ask === undefined) continue;
      this.#landing.add(child);
      send(child, { id: one.ask.id, jumped: ms });
      one.ask = undefined;
    }
  }

  /**
   * The parent's own timers wait until every process knows how late it is: a signal or an answer must not reach one
   * before the news of the jump.
   */
  #land(child: ChildProcess): void {
    if (!this.#landing.delete(child) || this.#landing.size > 0) return;
    for (const timer of this.#timers) {
      if (timer.deadline <= this.#clock.now()) this.#fire(timer);
      else this.#arm(timer);
    }
  }

  #arm(timer: Timer): void {
    clearTimeout(timer.real);
    timer.real = setTimeout(() => {
      if (this.#landing.size === 0) this.#fire(timer);
    }, timer.deadline - this.#clock.now());
  }

  #fire(timer: Timer): void {
    clearTimeout(timer.real);
    if (this.#timers.delete(timer)) timer.action();
  }
}

/** The simplest shared clock. */
export class OffsetClock implements SharedClock {
  #offset = 0;

  now(): number {
    return Date.now() + this.#offset;
  }

  advance(ms: number): void {
    this.#offset += ms;
  }
}

/** A child may end at any moment; what is said to it after that does not matter. */
function send(child: ChildProcess, message: ToChild): void {
  if (child.connected) child.send(message, () => undefined);
}
