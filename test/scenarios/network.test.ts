/** Whole runs of the built action in a company's network: proxies in processes of their own, and an authority of one's own. */
import { expect, test } from 'vitest';
import { namedHosts } from '../fakes/certificate.ts';
import { status, type Store } from '../fakes/index.ts';
import { startProxy, type ProxyProcess } from '../http/proxy.ts';
import type { ProxyBehaviour } from '../http/proxy-child.ts';
import { Scenario, type RunExtras, type ScenarioRun } from './scenario.ts';

/** Inputs and environment of a job for which both servers are behind a proxy. */
async function behindProxy(
  { vtex, github }: Store,
  behaviour: ProxyBehaviour = {},
): Promise<{ proxy: ProxyProcess; inputs: Record<string, string>; env: Record<string, string> }> {
  const portOf = (url: string): number => Number(new URL(url).port);
  const hosts = { [namedHosts.vtex]: portOf(vtex.url), [namedHosts.github]: portOf(github.url) };
  return {
    proxy: await startProxy({ hosts, ...behaviour }),
    inputs: { 'vtex-url': `https://${namedHosts.vtex}` },
    env: { GITHUB_API_URL: `https://${namedHosts.github}` },
  };
}

const connects = Object.values(namedHosts)
  .map((host) => `CONNECT ${host}:443`)
  .sort();

test('a rotation through a proxy that wants a password, with an authority of one’s own', async () => {
  await using scenario = await Scenario.start({ https: true });
  const credentials = 'runner:s p@cial';
  const { proxy, inputs, env } = await behindProxy(scenario.store, { credentials });
  const [user = '', password = ''] = credentials.split(':').map(encodeURIComponent);
  const HTTPS_PROXY = proxy.url.replace('//', `//${user}:${password}@`);
  const run = await scenario.run(inputs, { env: { ...env, HTTPS_PROXY }, secrets: ['s p@cial', password] });
  expect(run.result).toBe('rotated');
  expect([...new Set(await proxy.requests())].sort()).toEqual(connects);
});

test('ALL_PROXY, and the hosts that no_proxy leaves out', async () => {
  await using scenario = await Scenario.start({ https: true });
  const { proxy, inputs, env } = await behindProxy(scenario.store);
  const proxied = { ...env, ALL_PROXY: proxy.url };
  const run = await scenario.run({ ...inputs, operation: 'check' }, { env: proxied });
  expect(run.result).toBe('checked');
  expect([...new Set(await proxy.requests())].sort()).toEqual(connects);
  const asked = (await proxy.requests()).length;
  // Without the proxy nobody knows the names.
  const direct = await scenario.run(inputs, {
    env: { ...proxied, no_proxy: '10.0.0.0/8, .store.example:443' },
  });
  expect(direct.errorText).toMatch(/host name /);
  expect(await proxy.requests()).toHaveLength(asked);
});

test('over plain http, no proxy is asked for a loopback host', async () => {
  await using scenario = await Scenario.start();
  const { proxy } = await behindProxy(scenario.store);
  const { url } = proxy;
  const env = { http_proxy: url, HTTPS_PROXY: url, all_proxy: url, NO_PROXY: 'example.com' };
  const run = await scenario.run({ operation: 'check' }, { env });
  expect(run.result).toBe('checked');
  expect(await proxy.requests()).toEqual([]);
});

/** A run that cannot get through to either server: it says whose fault that is, for both, and what to do. */
async function expectBlamed(
  scenario: Scenario,
  inputs: Readonly<Record<string, string>>,
  extras: RunExtras,
  blame: RegExp,
  move: RegExp,
): Promise<ScenarioRun> {
  const run = await scenario.run(inputs, extras);
  expect(new Set(run.errors)).toEqual(new Set(['vtex-unavailable', 'github-unavailable']));
  for (const { level, title, message } of run.annotations) {
    if (level !== 'error') continue;
    expect(message, title).toMatch(blame);
    expect(message, title).toMatch(move);
    expect(message, title).not.toContain('status.vtex.com');
  }
  expect(run.requests).toEqual([]);
  return run;
}

test.each<[name: string, behaviour: ProxyBehaviour, blame: RegExp, move: RegExp]>([
  ['refuses', { status: 403 }, /the proxy in HTTPS_PROXY refuses .*403/, /no_proxy/],
  ['wants a password', { credentials: 'a:b' }, /the proxy in HTTPS_PROXY wants .*407/, /user:password@/],
  [
    'does not find the hosts',
    { hosts: {} },
    /the proxy in HTTPS_PROXY could not .*502/,
    /host name is wrong/,
  ],
])('a proxy that %s', async (_name, behaviour, blame, move) => {
  await using scenario = await Scenario.start({ https: true });
  const { proxy, inputs, env } = await behindProxy(scenario.store, behaviour);
  await expectBlamed(scenario, inputs, { env: { ...env, HTTPS_PROXY: proxy.url } }, blame, move);
  expect([...new Set(await proxy.requests())].sort()).toEqual(connects);
});

test('a proxy that is dead, and one that nobody knows', async () => {
  await using scenario = await Scenario.start({ https: true });
  const { proxy, inputs, env } = await behindProxy(scenario.store);
  await proxy.kill();
  const move = /Check the environment variable https_proxy/;
  const dead = /the proxy in https_proxy cannot be used: connection refused/;
  await expectBlamed(scenario, inputs, { env: { ...env, https_proxy: proxy.url } }, dead, move);
  const unknown = /the proxy in https_proxy cannot be used: host name /;
  await expectBlamed(scenario, inputs, { env: { ...env, https_proxy: 'proxy.invalid:3128' } }, unknown, move);
});

test('a certificate that nobody trusts: NODE_EXTRA_CA_CERTS is named', async () => {
  await using scenario = await Scenario.start({ https: true });
  const extras = { env: { NODE_EXTRA_CA_CERTS: '' } };
  await expectBlamed(scenario, {}, extras, /certificate not trusted/, /set NODE_EXTRA_CA_CERTS to a file/);
});

test('an account that does not exist: the host name is not found, and the account is named', async () => {
  await using scenario = await Scenario.start();
  const run = await scenario.run({ account: 'acmestroe', 'vtex-url': 'https://acmestroe.invalid' });
  expect(new Set(run.errors)).toEqual(new Set(['vtex-unavailable']));
  expect(run.errorText).toMatch(/VTEX was not reached for the sign-in: host name /);
  expect(run.errorText).toMatch(/the input account .* is probably wrong/);
  expect(run.errorText).not.toContain('status.vtex.com');
});

test('a proxy setting that is none: an error of the environment, before any request', async () => {
  await using scenario = await Scenario.start();
  const password = 'hunter2hunter2hunter2';
  const env = { ALL_PROXY: `socks5://me:${password}@proxy.example:1080` };
  const run = await scenario.run({}, { env, secrets: [password] });
  expect(run.errors).toEqual(['input-invalid']);
  expect(run.errorText).toMatch(/The environment is wrong: the proxy in the environment variable ALL_PROXY/);
  expect(run.errorText).toContain('Set ALL_PROXY to http://host:port or https://host:port');
  expect(run.rawSummary).not.toContain('inputs are wrong');
  expect(run.requests).toEqual([]);
});

test('step debug logging tells of each request, and of nothing secret', async () => {
  await using scenario = await Scenario.start();
  const quiet = await scenario.run({ operation: 'check' });
  expect(quiet.commands.filter(({ name }) => name === 'debug')).toEqual([]);
  const run = await scenario.nextRun({}, { env: { RUNNER_DEBUG: '1' } });
  expect(run.result).toBe('rotated');
  const lines = run.commands.filter(({ name }) => name === 'debug').map(({ data }) => data);
  const told = lines.filter((line) => / [\w.:]+\/\S+: \d{3} in \d+ ms/.test(line));
  expect(told).toHaveLength(run.requests.length);
  expect(told.some((line) => /^PATCH \S+\/apitoken\/renew: 200 in/.test(line))).toBe(true);
  expect(told.join('\n')).not.toContain('?');
});

test.each<[status: number, errors: string[]]>([
  [401, ['vtex-unauthorized']],
  [500, ['vtex-unavailable']],
])(
  'a sign-in that VTEX answers with %i: each error ends with the id of the request',
  async (code, errors) => {
    await using scenario = await Scenario.start();
    const { world } = scenario.store;
    world.intercept = ({ label }) =>
      label.endsWith('/apptoken/login')
        ? status(code, {}, { 'x-vtex-operation-id': 'f60d1d2e-14f3' })
        : undefined;
    const run = await scenario.run();
    expect(run.errors).toEqual(errors);
    for (const { level, message } of run.annotations) {
      if (level === 'error') expect(message).toContain('(VTEX request id f60d1d2e-14f3)');
    }
  },
);
