import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Masker } from './masker.ts';

/**
 * The files through which a step talks to the runner. The runner reads them in a `finally`, so what was written
 * before the process was killed counts.
 * actions/runner: src/Runner.Worker/FileCommandManager.cs
 */
export const commandFiles = ['OUTPUT', 'STATE', 'ENV', 'PATH', 'STEP_SUMMARY'] as const;

export type CommandFile = (typeof commandFiles)[number];

const summaryLimit = 1024 * 1024;

export interface FileCommands {
  readonly outputs: Record<string, string>;
  readonly state: Record<string, string>;
  readonly exported: Record<string, string>;
  readonly paths: string[];
  /** As GitHub shows it: masked line by line; empty when it was too large. */
  readonly summary: string;
  readonly rawSummary: string;
  /** Each one is an annotation. */
  readonly errors: string[];
  /** Whether the errors fail the step; a summary that is too large does not. */
  readonly failed: boolean;
}

/** Makes new, empty files and returns the environment that names them. */
export function createCommandFiles(directory: string): Record<string, string> {
  mkdirSync(directory, { recursive: true });
  const env: Record<string, string> = {};
  for (const name of commandFiles) {
    const file = path.join(directory, name.toLowerCase());
    writeFileSync(file, '');
    env[`GITHUB_${name}`] = file;
  }
  return env;
}

export function readCommandFiles(directory: string, masker: Masker): FileCommands {
  const read = (name: CommandFile): string => readText(path.join(directory, name.toLowerCase()));
  const errors: string[] = [];
  let failed = false;
  const pairs = (name: CommandFile): Record<string, string> => {
    try {
      return parsePairs(read(name));
    } catch (error) {
      failed = true;
      errors.push(`Unable to process file command '${name.toLowerCase()}' successfully.`);
      errors.push(error instanceof Error ? error.message : String(error));
      return {};
    }
  };
  const exported = pairs('ENV');
  for (const name of Object.keys(exported)) {
    if (name.toUpperCase() !== 'NODE_OPTIONS') continue;
    errors.push(`Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.`);
    Reflect.deleteProperty(exported, name);
  }
  const rawSummary = read('STEP_SUMMARY');
  const size = Buffer.byteLength(rawSummary);
  if (size > summaryLimit) {
    errors.push(
      `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ` +
        `${Math.floor(size / 1024)}k. For more information see: https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-markdown-summary`,
    );
  }
  return {
    outputs: pairs('OUTPUT'),
    state: pairs('STATE'),
    exported,
    paths: read('PATH')
      .split(/\r\n|\r|\n/)
      .filter((line) => line !== ''),
    rawSummary,
    summary: size > summaryLimit ? '' : maskSummary(rawSummary, masker),
    errors,
    failed,
  };
}

/** A value that spans lines is hidden only where its lines are, for the runner masks line by line. */
function maskSummary(text: string, masker: Masker): string {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => `${masker.mask(line)}\n`).join('');
}

/** A file that the step removed counts as empty. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    return '';
  }
}

/** `NAME=VALUE` or `NAME<<DELIMITER`, lines, `DELIMITER`; of `=` and `<<` the first in the line decides. */
export function parsePairs(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  const reader = new LineReader(text);
  for (let line = reader.next(); line !== undefined; line = reader.next()) {
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      pairs[line.slice(0, equals)] = line.slice(equals + 1);
    } else if (heredoc >= 0) {
      const delimiter = line.slice(heredoc + 2);
      if (heredoc === 0 || delimiter === '') {
        throw new Error(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`);
      }
      pairs[line.slice(0, heredoc)] = reader.until(delimiter);
    } else {
      throw new Error(`Invalid format '${line}'`);
    }
  }
  return pairs;
}

class LineReader {
  #index = 0;
  #newLine = '';
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  next(): string | undefined {
    const start = this.#index;
    if (start >= this.#text.length) return undefined;
    const feed = this.#text.indexOf('\n', start);
    // Only the Windows runner takes a carriage return for part of the line's end.
    const withReturn = process.platform === 'win32' && feed > start && this.#text[feed - 1] === '\r';
    this.#newLine = feed < 0 ? '' : withReturn ? '\r\n' : '\n';
    this.#index = feed < 0 ? this.#text.length : feed + 1;
    return this.#text.slice(start, this.#index - this.#newLine.length);
  }

  until(delimiter: string): string {
    const start = this.#index;
    let end = start;
    for (let line = this.next(); line !== delimiter; line = this.next()) {
      if (line === undefined) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
      if (this.#newLine === '') throw new Error('Invalid value. EOF marker missing new line.');
      end = this.#index - this.#newLine.length;
    }
    return this.#text.slice(start, end);
  }
}
