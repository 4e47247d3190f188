import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { baseEnvironment, filesLeft, makePlaces, type Places } from './environment.ts';
import { readManifest, stepInputs, type StepInputs } from './manifest.ts';
import { Masker } from './masker.ts';
import { runnerPatience, type Patience } from './process.ts';
import { startStage, type Stage, type StageName, type StageRun } from './stage.ts';
import type { LogLine } from './step-log.ts';
import { VirtualTime, type HungRequest, type SharedClock } from './virtual-time.ts';

export type { Annotation, LogLine } from './step-log.ts';
export type { StageRun } from './stage.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));

export interface RunOptions {
  /** As under `with:` in a workflow. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Added to a clean runner environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where `action.yml` is; this repository by default. */
  readonly actionDir?: string;
  /** Values that the job knows as `${{ secrets.* }}`: hidden before the step begins. */
  readonly secrets?: readonly string[];
  /** Prints `Run TITLE` and the inputs first, as the Actions log does. */
  readonly title?: string;
  /** Every masked line when it comes. */
  readonly onLine?: (line: LogLine, stage: StageName) => void;
  /** A signal for `main`, at a moment of the caller's. SIGKILL takes the process tree. */
  readonly kill?: {
    readonly signal: NodeJS.Signals;
    readonly when: Promise<unknown> | (() => Promise<unknown>);
  };
  /** Simulated time, shared with fake servers, and with other runs if they get the same `VirtualTime`. */
  readonly virtualTime?: SharedClock | VirtualTime;
  /** Real time after which a process that has not ended is killed; 60 s. */
  readonly timeoutMs?: number;
  /** False: the machine was lost, `post` never runs. */
  readonly runPost?: boolean;
  readonly nodeArgs?: readonly string[];
  /** False: started as a runner starts it, without what only makes the tests quick; for who takes the time. */
  readonly quick?: boolean;
  /** Only to make a test of the runner itself quick. */
  readonly patience?: Patience;
}

export interface ActionRun extends StageRun {
  readonly post?: StageRun;
  /** Values that were masked, without their encodings. */
  readonly masks: readonly string[];
  /** The outputs that another job would get: not the empty ones, and none that holds a masked value. */
  readonly jobOutputs: Readonly<Record<string, string>>;
  /** Files left in the workspace, the home and the temporary directory: `workspace/…`, `home/…`, `temp/…`. */
  readonly files: Readonly<Record<string, string>>;
}

export interface ActionHandle {
  /** Of the process that runs now, `main` or `post`. */
  readonly pid: number | undefined;
  readonly stage: StageName;
  /** Cancels the job: SIGINT, 7.5 s, SIGTERM, 2.5 s, SIGKILL (in virtual time, if there is one). */
  cancel(): void;
  kill(signal: NodeJS.Signals): void;
  /**
   * Says that a request in flight is not being answered, so that virtual time may jump on; the returned function
   * takes that back, and has to be called before the request is answered after all.
   */
  hang(request?: HungRequest): () => void;
  readonly done: Promise<ActionRun>;
}

export async function runAction(options: RunOptions = {}): Promise<ActionRun> {
  return startAction(options).done;
}

/** Runs the action's built files as GitHub's runner runs a step: `main`, then, whatever became of it, `post`. */
export function startAction(options: RunOptions = {}): ActionHandle {
  const run = new Run(options);
  return {
    get pid() {
      return run.current.pid;
    },
    get stage() {
      return run.current.name;
    },
    cancel: () => {
      run.current.cancel();
    },
    kill: (signal) => {
      run.current.kill(signal);
    },
    hang: (request) => run.hang(request),
    done: run.done,
  };
}

class Run {
  current: Stage;
  readonly done: Promise<ActionRun>;
  readonly #options: RunOptions;
  readonly #places: Places;
  readonly #masker = new Masker();
  readonly #time: VirtualTime | undefined;
  readonly #inputs: StepInputs;
  readonly #post: string | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
    for (const secret of options.secrets ?? []) this.#masker.add(secret);
    const { virtualTime } = options;
    this.#time =
      virtualTime === undefined || virtualTime instanceof VirtualTime
        ? virtualTime
        : new VirtualTime(virtualTime);
    const actionDir = options.actionDir ?? repository;
    const manifest = readManifest(actionDir);
    this.#inputs = stepInputs(manifest, options.inputs ?? {});
    this.#post = manifest.post === undefined ? undefined : path.join(actionDir, manifest.post);
    this.#places = makePlaces(mkdtempSync(path.join(tmpdir(), 'runner-')));
    this.current = this.#start('main', path.join(actionDir, manifest.main), {});
    this.done = this.#finish(this.current);
    void this.#killLater();
  }

  hang(request?: HungRequest): () => void {
    return this.#time?.hang(request, this.current.child) ?? (() => undefined);
  }

  #start(name: StageName, entry: string, state: Readonly<Record<string, string>>): Stage {
    const { env, onLine, title, nodeArgs, timeoutMs, patience, quick } = this.#options;
    return startStage({
      name,
      entry,
      masker: this.#masker,
      inputs: this.#inputs,
      title: name === 'main' ? title : undefined,
      env: {
        ...baseEnvironment(this.#places),
        ...env,
        ...this.#inputs.env,
        ...Object.fromEntries(Object.entries(state).map(([key, value]) => [`STATE_${key}`, value])),
      },
      places: this.#places,
      nodeArgs: nodeArgs ?? [],
      quick: quick ?? true,
      timeoutMs: timeoutMs ?? 60_000,
      patience: patience ?? runnerPatience,
      time: this.#time,
      onLine:
        onLine === undefined
          ? undefined
          : (line) => {
              onLine(line, name);
            },
    });
  }

  async #finish(mainStage: Stage): Promise<ActionRun> {
    try {
      const main = await mainStage.done;
      let post: StageRun | undefined;
      if (this.#post !== undefined && this.#options.runPost !== false) {
        this.current = this.#start('post', this.#post, main.state);
        post = await this.current.done;
      }
      // A job's outputs are looked at when it ends, with every mask that was added until then.
      const jobOutputs = Object.entries(main.outputs).filter(
        ([, value]) => value !== '' && !this.#masker.hides(value),
      );
      return {
        ...main,
        ...(post === undefined ? {} : { post }),
        masks: this.#masker.values,
        jobOutputs: Object.fromEntries(jobOutputs),
        files: filesLeft(this.#places),
      };
    } finally {
      rmSync(this.#places.root, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  async #killLater(): Promise<void> {
    const { kill } = this.#options;
    if (kill === undefined) return;
    await (typeof kill.when === 'function' ? kill.when() : kill.when);
    if (this.current.name === 'main') this.current.kill(kill.signal);
  }
}
