/** `sign-in-check: false`, for an account where sign-in with API keys is closed; and `verification-requests`. */
import { expect, test } from 'vitest';
import { verificationText } from '../fakes/index.ts';
import { expectStory, Scenario } from './scenario.ts';

const off = { 'sign-in-check': 'false' };
const requests = {
  'verification-requests': '/api/oms/pvt/orders?per_page=1\n# a comment\n/api/catalog/pvt/brand/1',
};

async function closed(): Promise<Scenario> {
  const scenario = await Scenario.start();
  scenario.store.vtex.signInManner = 'closed';
  return scenario;
}

test('now, proved by verification-requests alone: never a sign-in', async () => {
  await using scenario = await closed();
  const run = await scenario.run({ ...off, ...requests });
  expect(run.result).toBe('rotated');
  expect(run.requests.join()).not.toContain('apptoken/login');
  await expectStory(run, 'sign-in is closed');
});

test('later, and then finish', async () => {
  await using scenario = await closed();
  const run = await scenario.run({ ...off, ...requests, 'delete-old-token': 'later' });
  expect(run.result).toBe('pending');
  const finished = await scenario.nextRun({ ...off, ...requests, operation: 'finish' });
  expect(finished.result).toBe('finished');
  expect(run.requests.concat(finished.requests).join()).not.toContain('apptoken/login');
});

test('a workflow that fails beside the requests: the old token goes back, and nothing is finished', async () => {
  await using scenario = await closed();
  const { github, vtex, targetKey } = scenario.store;
  const behaviour = { conclusion: 'failure' };
  github.addWorkflow('acme/store', 'verify.yml', { text: verificationText, behaviour });
  const run = await scenario.run({ ...off, ...requests, 'verification-workflow': 'verify.yml' });
  expect(run.result).toBe('restored');
  expect(run.errors).toEqual(['verification-failed']);
  expect(run.requests.join()).not.toMatch(/finish-renewal|apptoken\/login/);
  expect(scenario.value('VTEX_APP_TOKEN')).toBe(vtex.tokens(targetKey).current);
  expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBe(vtex.tokens(targetKey).pending);
});

test('without a clear answer of the requests nothing is concluded, and nothing written', async () => {
  await using scenario = await closed();
  await scenario.run({ ...off, ...requests, 'delete-old-token': 'later' });
  scenario.store.vtex.answers.set('/api/catalog/pvt/brand/1', { status: 503 });
  const before = scenario.state;
  const run = await scenario.nextRun({ ...off, ...requests, operation: 'finish' });
  expect(new Set(run.errors)).toEqual(new Set(['vtex-unavailable']));
  expect(run.errorText).not.toContain('Undo Renewal');
  expect(run.state).toBe(before);
});

test('a dead or foreign value in the pending secret is not stored', async () => {
  await using scenario = await closed();
  const { vtex, github, targetKey, managerKey } = scenario.store;
  await scenario.run({ ...off, ...requests, 'delete-old-token': 'later' });
  github.setSecret(scenario.store.path('VTEX_APP_TOKEN_PENDING'), vtex.tokens(managerKey).current);
  const run = await scenario.nextRun({ ...off, ...requests, 'propagation-timeout-seconds': '5' });
  expect(run.errors).toEqual(['renewal-pending']);
  expect(scenario.value('VTEX_APP_TOKEN')).toBe(vtex.tokens(targetKey).pending);
});

test('a renewal that is left is resumed, and the requests prove both tokens', async () => {
  await using scenario = await closed();
  await scenario.run({ ...off, ...requests, 'delete-old-token': 'later' });
  const run = await scenario.nextRun({ ...off, ...requests });
  expect(run.result).toBe('rotated');
  expect(run.requests.join()).not.toMatch(/\/renew/);
});

test('sign-in is closed and sign-in-check is not switched off: the error says how', async () => {
  await using scenario = await closed();
  const run = await scenario.run();
  expect(run.errors).toEqual(['vtex-unauthorized']);
  expect(run.errorText).toContain('sign-in-check: false');
});

test('verification-requests carry app key and new token, wait for VTEX, and come before any consumer', async () => {
  await using scenario = await Scenario.start();
  const { world, vtex } = scenario.store;
  const from = world.now() + 15_000;
  vtex.answers.set('/api/catalog/pvt/brand/1', (accepted) => ({
    status: accepted && world.now() > from ? 200 : 503,
  }));
  const run = await scenario.run(requests);
  expect(run.result).toBe('rotated');
  const at = (pattern: RegExp): number => run.requests.findIndex((line) => pattern.test(line));
  expect(at(/GET vtex .*brand\/1 503/)).toBeGreaterThan(at(/PUT .*_PENDING 201/));
  expect(at(/GET vtex .*brand\/1 200/)).toBeLessThan(at(/PUT .*VTEX_APP_TOKEN 204/));
});

test.each([403, 404, 302, 500])(
  'a verification request that answers %i: new-token-rejected, no consumer touched',
  async (status) => {
    await using scenario = await Scenario.start();
    const { world, vtex } = scenario.store;
    vtex.answers.set('/api/oms/pvt/orders', { status, headers: { location: `${world.elsewhere.url}/x` } });
    const old = scenario.value('VTEX_APP_TOKEN');
    const run = await scenario.run({ ...requests, 'propagation-timeout-seconds': '3' });
    expect(run.errors).toEqual(['new-token-rejected']);
    expect(run.errorText).toContain(`status ${status}`);
    expect(run.errorText).toContain('No consumer was touched');
    expect(scenario.value('VTEX_APP_TOKEN')).toBe(old);
  },
);
