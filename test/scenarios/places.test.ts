import { expect, test } from 'vitest';
import { expectStory, Scenario } from './scenario.ts';

test('secrets of an environment; the pending and the old secret stand in this repository', async () => {
  await using scenario = await Scenario.start();
  const { github, vtex, targetKey, world } = scenario.store;
  github.addRepository('acme/shop', { environments: ['production'] });
  const path = 'repos/acme/shop/environments/production/secrets/TOKEN';
  github.setSecret(path, vtex.tokens(targetKey).current, { at: world.now() - 1e9 });
  const run = await scenario.run({ secrets: path, 'delete-old-token': 'later' });
  expect(run.result).toBe('pending');
  expect(scenario.value('TOKEN_PENDING')).toBe(vtex.tokens(targetKey).pending);
  await expectStory(run, 'a secret of an environment');
});

test('an environment with a slash in its name', async () => {
  await using scenario = await Scenario.start();
  const { github, vtex, targetKey, world } = scenario.store;
  github.addRepository('acme/shop', { environments: ['prod/eu', 'größe 1'] });
  github.secrets.delete(scenario.store.path('VTEX_APP_TOKEN'));
  const paths = ['prod%2Feu', encodeURIComponent('größe 1')].map(
    (name) => `repos/acme/shop/environments/${name}/secrets/TOKEN`,
  );
  for (const path of paths) github.setSecret(path, vtex.tokens(targetKey).current, { at: world.now() - 1e9 });
  const run = await scenario.run({
    'current-token': vtex.tokens(targetKey).current,
    secrets:
      'repos/acme/shop/environments/prod%2feu/secrets/token\nrepos/acme/shop/environments/größe 1/secrets/TOKEN',
  });
  expect(run.result).toBe('rotated');
  expect(JSON.parse(run.outputs['updated-secrets'] ?? '')).toEqual(paths);
  for (const path of paths) expect(github.secret(path)?.value).toBe(vtex.tokens(targetKey).current);
});

test('an environment that does not exist is secret-missing before anything is renewed', async () => {
  await using scenario = await Scenario.start();
  const run = await scenario.run({
    secrets: 'VTEX_APP_TOKEN\nrepos/acme/store/environments/nowhere/secrets/TOKEN',
    'create-missing-secrets': 'true',
  });
  expect(run.errors).toEqual(['secret-missing']);
  expect(run.errorText).toContain('environments=write');
  expect(run.requests.join()).not.toMatch(/PUT|PATCH/);
});

test('a pending secret of its own path, in another repository', async () => {
  await using scenario = await Scenario.start();
  const { github, vtex, targetKey } = scenario.store;
  github.addRepository('acme/vault');
  const run = await scenario.run({
    'pending-secret': 'repos/acme/vault/actions/secrets/TEMPORARY',
    'delete-old-token': 'later',
  });
  expect(run.result).toBe('pending');
  const pending = github.secret('repos/acme/vault/actions/secrets/TEMPORARY');
  expect(pending?.value).toBe(vtex.tokens(targetKey).pending);
});

test('a secret that does not exist is an error before anything is renewed', async () => {
  await using scenario = await Scenario.start();
  const before = scenario.state;
  const run = await scenario.run({ secrets: 'VTEX_APP_TOKEN\nABSENT' });
  expect(run.errors).toEqual(['secret-missing']);
  expect(run.errorText).toContain('repos/acme/store/actions/secrets/ABSENT');
  // Its value was read from somewhere, so to create it would hide the one in use.
  expect(run.errorText).not.toContain('create-missing-secrets');
  expect(run.errorText).not.toMatch(/Holding the old token: [^.]*ABSENT/);
  expect(run.state).toBe(before);
  await expectStory(run, 'a missing secret');
});

test('create-missing-secrets: true creates it', async () => {
  await using scenario = await Scenario.start();
  const run = await scenario.run({ secrets: 'VTEX_APP_TOKEN\nABSENT', 'create-missing-secrets': 'true' });
  expect(run.result).toBe('rotated');
  expect(scenario.value('ABSENT')).toBe(scenario.value('VTEX_APP_TOKEN'));
  await expectStory(run, 'a missing secret is created');
});

test('GitHub Enterprise Server: an API with a path', async () => {
  await using scenario = await Scenario.start({ ghes: '3.19' });
  const { github } = scenario.store;
  expect(github.url).toMatch(/\/api\/v3$/);
  const run = await scenario.run();
  expect(run.result).toBe('rotated');
  await expectStory(run, 'GitHub Enterprise Server');
});
