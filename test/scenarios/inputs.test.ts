/** Wrong inputs: no request at all, one annotation for each error, all of them together, and the outputs set. */
import { expect, test } from 'vitest';
import { expectStory, Scenario, type ScenarioRun } from './scenario.ts';

async function refused(inputs: Readonly<Record<string, string>>, env = {}): Promise<ScenarioRun> {
  await using scenario = await Scenario.start();
  const run = await scenario.run(inputs, { env });
  expect(run.requests).toEqual([]);
  expect(run.errors).toEqual(run.errors.map(() => 'input-invalid'));
  expect(run.outputs).toMatchObject({
    result: 'failed',
    'old-token-deleted': 'false',
    'updated-secrets': '[]',
    'verification-runs': '[]',
    'renewed-at': '',
  });
  expect(run.warningText).toBe('');
  return run;
}

/** Each input, a wrong value, and what the error must tell of the allowed ones. */
const wrong: readonly (readonly [string, string, RegExp])[] = [
  ['operation', 'renew', /rotate, finish, check/],
  ['account', '', /required/],
  ['account', 'Acme', /lower-case letters, digits and -/],
  ['account', 'acme.example.com/', /lower-case letters, digits and -/],
  ['app-key', '', /required/],
  ['app-key', 'a key', /vtexappkey-/],
  ['app-token', '', /required/],
  ['app-token', 'two words', /one line/],
  ['api-key', '', /required/],
  ['api-key', '../x', /vtexappkey-/],
  ['current-token', 'AAAA\nBBBB', /current-values/],
  ['current-token', '', /or none/],
  ['pending-token', 'white space', /one line/],
  ['vtex-url', 'http://acme.vtexcommercestable.com.br', /https/],
  ['vtex-url', 'https://user:pass@vtex.example', /https/],
  ['vtex-url', 'nonsense', /https/],
  ['github-token', '', /required/],
  ['secrets', '', /at least one path/],
  ['secrets', '# only a comment', /at least one path/],
  ['secrets', 'repos/acme/store/secrets/X', /README/],
  ['secrets', 'GITHUB_X', /README/],
  ['secrets', 'repos/acme/*/secrets/X', /README/],
  ['secrets', 'repos/acme/store/environments/prod/eu/secrets/X', /percent-encoded/],
  ['secrets', 'VTEX_APP_TOKEN?visibility=all', /organization/],
  ['secrets', 'orgs/acme/actions/secrets/X?visibility=some', /all, private or selected/],
  ['secrets', 'orgs/acme/actions/secrets/X?visibility=selected', /repositories=a,b/],
  ['secrets', 'orgs/acme/actions/secrets/X?visibility=all&repositories=a', /selected/],
  ['pending-secret', 'vtex_app_token', /beside the listed ones/],
  ['pending-secret', 'orgs/acme', /README/],
  ['create-missing-secrets', 'yes', /true, false/],
  ['delete-old-token', 'never', /now, later/],
  ['verification-workflow', 'verify', /verify\.yml/],
  ['verify-before-update', '1', /true, false/],
  ['verification-inputs', 'a=b', /verification-workflow/],
  ['verification-token', 'a b', /one line/],
  ['verification-timeout-minutes', '0', /from 1 to 1440/],
  ['verification-timeout-minutes', '1441', /from 1 to 1440/],
  ['sign-in-check', 'off', /true, false/],
  ['sign-in-check', 'false', /verification-requests/],
  ['verification-requests', 'api/oms', /start with one \//],
  ['verification-requests', '//example.com/x', /start with one \//],
  ['on-verification-failure', 'panic', /restore, keep/],
  ['propagation-timeout-seconds', '601', /from 0 to 600/],
  ['drain-timeout-minutes', '-1', /from 0 to 1440/],
  ['renew-after-days', '1.5', /from 0 to 3650/],
  ['renewed-at', '2026-01-31T12:00:00Z', /operation: finish only/],
  ['expose-new-token', 'maybe', /true, false/],
];

test.each(wrong)('%s: %j', async (input, value, allowed) => {
  const run = await refused({ [input]: value });
  expect(run.errors).toHaveLength(1);
  expect(run.errorText).toContain(`Input "${input}"`);
  expect(run.errorText).toMatch(allowed);
});

test('all errors together, one annotation each', async () => {
  const run = await refused({
    operation: 'renew',
    account: 'acme/../x',
    'app-token': '',
    secrets: 'repos/x\nVTEX_APP_TOKEN\norgs/acme/actions/secrets/9X',
    'create-missing-secrets': 'yes',
    'delete-old-token': 'soon',
    'renew-after-days': '99999',
    'verification-inputs': 'nonsense\na=1\na=2',
  });
  const named = run.annotations.map(({ message }) => /Input "([^"]+)"/.exec(message)?.[1]);
  expect(named.sort()).toEqual(
    [
      'account',
      'app-token',
      'create-missing-secrets',
      'delete-old-token',
      'operation',
      'renew-after-days',
      'secrets',
      'secrets',
      'verification-inputs',
      'verification-inputs',
      'verification-inputs',
    ].sort(),
  );
  await expectStory(run, 'wrong inputs');
});

test('every input absent at once: one error for each required one', async () => {
  const required = ['account', 'app-key', 'app-token', 'api-key', 'github-token', 'secrets'];
  const run = await refused(Object.fromEntries(required.map((name) => [name, ''])));
  expect(run.errors).toHaveLength(required.length);
});

test('more than 25 verification inputs', async () => {
  const lines = Array.from({ length: 26 }, (_, index) => `i${index}=x`).join('\n');
  const run = await refused({ 'verification-workflow': 'verify.yml', 'verification-inputs': lines });
  expect(run.errors).toHaveLength(1);
  expect(run.errorText).toMatch(/at most 25/);
});

test('a token in the place of a name is refused and not repeated', async () => {
  await using scenario = await Scenario.start();
  const { store } = scenario;
  const run = await scenario.run({ 'api-key': store.vtex.tokens(store.managerKey).current });
  expect(run.errors).toEqual(['input-invalid']);
  expect(run.errorText).toContain('api-key');
  expect(run.requests).toEqual([]);
});

test('a wrong proxy in the environment is said as such, and its password is not', async () => {
  const password = 'hunter2hunter2hunter2hunter2';
  await using scenario = await Scenario.start();
  const run = await scenario.run({}, { env: { https_proxy: `ftp://me:${password}@x` }, secrets: [password] });
  expect(run.errors).toEqual(['input-invalid']);
  expect(run.errorText).toMatch(/proxy/);
  expect(run.requests).toEqual([]);
});

test('the other spellings that are right', async () => {
  await using scenario = await Scenario.start();
  const { store } = scenario;
  const run = await scenario.run({
    operation: ' check ',
    'vtex-url': `${store.vtex.url}/`,
    'sign-in-check': 'TRUE',
    'create-missing-secrets': 'False',
    'renew-after-days': '007',
    secrets: '\n  /repos/acme/store/actions/secrets/vtex_app_token  \n# comment\n\nVTEX_APP_TOKEN\n',
  });
  expect(run.result).toBe('checked');
  expect(run.annotations).toEqual([]);
});
