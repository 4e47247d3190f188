/** The least that the App's token of a key's job must be able to do, from what the key names. */
import type { Inputs } from '../inputs/inputs.ts';
import { formOf, type SecretPath, type SecretPattern } from '../paths/secret-path.ts';

export interface Access {
  /** Repositories of the owner, `,` between them; empty: all that the App is installed on. */
  readonly repositories: string;
  /** Inputs `permission-…` of actions/create-github-app-token; empty: not asked for. */
  readonly permissions: Readonly<Record<Grant, '' | 'read' | 'write'>>;
}

/** What actions/create-github-app-token has an input for. The environment of the key is always written to. */
export const grants = ['secrets', 'organization-secrets', 'dependabot-secrets', 'actions'] as const;
export type Grant = (typeof grants)[number];

type Target = SecretPath | SecretPattern;

export function accessOf(inputs: Inputs, repository: string): Access {
  const { settings, workflows } = inputs;
  const targets: readonly Target[] = [...settings.secrets, ...settings.patterns];
  const needed = new Set(targets.map(grantOf));
  const level = (grant: Grant): '' | 'write' => (needed.has(grant) ? 'write' : '');
  const actions = workflows.length > 0 ? 'write' : settings.drainTimeoutMs > 0 ? 'read' : '';
  // Readers of an organization secret, and repositories that a `*` stands for, are seen only by a token for all.
  const isEverywhere = targets.some(({ level }) => level === 'organization' || level === 'pattern');
  const named = [
    repository.split('/')[1] ?? '',
    ...targets.flatMap((target) => ('repo' in target ? [target.repo] : [])),
    ...workflows.map(({ repo }) => repo),
  ];
  const unique = new Map(named.map((name) => [name.toLowerCase(), name]));
  return {
    repositories: isEverywhere ? '' : [...unique.values()].join(','),
    permissions: {
      secrets: level('secrets'),
      'organization-secrets': level('organization-secrets'),
      'dependabot-secrets': level('dependabot-secrets'),
      actions,
    },
  };
}

function grantOf(target: Target): string {
  return formOf(target).permission.replaceAll('_', '-');
}

/** Why the App's token cannot be had for a secret, or undefined. */
export function obstacleOf(target: Target, owner: string): string | undefined {
  const its = 'org' in target ? target.org : target.owner;
  if (its.toLowerCase() !== owner.toLowerCase()) {
    return `it belongs to another owner than ${owner}, and a token of the App is for one owner`;
  }
  const grant = grantOf(target);
  if (grant === 'environments' || grants.some((known) => known === grant)) return undefined;
  return `a token of the App cannot be had for ${formOf(target).called} alone`;
}
