import { expect, test } from 'vitest';
import { status } from '../fakes/faults.ts';
import { expectStory, Scenario } from './scenario.ts';

test('rotate now: the new token is stored, the old one is dead, the pending secret is gone', async () => {
  await using scenario = await Scenario.start();
  const { store } = scenario;
  const old = store.vtex.tokens(store.targetKey).current;
  const run = await scenario.run();
  expect(run.result).toBe('rotated');
  expect(run.outputs['old-token-deleted']).toBe('true');
  expect(run.outputs['updated-secrets']).toBe(JSON.stringify([store.path('VTEX_APP_TOKEN')]));
  expect(store.vtex.state(store.targetKey, old)).toBe('dead');
  expect(scenario.value('VTEX_APP_TOKEN')).toBe(store.vtex.tokens(store.targetKey).current);
  expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBeUndefined();
  expect(run.annotations).toEqual([]);
  await expectStory(run, 'rotate now');
});

test('the record tells everything but secrets', async () => {
  await using scenario = await Scenario.start();
  const { record, outputs } = await scenario.run();
  const { steps, ...rest } = record as { steps: { step: string; started: string; ended: string }[] };
  expect(rest).toEqual({
    operation: 'rotate',
    account: 'acmestore',
    'api-key': scenario.store.targetKey,
    'vtex-renewed-at': expect.any(String) as unknown,
    'vtex-id': expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    'renewed-at': outputs['renewed-at'],
    secrets: [
      {
        path: 'repos/acme/store/actions/secrets/VTEX_APP_TOKEN',
        holds: 'new',
        updated_at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      },
    ],
    verification: [],
    result: 'rotated',
    'old-token-deleted': true,
    error: null,
    errors: [],
  });
  expect(steps.map(({ step }) => step).join(' ')).toBe(
    'observe reserve renew stage check-token store confirm finish prove clean-up',
  );
  for (const { started, ended } of steps)
    expect(Date.parse(ended)).toBeGreaterThanOrEqual(Date.parse(started));
});

test('current-token none: the token is renewed without one, and only this run could delete the old one', async () => {
  await using scenario = await Scenario.start();
  const run = await scenario.run({ 'current-token': 'none' });
  expect(run.result).toBe('rotated');
  expect(run.warningText).toContain('current-token is none');
});

test('a current-token that VTEX refuses: nothing is renewed, for another key would lose its token', async () => {
  await using scenario = await Scenario.start();
  const { store } = scenario;
  const before = scenario.state;
  for (const inputs of [{}, { 'renew-after-days': '3000' }]) {
    const wrong = store.vtex.tokens(store.managerKey).current;
    const run = await scenario.nextRun({ ...inputs, 'current-token': wrong });
    expect(run.errors).toEqual(['current-token-refused']);
    expect(run.errorText).toContain('current-token: none');
    expect(run.state).toBe(before);
  }
});

test('several secrets in one run: the first one first, the others after it, all before the finish', async () => {
  await using scenario = await Scenario.start();
  const { store } = scenario;
  const { github, vtex } = store;
  const token = vtex.tokens(store.targetKey).current;
  github.addRepository('acme/blog');
  github.addRepository('acme/shop', { environments: ['production'] });
  const paths = [
    store.path('VTEX_APP_TOKEN'),
    'repos/acme/blog/actions/secrets/VTEX_TOKEN',
    'repos/acme/shop/environments/production/secrets/VTEX_APP_TOKEN',
    'orgs/acme/actions/secrets/VTEX_SHARED',
  ];
  for (const path of paths.slice(1)) github.setSecret(path, token, { at: store.world.now() - 1e9 });
  const secrets = [
    '# where the store runs',
    'vtex_app_token',
    '',
    '/repos/acme/blog/actions/secrets/VTEX_TOKEN',
    'repos/ACME/blog/actions/secrets/vtex_token',
    ...paths.slice(2),
  ].join('\n');
  const run = await scenario.run({ secrets });
  expect(run.result).toBe('rotated');
  expect(JSON.parse(run.outputs['updated-secrets'] ?? '')).toEqual(paths);
  const writes = run.requests.filter((line) => /^(PUT|PATCH)/.test(line) && !/_PENDING|_OLD/.test(line));
  expect(writes.map((line) => line.split(' ')[2])).toEqual([
    '/api/vtexid/apikey/:key/apitoken/renew',
    ...paths,
    '/api/vtexid/apikey/:key/apitoken/finish-renewal',
  ]);
  await expectStory(run, 'several secrets');
});

test('expose-new-token: the output holds the new token, masked, and no job output carries it on', async () => {
  await using scenario = await Scenario.start();
  const run = await scenario.run({ 'expose-new-token': 'TRUE' });
  expect(run.outputs['new-token']).toBe(scenario.value('VTEX_APP_TOKEN'));
  expect(run.jobOutputs).not.toHaveProperty('new-token');
});

test('expose-new-token: no output when the token was not stored', async () => {
  await using scenario = await Scenario.start();
  const { world } = scenario.store;
  world.intercept = ({ label }, phase) =>
    phase === 'before' && /^PUT .*\/VTEX_APP_TOKEN$/.test(label)
      ? { kind: 'status', status: 422, body: { message: 'no' } }
      : undefined;
  const run = await scenario.run({ 'expose-new-token': 'true' });
  expect(run.errors).toEqual(['secret-write-failed']);
  expect(run.outputs).not.toHaveProperty('new-token');
});

test('VTEX takes twenty seconds to accept the new token: the run waits, and no consumer is touched before', async () => {
  await using scenario = await Scenario.start();
  scenario.store.vtex.acceptanceDelayMs = 20_000;
  const run = await scenario.run();
  expect(run.result).toBe('rotated');
  expect(run.log).toMatch(/Check the new token: still at it after (9|1\d) s/);
  await expectStory(run, 'VTEX needs time to accept the new token');
});

test('VTEX takes too long: new-token-rejected, no consumer touched, and the next run takes the renewal up', async () => {
  await using scenario = await Scenario.start();
  scenario.store.vtex.acceptanceDelayMs = 90_000;
  const run = await scenario.run({ 'propagation-timeout-seconds': '30' });
  expect(run.errors).toEqual(['new-token-rejected']);
  expect(run.errorText).toMatch(/within 30 s/);
  expect(run.errorText).toMatch(/No consumer was touched/);
  expect(run.errorText).toMatch(/Undo Renewal/);
  expect(run.outputs['updated-secrets']).toBe('[]');
  expect(run.requests.join()).not.toMatch(/PUT github \S+VTEX_APP_TOKEN \d/);
  await expectStory(run, 'VTEX takes too long to accept the new token');
  scenario.store.world.advance(60_000);
  const next = await scenario.nextRun();
  expect(next.result).toBe('rotated');
  expect(next.requests.join()).not.toContain('/renew');
});

test('propagation-timeout-seconds: 0 asks once', async () => {
  await using scenario = await Scenario.start();
  scenario.store.vtex.acceptanceDelayMs = 5_000;
  const run = await scenario.run({ 'propagation-timeout-seconds': '0' });
  expect(run.errors).toEqual(['new-token-rejected']);
  expect(run.requests.filter((line) => line.endsWith('login 401'))).toHaveLength(1);
});

test('the old token that dies slowly is waited for; one that seems to live on is a warning', async () => {
  await using scenario = await Scenario.start();
  scenario.store.vtex.deathDelayMs = 10_000;
  const patient = await scenario.run();
  expect(patient.result).toBe('rotated');
  expect(patient.annotations).toEqual([]);
  scenario.store.vtex.deathDelayMs = 100_000;
  const hasty = await scenario.nextRun({ 'propagation-timeout-seconds': '20' });
  expect(hasty.result).toBe('rotated');
  expect(hasty.warningText).toMatch(/refuse the old token/);
  expect(hasty.summary).toMatch(/refuse the old token/);
});

test('VTEX refuses sign-ins with 200 and WrongCredentials, as its own tools expect', async () => {
  await using scenario = await Scenario.start();
  const { vtex } = scenario.store;
  vtex.signInManner = 'refuses politely';
  vtex.acceptanceDelayMs = 3_000;
  const run = await scenario.run();
  expect(run.result).toBe('rotated');
  expect(run.annotations).toEqual([]);
});

test.each([
  [403, 'new'],
  [503, 'not known'],
])('a pending secret whose deletion ends with %i is not told to be gone', async (code, holds) => {
  await using scenario = await Scenario.start();
  scenario.store.world.when({ label: /^DELETE .*_PENDING$/, nth: 'every', suffers: () => status(code) });
  const run = await scenario.run();
  expect(run.result).toBe('rotated');
  expect(run.warningText).toContain('VTEX_APP_TOKEN_PENDING could not be deleted');
  expect(run.story).toMatch(new RegExp(`^. ${holds} \\| VTEX_APP_TOKEN_PENDING \\|`, 'mu'));
  expect(run.story).toMatch(/removed \| VTEX_APP_TOKEN_OLD \|/);
});

test.each([401, 403])(
  'GitHub answers %i to every look after the old token is deleted: that is a warning, and nothing is deleted unseen',
  async (code) => {
    await using scenario = await Scenario.start();
    const { world } = scenario.store;
    let isFinished = false;
    world.intercept = ({ label }, phase) => {
      if (label.endsWith('/finish-renewal') && phase === 'after') isFinished = true;
      return isFinished && /^GET github .*secrets/.test(label) ? status(code, { message: 'No.' }) : undefined;
    };
    const run = await scenario.run();
    expect(run.errors).toEqual([]);
    expect(run.result).toBe('rotated');
    expect(run.outputs['old-token-deleted']).toBe('true');
    expect(run.warningText).toMatch(/could not be looked at .*, so they were not deleted/);
    expect(run.requests.join()).not.toContain('DELETE');
    world.intercept = undefined;
    scenario.days(1);
    expect((await scenario.nextRun()).result).toBe('rotated');
  },
);
