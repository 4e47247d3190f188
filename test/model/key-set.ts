/**
 * A set of 64-bit keys in one block of memory, eight bytes a key: a set of strings takes ten times as much. Two states
 * of ten million share a key with a chance of one in four hundred thousand.
 */
export class KeySet {
  #keys = new BigUint64Array(1 << 16);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Whether it is new. */
  add(key: bigint): boolean {
    if (this.#size * 2 > this.#keys.length) this.#grow();
    if (!insert(this.#keys, key)) return false;
    this.#size += 1;
    return true;
  }

  #grow(): void {
    const keys = new BigUint64Array(this.#keys.length * 2);
    for (const key of this.#keys) if (key !== 0n) insert(keys, key);
    this.#keys = keys;
  }
}

function insert(keys: BigUint64Array, key: bigint): boolean {
  const mask = keys.length - 1;
  for (let at = Number(key & 0xffff_ffffn) & mask; ; at = (at + 1) & mask) {
    if (keys[at] === key) return false;
    if (keys[at] !== 0n) continue;
    keys[at] = key;
    return true;
  }
}
