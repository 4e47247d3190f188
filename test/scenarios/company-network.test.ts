/** More of a company's network, on the built action: a proxy over TLS, one that drops calls, and IPv6. */
import { createServer, connect } from 'node:net';
import { expect, test } from 'vitest';
import { namedHosts } from '../fakes/certificate.ts';
import type { Store } from '../fakes/index.ts';
import { listen } from '../helpers/loopback.ts';
import { startProxy, type ProxyProcess } from '../http/proxy.ts';
import type { ProxyBehaviour } from '../http/proxy-child.ts';
import { Scenario, type ScenarioRun } from './scenario.ts';

const portOf = (url: string): number => Number(new URL(url).port);

const startFor = ({ vtex, github }: Store, behaviour: ProxyBehaviour = {}): Promise<ProxyProcess> =>
  startProxy({
    hosts: { [namedHosts.vtex]: portOf(vtex.url), [namedHosts.github]: portOf(github.url) },
    ...behaviour,
  });

/** A rotation by names that nobody but a proxy knows. */
const rotate = (scenario: Scenario, env: Readonly<Record<string, string>>): Promise<ScenarioRun> =>
  scenario.run(
    { 'vtex-url': `https://${namedHosts.vtex}` },
    { env: { GITHUB_API_URL: `https://${namedHosts.github}`, ...env } },
  );

test.each(['127.0.0.1', '::1'] as const)('a proxy over TLS at %s that wants a password', async (address) => {
  await using scenario = await Scenario.start({ https: true });
  const { trusted } = scenario.store.world;
  if (trusted === undefined) throw new Error('the world speaks https');
  // Signed by the authority in NODE_EXTRA_CA_CERTS, as the servers' certificates are.
  const tls = trusted.certificate;
  const proxy = await startFor(scenario.store, { tls, address, credentials: 'runner:pass' });
  const run = await rotate(scenario, { HTTPS_PROXY: proxy.url.replace('//', '//runner:pass@') });
  expect(run.result).toBe('rotated');
  expect(await proxy.requests()).not.toEqual([]);
});

test('a proxy over TLS whose certificate is for another host gets nothing', async () => {
  await using scenario = await Scenario.start({ https: true });
  const { trusted } = scenario.store.world;
  const proxy = await startFor(scenario.store, { tls: await trusted?.forHost('other.example') });
  const run = await rotate(scenario, { HTTPS_PROXY: proxy.url });
  expect(new Set(run.errors)).toEqual(new Set(['vtex-unavailable', 'github-unavailable']));
  expect(run.errorText).toMatch(/the proxy in HTTPS_PROXY cannot be used: certificate/);
  expect(await proxy.requests()).toEqual([]);
});

test('a proxy that listens on IPv6', async () => {
  await using scenario = await Scenario.start({ https: true });
  const proxy = await startFor(scenario.store, { address: '::1' });
  const run = await rotate(scenario, { https_proxy: proxy.url });
  expect(run.result).toBe('rotated');
  expect(proxy.url).toContain('[::1]');
  expect(await proxy.requests()).not.toEqual([]);
});

test.each([
  ['the pending secret is written', /^PUT .*_PENDING$/],
  ['the listed secret is written', /^PUT .*VTEX_APP_TOKEN$/],
  ['the old token is deleted', /finish-renewal$/],
])('a proxy that hangs up when %s, and on the next calls: the rotation goes on', async (_when, label) => {
  await using scenario = await Scenario.start({ https: true });
  const proxy = await startFor(scenario.store);
  scenario.store.world.when({ label, does: () => proxy.cuts(3) });
  const asked = (await proxy.requests()).length;
  const run = await rotate(scenario, { HTTPS_PROXY: proxy.url });
  expect(run.result).toBe('rotated');
  expect((await proxy.requests()).length - asked).toBeGreaterThan(3);
});

/** Where a port of IPv4 can be reached by IPv6. */
async function throughIpv6(url: string): Promise<string> {
  const port = portOf(url);
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
    client.pipe(upstream).pipe(client);
  });
  return url.replace(/\/\/[^/]+/, `//[::1]:${String(await listen(server, '::1'))}`);
}

test.each([false, true])('both servers are reached by IPv6 alone, with https: %s', async (https) => {
  await using scenario = await Scenario.start({ https });
  const { vtex, github } = scenario.store;
  const [vtexUrl, githubUrl] = await Promise.all([throughIpv6(vtex.url), throughIpv6(github.url)]);
  // A loopback host is never asked through a proxy, whatever the family.
  const env = { GITHUB_API_URL: githubUrl, all_proxy: 'http://proxy.invalid:3128' };
  const run = await scenario.run({ 'vtex-url': vtexUrl }, { env });
  expect(run.result).toBe('rotated');
});
