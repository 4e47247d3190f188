import { Refusal, sees, type GitHubToken, type Permission } from './github-call.ts';
import type { Repository } from './github-repositories.ts';

export interface Need {
  readonly permission: Permission;
  readonly level: 'read' | 'write';
}

const repositoryNeeds: readonly (readonly [RegExp, Permission])[] = [
  [/^\/actions\/(organization-)?secrets/, 'secrets'],
  // Not `secrets`: environment secrets have GitHub's permission of environments.
  [/^\/environments\/[^/]+\/secrets/, 'environments'],
  // The environment itself belongs to the Actions permission.
  [/^\/environments\//, 'actions'],
  [/^\/dependabot\/secrets/, 'dependabot_secrets'],
  [/^\/codespaces\/secrets/, 'codespaces_secrets'],
  [/^\/agents\/(organization-)?secrets/, 'agent_secrets'],
  [/^\/actions\//, 'actions'],
  [/^\/contents\//, 'contents'],
  [/^\/issues/, 'issues'],
];

const organizationNeeds: readonly (readonly [RegExp, Permission])[] = [
  [/^\/actions\/secrets/, 'organization_secrets'],
  [/^\/dependabot\/secrets/, 'organization_dependabot_secrets'],
  [/^\/codespaces\/secrets/, 'organization_codespaces_secrets'],
  [/^\/agents\/secrets/, 'organization_agent_secrets'],
];

/** Which permission an operation needs: GitHub's own table, and its header `x-accepted-github-permissions`. */
export function needOf(method: string, template: string): Need {
  const level = method === 'GET' ? 'read' : 'write';
  const [, inRepository] = /^\/repos\/\{owner\}\/\{repo\}(\/.*)$/.exec(template) ?? [];
  const [, inOrganization] = /^\/orgs\/\{org\}(\/.*)$/.exec(template) ?? [];
  const table = inRepository === undefined ? organizationNeeds : repositoryNeeds;
  const rest = inRepository ?? inOrganization ?? '';
  const permission = table.find(([pattern]) => pattern.test(rest))?.[1] ?? 'metadata';
  return { permission, level };
}

/** 404 for a private repository that the token cannot see, 403 for a permission that it lacks. */
export function authorize(token: GitHubToken, need: Need, repository: Repository | undefined): void {
  const reach = repository === undefined || sees(token, repository);
  if (repository?.private === true && !reach) throw new Refusal(404, 'Not Found');
  // Anybody may look at a public repository itself.
  if (repository?.private === false && need.permission === 'metadata') return;
  const granted = token.permissions[need.permission];
  const enough = granted === 'write' || (granted === 'read' && need.level === 'read');
  // Every App and every fine-grained token may read metadata.
  if ((enough && reach) || need.permission === 'metadata') return;
  const holder = token.kind === 'app' ? 'integration' : 'personal access token';
  throw new Refusal(403, `Resource not accessible by ${holder}`);
}
