// The operations on secrets that the fake GitHub offers over HTTP.
import sodium from 'libsodium-wrappers';
import type { Reply } from './faults.ts';
import { page, param, Refusal, wholeSeconds, type Call, type Route, type Routes } from './github-call.ts';
import { hasEnvironment, type Repositories } from './github-repositories.ts';
import { environmentPlace, type PublicKey, type Secrets } from './github-secrets.ts';
import type { StoredSecret, Visibility } from './github-shelf.ts';

const maximumBytes = 48 * 1024;
const stores = ['actions', 'dependabot', 'codespaces', 'agents'] as const;

/** Which place a call is about. */
type PlaceOf = (call: Call) => string;

export function secretRoutes(secrets: Secrets, repositories: Repositories): Routes {
  const operations = new SecretOperations(secrets, repositories);
  const routes: Record<string, Route> = {};
  const serve = (prefix: string, place: PlaceOf): void => {
    routes[`GET ${prefix}`] = (call) => operations.list(call, place(call));
    routes[`GET ${prefix}/public-key`] = (call) => operations.publicKey(place(call));
    routes[`GET ${prefix}/{secret_name}`] = (call) => operations.show(call, place(call));
    routes[`PUT ${prefix}/{secret_name}`] = (call) => operations.write(call, place(call));
    routes[`DELETE ${prefix}/{secret_name}`] = (call) => operations.remove(call, place(call));
  };
  for (const store of stores) {
    const org: PlaceOf = (call) => `orgs/${repositories.organization(call)}/${store}`;
    serve(
      `/repos/{owner}/{repo}/${store}/secrets`,
      (call) => `repos/${repositories.of(call).fullName}/${store}`,
    );
    serve(`/orgs/{org}/${store}/secrets`, org);
    routes[`GET /repos/{owner}/{repo}/${store}/organization-secrets`] = (call) =>
      operations.listShared(call, store);
    const selected = `/orgs/{org}/${store}/secrets/{secret_name}/repositories`;
    routes[`GET ${selected}`] = (call) => operations.listRepositories(call, org(call));
    routes[`PUT ${selected}`] = (call) => operations.select(call, org(call), idsOf(call) ?? [], 422);
    for (const method of ['PUT', 'DELETE'] as const) {
      routes[`${method} ${selected}/{repository_id}`] = (call) => {
        const id = Number(param(call, 'repository_id'));
        const others = operations.selected(call, org(call)).filter((one) => one !== id);
        return operations.select(call, org(call), method === 'PUT' ? [...others, id] : others, 409);
      };
    }
  }
  serve('/repos/{owner}/{repo}/environments/{environment_name}/secrets', (call) => {
    const repository = repositories.of(call);
    const environment = param(call, 'environment_name');
    if (!hasEnvironment(repository, environment)) absent();
    return environmentPlace(repository, environment);
  });
  return routes;
}

class SecretOperations {
  readonly #secrets: Secrets;
  readonly #repositories: Repositories;

  constructor(secrets: Secrets, repositories: Repositories) {
    this.#secrets = secrets;
    this.#repositories = repositories;
  }

  publicKey(place: string): Reply {
    const { id, publicKey } = this.#secrets.key(place);
    const key = sodium.to_base64(publicKey, sodium.base64_variants.ORIGINAL);
    return { status: 200, body: { key_id: id, key } };
  }

  list(call: Call, place: string): Reply {
    return page(call, this.#secrets.list(place), (items, total) => ({
      total_count: total,
      secrets: items.map((secret) => this.#json(place, secret)),
    }));
  }

  /** The organization secrets that a repository may read; without their visibility. */
  listShared(call: Call, store: string): Reply {
    const shared = this.#secrets.organizationSecrets(this.#repositories.of(call), store);
    return page(call, shared, (items, total) => ({ total_count: total, secrets: items.map(datedName) }));
  }

  show(call: Call, place: string): Reply {
    const secret = this.#secrets.read(place, nameOf(call)) ?? absent();
    return { status: 200, body: this.#json(place, secret) };
  }

  write(call: Call, place: string): Reply {
    const name = nameOf(call);
    if (!/^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/.test(name)) throw new Refusal(422, 'Secret names are invalid');
    const { visibility } = call.body;
    const value = openedValue(call, this.#secrets.key(place));
    const isNew = this.#secrets.holds(place, name) === undefined;
    // No document says what GitHub answers here; 422 is its word for what it understands and cannot do.
    if (isNew && this.#secrets.isFull(place)) throw new Refusal(422, 'Maximum number of secrets reached');
    this.#secrets.put(place, name, value, {
      ...(typeof visibility === 'string' ? { visibility: visibility as Visibility } : {}),
      // GitHub has no value-only update: `selected` without ids leaves the secret with no repository at all
      // (https://github.com/external-secrets/external-secrets/issues/6514).
      ...(visibility === 'selected' ? { repositoryIds: this.#knownIds(idsOf(call) ?? []) } : {}),
    });
    return isNew ? { status: 201, body: {} } : { status: 204 };
  }

  remove(call: Call, place: string): Reply {
    if (!this.#secrets.remove(place, nameOf(call))) absent();
    return { status: 204 };
  }

  listRepositories(call: Call, place: string): Reply {
    const secret = this.#secrets.read(place, nameOf(call)) ?? absent();
    if (secret.visibility !== 'selected') throw new Refusal(409, 'Visibility type must be set to selected');
    const all = (secret.repositoryIds ?? []).toSorted((one, other) => one - other);
    const visible = all.filter((id) => !this.#secrets.hiddenRepositoryIds.has(id));
    return page(call, visible, (ids) => ({
      total_count: all.length,
      repositories: ids
        .flatMap((id) => this.#repositories.byId(id) ?? [])
        .map((one) => this.#repositories.json(one)),
    }));
  }

  selected(call: Call, place: string): readonly number[] {
    return this.#held(call, place).repositoryIds ?? [];
  }

  select(call: Call, place: string, ids: readonly number[], otherwise: number): Reply {
    const secret = this.#held(call, place);
    if (secret.visibility !== 'selected') {
      throw new Refusal(
        otherwise,
        "You cannot update selected repositories for a secret when the visibility is not set to 'selected'",
      );
    }
    this.#secrets.select(place, secret, this.#knownIds(ids));
    return { status: 204 };
  }

  #held(call: Call, place: string): StoredSecret {
    return this.#secrets.holds(place, nameOf(call)) ?? absent();
  }

  #knownIds(ids: readonly number[]): readonly number[] {
    if (!ids.every((id) => this.#repositories.byId(id) !== undefined)) {
      throw new Refusal(422, 'Validation Failed: unknown repository id');
    }
    return [...new Set(ids)];
  }

  #json(place: string, secret: StoredSecret): Record<string, unknown> {
    const url = `${this.#repositories.api()}/${place}/secrets/${secret.name}`;
    return {
      ...datedName(secret),
      ...(secret.visibility === undefined ? {} : { visibility: secret.visibility }),
      ...(secret.visibility === 'selected' ? { selected_repositories_url: `${url}/repositories` } : {}),
    };
  }
}

const datedName = ({ name, createdAt, updatedAt }: StoredSecret): Record<string, unknown> => ({
  name,
  created_at: wholeSeconds(createdAt),
  updated_at: wholeSeconds(updatedAt),
});

const nameOf = (call: Call): string => param(call, 'secret_name').toUpperCase();

function absent(): never {
  throw new Refusal(404, 'Not Found');
}

function idsOf(call: Call): number[] | undefined {
  const ids = call.body.selected_repository_ids;
  return Array.isArray(ids) ? ids.map(Number) : undefined;
}

/** What was sealed with the key of the place; anything else is refused. */
function openedValue(call: Call, key: PublicKey): string {
  const { encrypted_value: sealed, key_id: keyId } = call.body;
  if (typeof sealed !== 'string' || keyId !== key.id) {
    throw new Refusal(422, 'Bad request - key_id does not match the public key');
  }
  const value = open(sealed, key);
  if (value === undefined) throw new Refusal(422, 'Bad request - encrypted_value cannot be decrypted');
  if (Buffer.byteLength(value) > maximumBytes) throw new Refusal(422, 'Secret value is too large');
  return value;
}

function open(sealed: string, { publicKey, privateKey }: PublicKey): string | undefined {
  try {
    const bytes = sodium.from_base64(sealed, sodium.base64_variants.ORIGINAL);
    return Buffer.from(sodium.crypto_box_seal_open(bytes, publicKey, privateKey)).toString('utf8');
  } catch {
    return undefined;
  }
}
