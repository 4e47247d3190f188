/** Every store that GitHub has for secrets, patterns of repositories, and servers other than github.com. */
import { expect, test } from 'vitest';
import type { StoreOptions } from '../fakes/index.ts';
import { Scenario } from './scenario.ts';

/** The token of the key in secrets of these paths, beside the one in the repository. */
async function stage(paths: readonly string[], options: StoreOptions = {}): Promise<Scenario> {
  const scenario = await Scenario.start(options);
  const { github, vtex, targetKey, world } = scenario.store;
  for (const path of paths)
    github.setSecret(path, vtex.tokens(targetKey).current, { at: world.now() - 50 * 86_400_000 });
  return scenario;
}

const listed = (...paths: readonly string[]): string => ['VTEX_APP_TOKEN', ...paths].join('\n');

test.each(['dependabot', 'codespaces', 'agents'])(
  '%s secrets of a repository and of its organization',
  async (store) => {
    const paths = [`repos/acme/store/${store}/secrets/X`, `orgs/acme/${store}/secrets/X`];
    await using scenario = await stage(paths);
    const { github, vtex, targetKey } = scenario.store;
    const run = await scenario.run({ secrets: listed(...paths) });
    expect(run.result).toBe('rotated');
    for (const path of paths) expect(github.secret(path)?.value).toBe(vtex.tokens(targetKey).current);
    expect(JSON.parse(run.outputs['updated-secrets'] ?? '[]')).toHaveLength(3);
  },
);

test.each(['dependabot', 'codespaces', 'agents'])(
  '%s secrets of an organization keep their selected repositories',
  async (store) => {
    await using scenario = await Scenario.start();
    const { github, vtex, targetKey } = scenario.store;
    const ids = Array.from({ length: 40 }, (_, index) => github.addRepository(`acme/r${index}`).id);
    const path = `orgs/acme/${store}/secrets/X`;
    github.setSecret(path, vtex.tokens(targetKey).current, { visibility: 'selected', repositoryIds: ids });
    const run = await scenario.run({ secrets: listed(path) });
    expect(run.result).toBe('rotated');
    expect(github.secret(path)).toMatchObject({ visibility: 'selected', repositoryIds: ids });
    expect(run.warningText).toBe('');
  },
);

test.each([
  ['repos/acme/store/dependabot/secrets/X', 'dependabot_secrets'],
  ['repos/acme/store/codespaces/secrets/X', 'codespaces_secrets'],
  ['repos/acme/store/agents/secrets/X', 'agent_secrets'],
  ['orgs/acme/dependabot/secrets/X', 'organization_dependabot_secrets'],
  ['orgs/acme/codespaces/secrets/X', 'organization_codespaces_secrets'],
  ['orgs/acme/agents/secrets/X', 'organization_agent_secrets'],
])('%s without its permission: github-forbidden that names %s', async (path, permission) => {
  await using scenario = await stage([path]);
  const weak = scenario.store.addToken({
    permissions: { metadata: 'read', secrets: 'write', organization_secrets: 'write' },
  });
  const run = await scenario.run({ secrets: listed(path), 'github-token': weak });
  expect(run.errors).toEqual(['github-forbidden']);
  expect(run.errorText).toContain(permission);
  expect(run.requests.join()).not.toMatch(/PUT|PATCH/);
});

test('a Dependabot secret is drained, Codespaces and agents feed no runs', async () => {
  const paths = ['dependabot', 'codespaces', 'agents'].map(
    (store) => `repos/acme/${store}/${store}/secrets/X`,
  );
  await using scenario = await Scenario.start();
  const { github, vtex, targetKey, world } = scenario.store;
  for (const [index, path] of paths.entries()) {
    github.addRepository(`acme/${['dependabot', 'codespaces', 'agents'][index] ?? ''}`);
    github.setSecret(path, vtex.tokens(targetKey).current, { at: world.now() - 1e9 });
  }
  const run = await scenario.run({ secrets: listed(...paths), 'drain-timeout-minutes': '30' });
  expect(run.result).toBe('rotated');
  const listing = run.requests.filter((line) => line.includes('/actions/runs'));
  expect(listing.join()).toContain('repos/acme/dependabot/actions/runs');
  expect(listing.join()).not.toMatch(/acme\/(codespaces|agents)\/actions\/runs/);
});

test('a line for the environment copilot is a warning that names the agents’ secrets', async () => {
  await using scenario = await Scenario.start();
  const { github, vtex, targetKey } = scenario.store;
  github.addRepository('acme/bot', { environments: ['copilot'] });
  const path = 'repos/acme/bot/environments/copilot/secrets/X';
  github.setSecret(path, vtex.tokens(targetKey).current);
  const run = await scenario.run({ secrets: listed(path) });
  expect(run.result).toBe('rotated');
  expect(run.warningText).toContain('repos/acme/bot/agents/secrets/X');
});

test.each(['codespaces', 'agents'])(
  'an Enterprise Server without %s: a clear error before anything is renewed',
  async (store) => {
    for (const path of [`repos/acme/store/${store}/secrets/X`, `orgs/acme/${store}/secrets/X`]) {
      await using scenario = await Scenario.start({ ghes: '3.19' });
      const run = await scenario.run({ secrets: listed(path) });
      expect(run.errors).toEqual(['secret-missing']);
      expect(run.errorText).toMatch(/This GitHub Enterprise Server (?:may have|has) no/);
      expect(run.requests.join()).not.toMatch(/PUT|PATCH/);
    }
  },
);

test('a pattern: every unarchived repository that matches and has the secret; what is left out is said', async () => {
  await using scenario = await Scenario.start();
  const { github, vtex, targetKey, world } = scenario.store;
  const old = vtex.tokens(targetKey).current;
  for (const name of ['store-a', 'store-b', 'store-c', 'other', 'store-none']) {
    github.addRepository(`acme/${name}`, { archived: name === 'store-c' });
    const value = /-[ab]$/.test(name) ? old : 'of another key';
    if (name !== 'store-none')
      github.setSecret(`repos/acme/${name}/actions/secrets/TOKEN`, value, { at: world.now() - 1e9 });
  }
  const run = await scenario.run({ secrets: listed('repos/acme/store-*/actions/secrets/TOKEN') });
  expect(run.result).toBe('rotated');
  const { current } = vtex.tokens(targetKey);
  const value = (name: string): string | undefined =>
    github.secret(`repos/acme/${name}/actions/secrets/TOKEN`)?.value;
  expect([value('store-a'), value('store-b')]).toEqual([current, current]);
  expect([value('store-c'), value('other')]).toEqual(['of another key', 'of another key']);
  expect(value('store-none')).toBeUndefined();
  expect(run.summary).toMatch(/store-c.*archived/);
  expect(run.summary).toMatch(/store-none.*does not have the secret/);
});

test('a pattern finds a secret that is listed by its name too, written in another case: it counts once', async () => {
  await using scenario = await Scenario.start();
  const { github, vtex, targetKey, world } = scenario.store;
  github.addRepository('acme/other');
  const other = 'repos/acme/other/actions/secrets/VTEX_APP_TOKEN';
  github.setSecret(other, vtex.tokens(targetKey).current, { at: world.now() - 1e9 });
  const patterns = ['ACME/*', 'Acme/o*'].map((place) => `repos/${place}/actions/secrets/VTEX_APP_TOKEN`);
  const run = await scenario.run({ secrets: listed(...patterns) });
  expect(run.result).toBe('rotated');
  expect(JSON.parse(run.outputs['updated-secrets'] ?? '[]')).toHaveLength(2);
  expect(run.requests.filter((line) => /^PUT .*VTEX_APP_TOKEN /.test(line))).toHaveLength(2);
});

test('a pattern that nothing has: secret-missing; one whose runs may not be listed: forbidden, before the renewal', async () => {
  await using scenario = await Scenario.start();
  const { github, vtex, targetKey } = scenario.store;
  const none = await scenario.run({ secrets: listed('repos/acme/*/actions/secrets/TOKEN') });
  expect(none.errors).toEqual(['secret-missing']);
  github.addRepository('acme/far');
  github.setSecret('repos/acme/far/actions/secrets/TOKEN', vtex.tokens(targetKey).current);
  const weak = scenario.store.addToken({ permissions: { metadata: 'read', secrets: 'write' } });
  const run = await scenario.nextRun({
    secrets: 'repos/acme/f*/actions/secrets/TOKEN',
    'github-token': weak,
    'drain-timeout-minutes': '10',
  });
  expect(run.errors).toEqual(['github-forbidden']);
  expect(run.errorText).toContain('runs of acme/far');
  expect(run.requests.join()).not.toMatch(/PUT|PATCH/);
});

test('data residency: links lead to the server of the run, and nothing goes elsewhere', async () => {
  await using scenario = await Scenario.start();
  scenario.store.github.addWorkflow('acme/store', 'verify.yml', { behaviour: {} });
  const server = 'https://acme.ghe.com';
  const run = await scenario.run(
    { 'verification-workflow': 'verify.yml', 'delete-old-token': 'later' },
    { env: { GITHUB_SERVER_URL: server, GITHUB_ACTION_REPOSITORY: 'acme/rotate', GITHUB_ACTION_REF: 'v1' } },
  );
  expect(run.result).toBe('pending');
  const [first] = JSON.parse(run.outputs['verification-runs'] ?? '[]') as { url: string }[];
  expect(first?.url).toMatch(/^https:\/\/acme\.ghe\.com\/acme\/store\/actions\/runs\/\d+$/);
  expect(run.log + run.summary).not.toContain('https://github.com/');
});
