/** Servers that mean harm, or echo what they were sent. The checks on every run do most of the work here. */
import { expect, test } from 'vitest';
import type { Store } from '../fakes/index.ts';
import { Scenario } from './scenario.ts';

const letters = (length: number): string => 'Q'.repeat(length);

const hostileTokens: readonly (readonly [string, (current: string) => unknown, string])[] = [
  ['empty', () => '', 'new-token-rejected'],
  ['absent', () => undefined, 'renewal-lost'],
  ['null', () => null, 'renewal-lost'],
  ['a number', () => 12345678, 'new-token-rejected'],
  ['an object', () => ({ value: letters(40) }), 'new-token-rejected'],
  ['too large for a secret', () => letters(100_000), 'new-token-rejected'],
  ['a megabyte', () => letters(1_100_000), 'vtex-unavailable renewal-lost'],
  ['with a line break', () => `${letters(60)}\n::error::${letters(60)}`, 'new-token-rejected'],
  ['with white space', () => `${letters(60)} ${letters(60)}`, 'new-token-rejected'],
  ['with control characters', () => `${letters(60)}\u001b[31m`, 'new-token-rejected'],
  ['equal to the old one', (current) => current, 'new-token-rejected'],
];

test.each(hostileTokens)('newToken is %s', async (_name, make, codes) => {
  await using scenario = await Scenario.start();
  const { vtex } = scenario.store;
  const old = scenario.value('VTEX_APP_TOKEN');
  vtex.hostileNewToken = make;
  const run = await scenario.run({}, { secrets: [letters(40)] });
  expect(run.errors).toHaveLength(1);
  expect(codes.split(' ')).toContain(run.errors[0]);
  expect(run.errorText).toContain('Undo Renewal');
  expect(scenario.value('VTEX_APP_TOKEN')).toBe(old);
  expect(scenario.value('VTEX_APP_TOKEN_PENDING')).toBeUndefined();
  expect(scenario.value('VTEX_APP_TOKEN_OLD')).toBe(old);
  expect(run.requests.join()).not.toContain('finish-renewal');
});

/** Everything that a runner, a terminal or a page could take for something else, with every token in it. */
function poison(tokens: readonly string[]): string {
  return [
    '::stop-commands::x',
    '\r\n::error::owned\n::set-output name=result::rotated',
    '##[error]owned ##[group]x',
    '\u001b[2J\u001b]0;owned\u0007',
    '</td></table><img src=x onerror=alert(1)><script>alert(1)</script>',
    '[click](https://example.com) @everyone `code` | --- |',
    ...tokens,
    ...tokens.map((token) => Buffer.from(token).toString('base64')),
  ].join('\n');
}

const routes: readonly (readonly [string, RegExp])[] = [
  ['the sign-in', /login/],
  ['renew', /\/renew$/],
  ['finish-renewal', /finish-renewal/],
  ['the public key', /public-key/],
  ['reading a secret', /^GET github \S+VTEX_APP_TOKEN$/],
  ['writing the pending secret', /^PUT github \S+_PENDING/],
  ['writing a listed secret', /^PUT github \S+VTEX_APP_TOKEN$/],
  ['deleting the pending secret', /^DELETE/],
];

test.each(routes)('poison in the refusals of %s', async (_name, route) => {
  for (const status of [400, 403, 422]) {
    await using scenario = await Scenario.start();
    const { store } = scenario;
    const message = poison(store.everyToken());
    store.world.intercept = ({ label }, phase) =>
      phase === 'before' && route.test(label)
        ? { kind: 'status', status, body: { message, error: { message }, errors: [{ message }] } }
        : undefined;
    const run = await scenario.run({}, { postMaySpeak: true });
    expect(run.log).not.toMatch(/^(Error: )?owned/m);
    expect(run.rawStdout).not.toContain('\u001b');
    expect(run.rawStdout).not.toContain('##[');
    expect(run.rawSummary).not.toContain('onerror=alert');
    expect(run.annotations.map(({ message: text }) => text)).not.toContain('owned');
  }
});

test('poison in the headers, the id, the dates and the status text of replies that succeed', async () => {
  await using scenario = await Scenario.start();
  const { store } = scenario;
  const text = poison(store.everyToken());
  store.world.intercept = ({ label }, phase) => {
    if (phase !== 'after' || !label.endsWith('/renew')) return undefined;
    const { pending } = store.vtex.tokens(store.targetKey);
    return {
      kind: 'status',
      status: 200,
      body: { id: text, keyName: text, creationDateNewToken: text, newToken: pending, [text]: text },
    };
  };
  const run = await scenario.run();
  expect(run.result).toBe('rotated');
  expect(run.record['vtex-id']).toBeNull();
});

/** `name` has a secret in it, or what a runner or a page would take for something else. */
const echoes: readonly (readonly [string, RegExp, (name: string, store: Store) => object])[] = [
  [
    'the repositories of an organization secret',
    /X\/repositories/,
    (name) => ({ total_count: 1, repositories: [{ id: 1, full_name: `acme/${name}` }] }),
  ],
  [
    'the repositories of an organization',
    /orgs\/acme\/repos/,
    (name) => [{ id: 1, full_name: `acme/${name}`, private: true }],
  ],
  [
    'the status of a run',
    /acme\/r0\/actions\/runs/,
    (name, { world }) => ({
      total_count: 1,
      workflow_runs: [{ id: 5, status: name, created_at: new Date(world.now() - 60_000).toISOString() }],
    }),
  ],
  [
    'the id of a public key',
    /public-key/,
    (name) => ({ key_id: name, key: Buffer.alloc(32, 9).toString('base64') }),
  ],
  [
    'the page of a run',
    /dispatches$/,
    (name, { github }) => ({
      workflow_run_id: Math.max(...github.runs.all.map(({ id }) => id)),
      html_url: `https://github.com/acme/store/actions/runs/1?${encodeURIComponent(name)}`,
    }),
  ],
];

test.each(echoes)('a secret, or poison, in %s', async (_name, route, body) => {
  for (const makeName of [
    (store: Store) => store.githubToken,
    (store: Store) => store.vtex.tokens(store.targetKey).current.slice(0, 64),
    () => poison([]),
  ]) {
    await using scenario = await Scenario.start();
    const { store } = scenario;
    const { github, vtex, targetKey } = store;
    const ids = [github.addRepository('acme/r0').id];
    const old = vtex.tokens(targetKey).current;
    github.setSecret('orgs/acme/actions/secrets/X', old, { visibility: 'selected', repositoryIds: ids });
    github.setSecret('orgs/acme/actions/secrets/Y', old, { visibility: 'private' });
    github.addWorkflow('acme/store', 'verify.yml', { behaviour: {} });
    const name = makeName(store);
    store.world.intercept = ({ label }, phase) =>
      phase === 'after' && route.test(label)
        ? { kind: 'status', status: 200, body: body(name, store) }
        : undefined;
    const run = await scenario.run({
      secrets: 'VTEX_APP_TOKEN\norgs/acme/actions/secrets/X\norgs/acme/actions/secrets/Y',
      'verification-workflow': 'verify.yml',
      'drain-timeout-minutes': '1',
    });
    expect(run.rawStdout).not.toMatch(/\u001b|##\[|^::error::owned/m);
  }
});

test('VTEX redirects the renewal elsewhere: nothing is sent there', async () => {
  await using scenario = await Scenario.start();
  scenario.store.world.intercept = ({ label }, phase) =>
    phase === 'before' && label.endsWith('/renew') ? { kind: 'redirect' } : undefined;
  const run = await scenario.run();
  expect(run.errors).toEqual(['vtex-unavailable']);
});
