/** Wrong keys, wrong places, and GitHub's own reasons: told for what they are, before anything is renewed. */
import { expect, test } from 'vitest';
import { forbiddenReasons } from '../fakes/github-refusals.ts';
import { Scenario, type ScenarioRun } from './scenario.ts';

/** Nothing was written anywhere, and VTEX was asked for nothing but sign-ins. */
function expectUntouched(run: ScenarioRun, before: string): void {
  expect(run.requests.join()).not.toMatch(/PUT|PATCH|DELETE/);
  expect(run.state).toBe(before);
}

test('api-key is another key of the account than the one whose token the secret holds: nobody loses a token', async () => {
  await using scenario = await Scenario.start();
  const { vtex } = scenario.store;
  const other = vtex.addKey();
  const before = scenario.state;
  const run = await scenario.run({ 'api-key': other });
  expect(run.errors).toEqual(['current-token-refused']);
  expect(run.errorText).toMatch(/belongs to another key/);
  expectUntouched(run, before);
});

test('the token is in an organization secret of that name: create-missing-secrets does not help to hide it', async () => {
  await using scenario = await Scenario.start();
  const { github, vtex, targetKey } = scenario.store;
  github.secrets.delete(scenario.store.path('VTEX_APP_TOKEN'));
  const path = 'orgs/acme/actions/secrets/VTEX_APP_TOKEN';
  github.setSecret(path, vtex.tokens(targetKey).current);
  const before = scenario.state;
  for (const create of ['false', 'true']) {
    const run = await scenario.nextRun({ 'create-missing-secrets': create });
    expect(run.errors[0]).toBe('secret-missing');
    expect(run.errorText).toContain(path);
    expect(run.errorText).not.toContain('create-missing-secrets');
    expectUntouched(run, before);
  }
});

test('only a misspelt name is listed: nothing is created, whatever create-missing-secrets says', async () => {
  await using scenario = await Scenario.start();
  const before = scenario.state;
  for (const create of ['false', 'true']) {
    const run = await scenario.nextRun({ secrets: 'VTEX_APP_TOKNE', 'create-missing-secrets': create });
    expect(run.errors).toEqual(['secret-missing']);
    expectUntouched(run, before);
  }
  // For the first time there is none to be found.
  scenario.store.github.secrets.delete(scenario.store.path('VTEX_APP_TOKEN'));
  const first = await scenario.nextRun({
    secrets: 'VTEX_NEW',
    'current-token': 'none',
    'create-missing-secrets': 'true',
  });
  expect(first.result).toBe('rotated');
});

test('a value in the place of a name, with create-missing-secrets: an error that does not repeat it', async () => {
  await using scenario = await Scenario.start();
  const value = scenario.value('VTEX_APP_TOKEN') ?? '';
  for (const inputs of [{}, { 'current-token': 'none' }]) {
    const run = await scenario.nextRun({ ...inputs, secrets: value, 'create-missing-secrets': 'true' });
    expect(run.errors).toEqual(['input-invalid']);
    expect(run.errorText).toMatch(/looks like a value/);
    expect(run.requests).toEqual([]);
  }
});

test('a listed repository that was renamed, and one that is archived', async () => {
  await using scenario = await Scenario.start();
  const { github, vtex, targetKey } = scenario.store;
  const { current } = vtex.tokens(targetKey);
  github.addRepository('acme/before');
  github.addRepository('acme/attic', { archived: true });
  for (const name of ['before', 'attic']) github.setSecret(`repos/acme/${name}/actions/secrets/X`, current);
  github.repositories.rename('acme/before', 'acme/now');
  const before = scenario.state;
  const renamed = await scenario.run({ secrets: 'VTEX_APP_TOKEN\nrepos/acme/before/actions/secrets/X' });
  expect(renamed.errors).toEqual(['secret-missing']);
  expect(renamed.errorText).toMatch(/renamed or moved/);
  expectUntouched(renamed, before);
  const archived = await scenario.nextRun({ secrets: 'VTEX_APP_TOKEN\nrepos/acme/attic/actions/secrets/X' });
  expect(archived.errors).toEqual(['github-forbidden']);
  expect(archived.errorText).toMatch(/acme\/attic is archived/);
  expectUntouched(archived, before);
});

test('an unknown environment is said of the listed secret, not of the pending one', async () => {
  await using scenario = await Scenario.start();
  const before = scenario.state;
  const run = await scenario.run({ secrets: 'repos/acme/store/environments/nowhere/secrets/X' });
  expect(run.errors).toEqual(['secret-missing']);
  expect(run.errorText).toContain('environment "nowhere"'.replaceAll('"', ''));
  expect(run.errorText).not.toMatch(/PENDING/);
  expectUntouched(run, before);
});

test('a verification workflow at the SHA of a commit is an input error', async () => {
  await using scenario = await Scenario.start();
  const run = await scenario.run({
    'verification-workflow': `acme/store/.github/workflows/verify.yml@${'0123456789'.repeat(4)}`,
  });
  expect(run.errors).toEqual(['input-invalid']);
  expect(run.errorText).toMatch(/a dispatch takes a branch or a tag/);
  expect(run.requests).toEqual([]);
});

test.each(Object.entries(forbiddenReasons))(
  '403 for a reason of GitHub’s own (%s): quoted, and no permission is named',
  async (_name, fault) => {
    await using scenario = await Scenario.start();
    const { world } = scenario.store;
    world.when({ label: /PUT .*_OLD$/, suffers: () => fault });
    const run = await scenario.run();
    expect(run.errors).toEqual(['github-forbidden']);
    expect(run.errorText).not.toMatch(/secrets=write|GITHUB_TOKEN/);
    const body = 'body' in fault ? (fault.body as { message: string }) : { message: '' };
    expect(run.errorText).toContain(body.message.slice(0, 40));
    expect(run.requests.join()).not.toContain('PATCH');
  },
);

test('the new token cannot be stored in the end: the error and the summary give a ready command, and post tries too', async () => {
  await using scenario = await Scenario.start();
  const { world, vtex, targetKey } = scenario.store;
  world.when({
    label: /PUT .*_PENDING$/,
    nth: 'every',
    suffers: () => ({ kind: 'status', status: 403, body: { message: 'Forbidden' } }),
  });
  const run = await scenario.run({}, { postMaySpeak: true });
  expect(run.errors).toEqual(['github-forbidden']);
  const command =
    /gh api --method PUT \/repos\/acme\/store\/actions\/secrets\/VTEX_APP_TOKEN_PENDING -f encrypted_value=[A-Za-z0-9+/]+=* -f key_id=\d+/;
  expect(run.errorText).toMatch(command);
  expect(run.summary).toMatch(command);
  expect(run.post?.log).toMatch(/secret-write-failed/);
  expect(vtex.accepts(targetKey, scenario.value('VTEX_APP_TOKEN') ?? '')).toBe(true);
});
