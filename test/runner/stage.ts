import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { createCommandFiles, readCommandFiles, type FileCommands } from './command-files.ts';
import type { Places } from './environment.ts';
import type { StepInputs } from './manifest.ts';
import type { Masker } from './masker.ts';
import { NodeProcess, type Patience, type ProcessEnd } from './process.ts';
import { StepLog, type Annotation, type LogLine } from './step-log.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { WorkflowCommand } from './workflow-commands.ts';

export type StageName = 'main' | 'post';

export interface StageRun {
  /** Null when a signal ended the process. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The step's colour. A cancelled step is cancelled whatever its exit code. */
  readonly conclusion: 'success' | 'failure' | 'cancelled';
  /** The test's own limit ended it: always a mistake. */
  readonly timedOut: boolean;
  /** Its children outlived it and held its streams for seconds. */
  readonly leftStragglers: boolean;
  /** What a user reads: masked, groups opened, commands taken out. */
  readonly log: string;
  readonly lines: readonly LogLine[];
  readonly annotations: readonly Annotation[];
  /** Workflow commands that the runner obeyed. */
  readonly commands: readonly WorkflowCommand[];
  /** Unmasked text without the `add-mask` commands that were obeyed: no secret may be in it. */
  readonly rawStdout: string;
  readonly rawStderr: string;
  /** All of it, as it came. */
  readonly fullStdout: string;
  readonly fullStderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** Environment variables and paths for later steps. */
  readonly exported: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
  /** Masked, as GitHub shows it. */
  readonly summary: string;
  readonly rawSummary: string;
  readonly durationMs: number;
}

export interface StageOptions {
  readonly name: StageName;
  readonly entry: string;
  readonly masker: Masker;
  readonly inputs: StepInputs;
  readonly title: string | undefined;
  readonly env: Record<string, string>;
  readonly places: Places;
  readonly quick: boolean;
  readonly nodeArgs: readonly string[];
  readonly timeoutMs: number;
  readonly patience: Patience;
  readonly time: VirtualTime | undefined;
  readonly onLine: ((line: LogLine) => void) | undefined;
}

export interface Stage {
  readonly name: StageName;
  readonly pid: number | undefined;
  readonly child: ChildProcess;
  cancel(): void;
  kill(signal: NodeJS.Signals): void;
  readonly done: Promise<StageRun>;
}

export function startStage(options: StageOptions): Stage {
  const { name, masker, time, env } = options;
  const started = performance.now();
  const log = new StepLog(masker, env.RUNNER_DEBUG === '1', options.onLine);
  if (options.title !== undefined) showInputs(log, options.title, options.inputs);
  if (name === 'main') for (const warning of options.inputs.warnings) log.annotate('warning', warning);
  const commandDirectory = path.join(options.places.commands, name);
  const raw = { stdout: '', stderr: '' };
  const node = new NodeProcess({
    entry: options.entry,
    quick: options.quick,
    nodeArgs: [...(time?.nodeArgs ?? []), ...options.nodeArgs],
    env: { ...env, ...createCommandFiles(commandDirectory), ...time?.environment() },
    cwd: options.places.workspace,
    patience: options.patience,
    timeoutMs: options.timeoutMs,
    time,
    onLine: (stream, line) => {
      if (log.feed(line)?.name !== 'add-mask') raw[stream] += `${line}\n`;
    },
  });
  const finish = async (): Promise<StageRun> => {
    const end = await node.done;
    const files = readCommandFiles(commandDirectory, masker);
    rmSync(commandDirectory, { recursive: true, force: true });
    for (const error of files.errors) log.annotate('error', error);
    if (end.exitCode !== 0) {
      const how = end.exitCode === null ? `signal ${String(end.signal)}` : `exit code ${end.exitCode}`;
      log.write('debug', `Node Action run completed with ${how}`);
    }
    return {
      ...outcome(end, log, files),
      rawStdout: raw.stdout,
      rawStderr: raw.stderr,
      durationMs: performance.now() - started,
    };
  };
  return {
    name,
    child: node.child,
    get pid() {
      return node.pid;
    },
    cancel: () => {
      node.cancel();
    },
    kill: (signal) => {
      node.kill(signal);
    },
    done: finish(),
  };
}

function outcome(
  end: ProcessEnd,
  log: StepLog,
  files: FileCommands,
): Omit<StageRun, 'rawStdout' | 'rawStderr' | 'durationMs'> {
  const failed = end.exitCode !== 0 || log.failed || files.failed;
  return {
    exitCode: end.exitCode,
    signal: end.signal,
    conclusion: end.cancelled ? 'cancelled' : failed ? 'failure' : 'success',
    timedOut: end.timedOut,
    leftStragglers: end.leftStragglers,
    log: log.text,
    lines: log.lines,
    annotations: log.annotations,
    commands: log.commands,
    fullStdout: end.stdout,
    fullStderr: end.stderr,
    outputs: { ...log.outputs, ...files.outputs },
    state: { ...log.state, ...files.state },
    exported: files.exported,
    paths: files.paths,
    summary: files.summary,
    rawSummary: files.rawSummary,
  };
}

/** The head of a step's log. It shows the inputs, masked only by what the job knows to be secret. */
function showInputs(log: StepLog, title: string, inputs: StepInputs): void {
  log.write('group', `Run ${title}`);
  log.write('text', 'with:');
  for (const [name, value] of inputs.shown) {
    const [first = '', ...others] = value.split(/\r\n|\r|\n/);
    log.write('text', `  ${name}: ${first}`);
    for (const line of others) log.write('text', line);
  }
  log.write('endgroup', '');
}
