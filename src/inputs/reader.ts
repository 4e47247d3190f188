/**
 * Readers for one input each. Absent is undefined, wrong is an error, and all errors of a run are collected, so
 * that the user can mend them in one go.
 */
import { RotationError } from '../errors.ts';
import { Secret } from '../secret.ts';

/** The environment, as a map: `INPUT_*` and the runner's own variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The runner's name of an input: upper case, spaces as `_`, hyphens kept.
 * https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#inputs
 */
export function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

export class InputReader {
  readonly problems: RotationError[] = [];
  readonly #environment: Environment;
  readonly #defaults: Readonly<Record<string, string>>;

  constructor(environment: Environment, defaults: Readonly<Record<string, string>>) {
    this.#environment = environment;
    this.#defaults = defaults;
  }

  /** Empty means absent; white space around a value is never meant. */
  text(name: string): string | undefined {
    const given = this.#environment[inputVariable(name)]?.trim();
    return given === undefined || given === '' ? this.#defaults[name] : given;
  }

  /** Gives '' for a missing one, which is reported; the caller need not care, as nothing is run then. */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) this.wrong(name, 'it is missing', 'a value (the input is required)');
    return value ?? '';
  }

  choice<T extends string>(name: string, allowed: readonly [T, ...T[]]): T {
    const value = this.text(name);
    const chosen = allowed.find((candidate) => candidate === value);
    if (chosen === undefined)
      this.wrong(name, `${quoted(value)} is not one of the values`, allowed.join(', '));
    // Only reached with a problem on record, so the stand-in is never used.
    return chosen ?? allowed[0];
  }

  /** https://yaml.org/spec/1.2.2/#10213-boolean, which is what the runner's own `getBooleanInput` takes. */
  boolean(name: string): boolean {
    const value = this.text(name) ?? '';
    if (/^(true|True|TRUE)$/.test(value)) return true;
    if (!/^(false|False|FALSE)$/.test(value))
      this.wrong(name, `${quoted(value)} is not a boolean`, 'true, false');
    return false;
  }

  integer(name: string, least: number, most: number): number {
    const value = this.text(name) ?? '';
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    this.wrong(
      name,
      `${quoted(value)} is not such a number`,
      `a whole number from ${least} to ${most}, digits only`,
    );
    return least;
  }

  /** A token. It goes into HTTP headers, so it is one line of printable characters. */
  secret(name: string): Secret | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^[\x21-\x7e]+$/.test(value)) {
      this.wrong(
        name,
        'it has white space, line breaks or other characters no token has',
        'one line of printable ASCII',
      );
    }
    return new Secret(value);
  }

  requiredSecret(name: string): Secret {
    this.required(name);
    return this.secret(name) ?? new Secret('');
  }

  /** Lines that are neither blank nor comments, with their numbers as the user counts them. */
  lines(name: string): readonly { readonly text: string; readonly number: number }[] {
    return (this.text(name) ?? '')
      .split(/\r\n|\r|\n/)
      .map((line, index) => ({ text: line.trim(), number: index + 1 }))
      .filter(({ text }) => text !== '' && !text.startsWith('#'));
  }

  wrong(name: string, what: string, allowed: string): void {
    this.problems.push(
      new RotationError(
        'input-invalid',
        `Input "${name}": ${what}. Allowed: ${allowed}.`,
        'Nothing was requested or changed. Correct the input and run the action again.',
      ),
    );
  }
}

/** Repeats a wrong value only where it is too short and plain to be a secret in the wrong place. */
export function quoted(value: string | undefined): string {
  return value !== undefined && /^[\w.,:+-]{1,24}$/.test(value) ? `"${value}"` : 'the value';
}
