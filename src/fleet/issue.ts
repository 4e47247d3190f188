/** Opens, updates and closes the one issue about keys that failed. */
import type { GitHubClient } from '../github/octokit.ts';
import { ask, idOf, property, type Reply, succeeded } from '../github/request.ts';
import { type IssueState, nextIssue, type News, stateOf } from './issue-text.ts';

export interface Place {
  readonly owner: string;
  readonly repo: string;
  /** What tells this issue from that of another list. */
  readonly title: string;
}

/** By it the issue is found again; GitHub makes the label where there is none. */
export const label = 'vtex-token-rotation';

export class IssueFailure extends Error {
  override readonly name = 'IssueFailure';
}

type Client = Pick<GitHubClient, 'request'>;

interface Found {
  readonly number: number;
  readonly isOpen: boolean;
  readonly state: IssueState;
}

/** Gives what was done, in words. Throws `IssueFailure`. */
export async function keepIssue(client: Client, place: Place, news: News): Promise<string> {
  const found = await find(client, place);
  const next = nextIssue(found?.state ?? new Map(), news);
  if (found === undefined && !next.isOpen) return 'Nothing failed, so there is no issue.';
  if (found === undefined) return open(client, place, next.body);
  const { title, ...repository } = place;
  const issue = { ...repository, issue_number: found.number };
  if (next.comment !== undefined) {
    const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
    expect(
      'comment on the issue',
      await ask(client, route, { ...issue, body: next.comment }, { once: true }),
    );
  }
  const state = next.isOpen ? { state: 'open' } : { state: 'closed', state_reason: 'completed' };
  const route = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}';
  expect('change the issue', await ask(client, route, { ...issue, title, body: next.body, ...state }));
  const done = next.isOpen === found.isOpen ? 'updated' : next.isOpen ? 'reopened' : 'closed';
  return `Issue #${found.number} is ${done}.`;
}

/** The open one of the title, else the newest that is closed: a list has one issue, which is opened and closed. */
async function find(client: Client, { owner, repo, title }: Place): Promise<Found | undefined> {
  const route = 'GET /repos/{owner}/{repo}/issues';
  const parameters = { owner, repo, labels: label, state: 'all', per_page: 100 };
  const reply = await ask(client, route, parameters);
  expect('list the issues', reply);
  const issues = Array.isArray(reply.data) ? (reply.data as readonly unknown[]) : [];
  const own = issues.flatMap((issue) => {
    const number = idOf(property(issue, 'number'));
    const body = property(issue, 'body');
    const state = typeof body === 'string' ? stateOf(body) : undefined;
    if (number === undefined || state === undefined || property(issue, 'title') !== title) return [];
    return [{ number, state, isOpen: property(issue, 'state') === 'open' }];
  });
  return own.find(({ isOpen }) => isOpen) ?? own[0];
}

async function open(client: Client, { title, ...repository }: Place, body: string): Promise<string> {
  const parameters = { ...repository, title, body, labels: [label] };
  const reply = await ask(client, 'POST /repos/{owner}/{repo}/issues', parameters, { once: true });
  expect('open an issue', reply);
  return `Issue #${String(idOf(property(reply.data, 'number')) ?? '?')} is open.`;
}

function expect(what: string, reply: Reply): void {
  if (succeeded(reply)) return;
  const status = reply.status === undefined ? 'gave no answer' : `answered ${reply.status}`;
  const reasons: Readonly<Record<number, string>> = {
    403: 'The calling job needs permissions: issues: write.',
    404: 'The calling job needs permissions: issues: write.',
    410: 'Issues are switched off in this repository: switch them on, or set report-issue: false.',
  };
  throw new IssueFailure(
    `Cannot ${what}: GitHub ${status}. ${reasons[reply.status ?? 0] ?? 'Run the job again.'}`,
  );
}
