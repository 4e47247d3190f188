import type { Masker } from './masker.ts';
import { parseCommand, type WorkflowCommand } from './workflow-commands.ts';

export type AnnotationLevel = 'error' | 'warning' | 'notice';

export interface Annotation {
  readonly level: AnnotationLevel;
  /** Not masked: the runner masks an issue's message and leaves its properties alone. */
  readonly title: string;
  readonly message: string;
}

export interface LogLine {
  readonly kind: 'text' | 'group' | 'endgroup' | 'debug' | AnnotationLevel;
  /** Masked. */
  readonly text: string;
}

const commandNames = [
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
];

/** The runner cuts an annotation's message here; its log line stays whole. */
const maxMessage = 4096;

const prefixes: Readonly<Record<LogLine['kind'], string>> = {
  text: '',
  group: '',
  endgroup: '',
  debug: '##[debug]',
  error: 'Error: ',
  warning: 'Warning: ',
  notice: 'Notice: ',
};

/**
 * Turns a step's output into what GitHub shows of it: commands are obeyed and taken out, the rest is masked.
 * actions/runner: src/Runner.Worker/ActionCommandManager.cs, src/Runner.Worker/Handlers/OutputManager.cs
 */
export class StepLog {
  readonly lines: LogLine[] = [];
  readonly annotations: Annotation[] = [];
  /** Every command that was obeyed, in order: what remote text must never appear among. */
  readonly commands: WorkflowCommand[] = [];
  /** Set by the old stdout commands, which still work, with a warning. */
  readonly outputs: Record<string, string> = {};
  readonly state: Record<string, string> = {};
  /** A command that could not be obeyed fails the step. */
  failed = false;
  readonly #masker: Masker;
  readonly #onLine: ((line: LogLine) => void) | undefined;
  readonly #known = new Set(commandNames);
  readonly #showDebug: boolean;
  #stopToken: string | undefined;
  #echo = false;

  constructor(masker: Masker, showDebug: boolean, onLine?: (line: LogLine) => void) {
    this.#masker = masker;
    this.#showDebug = showDebug;
    this.#onLine = onLine;
  }

  /** The log as a user reads it, groups opened. */
  get text(): string {
    return this.lines
      .filter((line) => line.kind !== 'endgroup')
      .map((line) => `${prefixes[line.kind]}${line.text}\n`)
      .join('');
  }

  /** Takes one line of output; returns the command that it was, if it was one. */
  feed(line: string): WorkflowCommand | undefined {
    const command = parseCommand(line, this.#known);
    if (command === undefined || !this.#accepts(command)) {
      this.write('text', line);
      return undefined;
    }
    this.commands.push(command);
    if (this.#echo && !quiet.has(command.name)) this.write('text', line);
    try {
      this.#obey(command, line);
    } catch (error) {
      this.annotate(
        'error',
        `Unable to process command '${quiet.has(command.name) ? command.name : line}' successfully.`,
      );
      this.annotate('error', error instanceof Error ? error.message : String(error));
      this.failed = true;
    }
    return command;
  }

  annotate(level: AnnotationLevel, text: string, title = ''): void {
    const message = this.#masker.mask(text);
    this.annotations.push({ level, title, message: message.slice(0, maxMessage) });
    this.#push(level, message);
  }

  write(kind: LogLine['kind'], text: string): void {
    this.#push(kind, this.#masker.mask(text));
  }

  #push(kind: LogLine['kind'], text: string): void {
    if (kind === 'debug' && !this.#showDebug) return;
    const line = { kind, text };
    this.lines.push(line);
    this.#onLine?.(line);
  }

  /** While commands are stopped only the token is one, and the other lines are plain output. */
  #accepts(command: WorkflowCommand): boolean {
    return this.#stopToken === undefined || command.name === this.#stopToken;
  }

  #obey(command: WorkflowCommand, line: string): void {
    const { name, data, properties } = command;
    if (name === this.#stopToken) {
      this.write('text', line);
      this.#known.delete(name);
      this.#stopToken = undefined;
      return;
    }
    switch (name) {
      case 'stop-commands': {
        const token = data.toLowerCase();
        if (token === '' || token === 'pause-logging' || this.#known.has(token)) {
          throw new Error(
            `You cannot use a endToken that is an empty string, the string 'pause-logging', or another workflow command.`,
          );
        }
        this.write('text', line);
        this.#known.add(token);
        this.#stopToken = token;
        return;
      }
      case 'add-mask':
        if (data.trim() === '')
          this.annotate('warning', `Can't add secret mask for empty string in ##[add-mask] command.`);
        else this.#masker.add(data);
        return;
      case 'error':
      case 'warning':
      case 'notice':
        this.annotate(name, data, properties.title);
        return;
      case 'group':
        this.write('group', data);
        return;
      case 'endgroup':
        this.write('endgroup', '');
        return;
      case 'debug':
        this.write('debug', data);
        return;
      case 'echo':
        this.#echo = data.trim().toLowerCase() === 'on';
        return;
      case 'set-output':
      case 'save-state':
        this.#setOld(name, properties.name ?? '', data);
        return;
      case 'set-env':
      case 'add-path':
        throw new Error(`The \`${name}\` command is disabled. Please upgrade to using Environment Files.`);
      default:
      // add-matcher and remove-matcher: problem matchers only add annotations, and nothing here uses them.
    }
  }

  #setOld(command: 'set-output' | 'save-state', name: string, value: string): void {
    if (name === '') throw new Error(`Required field 'name' is missing in ##[${command}] command.`);
    this.annotate('warning', `The \`${command}\` command is deprecated and will be disabled soon.`);
    (command === 'set-output' ? this.outputs : this.state)[name] = value;
  }
}

/** Commands that the runner does not echo, even after `::echo::on`. */
const quiet = new Set(['add-mask', 'debug', 'error', 'warning', 'notice', 'stop-commands']);
