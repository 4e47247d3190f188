/** The lists of GitHub are read to their end, and no further where a server gives pages without end. */
import { expect, test } from 'vitest';
import { Quoter } from '../../src/common/quoter.ts';
import type { GitHubClient } from '../../src/github/octokit.ts';
import { RunLists } from '../../src/github/run-lists.ts';
import { SecretReaders } from '../../src/github/secret-readers.ts';
import { GitHubSecretStore } from '../../src/github/secrets/secret-store.ts';
import { parseSecretPath, parseSecretTarget } from '../../src/paths/parse-secret-path.ts';
import { type Answer, notFound, quickClock, ToldServer } from './told-server.ts';

interface List {
  readonly line: string;
  /** The property of the reply that holds the entries; empty: the reply is the list. */
  readonly property: string;
  readonly entry: (number: number) => object;
  /** What the secret that the list belongs to answers. */
  readonly visibility?: 'all' | 'selected';
  /** Only requests of this status of a run. */
  readonly status?: string;
  readonly look: (octokit: GitHubClient, store: GitHubSecretStore) => Promise<unknown>;
}

const time = '2026-11-19T08:00:00Z';
const quoter = new Quoter();
const ofOrganization = parseSecretPath('orgs/acme/actions/secrets/TOKEN', 'acme/store');
const named = (number: number): object => ({ name: `SECRET_${number}`, updated_at: time });
// Of another owner: a look at the secrets of each is not what this is about.
const repository = (number: number): object => ({ id: number + 1, full_name: `other/store-${number}` });

const lists: Readonly<Record<string, List>> = {
  'runs of a status': {
    line: 'GET /repos/acme/store/actions/runs',
    property: 'workflow_runs',
    entry: (number) => ({ id: number + 1, created_at: time, status: 'queued' }),
    status: 'queued',
    look: (octokit) =>
      new RunLists(octokit, quoter).unfinished('acme/store', {
        until: Date.parse(time),
        counting: (runs) => runs,
        stop: undefined,
      }),
  },
  'organization secrets of a repository': {
    line: 'GET /repos/acme/store/actions/organization-secrets',
    property: 'secrets',
    entry: named,
    look: (_octokit, store) =>
      store.hiddenBy(parseSecretPath('repos/acme/store/actions/secrets/TOKEN', 'acme/store')),
  },
  'repositories for a pattern': {
    line: 'GET /orgs/acme/repos',
    property: '',
    entry: repository,
    look: async (_octokit, store) => {
      const pattern = parseSecretTarget('repos/acme/*/actions/secrets/TOKEN', 'acme/store');
      if (pattern.level !== 'pattern') throw new Error('it is no pattern');
      await expect(store.find(pattern)).rejects.toMatchObject({ code: 'secret-missing' });
    },
  },
  'secrets of an organization': {
    line: 'GET /orgs/acme/actions/secrets',
    property: 'secrets',
    entry: named,
    look: (_octokit, store) =>
      store.readAll(
        Array.from({ length: 10 }, (_, number) =>
          parseSecretPath(`orgs/acme/actions/secrets/S_${number}`, 'acme/store'),
        ),
      ),
  },
  'selected repositories': {
    line: 'GET /orgs/acme/actions/secrets/TOKEN/repositories',
    property: 'repositories',
    entry: repository,
    visibility: 'selected',
    look: (_octokit, store) => store.inspectAll([ofOrganization]),
  },
  'repositories that read an organization secret': {
    line: 'GET /orgs/acme/repos',
    property: '',
    entry: repository,
    visibility: 'all',
    look: (octokit) => new SecretReaders({ octokit, quoter }).of(ofOrganization),
  },
};

/** The pages that are asked for, when page n has the entries that `numbersOf` gives. */
async function pagesAsked(list: List, numbersOf: (page: number) => readonly number[]): Promise<number[]> {
  const asked: number[] = [];
  await using server = await ToldServer.open(({ line, query }): Answer => {
    if (line === 'GET /orgs/acme/actions/secrets/TOKEN' && list.visibility !== undefined)
      return { status: 200, body: { ...named(0), visibility: list.visibility } };
    if (line !== list.line) return notFound;
    const page = Number(query.get('page') ?? 1);
    const isCounted = list.status === undefined || query.get('status') === list.status;
    if (isCounted) asked.push(page);
    // Whoever goes on for ever is to fail, not to hang.
    if (asked.length > 5) return { status: 500 };
    const entries = isCounted ? numbersOf(page).map(list.entry) : [];
    const body = list.property === '' ? entries : { total_count: 1000, [list.property]: entries };
    return { status: 200, body };
  });
  const octokit = server.client();
  await list.look(octokit, new GitHubSecretStore({ octokit, clock: quickClock(), quoter, log: server.log }));
  return asked;
}

const range = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => from + index);

test.each(Object.entries(lists))('%s: a page that is not full is the last', async (_name, list) => {
  expect(await pagesAsked(list, (page) => range(page * 100, page < 3 ? 100 : 99))).toEqual([1, 2, 3]);
});

test.each(Object.entries(lists))('%s: a page that brings nothing new is the last', async (_name, list) => {
  expect(await pagesAsked(list, () => range(0, 100))).toEqual([1, 2]);
});
