/**
 * The forms in which GitHub's REST API writes where a secret lives. A new store is a row of this table: parsing,
 * permissions, error texts, the drain and the README follow from it.
 *
 * Source: https://docs.github.com/rest/actions/secrets, https://docs.github.com/rest/dependabot/secrets,
 * https://docs.github.com/rest/codespaces/secrets, https://docs.github.com/rest/agents/secrets
 */

export type SecretLevel = 'repository' | 'environment' | 'organization';
export type SecretStoreName = 'actions' | 'environment' | 'dependabot' | 'codespaces' | 'agents';

export interface SecretForm {
  /** `{…}` stands for one segment. */
  readonly template: string;
  readonly level: SecretLevel;
  readonly store: SecretStoreName;
  /** What GitHub's pages call these secrets. */
  readonly called: string;
  /** Key of the permission of an App, as in `x-accepted-github-permissions`. */
  readonly permission: string;
  /** Where the permission is found in GitHub's pages. */
  readonly permissionText: string;
  /** Scope of a classic personal access token. */
  readonly classicScope: 'repo' | 'admin:org';
  /** Whether workflow runs are given its secrets, so that one may still hold the old value. */
  readonly feedsRuns: boolean;
  /** So many secrets fit into one place: https://docs.github.com/actions/reference/security/secrets */
  readonly capacity: number;
}

const ofRepository = { level: 'repository', classicScope: 'repo', capacity: 100 } as const;
const ofOrganization = { level: 'organization', classicScope: 'admin:org', capacity: 1000 } as const;

/** In the order of the README. */
export const secretForms: readonly SecretForm[] = [
  {
    ...ofRepository,
    template: 'repos/{owner}/{repo}/actions/secrets/{name}',
    store: 'actions',
    called: 'Actions secrets',
    permission: 'secrets',
    permissionText: 'repository permission "Secrets"',
    feedsRuns: true,
  },
  {
    ...ofRepository,
    template: 'repos/{owner}/{repo}/environments/{environment}/secrets/{name}',
    level: 'environment',
    store: 'environment',
    called: 'environment secrets',
    permission: 'environments',
    permissionText: 'repository permission "Environments" (not "Secrets")',
    feedsRuns: true,
  },
  {
    ...ofRepository,
    template: 'repos/{owner}/{repo}/dependabot/secrets/{name}',
    store: 'dependabot',
    called: 'Dependabot secrets',
    permission: 'dependabot_secrets',
    permissionText: 'repository permission "Dependabot secrets"',
    feedsRuns: true,
  },
  {
    ...ofRepository,
    template: 'repos/{owner}/{repo}/codespaces/secrets/{name}',
    store: 'codespaces',
    called: 'Codespaces secrets',
    permission: 'codespaces_secrets',
    permissionText: 'repository permission "Codespaces secrets"',
    feedsRuns: false,
  },
  {
    ...ofOrganization,
    template: 'orgs/{org}/actions/secrets/{name}',
    store: 'actions',
    called: 'Actions secrets',
    permission: 'organization_secrets',
    permissionText: 'organization permission "Secrets"',
    feedsRuns: true,
  },
  {
    ...ofOrganization,
    template: 'orgs/{org}/dependabot/secrets/{name}',
    store: 'dependabot',
    called: 'Dependabot secrets',
    permission: 'organization_dependabot_secrets',
    permissionText: 'organization permission "Organization dependabot secrets"',
    feedsRuns: true,
  },
  {
    ...ofOrganization,
    template: 'orgs/{org}/codespaces/secrets/{name}',
    store: 'codespaces',
    called: 'Codespaces secrets',
    permission: 'organization_codespaces_secrets',
    permissionText: 'organization permission "Organization codespaces secrets"',
    feedsRuns: false,
  },
  {
    ...ofRepository,
    template: 'repos/{owner}/{repo}/agents/secrets/{name}',
    store: 'agents',
    called: "Copilot agents' secrets",
    permission: 'agent_secrets',
    permissionText: 'repository permission "Agent secrets"',
    feedsRuns: false,
  },
  {
    ...ofOrganization,
    template: 'orgs/{org}/agents/secrets/{name}',
    store: 'agents',
    called: "Copilot agents' secrets",
    permission: 'organization_agent_secrets',
    permissionText: 'organization permission "Agent secrets"',
    feedsRuns: false,
  },
];

/** The form that has these segments, and what stands for its placeholders; undefined if there is none. */
export function formOfSegments(
  segments: readonly string[],
): { readonly form: SecretForm; readonly values: ReadonlyMap<string, string> } | undefined {
  for (const form of secretForms) {
    const places = form.template.split('/');
    if (places.length !== segments.length) continue;
    const values = new Map<string, string>();
    const fits = places.every((place, index) => {
      const segment = segments[index] ?? '';
      if (!place.startsWith('{')) return place === segment;
      values.set(place.slice(1, -1), segment);
      return true;
    });
    if (fits) return { form, values };
  }
  return undefined;
}
