import { randomInt } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import type { Reply } from './faults.ts';
import { page, param, Refusal, wholeSeconds, type Call, type Route, type Routes } from './github-call.ts';
import type { Repositories, Repository } from './github-repositories.ts';
import type { World } from './world.ts';

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

export interface SecretOptions {
  readonly visibility?: Visibility;
  readonly repositoryIds?: readonly number[];
  /** Both of its times, by the world's clock; now, if absent. */
  readonly at?: number;
}

interface Place {
  readonly keyId: string;
  readonly keys: { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array };
  readonly secrets: Map<string, StoredSecret>;
}

const maximumBytes = 48 * 1024;
const stores = ['actions', 'dependabot', 'codespaces', 'agents'] as const;

/**
 * Secrets by place. A place is what stands before `/secrets/` in GitHub's path: `repos/acme/store/actions`,
 * `repos/acme/store/environments/prod`, `orgs/acme/dependabot`. Each has a key pair of its own.
 */
export class Secrets {
  /** Ids that `GET …/repositories` leaves out although it counts them, as if the token could not see them. */
  readonly hiddenRepositoryIds = new Set<number>();
  readonly #world: World;
  readonly #repositories: Repositories;
  readonly #places = new Map<string, Place>();

  constructor(world: World, repositories: Repositories) {
    this.#world = world;
    this.#repositories = repositories;
  }

  /** By GitHub's path, `repos/acme/store/actions/secrets/NAME`. */
  get(path: string): StoredSecret | undefined {
    const { place, name } = split(path);
    return this.#places.get(place)?.secrets.get(name);
  }

  /** As if somebody had set it in the settings page. */
  set(path: string, value: string, options: SecretOptions = {}): void {
    const { place, name } = split(path);
    this.#put(place, name, value, options);
  }

  delete(path: string): boolean {
    const { place, name } = split(path);
    return this.#delete(place, name);
  }

  /** All of them, by path, in the order in which they were made. */
  all(): ReadonlyMap<string, StoredSecret> {
    return new Map(
      [...this.#places].flatMap(([place, { secrets }]) =>
        [...secrets].map(([name, secret]) => [`${place}/secrets/${name}`, secret] as const),
      ),
    );
  }

  /** What `${{ secrets.NAME }}` gives: environment before repository before organization, or empty. */
  resolve(repository: Repository, name: string, environment?: string): string {
    const upper = name.toUpperCase();
    const inPlace = (place: string): StoredSecret | undefined => this.#places.get(place)?.secrets.get(upper);
    const base = `repos/${repository.fullName}`;
    const own =
      (environment === undefined ? undefined : inPlace(environmentPlace(repository, environment))) ??
      inPlace(`${base}/actions`);
    if (own !== undefined) return own.value;
    const shared = inPlace(`orgs/${repository.owner.toLowerCase()}/actions`);
    return shared !== undefined && maySee(shared, repository) ? shared.value : '';
  }

  routes(): Routes {
    const routes: Record<string, Route> = {};
    const serve = (prefix: string, place: (call: Call) => string): void => {
      routes[`GET ${prefix}`] = (call) => this.#list(call, place(call));
      routes[`GET ${prefix}/public-key`] = (call) => this.#publicKey(place(call));
      routes[`GET ${prefix}/{secret_name}`] = (call) => ({
        status: 200,
        body: this.#json(place(call), this.#named(call, place(call))),
      });
      routes[`PUT ${prefix}/{secret_name}`] = (call) => this.#write(call, place(call));
      routes[`DELETE ${prefix}/{secret_name}`] = (call) => {
        if (!this.#delete(place(call), param(call, 'secret_name').toUpperCase())) absent();
        return { status: 204 };
      };
    };
    for (const store of stores) {
      const org = (call: Call): string => `orgs/${this.#repositories.organization(call)}/${store}`;
      serve(
        `/repos/{owner}/{repo}/${store}/secrets`,
        (call) => `repos/${this.#repositories.of(call).fullName}/${store}`,
      );
      serve(`/orgs/{org}/${store}/secrets`, org);
      const selected = `/orgs/{org}/${store}/secrets/{secret_name}/repositories`;
      routes[`GET ${selected}`] = (call) => this.#listRepositories(call, this.#named(call, org(call)));
      routes[`PUT ${selected}`] = (call) => this.#select(call, org(call), idsOf(call) ?? [], 422);
      for (const method of ['PUT', 'DELETE'] as const) {
        routes[`${method} ${selected}/{repository_id}`] = (call) => {
          const id = Number(param(call, 'repository_id'));
          const others = (this.#named(call, org(call)).repositoryIds ?? []).filter((one) => one !== id);
          return this.#select(call, org(call), method === 'PUT' ? [...others, id] : others, 409);
        };
      }
    }
    serve('/repos/{owner}/{repo}/environments/{environment_name}/secrets', (call) => {
      const repository = this.#repositories.of(call);
      const environment = param(call, 'environment_name');
      if (!repository.environments.has(environment)) absent();
      return environmentPlace(repository, environment);
    });
    return routes;
  }

  #publicKey(place: string): Reply {
    const { keyId, keys } = this.#place(place);
    const key = sodium.to_base64(keys.publicKey, sodium.base64_variants.ORIGINAL);
    return { status: 200, body: { key_id: keyId, key } };
  }

  #list(call: Call, place: string): Reply {
    const all = [...this.#place(place).secrets.values()];
    all.sort((one, other) => (one.name < other.name ? -1 : 1));
    return page(call, all, (items, total) => ({
      total_count: total,
      secrets: items.map((secret) => this.#json(place, secret)),
    }));
  }

  #write(call: Call, place: string): Reply {
    const name = param(call, 'secret_name').toUpperCase();
    if (!/^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/.test(name)) throw new Refusal(422, 'Secret names are invalid');
    const { encrypted_value: sealed, key_id: keyId, visibility } = call.body;
    const { keyId: ownKeyId, keys, secrets } = this.#place(place);
    if (typeof sealed !== 'string' || keyId !== ownKeyId) {
      throw new Refusal(422, 'Bad request - key_id does not match the public key');
    }
    const value = open(sealed, keys);
    if (value === undefined) throw new Refusal(422, 'Bad request - encrypted_value cannot be decrypted');
    if (Buffer.byteLength(value) > maximumBytes) throw new Refusal(422, 'Secret value is too large');
    const known = secrets.has(name);
    this.#put(place, name, value, {
      ...(typeof visibility === 'string' ? { visibility: visibility as Visibility } : {}),
      // GitHub has no value-only update: `selected` without ids leaves the secret with no repository at all
      // (https://github.com/external-secrets/external-secrets/issues/6514).
      ...(visibility === 'selected' ? { repositoryIds: this.#knownIds(idsOf(call) ?? []) } : {}),
    });
    return known ? { status: 204 } : { status: 201, body: {} };
  }

  #put(place: string, name: string, value: string, options: SecretOptions): void {
    const secrets = this.#place(place).secrets;
    const now = options.at ?? this.#world.now();
    const isShared = place.startsWith('orgs/');
    secrets.set(name, {
      name,
      value,
      createdAt: secrets.get(name)?.createdAt ?? now,
      updatedAt: now,
      ...(isShared ? { visibility: options.visibility ?? 'all' } : {}),
      ...(isShared && options.visibility === 'selected'
        ? { repositoryIds: options.repositoryIds ?? [] }
        : {}),
    });
    this.#world.changed(`github: ${place}/secrets/${name} written`);
  }

  #delete(place: string, name: string): boolean {
    const deleted = this.#place(place).secrets.delete(name);
    if (deleted) this.#world.changed(`github: ${place}/secrets/${name} deleted`);
    return deleted;
  }

  #listRepositories(call: Call, secret: StoredSecret): Reply {
    if (secret.visibility !== 'selected') throw new Refusal(409, 'Visibility type must be set to selected');
    const ids = secret.repositoryIds ?? [];
    const all = this.#repositories.all.filter(({ id }) => ids.includes(id));
    const visible = all.filter(({ id }) => !this.hiddenRepositoryIds.has(id));
    return page(call, visible, (items) => ({
      total_count: all.length,
      repositories: items.map((one) => this.#repositories.json(one)),
    }));
  }

  #select(call: Call, place: string, ids: readonly number[], otherwise: number): Reply {
    const secret = this.#named(call, place);
    if (secret.visibility !== 'selected') {
      throw new Refusal(
        otherwise,
        "You cannot update selected repositories for a secret when the visibility is not set to 'selected'",
      );
    }
    const at = this.#world.now();
    const repositoryIds = this.#knownIds(ids);
    this.#place(place).secrets.set(secret.name, { ...secret, repositoryIds, updatedAt: at });
    this.#world.changed(`github: repositories of ${place}/secrets/${secret.name} set`);
    return { status: 204 };
  }

  #knownIds(ids: readonly number[]): readonly number[] {
    if (!ids.every((id) => this.#repositories.all.some((one) => one.id === id))) {
      throw new Refusal(422, 'Validation Failed: unknown repository id');
    }
    return [...new Set(ids)];
  }

  #named(call: Call, place: string): StoredSecret {
    return this.#place(place).secrets.get(param(call, 'secret_name').toUpperCase()) ?? absent();
  }

  #json(place: string, secret: StoredSecret): Record<string, unknown> {
    const url = `${this.#repositories.api()}/${place}/secrets/${secret.name}`;
    return {
      name: secret.name,
      created_at: wholeSeconds(secret.createdAt),
      updated_at: wholeSeconds(secret.updatedAt),
      ...(secret.visibility === undefined ? {} : { visibility: secret.visibility }),
      ...(secret.visibility === 'selected' ? { selected_repositories_url: `${url}/repositories` } : {}),
    };
  }

  #place(name: string): Place {
    let place = this.#places.get(name);
    if (place === undefined) {
      place = {
        keyId: String(randomInt(10 ** 12, 10 ** 14)),
        keys: sodium.crypto_box_keypair(),
        secrets: new Map(),
      };
      this.#places.set(name, place);
    }
    return place;
  }
}

const environmentPlace = (repository: Repository, environment: string): string =>
  `repos/${repository.fullName}/environments/${encodeURIComponent(environment)}`;

function maySee({ visibility, repositoryIds }: StoredSecret, repository: Repository): boolean {
  if (visibility === 'selected') return repositoryIds?.includes(repository.id) === true;
  return visibility === 'all' || repository.private;
}

function absent(): never {
  throw new Refusal(404, 'Not Found');
}

function idsOf(call: Call): number[] | undefined {
  const ids = call.body.selected_repository_ids;
  return Array.isArray(ids) ? ids.map(Number) : undefined;
}

function split(path: string): { place: string; name: string } {
  const [, place, name] = /^(.+)\/secrets\/([^/]+)$/.exec(path) ?? [];
  if (place === undefined || name === undefined) throw new Error(`not the path of a secret: ${path}`);
  const canonical = place.startsWith('orgs/') ? place.toLowerCase() : place;
  return { place: canonical, name: name.toUpperCase() };
}

function open(sealed: string, keys: Place['keys']): string | undefined {
  try {
    const bytes = sodium.from_base64(sealed, sodium.base64_variants.ORIGINAL);
    return Buffer.from(sodium.crypto_box_seal_open(bytes, keys.publicKey, keys.privateKey)).toString('utf8');
  } catch {
    return undefined;
  }
}
