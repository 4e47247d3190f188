import { expect, test } from 'vitest';
import { status, tooManyRequests } from '../fakes/faults.ts';
import { expectStory, Scenario } from './scenario.ts';

const path = 'repos/acme/store/actions/secrets/VTEX_APP_TOKEN';

test('a manager credential without the permission: vtex-forbidden, and the old secret is removed again', async () => {
  await using scenario = await Scenario.start();
  const { vtex } = scenario.store;
  const weak = vtex.addKey();
  const before = scenario.state;
  const run = await scenario.run({ 'app-key': weak, 'app-token': vtex.tokens(weak).current });
  expect(run.errors).toEqual(['vtex-forbidden']);
  expect(run.errorText).toContain('Renew API Token');
  expect(run.state).toBe(before);
  expect(run.requests.at(-1)).toBe(`DELETE github ${path}_OLD 204`);
  await expectStory(run, 'a manager without the permission');
});

test('VTEX asks to come back at every try: nothing was renewed, and the text does not say that it may be', async () => {
  await using scenario = await Scenario.start();
  scenario.store.world.intercept = ({ label }, phase) =>
    phase === 'before' && label.endsWith('/renew') ? tooManyRequests(1) : undefined;
  const run = await scenario.run();
  expect(run.errors).toEqual(['vtex-unavailable']);
  expect(run.errorText).toContain('Nothing was renewed.');
  expect(run.errorText + run.summary).not.toMatch(/may have a renewal pending|Undo Renewal|may exist/);
});

test('a permission that is refused after a try of unknown outcome: the text does not say that nothing was renewed', async () => {
  await using scenario = await Scenario.start();
  const answers = [status(500), status(403)];
  scenario.store.world.intercept = ({ label }, phase) =>
    phase === 'before' && label.endsWith('/renew') ? answers.shift() : undefined;
  const run = await scenario.run();
  expect(run.errors).toEqual(['vtex-forbidden']);
  expect(run.errorText).toContain('VTEX may have a renewal pending');
  expect(run.errorText + run.summary).not.toContain('Nothing was renewed');
});

test("another account's key: vtex-key-invalid, a warning that names the account, and no secret left", async () => {
  await using scenario = await Scenario.start();
  const foreign = scenario.store.vtex.addKey({ account: 'otherstore' });
  const run = await scenario.run({ 'api-key': foreign, 'current-token': 'none' });
  expect(run.errors).toEqual(['vtex-key-invalid']);
  expect(run.warningText).toMatch(/another account than "acmestore"/);
  expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBeUndefined();
  expect(scenario.value('VTEX_APP_TOKEN_OLD')).toBeUndefined();
});

test('a manager that cannot sign in: vtex-unauthorized before anything is written', async () => {
  await using scenario = await Scenario.start();
  const { store } = scenario;
  const before = scenario.state;
  const run = await scenario.run({ 'app-token': store.vtex.tokens(store.targetKey).current });
  expect(run.errors).toEqual(['vtex-unauthorized']);
  expect(run.state).toBe(before);
  expect(run.requests.join()).not.toMatch(/PUT|PATCH|DELETE/);
  await expectStory(run, 'a manager that cannot sign in');
});

test('GITHUB_TOKEN given as github-token: github-forbidden that says it cannot write secrets', async () => {
  await using scenario = await Scenario.start();
  const run = await scenario.run({ 'github-token': scenario.store.workflowToken });
  expect(new Set(run.errors)).toEqual(new Set(['github-forbidden']));
  expect(run.errorText).toMatch(/GITHUB_TOKEN\? It cannot/);
  expect(run.errorText).toContain('secrets=');
  expect(run.requests.join()).not.toMatch(/PUT|PATCH|DELETE/);
  await expectStory(run, 'GITHUB_TOKEN as github-token');
});

test('a token that may read secrets and not write them fails at the reservation, before the renewal', async () => {
  await using scenario = await Scenario.start();
  const reader = scenario.store.addToken({ permissions: { metadata: 'read', secrets: 'read' } });
  const before = scenario.state;
  const run = await scenario.run({ 'github-token': reader });
  expect(run.errors).toEqual(['github-forbidden']);
  expect(run.errorText).toContain('secrets=write');
  expect(run.requests.join()).not.toContain('PATCH');
  expect(run.state).toBe(before);
  await expectStory(run, 'a token that may only read secrets');
});

test('a github-token that has expired', async () => {
  await using scenario = await Scenario.start();
  const { store } = scenario;
  const expired = store.addToken({ permissions: { secrets: 'write' }, expiresAt: store.world.now() });
  const run = await scenario.run({ 'github-token': expired });
  expect(new Set(run.errors)).toEqual(new Set(['github-forbidden']));
  expect(run.errorText).toMatch(/expired/);
});

test('a repository that the token cannot see: secret-missing that says it may be forbidden', async () => {
  await using scenario = await Scenario.start();
  const { store } = scenario;
  store.github.addRepository('acme/hidden');
  store.github.setSecret('repos/acme/hidden/actions/secrets/TOKEN', 'old');
  const narrow = store.addToken({
    permissions: { metadata: 'read', secrets: 'write' },
    repositories: [store.repository],
  });
  const run = await scenario.run({
    secrets: 'VTEX_APP_TOKEN\nrepos/acme/hidden/actions/secrets/TOKEN',
    'github-token': narrow,
  });
  expect(run.errors).toEqual(['secret-missing']);
  expect(run.errorText).toMatch(/or the token may not see it/);
});

test('everything that is wrong is reported at once, one annotation each', async () => {
  await using scenario = await Scenario.start();
  const { store } = scenario;
  store.github.addRepository('acme/shop', { environments: ['production'] });
  store.github.setSecret('repos/acme/shop/environments/production/secrets/TOKEN', 'old');
  const narrow = store.addToken({ permissions: { metadata: 'read', secrets: 'write' } });
  const run = await scenario.run({
    'github-token': narrow,
    'app-token': store.vtex.tokens(store.targetKey).current,
    secrets: 'VTEX_APP_TOKEN\nABSENT\nrepos/acme/shop/environments/production/secrets/TOKEN',
  });
  expect(run.errors[0]).toBe('vtex-unauthorized');
  expect(new Set(run.errors)).toEqual(new Set(['vtex-unauthorized', 'github-forbidden', 'secret-missing']));
  expect(run.errorText).toContain('environments=');
  await expectStory(run, 'everything wrong at once');
});
