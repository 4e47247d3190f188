// The secrets of the fake GitHub: places, their keys and values, and what a workflow is given.
import { randomInt } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import type { Machines } from './github-machines.ts';
import type { Repository } from './github-repositories.ts';
import { Shelf, type StoredSecret, type Visibility } from './github-shelf.ts';
import type { World } from './world.ts';

export interface SecretOptions {
  readonly visibility?: Visibility;
  readonly repositoryIds?: readonly number[];
  /** Both of its times, by the world's clock; now, if absent. */
  readonly at?: number;
}

export interface PublicKey {
  readonly id: string;
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

interface Place {
  /** As it was first written. */
  path: string;
  /** Made when somebody first asks. */
  key: PublicKey | undefined;
  readonly shelf: Shelf;
}

/** What a store can hold (https://docs.github.com/actions/reference/security/secrets#limits-for-secrets). */
const roomIn = (place: string): number => (place.startsWith('orgs/') ? 1000 : 100);

/**
 * Secrets by place. A place is what stands before `/secrets/` in GitHub's path: `repos/acme/store/actions`,
 * `repos/acme/store/environments/prod`, `orgs/acme/dependabot`. Each has a key pair of its own.
 */
export class Secrets {
  /** Ids that `GET …/repositories` leaves out although it counts them, as if the token could not see them. */
  readonly hiddenRepositoryIds = new Set<number>();
  /**
   * The copies that reads are answered from, one after the other for each secret and each list, by how many
   * milliseconds each lags behind the writes: `[0]` none, `[250]` all, `[0, 6000]` every second read. Runs always get
   * what was written last.
   */
  copies: readonly number[] = [0];
  readonly #world: World;
  readonly #machines: Machines;
  readonly #places = new Map<string, Place>();
  readonly #reads = new Map<string, number>();

  constructor(world: World, machines: Machines) {
    this.#world = world;
    this.#machines = machines;
  }

  /** By GitHub's path, `repos/acme/store/actions/secrets/NAME`. */
  get(path: string): StoredSecret | undefined {
    const { place, name } = split(path);
    return this.#places.get(place.toLowerCase())?.shelf.get(name);
  }

  /** As if somebody had set it in the settings page. */
  set(path: string, value: string, options: SecretOptions = {}): void {
    const { place, name } = split(path);
    this.put(place, name, value, options);
  }

  delete(path: string): boolean {
    const { place, name } = split(path);
    return this.remove(place, name);
  }

  /** All of them, by path, in the order in which they were made. */
  all(): ReadonlyMap<string, StoredSecret> {
    return new Map(
      [...this.#places.values()].flatMap(({ path, shelf }) =>
        shelf.all().map((secret) => [`${path}/secrets/${secret.name}`, secret] as const),
      ),
    );
  }

  /** GitHub takes a new key pair for a place: what is sealed with the old one is refused from now on. */
  rotateKey(place: string): void {
    this.#place(place).key = makeKey();
  }

  /** The same for every place whose key anybody has asked for. */
  rotateKeys(): void {
    for (const place of this.#places.values()) place.key = undefined;
  }

  /** What `${{ secrets.NAME }}` gives: environment before repository before organization, or empty. */
  resolve(repository: Repository, name: string, environment?: string): string {
    const upper = name.toUpperCase();
    const inPlace = (place: string): StoredSecret | undefined => this.#find(place)?.get(upper);
    const own =
      (environment === undefined ? undefined : inPlace(environmentPlace(repository, environment))) ??
      inPlace(`repos/${repository.fullName}/actions`);
    if (own !== undefined) return own.value;
    return this.organizationSecrets(repository, 'actions').find((one) => one.name === upper)?.value ?? '';
  }

  /** The organization secrets that a repository may read, by name. */
  organizationSecrets(repository: Repository, store: string): StoredSecret[] {
    const shared = this.#find(`orgs/${repository.owner}/${store}`)?.all() ?? [];
    return byName(shared.filter((secret) => maySee(secret, repository)));
  }

  // What the routes are made of.

  /** One secret as the copy shows it whose turn it is. */
  read(place: string, name: string): StoredSecret | undefined {
    return this.#place(place).shelf.get(name, this.#copy(`${place}/${name}`));
  }

  list(place: string): StoredSecret[] {
    return byName(this.#place(place).shelf.all(this.#copy(place)));
  }

  key(place: string): PublicKey {
    return (this.#place(place).key ??= makeKey());
  }

  isFull(place: string): boolean {
    return this.#place(place).shelf.all().length >= roomIn(place);
  }

  holds(place: string, name: string): StoredSecret | undefined {
    return this.#place(place).shelf.get(name);
  }

  put(place: string, name: string, value: string, options: SecretOptions): void {
    const { shelf, path } = this.#place(place);
    const dated = options.at ?? this.#machines.now();
    const before = shelf.get(name);
    shelf.put(
      {
        name,
        value,
        createdAt: before?.createdAt ?? dated,
        updatedAt: dated,
        ...(path.startsWith('orgs/') ? readersOf(options, before) : {}),
      },
      options.at ?? this.#world.now(),
    );
    this.#world.changed(`github: ${path}/secrets/${name} written`);
  }

  select(place: string, secret: StoredSecret, repositoryIds: readonly number[]): void {
    const { shelf, path } = this.#place(place);
    shelf.put({ ...secret, repositoryIds, updatedAt: this.#machines.now() }, this.#world.now());
    this.#world.changed(`github: repositories of ${path}/secrets/${secret.name} set`);
  }

  remove(place: string, name: string): boolean {
    const { shelf, path } = this.#place(place);
    const deleted = shelf.delete(name, this.#world.now());
    if (deleted) this.#world.changed(`github: ${path}/secrets/${name} deleted`);
    return deleted;
  }

  /** A repository has a new name: its secrets go with it. */
  renamed(from: string, to: string): void {
    const before = `repos/${from.toLowerCase()}/`;
    for (const [key, place] of [...this.#places]) {
      if (!key.startsWith(before)) continue;
      this.#places.delete(key);
      place.path = `repos/${to}/${place.path.slice(before.length)}`;
      this.#places.set(place.path.toLowerCase(), place);
    }
  }

  #copy(of: string): number {
    const reads = this.#reads.get(of) ?? 0;
    this.#reads.set(of, reads + 1);
    const lag = this.copies[reads % this.copies.length] ?? 0;
    return lag === 0 ? Infinity : this.#world.now() - lag;
  }

  #find(place: string): Shelf | undefined {
    return this.#places.get(place.toLowerCase())?.shelf;
  }

  #place(path: string): Place {
    let place = this.#places.get(path.toLowerCase());
    if (place === undefined) {
      place = { path, key: undefined, shelf: new Shelf() };
      this.#places.set(path.toLowerCase(), place);
    }
    return place;
  }
}

export const environmentPlace = (repository: Repository, environment: string): string =>
  `repos/${repository.fullName}/environments/${encodeURIComponent(environment)}`;

const makeKey = (): PublicKey => ({
  id: String(randomInt(10 ** 12, 10 ** 14)),
  ...sodium.crypto_box_keypair(),
});

/** Who may read an organization secret: what is not said stays as it was. */
function readersOf(
  options: SecretOptions,
  before: StoredSecret | undefined,
): Pick<StoredSecret, 'visibility' | 'repositoryIds'> {
  const visibility = options.visibility ?? before?.visibility ?? 'all';
  return visibility === 'selected'
    ? { visibility, repositoryIds: options.repositoryIds ?? before?.repositoryIds ?? [] }
    : { visibility };
}

const byName = (secrets: StoredSecret[]): StoredSecret[] =>
  secrets.sort((one, other) => (one.name < other.name ? -1 : 1));

function maySee({ visibility, repositoryIds }: StoredSecret, repository: Repository): boolean {
  if (visibility === 'selected') return repositoryIds?.includes(repository.id) === true;
  return visibility === 'all' || repository.private;
}

function split(path: string): { place: string; name: string } {
  const [, place, name] = /^(.+)\/secrets\/([^/]+)$/.exec(path) ?? [];
  if (place === undefined || name === undefined) throw new Error(`not the path of a secret: ${path}`);
  return { place: place.startsWith('orgs/') ? place.toLowerCase() : place, name: name.toUpperCase() };
}
