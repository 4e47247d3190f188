// The secrets of one place, and what they were at any moment before: copies that lag show that.

export type Visibility = 'all' | 'private' | 'selected';

export interface StoredSecret {
  readonly name: string;
  readonly value: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Organization secrets only. */
  readonly visibility?: Visibility;
  readonly repositoryIds?: readonly number[];
}

interface Version {
  /** By the world's clock, whatever dates the secret bears. */
  readonly from: number;
  /** Absent: deleted. */
  readonly secret: StoredSecret | undefined;
}

export class Shelf {
  readonly #versions = new Map<string, Version[]>();

  /** As things are, or as they were at a time of the world. */
  get(name: string, at = Infinity): StoredSecret | undefined {
    return this.#versions.get(name)?.findLast(({ from }) => from <= at)?.secret;
  }

  /** In the order in which they were made first. */
  all(at = Infinity): StoredSecret[] {
    return [...this.#versions.keys()].flatMap((name) => this.get(name, at) ?? []);
  }

  put(secret: StoredSecret, from: number): void {
    this.#add(secret.name, { from, secret });
  }

  /** Whether there was one. */
  delete(name: string, from: number): boolean {
    if (this.get(name) === undefined) return false;
    this.#add(name, { from, secret: undefined });
    return true;
  }

  #add(name: string, version: Version): void {
    const versions = this.#versions.get(name);
    if (versions === undefined) this.#versions.set(name, [version]);
    else versions.push(version);
  }
}
