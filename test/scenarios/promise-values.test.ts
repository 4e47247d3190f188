/** Secrets that hold more than the token: `current-values`, and the token read from a place in them. */
import { expect, test } from 'vitest';
import { status } from '../fakes/faults.ts';
import { Scenario } from './scenario.ts';

const password = 'a password of somebody who is called Zoë';

interface Stage {
  readonly scenario: Scenario;
  readonly old: string;
  whole(token: string): string;
  inputs(): Record<string, string>;
}

/** `VTEX_QE` holds the token in a JSON document, `VTEX_APP_TOKEN` alone. */
async function stage(whole?: (token: string) => string): Promise<Stage> {
  const scenario = await Scenario.start();
  const { github, vtex, targetKey, world } = scenario.store;
  const path = scenario.store.path('VTEX_QE');
  const old = vtex.tokens(targetKey).current;
  const make =
    whole ?? ((token) => JSON.stringify({ vtex: { apiKey: targetKey, apiToken: token }, password }));
  github.setSecret(path, make(old), { at: world.now() - 50 * 86_400_000 });
  return {
    scenario,
    old,
    whole: make,
    inputs: () => ({
      secrets: 'VTEX_APP_TOKEN\nVTEX_QE',
      'current-token': 'VTEX_QE#/vtex/apiToken',
      'current-values': `{"VTEX_QE": ${JSON.stringify(scenario.value('VTEX_QE'))} }`,
    }),
  };
}

const write = /^PUT \S+ \S+\/(VTEX_\w+) 20/;
const written = (requests: readonly string[]): string[] =>
  requests.flatMap((line) => write.exec(line)?.[1] ?? []).filter((name) => !/_(OLD|PENDING)$/.test(name));

test('the token is read from its place, and only it is replaced; such secrets are written before the plain ones', async () => {
  const made = await stage();
  await using scenario = made.scenario;
  const { vtex, targetKey } = scenario.store;
  const run = await scenario.run(made.inputs(), { secrets: [password] });
  expect(run.result).toBe('rotated');
  const { current } = vtex.tokens(targetKey);
  expect(scenario.value('VTEX_QE')).toBe(made.whole(current));
  expect(scenario.value('VTEX_APP_TOKEN')).toBe(current);
  expect(written(run.requests)).toEqual(['VTEX_QE', 'VTEX_APP_TOKEN']);
});

test.each<[string, (token: string) => string]>([
  ['key:token', (token) => `vtexappkey-acmestore-ABCDEF:${token}`],
  ['.env', (token) => `# made by hand\nVTEX_TOKEN="${token}"\r\nOTHER=1\nAGAIN=${token}\n`],
])('%s, with current-token given as it is', async (_name, whole) => {
  const made = await stage(whole);
  await using scenario = made.scenario;
  const { vtex, targetKey } = scenario.store;
  const run = await scenario.run({ ...made.inputs(), 'current-token': made.old }, { secrets: [] });
  expect(run.result).toBe('rotated');
  expect(scenario.value('VTEX_QE')).toBe(whole(vtex.tokens(targetKey).current));
});

test('a value that holds neither token: an error before anything is renewed that names the secret, never the value', async () => {
  const made = await stage();
  await using scenario = made.scenario;
  const other = 'a value of somebody else that nobody may print';
  const before = scenario.state;
  const run = await scenario.run(
    { ...made.inputs(), 'current-token': made.old, 'current-values': JSON.stringify({ VTEX_QE: other }) },
    { secrets: [other] },
  );
  expect(run.errors).toEqual(['input-invalid']);
  expect(run.errorText).toMatch(/current-values: .*VTEX_QE does not hold current-token/);
  expect(run.state).toBe(before);
});

test('written since the run was queued: run-outdated; and without actions: read, github-forbidden that names it', async () => {
  const made = await stage();
  await using scenario = made.scenario;
  const { github } = scenario.store;
  const inputs = made.inputs();
  const blind = await scenario.run({ ...inputs, 'run-token': '' });
  expect(blind.errors).toEqual(['github-forbidden']);
  expect(blind.errorText).toContain('permissions: actions: read');
  github.setSecret(scenario.store.path('VTEX_QE'), made.whole(made.old).replace('Zoë', 'Ana'));
  for (const operation of ['rotate', 'check']) {
    const run = await scenario.run({ ...inputs, operation });
    expect(run.errors).toEqual(['run-outdated']);
    expect(run.errorText).toMatch(/Start a new run/);
    expect(run.requests.join()).not.toMatch(/PUT|PATCH/);
  }
});

test('what an earlier run has stored is not written again, and what is left is, with the old token found by old-token', async () => {
  const made = await stage();
  await using scenario = made.scenario;
  const { world, vtex, targetKey } = scenario.store;
  const heal = world.when({ label: /PUT .*VTEX_QE$/, nth: 'every', suffers: () => status(422) });
  const first = await scenario.run(made.inputs());
  heal();
  expect(first.errors).toEqual(['secret-write-failed']);
  expect(scenario.value('VTEX_APP_TOKEN')).not.toBe(made.old);
  const second = await scenario.nextRun({
    ...made.inputs(),
    'current-token': scenario.value('VTEX_APP_TOKEN') ?? '',
  });
  expect(second.result).toBe('rotated');
  expect(written(second.requests)).toEqual(['VTEX_QE']);
  expect(scenario.value('VTEX_QE')).toBe(made.whole(vtex.tokens(targetKey).current));
});

test('after a verification that failed the value goes back as it was given', async () => {
  const made = await stage();
  await using scenario = made.scenario;
  const { github } = scenario.store;
  github.addWorkflow('acme/store', 'verify.yml', { behaviour: { conclusion: 'failure' } });
  const run = await scenario.run({ ...made.inputs(), 'verification-workflow': 'verify.yml' });
  expect(run.result).toBe('restored');
  expect(scenario.value('VTEX_QE')).toBe(made.whole(made.old));
  expect(run.outputs['updated-secrets']).toBe('[]');
});

test('undo replaces every occurrence of the new token', async () => {
  const made = await stage((token) => `A=${token}\nB=${token}\n`);
  await using scenario = made.scenario;
  const given = (): Record<string, string> => ({
    ...made.inputs(),
    'current-token': scenario.value('VTEX_APP_TOKEN') ?? '',
  });
  expect((await scenario.run({ ...given(), 'delete-old-token': 'later' })).result).toBe('pending');
  scenario.days(1);
  const run = await scenario.nextRun({ ...given(), operation: 'undo' });
  expect(run.result).toBe('undone');
  expect(scenario.value('VTEX_QE')).toBe(made.whole(made.old));
  expect(scenario.value('VTEX_APP_TOKEN')).toBe(made.old);
});

test('too large for a secret once the token is replaced: told before the renewal', async () => {
  const made = await stage((token) => `${token}\n${'x'.repeat(48 * 1024 - token.length - 10)}`);
  await using scenario = made.scenario;
  const run = await scenario.run({ ...made.inputs(), 'current-token': made.old });
  expect(run.errors).toEqual(['input-invalid']);
  expect(run.errorText).toMatch(/48 KB/);
  expect(run.errorText).toContain('are kept free for a new token that is longer');
  expect(run.requests.join()).not.toMatch(/PUT|PATCH/);
});

test('without an entry, a current-token that is JSON is an error that names current-values', async () => {
  const made = await stage();
  await using scenario = made.scenario;
  const whole = made.whole(made.old);
  const run = await scenario.run({ 'current-token': whole, secrets: 'VTEX_QE' }, { secrets: [password] });
  expect(run.errors).toEqual(['input-invalid']);
  expect(run.errorText).toMatch(/JSON.*current-values/);
});

test('later, and the next rotation finishes and begins anew with the values of its own queueing', async () => {
  const made = await stage();
  await using scenario = made.scenario;
  const { vtex, targetKey } = scenario.store;
  const later = { 'delete-old-token': 'later', 'renew-after-days': '30' };
  expect((await scenario.run({ ...made.inputs(), ...later })).result).toBe('pending');
  scenario.days(60);
  const next = await scenario.nextRun({ ...made.inputs(), ...later });
  expect(next.result).toBe('pending');
  expect(scenario.value('VTEX_QE')).toBe(made.whole(vtex.tokens(targetKey).pending ?? ''));
  expect((await scenario.nextRun({ ...made.inputs(), operation: 'finish' })).result).toBe('finished');
});
