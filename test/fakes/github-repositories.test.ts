// Repositories of the fake GitHub: lists, archives, new names.
import { expect, test } from 'vitest';
import { github, writeSecret, type Answer } from './call.ts';
import { startStore, type Store } from './index.ts';

interface Shown {
  readonly full_name: string;
  readonly archived: boolean;
}

async function start(): Promise<Store> {
  const store = await startStore();
  store.github.checksReplies = true;
  return store;
}

function expectFaithful({ github: fake }: Store): void {
  expect(fake.violations).toEqual([]);
  expect(fake.replyProblems).toEqual([]);
}

const as = (store: Store, token: string, path: string): Promise<Answer> =>
  github(store, `GET ${path}`, undefined, { authorization: `token ${token}` });

/** All pages of a list, by the `Link` header. */
async function whole(store: Store, path: string, token = store.githubToken): Promise<Shown[]> {
  const { text, headers } = await as(store, token, path);
  const body = JSON.parse(text) as Shown[] | { repositories: Shown[] };
  const items = Array.isArray(body) ? body : body.repositories;
  const [, next] = /<[^>]*\/\/[^/]+\/([^>]+)>; rel="next"/.exec(headers.get('link') ?? '') ?? [];
  return next === undefined ? items : [...items, ...(await whole(store, next, token))];
}

test('lists of repositories, as each token sees them', async () => {
  await using store = await start();
  const { github: fake } = store;
  for (let count = 0; count < 250; count += 1) {
    fake.addRepository(`acme/shop-${count}`, { archived: count % 10 === 0, private: count % 5 !== 0 });
  }
  fake.addRepository('jo/own');
  fake.addRepository('jo/open', { private: false });
  fake.repositories.users.add('jo');
  const three = ['acme/shop-1', 'acme/shop-2', 'jo/own'];
  const narrow = store.addToken({ repositories: three });
  const person = store.addToken({ kind: 'pat', repositories: three });
  const ofOrganization = await whole(store, 'orgs/acme/repos?per_page=100');
  expect(ofOrganization).toHaveLength(251);
  expect(ofOrganization.filter(({ archived }) => archived)).toHaveLength(25);
  // Public ones are there for everybody; of the private ones, those that the token was given.
  expect(await whole(store, 'orgs/acme/repos?per_page=100', narrow)).toHaveLength(52);
  expect((await whole(store, 'users/jo/repos', narrow)).map((one) => one.full_name)).toEqual(['jo/open']);
  expect(await whole(store, 'installation/repositories?per_page=100')).toHaveLength(253);
  expect((await whole(store, 'installation/repositories', narrow)).map((one) => one.full_name)).toEqual(
    three,
  );
  expect((await whole(store, 'user/repos', person)).map((one) => one.full_name)).toEqual(three);
  expect((await as(store, person, 'installation/repositories')).status).toBe(403);
  expect((await as(store, narrow, 'user/repos')).status).toBe(403);
  expect((await as(store, store.workflowToken, 'installation/repositories')).json).toMatchObject({
    total_count: 1,
    repository_selection: 'selected',
  });
  expectFaithful(store);
});

test('an archived repository can be read and not be written', async () => {
  await using store = await start();
  store.github.addWorkflow('acme/store', 'verify.yml');
  store.github.repositories.get('acme/store').archived = true;
  expect((await github(store, 'GET repos/acme/store')).json).toMatchObject({ archived: true });
  const path = store.path('VTEX_APP_TOKEN');
  expect((await github(store, `GET ${path}`)).status).toBe(200);
  const refusal = { status: 403, json: { message: 'Repository was archived so is read-only.' } };
  expect(await writeSecret(store, path, 'x')).toMatchObject(refusal);
  expect(await github(store, `DELETE ${path}`)).toMatchObject(refusal);
  expect(
    await github(store, 'POST repos/acme/store/actions/workflows/verify.yml/dispatches', { ref: 'main' }),
  ).toMatchObject(refusal);
  expectFaithful(store);
});

test('a repository with a new name keeps its secrets, and its old name leads to the new one', async () => {
  await using store = await start();
  const { github: fake } = store;
  const old = store.path('VTEX_APP_TOKEN');
  const token = fake.secret(old)?.value;
  const { id } = fake.repositories.rename('acme/store', 'acme/shop');
  expect(fake.secret('repos/acme/shop/actions/secrets/VTEX_APP_TOKEN')?.value).toBe(token);
  expect(fake.resolve('acme/shop', 'VTEX_APP_TOKEN')).toBe(token);
  const moved = await github(store, `GET ${old}`);
  expect([moved.status, moved.json.message]).toEqual([301, 'Moved Permanently']);
  expect(moved.headers.get('location')).toBe(`${fake.url}/repositories/${id}/actions/secrets/VTEX_APP_TOKEN`);
  expect((await github(store, `DELETE ${old}`)).status).toBe(307);
  for (const status of [301, 307, 308] as const) {
    fake.repositories.movedStatus = status;
    expect((await github(store, 'GET repos/ACME/store')).status).toBe(status);
  }
  // Who cannot see the repository does not learn that there is one.
  const blind = store.addToken({ repositories: [] });
  expect((await as(store, blind, 'repos/acme/store')).status).toBe(404);
  expect((await github(store, 'GET repos/acme/shop')).json).toMatchObject({ full_name: 'acme/shop' });
  fake.addRepository('acme/store');
  expect((await github(store, `GET ${old}`)).status).toBe(404);
  expectFaithful(store);
});

test('an environment exists or it does not', async () => {
  await using store = await start();
  store.github.repositories.get('acme/store').environments.add('prod/eu');
  const shown = await github(store, 'GET repos/acme/store/environments/Prod%2FEU');
  expect(shown).toMatchObject({ status: 200, json: { name: 'Prod/EU' } });
  expect((await github(store, 'GET repos/acme/store/environments/none')).status).toBe(404);
  expect((await github(store, 'GET repos/acme/store/environments/none/secrets/X')).status).toBe(404);
  expectFaithful(store);
});
