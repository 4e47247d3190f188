/** Addresses of pages on this GitHub, whatever its host, and in VTEX Admin. */
import type { Environment } from '../inputs/names.ts';
import { parseSecretPath } from '../paths/parse-secret-path.ts';
import { formOf } from '../paths/secret-path.ts';

export interface Links {
  /** `https://github.com`, or the host of an Enterprise Server or of data residency; no slash at its end. */
  readonly server: string;
  /** The page with a section for each code, at the very version that runs; empty where the runner does not tell. */
  readonly troubleshooting: string;
  /** Page of the workflow that runs, where it can be started; empty where the runner does not tell. */
  readonly workflow: string;
}

/** https://docs.github.com/actions/reference/workflows-and-actions/variables */
export function linksFrom(env: Environment): Links {
  const server = (env.GITHUB_SERVER_URL ?? 'https://github.com').replace(/\/+$/, '');
  const { GITHUB_ACTION_REPOSITORY: action, GITHUB_ACTION_REF: ref, GITHUB_REPOSITORY: repository } = env;
  // `acme/store/.github/workflows/rotate.yml@refs/heads/main`
  const [, file] = /\/\.github\/workflows\/([^/@]+)@/.exec(env.GITHUB_WORKFLOW_REF ?? '') ?? [];
  return {
    server,
    troubleshooting: action && ref ? `${server}/${action}/blob/${ref}/docs/troubleshooting.md` : '',
    workflow: repository && file ? `${server}/${repository}/actions/workflows/${file}` : '',
  };
}

export function sectionOf({ troubleshooting }: Links, code: string): string {
  return troubleshooting === '' ? '' : `${troubleshooting}#${code}`;
}

/** Where the menu with *Undo Renewal* and *Delete old token* is. */
export function vtexAdmin(account: string): string {
  return `https://${account}.myvtex.com/admin/api-keys`;
}

export interface SecretPlace {
  readonly name: string;
  /** In a few words. */
  readonly where: string;
  /** The page on which a person sees the secret and its date. */
  readonly url: string;
}

const storeNames = {
  actions: '',
  environment: '',
  dependabot: ' · Dependabot',
  codespaces: ' · Codespaces',
  agents: ' · agents',
} as const;

export function placeOfSecret(text: string, { server }: Links): SecretPlace {
  const path = parseSecretPath(text, '');
  const { store } = formOf(path);
  const { name } = path;
  if (path.level === 'organization') {
    const url = `${server}/organizations/${path.org}/settings/secrets/${store}`;
    return { name, where: `organization ${path.org}${storeNames[store]}`, url };
  }
  const repository = `${path.owner}/${path.repo}`;
  // The page of one environment has a number in its address that only GitHub knows.
  return path.level === 'environment'
    ? {
        name,
        where: `${repository} · ${path.environment}`,
        url: `${server}/${repository}/settings/environments`,
      }
    : {
        name,
        where: `${repository}${storeNames[store]}`,
        url: `${server}/${repository}/settings/secrets/${store}`,
      };
}
