import { inspect } from 'node:util';

const hidden = '***';

/**
 * A token in memory. It cannot be printed by accident: every implicit conversion gives `***`, and the value
 * comes out only where `reveal()` is written, so that a reader can list all such places.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  equals(other: Secret): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}
