import { expect, test } from 'vitest';
import { beginRun } from '../world/run.ts';
import { expectStory, Scenario } from './scenario.ts';

const path = 'orgs/acme/actions/secrets/VTEX_APP_TOKEN';
const pending = `${path}_PENDING`;

/** What a workflow passes that keeps both of the renewal's secrets in the organization. */
function inputsOf({ store }: Scenario): Record<string, string> {
  const value = (name: string): string => store.github.secret(name)?.value ?? '';
  return {
    secrets: path,
    'pending-secret': pending,
    'current-token': value(path),
    'pending-token': value(pending),
    'old-token': value(`${path}_OLD`),
  };
}

/** The token in an organization secret; `ids` are the repositories of visibility `selected`. */
async function organization(
  visibility: 'all' | 'private' | 'selected',
  repositories = 0,
): Promise<{ scenario: Scenario; ids: readonly number[] }> {
  const scenario = await Scenario.start();
  const { github, vtex, targetKey, world } = scenario.store;
  const ids = Array.from({ length: repositories }, (_, index) => github.addRepository(`acme/r${index}`).id);
  github.secrets.delete(scenario.store.path('VTEX_APP_TOKEN'));
  const readers = visibility === 'selected' ? { repositoryIds: ids } : {};
  github.setSecret(path, vtex.tokens(targetKey).current, { visibility, ...readers, at: world.now() - 1e10 });
  return { scenario, ids };
}

test.each(['all', 'private'] as const)(
  'visibility %s is kept, by the pending secret too',
  async (visibility) => {
    const stage = await organization(visibility);
    await using scenario = stage.scenario;
    const { github, vtex, targetKey } = scenario.store;
    const run = await scenario.run({ ...inputsOf(scenario), 'delete-old-token': 'later' });
    expect(run.result).toBe('pending');
    expect(github.secret(path)).toMatchObject({ visibility, value: vtex.tokens(targetKey).pending });
    expect(github.secret(pending)).toMatchObject({ visibility, value: vtex.tokens(targetKey).pending });
    await expectStory(run, `an organization secret for ${visibility}`);
    expect((await scenario.nextRun({ ...inputsOf(scenario), operation: 'finish' })).result).toBe('finished');
  },
);

test('visibility selected keeps all 45 repositories', async () => {
  const stage = await organization('selected', 45);
  await using scenario = stage.scenario;
  const { ids } = stage;
  const { github } = scenario.store;
  const seen: unknown[] = [];
  scenario.store.world.onChange((change) => {
    if (change.includes('_PENDING written')) seen.push(github.secret(pending)?.repositoryIds);
  });
  const run = await scenario.run(inputsOf(scenario));
  expect(run.result).toBe('rotated');
  expect(github.secret(path)).toMatchObject({ visibility: 'selected', repositoryIds: ids });
  expect(seen).toEqual([ids]);
  await expectStory(run, 'an organization secret for 45 selected repositories');
});

test('a repository that is added in the middle of the run keeps its access', async () => {
  const stage = await organization('selected', 3);
  await using scenario = stage.scenario;
  const { ids } = stage;
  const { github, world } = scenario.store;
  const added = github.addRepository('acme/added').id;
  world.intercept = ({ label }, phase) => {
    const value = github.secret(path)?.value ?? '';
    if (phase === 'before' && label.endsWith('/renew'))
      github.setSecret(path, value, { visibility: 'selected', repositoryIds: [...ids, added] });
    return undefined;
  };
  expect((await scenario.run(inputsOf(scenario))).result).toBe('rotated');
  expect(github.secret(path)?.repositoryIds).toEqual([...ids, added]);
});

test('the run is killed before it has saved the new token: the end of the job saves it for the same readers', async () => {
  const stage = await organization('selected', 3);
  await using scenario = stage.scenario;
  const { ids } = stage;
  const { store } = scenario;
  const { github, vtex, targetKey, world } = store;
  const run = beginRun(store, inputsOf(scenario));
  world.intercept = ({ label }, phase) => {
    if (run.stage !== 'main' || phase === 'after' || !label.startsWith(`PUT github ${pending}`))
      return undefined;
    run.kill('SIGKILL');
    return { kind: 'hang' };
  };
  expect((await run.done).post?.conclusion).toBe('success');
  expect(github.secret(pending)).toMatchObject({
    value: vtex.tokens(targetKey).pending,
    visibility: 'selected',
    repositoryIds: ids,
  });
});

test('more than a page of repositories', async () => {
  const stage = await organization('selected', 230);
  await using scenario = stage.scenario;
  const { ids } = stage;
  expect((await scenario.run(inputsOf(scenario))).result).toBe('rotated');
  expect(scenario.store.github.secret(path)?.repositoryIds).toEqual(ids);
});

test('a list of repositories that cannot be read whole is refused before anything is renewed', async () => {
  const stage = await organization('selected', 45);
  await using scenario = stage.scenario;
  const { ids } = stage;
  scenario.store.github.secrets.hiddenRepositoryIds.add(ids[7] ?? 0);
  const before = scenario.state;
  const run = await scenario.run(inputsOf(scenario));
  expect(run.errors).toEqual(['github-forbidden']);
  expect(run.errorText).toMatch(/45 repositories, of which .* sees 44/);
  expect(run.state).toBe(before);
  expect(run.requests.join()).not.toMatch(/PUT|PATCH/);
  await expectStory(run, 'a list of repositories that cannot be read whole');
});

test.each([
  ['', 'private', undefined],
  ['?visibility=all', 'all', undefined],
  ['?visibility=private', 'private', undefined],
  ['?visibility=selected&repositories=store,r1', 'selected', ['store', 'r1']],
] as const)('a new organization secret%s is created for %s', async (query, visibility, names) => {
  const stage = await organization('all', 2);
  await using scenario = stage.scenario;
  const { github } = scenario.store;
  const fresh = 'orgs/acme/actions/secrets/FRESH';
  const run = await scenario.run({
    secrets: `${path}\n${fresh}${query}`,
    'create-missing-secrets': 'true',
  });
  expect(run.result).toBe('rotated');
  const ids = names?.map((name) => github.repositories.get(`acme/${name}`).id);
  expect(github.secret(fresh)).toMatchObject(
    ids === undefined ? { visibility } : { visibility, repositoryIds: ids },
  );
});

test('a repository that does not exist, named for a new secret, is an error before anything is renewed', async () => {
  const stage = await organization('all');
  await using scenario = stage.scenario;
  const run = await scenario.run({
    secrets: `${path}\norgs/acme/actions/secrets/FRESH?visibility=selected&repositories=nowhere`,
    'create-missing-secrets': 'true',
  });
  expect(run.errors).toEqual(['secret-missing']);
  expect(run.errorText).toContain('acme/nowhere');
  expect(run.requests.join()).not.toMatch(/PUT|PATCH/);
});

test('a visibility for a secret that exists is ignored with a notice', async () => {
  const stage = await organization('selected', 2);
  await using scenario = stage.scenario;
  const { ids } = stage;
  const run = await scenario.run({ ...inputsOf(scenario), secrets: `${path}?visibility=all` });
  expect(run.result).toBe('rotated');
  expect(run.noticeText).toMatch(/VTEX_APP_TOKEN exists .*ignored/);
  expect(scenario.store.github.secret(path)).toMatchObject({ visibility: 'selected', repositoryIds: ids });
});

test('a token without the organization permission: github-forbidden that names it', async () => {
  const stage = await organization('all');
  await using scenario = stage.scenario;
  const weak = scenario.store.addToken({ permissions: { metadata: 'read', secrets: 'write' } });
  const run = await scenario.run({ secrets: path, 'github-token': weak });
  expect(run.errors[0]).toBe('github-forbidden');
  expect(run.errorText).toContain('organization_secrets');
});
