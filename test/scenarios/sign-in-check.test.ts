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

test('now, proved by a workflow alone', async () => {
  await using scenario = await closed();
  scenario.store.github.addWorkflow('acme/store', 'verify.yml', { text: verificationText });
  const run = await scenario.run({ ...off, 'verification-workflow': 'verify.yml' });
  expect(run.result).toBe('rotated');
  expect(run.requests.join()).not.toMatch(/apptoken\/login|GET vtex/);
  expect(run.outputs['verification-runs']).toContain('"conclusion":"success"');
});

test('a workflow that fails: the old token goes back unproved, and nothing is finished', async () => {
  await using scenario = await closed();
  const { github, vtex, targetKey } = scenario.store;
  const behaviour = { conclusion: 'failure' };
  github.addWorkflow('acme/store', 'verify.yml', { text: verificationText, behaviour });
  const run = await scenario.run({ ...off, 'verification-workflow': 'verify.yml' });
  expect(run.result).toBe('restored');
  expect(run.errors).toEqual(['verification-failed']);
  expect(run.requests.join()).not.toMatch(/finish-renewal|apptoken\/login/);
  expect(scenario.value('VTEX_APP_TOKEN')).toBe(vtex.tokens(targetKey).current);
  expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBe(vtex.tokens(targetKey).pending);
});

test('later needs no proof, and finish with one', async () => {
  await using scenario = await closed();
  const run = await scenario.run({ ...off, 'delete-old-token': 'later' });
  expect(run.result).toBe('pending');
  const finished = await scenario.nextRun({ ...off, ...requests, operation: 'finish' });
  expect(finished.result).toBe('finished');
  expect(finished.requests.join()).not.toContain('apptoken/login');
});

test('a pending token counts as usable, and the requests prove it', async () => {
  await using scenario = await closed();
  await scenario.run({ ...off, 'delete-old-token': 'later' });
  const run = await scenario.nextRun({ ...off, ...requests });
  expect(run.result).toBe('rotated');
  expect(run.requests.join()).not.toMatch(/\/renew/);
});

test('a pending token that is dead fails the requests, and nothing is stored', async () => {
  await using scenario = await closed();
  const { vtex, github, targetKey } = scenario.store;
  await scenario.run({ ...off, 'delete-old-token': 'later' });
  vtex.adminUndo(targetKey);
  github.setSecret(scenario.store.path('VTEX_APP_TOKEN'), vtex.tokens(targetKey).current);
  const run = await scenario.nextRun({ ...off, ...requests, 'propagation-timeout-seconds': '5' });
  expect(run.errors).toEqual(['new-token-rejected']);
  expect(run.errorText).toContain('GET /api/oms/pvt/orders?per_page=1: status 401');
  expect(scenario.value('VTEX_APP_TOKEN')).toBe(vtex.tokens(targetKey).current);
});

test('a 404 on finish counts as done, with a warning', async () => {
  await using scenario = await closed();
  const { world, vtex, targetKey } = scenario.store;
  world.intercept = ({ label }, phase) => {
    if (label.includes('finish-renewal') && phase === 'before') vtex.adminDeleteOld(targetKey);
    return undefined;
  };
  const run = await scenario.run({ ...off, ...requests });
  expect(run.result).toBe('rotated');
  expect(run.warningText).toMatch(/404.*counts as done/);
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
  expect(at(/GET vtex .*brand\/1 503/)).toBeGreaterThan(at(/PUT .*_PENDING 204/));
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
