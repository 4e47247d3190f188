/**
 * Readers for one input each. Absent is undefined, wrong is an error, and all errors of a run are collected, so
 * that the user can mend them in one go.
 */
import { RotationError } from '../common/errors.ts';
import { Secret } from '../common/secret.ts';
import { type Environment, inputDefaults, type InputName, inputVariable, secretInputs } from './names.ts';

/** GitHub puts nothing in the place of a setting that it does not find, without a word. */
const howItBecomesEmpty =
  'a value (the input is required). A variable or secret is empty if it is not set under this very name, or stands in an ' +
  'environment that the job does not name';

export class InputReader {
  readonly problems: RotationError[] = [];
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Empty means absent; white space around a value is never meant. */
  text(name: InputName): string | undefined {
    const given = this.#environment[inputVariable(name)]?.trim();
    return given === undefined || given === '' ? inputDefaults[name] : given;
  }

  /** Gives '' for a missing one, which is reported; the caller need not care, as nothing is run then. */
  required(name: InputName): string {
    const value = this.text(name);
    if (value === undefined) this.wrong(name, 'it is missing or empty', howItBecomesEmpty);
    return value ?? '';
  }

  choice<T extends string>(name: InputName, allowed: readonly [T, ...T[]]): T {
    const value = this.text(name);
    const chosen = allowed.find((candidate) => candidate === value);
    if (chosen === undefined)
      this.wrong(name, `${this.quoted(value)} is not one of the values`, allowed.join(', '));
    // Only reached with a problem on record, so the stand-in is never used.
    return chosen ?? allowed[0];
  }

  /** https://yaml.org/spec/1.2.2/#10213-boolean, which is what the runner's own `getBooleanInput` takes. */
  boolean(name: InputName): boolean {
    const value = this.text(name) ?? '';
    if (/^(true|True|TRUE)$/.test(value)) return true;
    if (!/^(false|False|FALSE)$/.test(value))
      this.wrong(name, `${this.quoted(value)} is not a boolean`, 'true, false');
    return false;
  }

  integer(name: InputName, least: number, most: number): number {
    const value = this.text(name) ?? '';
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    this.wrong(
      name,
      `${this.quoted(value)} is not a valid number`,
      `a whole number from ${least} to ${most}, digits only`,
    );
    return least;
  }

  /** A token, one line of printable characters, for it goes into HTTP headers. */
  secret(name: InputName): Secret | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const flaw = flawOf(value);
    if (flaw !== undefined) this.wrong(name, flaw, 'one token: one line of printable ASCII, without quotes');
    return new Secret(value);
  }

  requiredSecret(name: InputName): Secret {
    this.required(name);
    return this.secret(name) ?? new Secret('');
  }

  /** Lines that are neither blank nor comments, with their numbers as the user counts them. */
  lines(name: InputName): readonly { readonly text: string; readonly number: number }[] {
    return (this.text(name) ?? '')
      .split(/\r\n|\r|\n/)
      .map((line, index) => ({ text: line.trim(), number: index + 1 }))
      .filter(({ text }) => text !== '' && !text.startsWith('#'));
  }

  isWrong(name: InputName): boolean {
    return this.problems.some(({ message }) => message.startsWith(`Input "${name}": `));
  }

  wrong(name: InputName, what: string, allowed: string): void {
    this.problems.push(
      new RotationError(
        'input-invalid',
        `Input "${name}": ${what}. Allowed: ${allowed}.`,
        'Nothing was requested or changed. Correct the input and run the action again.',
      ),
    );
  }

  /**
   * Repeats a wrong value, unless it holds the value of a secret input, or looks as if it were that of a secret which no
   * input holds. Of a long one the beginning is enough.
   */
  quoted(value: string | undefined): string {
    if (value === undefined || /[\p{C}\u2028\u2029]/u.test(value) || looksSecret(value)) return 'the value';
    const secrets = secretInputs(this.#environment).map((secret) => secret.reveal());
    const holdsSecret = secrets.some(
      (secret) => value.includes(secret) || (value.length >= 8 && secret.includes(value)),
    );
    if (holdsSecret) return 'the value';
    return value.length > longestQuote ? `"${value.slice(0, longestQuote)}…"` : `"${value}"`;
  }

  /** What was probably meant, for the end of a sentence; empty where it must not be repeated. */
  meant(suggestion: string | undefined): string {
    const quoted = this.quoted(suggestion);
    return quoted.startsWith('"') ? `; ${quoted} is probably meant` : '';
  }
}

const longestQuote = 200;

/** No name on GitHub or at VTEX that people give is so long, and VTEX's tokens are longer. */
function looksSecret(value: string): boolean {
  return value.split(/[\s/,;?&=@:]+/).some((part) => part.length > 64);
}

/** What a text looks like that is not one token; undefined if nothing speaks against it. */
export function flawOf(value: string): string | undefined {
  if (/^\*+$/.test(value)) return 'it is only asterisks, as a log shows a secret, not the secret itself';
  if (/^(["'`]).*\1$/s.test(value)) return 'it begins and ends with a quote, which belongs to no token';
  if (/^[[{]/.test(value)) return 'it looks like JSON, not like one token';
  if (/[\r\n]/.test(value)) return 'it has several lines, and a token is one';
  if (!/^[\x21-\x7e]+$/.test(value)) return 'it has white space or other characters that no token has';
  return undefined;
}
