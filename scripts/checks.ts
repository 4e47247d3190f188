/**
 * Checks that run side by side, each a process of its own. What one prints stays together and comes in the order in
 * which they were added: the first that has not ended is shown as it prints, the others when their turn comes.
 */
import { spawn } from 'node:child_process';

export interface Check {
  /** Starts it, and says whether it passed. */
  readonly run: () => Promise<boolean>;
}

export interface CheckOptions {
  readonly title: string;
  /** Arguments of `node`. */
  readonly command: readonly string[];
  /** What is wrong though the process ended well. */
  readonly problem?: () => string | undefined;
}

interface Slot {
  readonly title: string;
  text: string;
  state: 'waiting' | 'passed' | 'failed';
}

export class Checks {
  readonly #slots: Slot[] = [];
  readonly #write: (text: string) => void;
  #shown = 0;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  add({ title, command, problem }: CheckOptions): Check {
    const slot: Slot = { title, text: `\n# ${title}\n`, state: 'waiting' };
    this.#slots.push(slot);
    return {
      run: async () => {
        const how = await this.#start(command, slot);
        const wrong = how ?? problem?.();
        if (wrong !== undefined) this.#print(slot, `${title}: ${wrong}\n`);
        slot.state = wrong === undefined ? 'passed' : 'failed';
        this.#show();
        return wrong === undefined;
      },
    };
  }

  /** Shows what nobody waits for any more, and gives the titles of what did not pass. */
  end(): readonly { readonly title: string; readonly how: string }[] {
    const left = this.#slots.filter(({ state }) => state !== 'passed');
    for (const slot of left) if (slot.state === 'waiting') slot.text = '';
    for (const slot of this.#slots.slice(this.#shown)) this.#write(slot.text);
    return left.map(({ title, state }) => ({ title, how: state === 'failed' ? 'failed' : 'was not run' }));
  }

  /** Says how it ended, if not well. */
  #start(command: readonly string[], slot: Slot): Promise<string | undefined> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const child = spawn(process.execPath, command, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#print(slot, text);
      });
    }
    child.on('error', (error) => {
      resolve(error.message);
    });
    child.on('close', (code, signal) => {
      resolve(code === 0 ? undefined : `ended with ${signal ?? `exit code ${String(code)}`}`);
    });
    return promise;
  }

  #print(slot: Slot, text: string): void {
    slot.text += text;
    this.#show();
  }

  #show(): void {
    for (let slot = this.#slots[this.#shown]; slot !== undefined; slot = this.#slots[this.#shown]) {
      this.#write(slot.text);
      slot.text = '';
      if (slot.state === 'waiting') return;
      this.#shown += 1;
    }
  }
}
