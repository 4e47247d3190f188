/**
 * Stands in the bundle for `bottleneck/light.js`: as much of it as octokit's plugins use once the queues are ours
 * (`retryLimiter`, plugin-retry's limiter, and the emitter of plugin-throttling). A job of the real one costs several
 * timers, which is most of what a request costs here.
 * https://github.com/SGrondin/bottleneck#readme
 */

type Listener = (...args: readonly unknown[]) => unknown;
type Task = (...args: readonly unknown[]) => unknown;

interface Emitter {
  on?: (name: string, listener: Listener) => unknown;
}

class Events {
  readonly #listeners = new Map<string, Listener[]>();

  /** Gives `instance` its `on`. */
  constructor(instance: Emitter) {
    instance.on = (name, listener) => {
      this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
      return instance;
    };
  }

  /** The first answer of a listener; what one throws is an `error` event. */
  async trigger(name: string, ...args: readonly unknown[]): Promise<unknown> {
    const answers = (this.#listeners.get(name) ?? []).map(async (listener) => {
      try {
        return await listener(...args);
      } catch (error) {
        if (name !== 'error') await this.trigger('error', error);
        return undefined;
      }
    });
    return (await Promise.all(answers)).find((answer) => answer !== undefined && answer !== null);
  }
}

/** Only made, never asked: every group of the plugin is given. */
class Group {
  key(): never {
    throw new Error('this group has no queues');
  }
}

export default class Bottleneck {
  static readonly Events = Events;
  static readonly Group = Group;
  declare on: NonNullable<Emitter['on']>;
  readonly #events = new Events(this);

  /** Runs the task at once, and again as many milliseconds later as a listener to `failed` says. */
  async schedule(task: Task, ...args: readonly unknown[]): Promise<unknown> {
    for (let retryCount = 0; ; retryCount += 1) {
      try {
        return await task(...args);
      } catch (error) {
        const wait = await this.#events.trigger('failed', error, { args, retryCount });
        if (typeof wait !== 'number') throw error;
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }
}
