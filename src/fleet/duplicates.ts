/** Finds what two keys of a list must not share. */

export interface Part {
  readonly kind: 'name' | 'environment' | 'API key' | 'secret';
  /** Compared without case. */
  readonly value: string;
}

export class Duplicates {
  readonly problems: string[] = [];
  readonly #seen = new Map<string, string>();

  add(place: string, parts: readonly Part[]): void {
    for (const { kind, value } of parts) {
      const mark = `${kind} ${value.toLowerCase()}`;
      const earlier = this.#seen.get(mark);
      if (earlier === undefined) this.#seen.set(mark, place);
      else
        this.problems.push(
          `${place}: the ${kind} ${value} is that of ${earlier} too. Allowed: a name, an environment, an API key and secrets of its own for each key.`,
        );
    }
  }
}
