// The issues of the fake GitHub, as far as a program keeps one: listed by label, opened, changed and commented on.
import type { Reply } from './faults.ts';
import { type Call, page, param, Refusal, type Routes, wholeSeconds } from './github-call.ts';

export interface Issue {
  readonly number: number;
  readonly repository: string;
  readonly author: string;
  readonly labels: readonly string[];
  readonly createdAt: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  readonly comments: string[];
}

/** GitHub takes no longer texts (it answers 422). */
const longestBody = 65_536;

export class Issues {
  readonly all: Issue[] = [];
  /** Repositories in whose settings issues are switched off. */
  readonly switchedOff = new Set<string>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  routes(): Routes {
    const issues = '/repos/{owner}/{repo}/issues';
    return {
      [`GET ${issues}`]: (call) => this.#list(call),
      [`POST ${issues}`]: (call) => this.#open(call),
      [`PATCH ${issues}/{issue_number}`]: (call) => this.#change(call),
      [`POST ${issues}/{issue_number}/comments`]: (call) => this.#comment(call),
    };
  }

  /** Newest first, the open ones unless asked for others. */
  #list(call: Call): Reply {
    const repository = this.#repository(call);
    const state = call.query.get('state') ?? 'open';
    const labels = (call.query.get('labels') ?? '').split(',').filter((label) => label !== '');
    const found = this.all.filter(
      (issue) =>
        issue.repository === repository &&
        (state === 'all' || issue.state === state) &&
        labels.every((label) => issue.labels.includes(label)),
    );
    return page(call, found.toReversed(), (items) => items.map(issueJson));
  }

  #open(call: Call): Reply {
    const { title, body, labels } = call.body;
    const issue: Issue = {
      number: this.all.length + 1,
      repository: this.#repository(call),
      author: call.token.actor,
      labels: Array.isArray(labels) ? labels.map(String) : [],
      createdAt: this.#now(),
      title: String(title),
      body: bodyOf(body),
      state: 'open',
      comments: [],
    };
    this.all.push(issue);
    return { status: 201, body: issueJson(issue) };
  }

  #change(call: Call): Reply {
    const issue = this.#issue(call);
    const { title, body, state } = call.body;
    if (typeof title === 'string') issue.title = title;
    if (body !== undefined) issue.body = bodyOf(body);
    if (state === 'open' || state === 'closed') issue.state = state;
    return { status: 200, body: issueJson(issue) };
  }

  #comment(call: Call): Reply {
    const issue = this.#issue(call);
    issue.comments.push(bodyOf(call.body.body));
    return { status: 201, body: { id: issue.comments.length, body: issue.comments.at(-1) } };
  }

  #issue(call: Call): Issue {
    const repository = this.#repository(call);
    const number = Number(param(call, 'issue_number'));
    const issue = this.all.find((one) => one.number === number && one.repository === repository);
    if (issue === undefined) throw new Refusal(404, 'Not Found');
    return issue;
  }

  #repository(call: Call): string {
    const repository = `${param(call, 'owner')}/${param(call, 'repo')}`;
    if (this.switchedOff.has(repository)) throw new Refusal(410, 'Issues are disabled for this repo');
    return repository;
  }
}

function bodyOf(value: unknown): string {
  const body = typeof value === 'string' ? value : '';
  if (body.length > longestBody) throw new Refusal(422, 'body is too long (maximum is 65536 characters)');
  return body;
}

function issueJson({ number, title, body, state, labels, author, createdAt }: Issue): object {
  return {
    number,
    title,
    body,
    state,
    user: { login: author, type: 'Bot' },
    labels: labels.map((name) => ({ name })),
    created_at: wholeSeconds(createdAt),
  };
}
