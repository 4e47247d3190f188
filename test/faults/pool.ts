/** Worker processes side by side; each is replaced after some cases, so that nothing piles up in one. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { VirtualTime } from '../runner/virtual-time.ts';
import { idOf, type NumberedCase } from './cases.ts';
import type { Hangs, Told } from './worker.ts';

const casesPerWorker = 200;
/** Real time after which a case is given up. */
const longestMs = 150_000;
const script = fileURLToPath(new URL('./worker.ts', import.meta.url));

export interface PoolOptions {
  readonly sideBySide: number;
  /** `src/` inside the worker, instead of the built files in processes of their own. */
  readonly here: boolean;
  /** Another build of the action. */
  readonly actionDir?: string | undefined;
}

export interface Assignment extends Pick<PoolOptions, 'here' | 'actionDir'> {
  readonly id: string;
  readonly one: NumberedCase;
}

export async function tryAll(
  cases: readonly NumberedCase[],
  options: PoolOptions,
  onDone: (one: NumberedCase, told: Told) => void,
): Promise<void> {
  const waiting = cases.values();
  await Promise.all(
    Array.from({ length: options.sideBySide }, async () => {
      let worker: Worker | undefined;
      for (const one of waiting) {
        worker ??= new Worker(options);
        onDone(one, await worker.attempt(one));
        if (worker.tried < casesPerWorker && worker.works) continue;
        worker.end();
        worker = undefined;
      }
      worker?.end();
    }),
  );
}

class Worker {
  tried = 0;
  readonly #child: ChildProcess;
  readonly #options: PoolOptions;

  constructor(options: PoolOptions) {
    this.#options = options;
    // The client of a worker that runs `src/` itself waits in simulated time; this process moves its clock.
    const time = options.here ? new VirtualTime() : undefined;
    this.#child = fork(script, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [...(time?.nodeArgs ?? [])],
      env: { ...process.env, ...time?.environment() },
    });
    time?.attach(this.#child);
    this.#child.on('message', (message: Told | Hangs) => {
      if ('hangs' in message) time?.hang(message.hangs, this.#child);
    });
  }

  get works(): boolean {
    return this.#child.connected && this.#child.exitCode === null;
  }

  async attempt(one: NumberedCase): Promise<Told> {
    this.tried += 1;
    const { here, actionDir } = this.#options;
    const id = idOf(one);
    const { promise, resolve } = Promise.withResolvers<Told>();
    const fail = (how: string): void => {
      resolve({ id, hit: true, problems: [`the trial itself ${how}`] });
    };
    const died = (): void => {
      fail('died');
    };
    const hear = (message: Told | Hangs): void => {
      if ('problems' in message) resolve(message);
    };
    const guard = setTimeout(() => {
      fail('did not end');
      this.#child.kill('SIGKILL');
    }, longestMs);
    this.#child.once('exit', died).on('message', hear);
    this.#child.send({ id, one, here, actionDir } satisfies Assignment);
    const told = await promise;
    clearTimeout(guard);
    this.#child.off('exit', died).off('message', hear);
    return told;
  }

  end(): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}
