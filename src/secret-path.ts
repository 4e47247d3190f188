/**
 * Where a secret lives, written as the path of GitHub's own REST API without the leading slash. Paths are
 * parsed once, into a value whose `path` is canonical, so that two spellings of one secret compare equal.
 *
 * Source: https://docs.github.com/rest/actions/secrets
 */

/** Which repositories may read a new organization secret. */
export type Audience =
  | { readonly visibility: 'all' | 'private' }
  | { readonly visibility: 'selected'; readonly repositories: readonly string[] };

interface Located {
  /** Canonical path: `repos/acme/store/actions/secrets/NAME`, percent-encoded as in the API. */
  readonly path: string;
  /** Upper case, as GitHub stores it. */
  readonly name: string;
}

export interface RepositorySecretPath extends Located {
  readonly level: 'repository';
  readonly owner: string;
  readonly repo: string;
}

export interface EnvironmentSecretPath extends Located {
  readonly level: 'environment';
  readonly owner: string;
  readonly repo: string;
  /** Decoded: `prod/eu`, not `prod%2Feu`. */
  readonly environment: string;
}

export interface OrganizationSecretPath extends Located {
  readonly level: 'organization';
  readonly org: string;
  /**
   * Who may read it if it has to be created: what the path said, or the same readers as another secret of
   * the organization (`like`). An existing secret keeps its own.
   */
  readonly audience?: Audience | { readonly like: OrganizationSecretPath };
}

export type SecretPath = RepositorySecretPath | EnvironmentSecretPath | OrganizationSecretPath;
