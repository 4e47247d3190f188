import type { Reply } from './faults.ts';
import type { Repository } from './github-repositories.ts';

export type ApiVersion = '2022-11-28' | '2026-03-10';

export type Permission =
  | 'metadata'
  | 'contents'
  | 'actions'
  | 'issues'
  | 'secrets'
  | 'environments'
  | 'dependabot_secrets'
  | 'codespaces_secrets'
  | 'agent_secrets'
  | 'organization_secrets'
  | 'organization_dependabot_secrets'
  | 'organization_codespaces_secrets'
  | 'organization_agent_secrets';

/** A credential and what it may do. */
export interface GitHubToken {
  /** Says how a refusal is worded. */
  readonly kind: 'app' | 'pat';
  readonly permissions: Readonly<Partial<Record<Permission, 'read' | 'write'>>>;
  /** Full names; those that are not listed answer 404 when they are private. */
  readonly repositories: 'all' | readonly string[];
  /** By the world's clock. An installation token lives one hour. */
  readonly expiresAt?: number;
  /** Requests an hour; as the fake's limits say, if absent. `GITHUB_TOKEN` has 1,000. */
  readonly perHour?: number;
  readonly actor: string;
}

/** A request that is known to be well-formed and allowed. */
export interface Call {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly token: GitHubToken;
  readonly version: ApiVersion;
  readonly accept: string;
  /** Without the query. */
  readonly url: string;
}

export type Route = (call: Call) => Reply;
/** By method and template of GitHub's OpenAPI: `GET /repos/{owner}/{repo}`. */
export type Routes = Readonly<Record<string, Route>>;

/** Thrown anywhere while a call is served: the answer is this. */
export class Refusal extends Error {
  readonly reply: Reply;

  constructor(status: number, message: string, headers?: Readonly<Record<string, string>>) {
    super(message);
    this.reply = {
      status,
      body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
      ...(headers === undefined ? {} : { headers }),
    };
  }
}

export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`the template has no parameter ${name}`);
  return value;
}

/** One page of a list, with GitHub's `Link` header. `per_page` is 30 unless told, and never more than 100. */
export function page<T>(call: Call, all: readonly T[], wrap: (items: T[], total: number) => unknown): Reply {
  const perPage = Math.min(100, Math.max(1, Number(call.query.get('per_page') ?? 30)));
  const current = Math.max(1, Number(call.query.get('page') ?? 1));
  const last = Math.max(1, Math.ceil(all.length / perPage));
  const link = (number: number, rel: string): string => {
    const query = new URLSearchParams(call.query);
    query.set('page', String(number));
    return `<${call.url}?${query.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(current > 1 ? [link(1, 'first'), link(current - 1, 'prev')] : []),
    ...(current < last ? [link(current + 1, 'next'), link(last, 'last')] : []),
  ];
  return {
    status: 200,
    body: wrap(all.slice((current - 1) * perPage, current * perPage), all.length),
    headers: links.length > 0 ? { link: links.join(', ') } : {},
  };
}

/** GitHub's times have whole seconds: two writes within one second cannot be told apart. */
export const wholeSeconds = (time: number): string => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');

export const sees = (token: GitHubToken, repository: Repository): boolean =>
  token.repositories === 'all' ||
  token.repositories.some((name) => name.toLowerCase() === repository.fullName.toLowerCase());
