/** The public keys with which secrets are sealed: one for each place (a store of a repository, environment or organization). */
import { RotationError } from '../../common/errors.ts';
import { Secret } from '../../common/secret.ts';
import { formOf, placeOf, type SecretPath } from '../../paths/secret-path.ts';
import { absentOrForbidden, gitHubFailure, requestOf, unreadable } from '../failure.ts';
import type { GitHubClient } from '../octokit.ts';
import { ask, property, type Reply, succeeded } from '../request.ts';
import type { Purposes } from './purposes.ts';
import { seal } from './seal.ts';

export interface PublicKey {
  readonly id: string;
  readonly base64: string;
}

export class PublicKeys {
  readonly #octokit: GitHubClient;
  readonly #purposes: Purposes;
  readonly #known = new Map<string, Promise<PublicKey>>();

  constructor(octokit: GitHubClient, purposes: Purposes) {
    this.#octokit = octokit;
    this.#purposes = purposes;
  }

  /** One request a place, however many of its secrets are asked for side by side. Throws `secret-missing` and others. */
  of(path: SecretPath): Promise<PublicKey> {
    const place = placeOf(path);
    const known = this.#known.get(place);
    if (known !== undefined) return known;
    const key = this.#fetch(path);
    this.#known.set(place, key);
    key.catch(() => this.#known.delete(place));
    return key;
  }

  /** GitHub has replaced it; the next one who asks gets the new one. */
  forget(path: SecretPath): void {
    this.#known.delete(placeOf(path));
  }

  async #fetch(path: SecretPath): Promise<PublicKey> {
    const purpose = this.#purposes.on(path, `read the public key of ${placeOf(path)}`);
    const reply = await ask(this.#octokit, `GET /${placeOf(path)}/public-key`);
    if (reply.status === 404) throw this.#absent(path, reply);
    if (!succeeded(reply)) throw gitHubFailure(reply, { ...purpose, ifMoved: 'secret-missing' });
    const id = property(reply.data, 'key_id');
    const base64 = property(reply.data, 'key');
    if (!this.#isKeyId(id) || typeof base64 !== 'string') throw unreadable(reply, purpose);
    // A key that cannot seal must come to light here, not when a new token waits to be sealed.
    await seal(base64, new Secret(''));
    return { id, base64 };
  }

  /** It goes into the state of the step, and into a command that a person may have to run. */
  #isKeyId(value: unknown): value is string {
    return typeof value === 'string' && /^\P{C}{1,200}$/u.test(value) && !this.#purposes.quoter.isEcho(value);
  }

  #absent(path: SecretPath, reply: Reply): RotationError {
    const purpose = this.#purposes.on(path, '');
    const { store, called } = formOf(path);
    const isServer = reply.headers['x-github-enterprise-version'] !== undefined;
    const mayLack = isServer && ['agents', 'codespaces', 'dependabot'].includes(store);
    const what =
      path.level === 'environment'
        ? `The environment ${this.#purposes.quote(path.environment)} of ${path.owner}/${path.repo}`
        : `The ${path.level} of ${path.path}`;
    return new RotationError(
      'secret-missing',
      `${what} was not found: ${absentOrForbidden(purpose)}${requestOf(reply, purpose)}`,
      `Check the spelling of the path and the reach of the token.${mayLack ? ` This GitHub Enterprise Server may have no ${called}.` : ''}`,
    );
  }
}
