/** The look at secrets before anything is written: what they are, and all that would keep a run from writing them. */
import { attempted, RotationError } from '../../common/errors.ts';
import { formOf, type OrganizationSecretPath, placeOf, type SecretPath } from '../../paths/secret-path.ts';
import { type Answer, byPlace } from './by-place.ts';
import type { Listings } from './listings.ts';
import type { OrganizationReaders } from './organization-readers.ts';
import type { PublicKeys } from './public-keys.ts';
import type { Repositories } from './repositories.ts';

interface Sources {
  readonly keys: PublicKeys;
  readonly listings: Listings;
  readonly readers: OrganizationReaders;
  readonly repositories: Repositories;
}

export class Inspector {
  readonly #keys: PublicKeys;
  readonly #listings: Listings;
  readonly #readers: OrganizationReaders;
  readonly #repositories: Repositories;

  constructor({ keys, listings, readers, repositories }: Sources) {
    this.#keys = keys;
    this.#listings = listings;
    this.#readers = readers;
    this.#repositories = repositories;
  }

  async inspectAll(paths: readonly SecretPath[]): Promise<readonly Answer[]> {
    const problems = this.#problemsOfRepositories(paths);
    return byPlace(paths, async (inPlace) => {
      const [first] = inPlace;
      if (first === undefined) return [];
      const [ofRepositories, key, answers] = await Promise.all([
        problems,
        attempted(() => this.#keys.of(first)),
        this.#inspectPlace(inPlace),
      ]);
      const problem = first.level === 'organization' ? undefined : ofRepositories.get(repositoryOf(first));
      if (problem !== undefined) return inPlace.map(() => problem);
      return key instanceof RotationError ? inPlace.map(() => key) : answers;
    });
  }

  async #inspectPlace(paths: readonly SecretPath[]): Promise<readonly Answer[]> {
    const [first] = paths;
    if (first === undefined) return [];
    if (first.level === 'organization') return this.#inspectOrganization(paths);
    const { total, answers } = await this.#listings.ofPlace(paths);
    const missing = answers.filter(
      (answer) => !(answer instanceof RotationError) && answer.updatedAt === undefined,
    );
    if (total === undefined || total + missing.length <= formOf(first).capacity) return answers;
    const full = new RotationError(
      'secret-write-failed',
      `${placeOf(first)} holds ${total} secrets, and GitHub allows ${formOf(first).capacity}: there is no room for ${missing.length} more.`,
      'Delete a secret that is not used, or let pending-secret stand elsewhere.',
    );
    return answers.map((answer) => (missing.includes(answer) ? full : answer));
  }

  #inspectOrganization(paths: readonly SecretPath[]): Promise<readonly Answer[]> {
    return Promise.all(
      paths.map((path) =>
        attempted(async () => {
          const secret = await this.#listings.get(path);
          const facts = this.#listings.facts(path, secret);
          if (path.level !== 'organization') return facts;
          return { ...facts, readers: await this.#readers.observe(path, secret) };
        }),
      ),
    );
  }

  async #problemsOfRepositories(
    paths: readonly SecretPath[],
  ): Promise<ReadonlyMap<string, RotationError | undefined>> {
    const repositories = new Map(
      paths.flatMap((path) => (path.level === 'organization' ? [] : [[repositoryOf(path), path] as const])),
    );
    const problems = [...repositories].map(
      async ([name, { owner, repo }]) => [name, await this.#repositories.problem(owner, repo)] as const,
    );
    return new Map(await Promise.all(problems));
  }
}

function repositoryOf({ owner, repo }: Exclude<SecretPath, OrganizationSecretPath>): string {
  return `${owner}/${repo}`.toLowerCase();
}
