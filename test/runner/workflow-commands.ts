/**
 * Workflow commands in a process's output, read as the runner reads them.
 * actions/runner: src/Runner.Common/ActionCommand.cs
 */
export interface WorkflowCommand {
  readonly name: string;
  /** Property names in lower case: the runner's dictionary does not distinguish case. */
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** A name that is not among `known` (lower case) makes the line plain output, not an error. */
export function parseCommand(line: string, known: ReadonlySet<string>): WorkflowCommand | undefined {
  return parseDoubleColon(line, known) ?? parseDoubleHash(line, known);
}

/** `::name key=value,key=value::data`, only at the start of the line, white space aside. */
function parseDoubleColon(line: string, known: ReadonlySet<string>): WorkflowCommand | undefined {
  const message = line.trimStart();
  if (!message.startsWith('::')) return undefined;
  const end = message.indexOf('::', 2);
  if (end < 0) return undefined;
  return build(message.slice(2, end), message.slice(end + 2), known, ',', unescapeProperty, unescapeData);
}

/** `##[name key=value;key=value]data`, the older form, anywhere in the line: text before it is thrown away. */
function parseDoubleHash(line: string, known: ReadonlySet<string>): WorkflowCommand | undefined {
  const start = line.indexOf('##[');
  if (start < 0) return undefined;
  const end = line.indexOf(']', start);
  if (end < 0) return undefined;
  return build(line.slice(start + 3, end), line.slice(end + 1), known, ';', unescapeOld, unescapeOld);
}

function build(
  info: string,
  data: string,
  known: ReadonlySet<string>,
  separator: string,
  unescapeValue: (text: string) => string,
  unescapeRest: (text: string) => string,
): WorkflowCommand | undefined {
  const space = info.indexOf(' ');
  const name = (space < 0 ? info : info.slice(0, space)).toLowerCase();
  if (!known.has(name)) return undefined;
  const properties: Record<string, string> = {};
  if (space > 0) {
    for (const part of info
      .slice(space + 1)
      .trim()
      .split(separator)) {
      const equals = part.indexOf('=');
      const value = part.slice(equals + 1);
      if (equals > 0 && value !== '') properties[part.slice(0, equals).toLowerCase()] = unescapeValue(value);
    }
  }
  return { name, properties, data: unescapeRest(data) };
}

/** `%25` last, or `%250A` would become a line break. */
function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
}

function unescapeOld(text: string): string {
  return unescapeData(text.replaceAll('%3B', ';').replaceAll('%5D', ']'));
}

/**
 * Cuts a stream into lines as .NET's StreamReader does: a lone carriage return ends a line too, so remote text
 * with one in it can put a command at the start of a line.
 */
export class LineSplitter {
  #rest = '';
  #skipLineFeed = false;
  readonly #onLine: (line: string) => void;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  write(chunk: string): void {
    let text = this.#rest + (this.#skipLineFeed && chunk.startsWith('\n') ? chunk.slice(1) : chunk);
    if (chunk !== '') this.#skipLineFeed = false;
    for (let end = /\r\n|\r|\n/.exec(text); end !== null; end = /\r\n|\r|\n/.exec(text)) {
      this.#onLine(text.slice(0, end.index));
      text = text.slice(end.index + end[0].length);
      this.#skipLineFeed = text === '' && end[0] === '\r';
    }
    this.#rest = text;
  }

  end(): void {
    if (this.#rest !== '') this.#onLine(this.#rest);
    this.#rest = '';
  }
}
