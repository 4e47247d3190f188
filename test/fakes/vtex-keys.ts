// The app keys of the fake VTEX and the lives of their tokens: at most two that work at a time.
import { makeAppKey, makeAppToken, makeUuid } from './tokens.ts';
import { VtexNodes, type TokenLife } from './vtex-nodes.ts';
import type { World } from './world.ts';

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly resources: ReadonlySet<string>;
  current: TokenLife;
  pending: TokenLife | undefined;
  /** The end of a token is kept, so that a test can show that it is dead and not merely unknown. */
  readonly past: TokenLife[];
}

export interface KeyOptions {
  /** Another account's key: VTEX answers 400 to whoever would renew it here. */
  readonly account?: string;
  readonly resources?: readonly string[];
  readonly ageDays?: number;
}

export type TokenState = 'unknown' | 'not yet accepted' | 'accepted' | 'dead';

const day = 24 * 60 * 60 * 1000;

export class VtexKeys {
  /** How long a new token takes to be accepted, and an old one to die. VTEX documents neither. */
  acceptanceDelayMs = 0;
  deathDelayMs = 0;
  /** Every token ever made here, for leak searches. */
  readonly everyToken: string[] = [];
  readonly nodes: VtexNodes;
  readonly #world: World;
  readonly #keys = new Map<string, ApiKey>();
  readonly #keyOf = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
    this.nodes = new VtexNodes(() => world.now());
  }

  add(account: string, { resources = [], ageDays = 100 }: KeyOptions): ApiKey {
    const name = makeAppKey(account);
    const created: ApiKey = {
      id: makeUuid(),
      name,
      account,
      resources: new Set(resources),
      current: this.#life(name, makeAppToken(), this.#world.now() - ageDays * day, 0),
      pending: undefined,
      past: [],
    };
    this.#keys.set(name, created);
    return created;
  }

  get names(): readonly string[] {
    return [...this.#keys.keys()];
  }

  find(name: string): ApiKey | undefined {
    return this.#keys.get(name);
  }

  get(name: string): ApiKey {
    const key = this.#keys.get(name);
    if (key === undefined) throw new Error('no such key at the fake VTEX');
    return key;
  }

  /** The key that a token belongs or belonged to. */
  keyOf(token: string): string | undefined {
    return this.#keyOf.get(token);
  }

  /** Of all tokens that a key ever had, the oldest first. */
  lives(name: string): TokenLife[] {
    const key = this.#keys.get(name);
    if (key === undefined) return [];
    const all = [...key.past, key.current, ...(key.pending === undefined ? [] : [key.pending])];
    return all.sort((one, other) => one.createdAt - other.createdAt || one.nth - other.nth);
  }

  state(name: string, token: string): TokenState {
    const now = this.#world.now();
    const lives = this.lives(name).filter(({ value }) => value === token);
    if (lives.some(({ acceptedFrom, deadFrom }) => acceptedFrom <= now && now < deadFrom)) return 'accepted';
    if (lives.some(({ acceptedFrom }) => acceptedFrom > now)) return 'not yet accepted';
    return lives.length > 0 ? 'dead' : 'unknown';
  }

  /** Whether the node whose turn it is takes this pair. */
  answers(name: string, token: string): boolean {
    return this.nodes.accept(
      token,
      this.lives(name).filter(({ value }) => value === token),
    );
  }

  renew(key: ApiKey, wanted?: string): TokenLife {
    if (key.pending !== undefined) throw new Error('a renewal is pending');
    const usable = wanted !== undefined && wanted !== '' && wanted !== key.current.value;
    key.pending = this.#life(
      key.name,
      usable ? wanted : makeAppToken(),
      this.#world.now(),
      this.acceptanceDelayMs,
    );
    this.#world.changed('vtex: renewal begun');
    return key.pending;
  }

  /** The new token dies. Whether there was one. */
  undo(key: ApiKey): boolean {
    if (key.pending === undefined) return false;
    const undone = key.pending;
    key.pending = undefined;
    this.#kill(key, undone);
    this.#world.changed('vtex: renewal undone');
    return true;
  }

  /** The old token dies. Whether there was a new one. */
  finish(key: ApiKey): boolean {
    if (key.pending === undefined) return false;
    const old = key.current;
    key.current = key.pending;
    key.pending = undefined;
    this.#kill(key, old);
    this.#world.changed('vtex: renewal finished');
    return true;
  }

  #life(key: string, value: string, createdAt: number, delay: number): TokenLife {
    // A hostile token of a few letters would be found everywhere by a leak search.
    if (value.length >= 16) this.everyToken.push(value);
    this.#keyOf.set(value, key);
    const acceptedFrom = createdAt + delay;
    if (delay > 0)
      this.#world.at(acceptedFrom, () => {
        this.#world.changed('vtex: new token accepted');
      });
    return { value, createdAt, acceptedFrom, deadFrom: Infinity, nth: this.everyToken.length };
  }

  #kill(key: ApiKey, life: TokenLife): void {
    life.deadFrom = this.#world.now() + this.deathDelayMs;
    key.past.push(life);
    if (this.deathDelayMs > 0)
      this.#world.at(life.deadFrom, () => {
        this.#world.changed('vtex: token died');
      });
  }
}
