/** What the demo prints: colours on a terminal only, and everything remembered for the leak search. */
import { stripVTControlCharacters, styleText } from 'node:util';
import type { LogLine } from '../test/runner/runner.ts';

type Style = Parameters<typeof styleText>[0];

/** Without effect where the output is not a terminal, or does not want colours. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

export class Terminal {
  #text = '';

  get text(): string {
    return this.#text;
  }

  line(text = ''): void {
    this.#text += `${text}\n`;
    process.stdout.write(`${text}\n`);
  }

  /** Begins a part; the rule ends where most terminals do. */
  heading(text: string): void {
    this.line();
    this.line(paint('bold', `── ${text} ${'─'.repeat(Math.max(3, 76 - text.length))}`));
    this.line();
  }

  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    const length = (cell: string): number => stripVTControlCharacters(cell).length;
    const widths = head.map((cell, column) =>
      Math.max(length(cell), ...rows.map((row) => length(row[column] ?? ''))),
    );
    const show = (row: readonly string[]): string =>
      row
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - length(cell)))
        .join('   ')
        .trimEnd();
    this.line(`  ${paint('bold', show(head))}`);
    // A value may be longer than any terminal is wide; its rule need not be.
    this.line(`  ${widths.map((width) => '─'.repeat(Math.min(width, 64))).join('   ')}`);
    for (const row of rows) this.line(`  ${show(row)}`);
  }
}

/** Shows a log as the Actions tab does, with its groups open. */
export class LogView {
  readonly #terminal: Terminal;
  #inGroup = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show({ kind, text }: LogLine): void {
    const indent = this.#inGroup ? '    ' : '  ';
    switch (kind) {
      case 'group':
        this.#terminal.line(`  ${paint('bold', `▼ ${text}`)}`);
        this.#inGroup = true;
        break;
      case 'endgroup':
        this.#inGroup = false;
        break;
      case 'error':
        this.#terminal.line(indent + paint('red', `Error: ${text}`));
        break;
      case 'warning':
        this.#terminal.line(indent + paint('yellow', `Warning: ${text}`));
        break;
      case 'notice':
        this.#terminal.line(indent + paint('blue', `Notice: ${text}`));
        break;
      case 'debug':
        this.#terminal.line(indent + paint('magenta', `##[debug]${text}`));
        break;
      case 'text':
        this.#terminal.line(indent + (this.#inGroup ? paint('dim', text) : text));
    }
  }
}
