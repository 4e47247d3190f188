/** Reading what GitHub shows of secrets, with as few requests as there are. */
import { attempted, type RotationError } from '../../common/errors.ts';
import type { Clock } from '../../rotation/ports/clock.ts';
import type { SecretFacts } from '../../rotation/ports/secret-store.ts';
import { formOf, placeOf, type SecretPath } from '../../paths/secret-path.ts';
import { gitHubFailure, unreadable } from '../failure.ts';
import type { GitHubClient } from '../octokit.ts';
import { pageSize, Paging } from '../paging.ts';
import { answeredAt, ask, instantOf, property, type Reply, succeeded } from '../request.ts';
import type { Purposes } from './purposes.ts';

/** What GitHub showed of one place. */
export interface Listing {
  /** How many secrets it holds; undefined where they were asked for one by one. */
  readonly total: number | undefined;
  /** In the order of the paths. */
  readonly answers: readonly (SecretFacts | RotationError)[];
}

export class Listings {
  readonly #octokit: GitHubClient;
  readonly #purposes: Purposes;
  readonly #clock: Clock;

  constructor(octokit: GitHubClient, purposes: Purposes, clock: Clock) {
    this.#octokit = octokit;
    this.#purposes = purposes;
    this.#clock = clock;
  }

  /**
   * Of one place. A repository and an environment hold a hundred secrets at most, which is one page, so from the second
   * secret on the page is cheaper; an organization's pages are worth it from the tenth on.
   */
  async ofPlace(paths: readonly SecretPath[]): Promise<Listing> {
    const [first] = paths;
    const worthwhile = first !== undefined && formOf(first).capacity > pageSize ? 10 : 2;
    if (first === undefined || paths.length < worthwhile)
      return { total: undefined, answers: await this.#each(paths) };
    const listed = await attempted(() => this.#list(first));
    if (listed === undefined) return { total: undefined, answers: await this.#each(paths) };
    if (listed instanceof Error) return { total: undefined, answers: paths.map(() => listed) };
    const { dates, readAt } = listed;
    const answers = paths.map((path) => ({ path, updatedAt: dates.get(path.name), readAt }));
    return { total: dates.size, answers };
  }

  /** The secret as GitHub shows it; 404 says that it does not exist. */
  async get(path: SecretPath): Promise<Reply> {
    const reply = await ask(this.#octokit, `GET /${path.path}`);
    if (succeeded(reply) || reply.status === 404) return reply;
    throw gitHubFailure(reply, this.#purposes.reading(path));
  }

  facts(path: SecretPath, secret: Reply): SecretFacts {
    const readAt = answeredAt(secret, this.#clock);
    if (secret.status === 404) return { path, updatedAt: undefined, readAt };
    const updatedAt = instantOf(property(secret.data, 'updated_at'));
    if (updatedAt === undefined) throw unreadable(secret, this.#purposes.reading(path));
    return { path, updatedAt, readAt };
  }

  #each(paths: readonly SecretPath[]): Promise<readonly (SecretFacts | RotationError)[]> {
    return Promise.all(paths.map((path) => attempted(async () => this.facts(path, await this.get(path)))));
  }

  /** Undefined where there is no such list to be had. https://docs.github.com/rest/actions/secrets#list-repository-secrets */
  async #list(path: SecretPath): Promise<{ dates: ReadonlyMap<string, number>; readAt: number } | undefined> {
    const purpose = this.#purposes.on(path, `list the secrets of ${placeOf(path)}`);
    const dates = new Map<string, number>();
    const paging = new Paging(dates);
    for (;;) {
      const { page, ...size } = paging.next();
      const query = page === 1 ? size : { ...size, page };
      const reply = await ask(this.#octokit, `GET /${placeOf(path)}`, query);
      if (reply.status === 404) return undefined;
      if (!succeeded(reply)) throw gitHubFailure(reply, { ...purpose, ifMoved: 'secret-missing' });
      const secrets = property(reply.data, 'secrets');
      if (!Array.isArray(secrets)) throw unreadable(reply, purpose);
      for (const secret of secrets as unknown[]) {
        const name = property(secret, 'name');
        const updatedAt = instantOf(property(secret, 'updated_at'));
        if (typeof name !== 'string' || updatedAt === undefined) throw unreadable(reply, purpose);
        dates.set(name.toUpperCase(), updatedAt);
      }
      if (paging.isLast(secrets)) return { dates, readAt: answeredAt(reply, this.#clock) };
    }
  }
}
