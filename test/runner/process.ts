import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { quickEnvironment, quickNodeArgs } from './quick-start.ts';
import { LineSplitter } from './workflow-commands.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The runner's patience after a cancel. actions/runner: src/Runner.Sdk/ProcessInvoker.cs */
export const runnerPatience = { interrupt: 7_500, terminate: 2_500, stragglers: 5_000 } as const;

export interface Patience {
  /** Milliseconds from SIGINT to SIGTERM. */
  readonly interrupt: number;
  /** Milliseconds from SIGTERM to the end of the process tree. */
  readonly terminate: number;
  /** Milliseconds from the end of a process to that of the children which hold its streams. */
  readonly stragglers: number;
}

export interface NodeProcessOptions {
  readonly entry: string;
  /** With what makes no difference to the program, only to how soon it is up. */
  readonly quick: boolean;
  readonly nodeArgs: readonly string[];
  readonly env: Record<string, string>;
  readonly cwd: string;
  readonly patience: Patience;
  readonly timeoutMs: number;
  readonly time: VirtualTime | undefined;
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
}

export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  readonly cancelled: boolean;
  /** Its children outlived it and held its streams, until the runner's patience with them ended too. */
  readonly leftStragglers: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Trees that are still running, so that none outlives this process. */
const running = new Set<NodeProcess>();
process.on('exit', () => {
  for (const left of running) left.kill('SIGKILL');
});

/** One node process of a step: its output as lines, and the runner's ways to end it. */
export class NodeProcess {
  readonly done: Promise<ProcessEnd>;
  readonly child: ChildProcess;
  readonly #options: NodeProcessOptions;
  readonly #text = { stdout: '', stderr: '' };
  readonly #timers: (() => void)[] = [];
  #cancelled = false;
  #timedOut = false;
  #leftStragglers = false;

  constructor(options: NodeProcessOptions) {
    this.#options = options;
    // A process group of its own lets a whole tree be killed at once; Windows has taskkill for that.
    this.child = spawn(
      process.execPath,
      [...(options.quick ? quickNodeArgs : []), ...options.nodeArgs, options.entry],
      {
        cwd: options.cwd,
        env: { ...(options.quick ? quickEnvironment(options.entry) : {}), ...options.env },
        stdio: ['ignore', 'pipe', 'pipe', ...(options.time === undefined ? [] : (['ipc'] as const))],
        detached: process.platform !== 'win32',
        windowsHide: true,
      },
    );
    running.add(this);
    options.time?.attach(this.child);
    this.#read('stdout');
    this.#read('stderr');
    // Always in real time: it is there for a process that does not end, whatever the clocks say.
    const guard = setTimeout(() => {
      this.#timedOut = true;
      this.kill('SIGKILL');
    }, options.timeoutMs);
    this.#timers.push(() => {
      clearTimeout(guard);
    });
    this.done = this.#end();
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get #ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** SIGINT, patience, SIGTERM, patience, then the whole tree. */
  cancel(): void {
    if (this.#cancelled || this.#ended) return;
    this.#cancelled = true;
    const { interrupt, terminate } = this.#options.patience;
    this.child.kill('SIGINT');
    this.#after(interrupt, () => {
      this.child.kill('SIGTERM');
      this.#after(terminate, () => {
        this.kill('SIGKILL');
      });
    });
  }

  /** SIGKILL takes the whole tree, as the end of a runner's patience or of a machine does. */
  kill(signal: NodeJS.Signals): void {
    if (this.#ended) return;
    if (signal === 'SIGKILL') this.#killTree();
    else this.child.kill(signal);
  }

  #killTree(): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    if (process.platform === 'win32') {
      spawnSync('taskkill', ['/pid', String(pid), '/T', '/F']);
      return;
    }
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Nothing of the group is left.
    }
  }

  #after(ms: number, action: () => void): void {
    if (this.#options.time !== undefined) {
      this.#timers.push(this.#options.time.after(ms, action));
      return;
    }
    const timer = setTimeout(action, ms);
    this.#timers.push(() => {
      clearTimeout(timer);
    });
  }

  #read(name: 'stdout' | 'stderr'): void {
    const lines = new LineSplitter((line) => {
      this.#options.onLine(name, line);
    });
    const stream = this.child[name];
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => {
      this.#text[name] += chunk;
      lines.write(chunk);
    });
    stream?.on('end', () => {
      lines.end();
    });
  }

  async #end(): Promise<ProcessEnd> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.child.on('error', reject);
    // A grandchild may hold the streams open; the runner waits for a while, then kills the tree.
    this.child.on('exit', () => {
      const straggler = setTimeout(() => {
        this.#leftStragglers = true;
        this.#killTree();
      }, this.#options.patience.stragglers);
      this.child.on('close', () => {
        clearTimeout(straggler);
      });
    });
    this.child.on('close', resolve);
    try {
      await promise;
    } finally {
      for (const clear of this.#timers) clear();
      running.delete(this);
    }
    return {
      exitCode: this.child.exitCode,
      signal: this.child.signalCode,
      timedOut: this.#timedOut,
      cancelled: this.#cancelled,
      leftStragglers: this.#leftStragglers,
      ...this.#text,
    };
  }
}
