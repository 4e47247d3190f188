import { type ErrorCode, RotationError } from '../../errors.ts';
import type { Quoter } from '../../quoter.ts';
import type { Clock, SealedValue, SecretFacts, SecretStore, WriteReceipt } from '../../rotation/ports.ts';
import type { OrganizationSecretPath, SecretPath, SecretPattern } from '../../secret-path.ts';
import { Secret } from '../../secret.ts';
import { answeredAt, ask, idOf, instantOf, property, type Reply, succeeded } from '../request.ts';
import { absentOrForbidden, type Attempt, gitHubFailure, unreadable } from '../failure.ts';
import type { GitHubClient } from '../octokit.ts';
import { selectedRepositories, visibilityOf } from './organization-secret.ts';
import { seal } from './seal.ts';

export interface SecretStoreOptions {
  /** Acts with `github-token`. */
  readonly octokit: GitHubClient;
  readonly clock: Clock;
  readonly quoter: Quoter;
}

interface PublicKey {
  readonly id: string;
  readonly base64: string;
}

/** The part of a PUT that says who may read an organization secret; GitHub wants it every time. */
type Readers =
  | { readonly visibility: 'all' | 'private' }
  | { readonly visibility: 'selected'; readonly selected_repository_ids: readonly number[] };

/**
 * GitHub Actions secrets of repositories, environments and organizations, which share one API: a path's place
 * has a public key, and the path itself takes GET, PUT and DELETE.
 * https://docs.github.com/rest/actions/secrets
 */
export class GitHubSecretStore implements SecretStore {
  readonly #octokit: GitHubClient;
  readonly #clock: Clock;
  readonly #quoter: Quoter;
  readonly #publicKeys = new Map<string, Promise<PublicKey>>();

  constructor(options: SecretStoreOptions) {
    this.#octokit = options.octokit;
    this.#clock = options.clock;
    this.#quoter = options.quoter;
  }

  inspectAll(paths: readonly SecretPath[]): Promise<readonly (SecretFacts | RotationError)[]> {
    return Promise.all(paths.map((path) => attempted(() => this.#inspect(path))));
  }

  readAll(paths: readonly SecretPath[]): Promise<readonly (SecretFacts | RotationError)[]> {
    return Promise.all(paths.map((path) => attempted(async () => this.#facts(path, await this.#get(path)))));
  }

  find(pattern: SecretPattern): Promise<never> {
    return Promise.reject(
      new RotationError('secret-missing', `${pattern.path}: patterns are not supported yet.`),
    );
  }

  hiddenBy(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }

  commandToWrite({ path, keyId, value }: SealedValue): string {
    return `gh api --method PUT /${path.path} -f encrypted_value=${value} -f key_id=${keyId}`;
  }

  async #inspect(path: SecretPath): Promise<SecretFacts> {
    const [, secret] = await Promise.all([this.#publicKey(path), this.#get(path)]);
    if (path.level === 'organization') await this.#readers(path, secret, 'secret-missing');
    return this.#facts(path, secret);
  }

  async seal(path: SecretPath, value: Secret): Promise<SealedValue> {
    const key = await this.#publicKey(path);
    return { path, keyId: key.id, value: await seal(key.base64, value) };
  }

  async write(path: SecretPath, value: Secret): Promise<WriteReceipt> {
    return this.writeSealed(await this.seal(path, value));
  }

  async writeSealed({ path, keyId, value }: SealedValue): Promise<WriteReceipt> {
    const readers =
      path.level === 'organization'
        ? await this.#readers(path, await this.#get(path), 'secret-write-failed')
        : {};
    const reply = await ask(this.#octokit, `PUT /${path.path}`, {
      encrypted_value: value,
      key_id: keyId,
      ...readers,
    });
    if (reply.status === 201 || reply.status === 204) {
      return { created: reply.status === 201, answeredAt: answeredAt(reply, this.#clock) };
    }
    const attempt = about(path, `write the secret ${path.path}`);
    if (succeeded(reply)) throw unreadable(attempt);
    // 422 is also the answer to a key that GitHub has replaced: the next value is sealed with the new one.
    this.#publicKeys.delete(placeOf(path));
    const detail = this.#quoter.quote(property(reply.data, 'message'));
    throw gitHubFailure(reply, attempt, 'secret-write-failed', detail);
  }

  async remove(path: SecretPath): Promise<void> {
    const reply = await ask(this.#octokit, `DELETE /${path.path}`);
    if (succeeded(reply) || reply.status === 404) return;
    throw gitHubFailure(reply, about(path, `delete the secret ${path.path}`));
  }

  /** One request per place, however many of its secrets are asked for side by side. */
  #publicKey(path: SecretPath): Promise<PublicKey> {
    const place = placeOf(path);
    const known = this.#publicKeys.get(place);
    if (known !== undefined) return known;
    const key = this.#fetchPublicKey(path);
    this.#publicKeys.set(place, key);
    key.catch(() => this.#publicKeys.delete(place));
    return key;
  }

  async #fetchPublicKey(path: SecretPath): Promise<PublicKey> {
    const attempt = about(path, `read the public key of ${placeOf(path)}`);
    const reply = await ask(this.#octokit, `GET /${placeOf(path)}/public-key`);
    if (reply.status === 404) {
      const message = `The ${path.level} of ${path.path} was not found: ${absentOrForbidden(attempt)}`;
      throw new RotationError(
        'secret-missing',
        message,
        'Check the spelling of the path and the reach of the token.',
      );
    }
    if (!succeeded(reply)) throw gitHubFailure(reply, attempt);
    const id = property(reply.data, 'key_id');
    const base64 = property(reply.data, 'key');
    if (typeof id !== 'string' || typeof base64 !== 'string') throw unreadable(attempt);
    // A key that cannot seal must come to light here, not when a new token waits to be sealed.
    await seal(base64, new Secret(''));
    return { id, base64 };
  }

  /** The secret as GitHub shows it; 404 says that it does not exist. */
  async #get(path: SecretPath): Promise<Reply> {
    const reply = await ask(this.#octokit, `GET /${path.path}`);
    if (succeeded(reply) || reply.status === 404) return reply;
    throw gitHubFailure(reply, reading(path));
  }

  #facts(path: SecretPath, secret: Reply): SecretFacts {
    const readAt = answeredAt(secret, this.#clock);
    if (secret.status === 404) return { path, updatedAt: undefined, readAt };
    const updatedAt = instantOf(property(secret.data, 'updated_at'));
    if (updatedAt === undefined) throw unreadable(reading(path));
    return { path, updatedAt, readAt };
  }

  /**
   * Who reads an organization secret now or, if it does not exist, who shall. A PUT without the list empties
   * it, and one without the visibility is refused, so both are read just before each PUT and sent back.
   * https://docs.github.com/rest/actions/secrets#create-or-update-an-organization-secret
   */
  async #readers(path: OrganizationSecretPath, secret: Reply, ifAbsent: ErrorCode): Promise<Readers> {
    if (secret.status !== 404) {
      const visibility = visibilityOf(secret, reading(path));
      if (visibility !== 'selected') return { visibility };
      const repositories = await selectedRepositories(this.#octokit, path);
      return { visibility, selected_repository_ids: repositories.map(({ id }) => id) };
    }
    const { audience } = path;
    if (audience === undefined) return { visibility: 'private' };
    if ('like' in audience) return this.#readers(audience.like, await this.#get(audience.like), ifAbsent);
    if (audience.visibility !== 'selected') return { visibility: audience.visibility };
    const ids = audience.repositories.map((name) => this.#repositoryId(path.org, name, ifAbsent));
    return { visibility: 'selected', selected_repository_ids: await Promise.all(ids) };
  }

  async #repositoryId(owner: string, repo: string, ifAbsent: ErrorCode): Promise<number> {
    const attempt: Attempt = {
      to: `look up the repository ${owner}/${repo}`,
      needs: 'repositories',
      token: 'github-token',
    };
    const reply = await ask(this.#octokit, 'GET /repos/{owner}/{repo}', { owner, repo });
    if (!succeeded(reply)) throw gitHubFailure(reply, attempt, ifAbsent);
    const id = idOf(property(reply.data, 'id'));
    if (id === undefined) throw unreadable(attempt);
    return id;
  }
}

function about(path: SecretPath, to: string): Attempt {
  return { to, needs: path.level, token: 'github-token' };
}

function reading(path: SecretPath): Attempt {
  return about(path, `read the secret ${path.path}`);
}

/** `repos/acme/store/actions/secrets`: each has a public key of its own. */
function placeOf(path: SecretPath): string {
  return path.path.slice(0, path.path.lastIndexOf('/'));
}

async function attempted<T>(action: () => Promise<T>): Promise<T | RotationError> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof RotationError) return error;
    throw error;
  }
}
