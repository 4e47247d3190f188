/** A clock for tests whose time jumps to the next wake-up whenever nothing is under way. */
import type { Clock } from '../../src/rotation/ports/clock.ts';
import type { World } from '../fakes/index.ts';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Goes by the world's time. It never overtakes a request: see `during`. */
export class IdleClock implements Clock {
  readonly #world: World;
  readonly #sleepers = new Set<Sleeper>();
  #underWay = 0;

  constructor(world: World) {
    this.#world = world;
  }

  now(): number {
    return this.#world.now();
  }

  async sleep(ms: number, stop?: AbortSignal): Promise<void> {
    if (stop?.aborted) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const sleeper: Sleeper = {
      due: this.now() + ms,
      wake: () => {
        this.#sleepers.delete(sleeper);
        stop?.removeEventListener('abort', sleeper.wake);
        resolve(undefined);
      },
    };
    this.#sleepers.add(sleeper);
    stop?.addEventListener('abort', sleeper.wake);
    this.#wakeWhenIdle();
    await promise;
  }

  /** Time does not jump while this is under way. */
  async during<T>(action: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await action();
    } finally {
      this.#underWay -= 1;
      this.#wakeWhenIdle();
    }
  }

  /** After whatever follows from what has just happened has had its turn. */
  #wakeWhenIdle(): void {
    setImmediate(() => {
      const [next] = [...this.#sleepers].toSorted((a, b) => a.due - b.due);
      if (this.#underWay > 0 || next === undefined) return;
      this.#world.advance(Math.max(0, next.due - this.now()));
      next.wake();
      this.#wakeWhenIdle();
    });
  }
}
