/** The other examples, each run whole on the fakes with no more than what its file gives to its jobs. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hostsOfShells } from '../fakes/certificate.ts';
import { Stage } from './stage.ts';

const day = 86_400_000;

const resultsOf = ({ runs }: Awaited<ReturnType<Stage['run']>>): (string | undefined)[] =>
  runs.map(({ result }) => result);

test.each([
  'quick-start.yml',
  'rotate-daily.yml',
  'rotate-terraform-secret.yml',
  'rotate-with-audit-record.yml',
])('%s: renews a token of 100 days, and not one of a day', async (file) => {
  await using stage = await Stage.open();
  const first = await stage.run(file, { event: 'schedule' });
  expect([first.conclusion, ...resultsOf(first)]).toEqual(['success', 'rotated']);
  stage.scenario.days(1);
  expect(resultsOf(await stage.nextRun(file, { event: 'schedule' }))).toEqual(['skipped']);
});

test('rotate-daily.yml: by hand it checks, or rotates whatever the age; without settings it is skipped', async () => {
  await using stage = await Stage.open();
  expect(resultsOf(await stage.run('rotate-daily.yml', { inputs: { operation: 'check' } }))).toEqual([
    'checked',
  ]);
  for (let time = 0; time < 2; time += 1)
    expect(resultsOf(await stage.nextRun('rotate-daily.yml', { inputs: { operation: 'rotate' } }))).toEqual([
      'rotated',
    ]);
  const { jobs } = await stage.nextRun('rotate-daily.yml', { event: 'schedule', vars: { VTEX_ACCOUNT: '' } });
  expect(jobs.rotate?.result).toBe('skipped');
});

test.each(['check', 'rotate', 'finish'])('rotate-now.yml: %s', async (operation) => {
  await using stage = await Stage.open();
  const done = await stage.run('rotate-now.yml', { inputs: { operation } });
  expect(resultsOf(done)).toEqual([{ check: 'checked', rotate: 'rotated', finish: 'skipped' }[operation]]);
});

test('rotate-organization-secret.yml: the organization’s secret and the environment’s, readers kept', async () => {
  await using stage = await Stage.open();
  const { store } = stage;
  const { github, vtex, targetKey, world } = store;
  const org = 'orgs/acme/actions/secrets/VTEX_APP_TOKEN';
  const production = 'repos/acme/store/environments/production/secrets/VTEX_APP_TOKEN';
  github.repositories.get('acme/store').environments.add('production');
  github.addRepository('acme/blog');
  const at = world.now() - 100 * day;
  const { current } = vtex.tokens(targetKey);
  github.secrets.delete(store.path('VTEX_APP_TOKEN'));
  const repositoryIds = ['acme/store', 'acme/blog'].map((name) => github.repositories.get(name).id);
  github.setSecret(org, current, { at, visibility: 'selected', repositoryIds });
  github.setSecret(production, current, { at });
  const done = await stage.run('rotate-organization-secret.yml', { event: 'schedule' });
  expect(resultsOf(done)).toEqual(['rotated']);
  const { current: renewed } = vtex.tokens(targetKey);
  expect([org, production].map((place) => github.secret(place)?.value === renewed)).toEqual([true, true]);
  expect(github.resolve('acme/blog', 'VTEX_APP_TOKEN')).toBe(renewed);
});

test('rotate-in-environment.yml: each environment its own key, each job its own secrets', async () => {
  await using stage = await Stage.open();
  const { store } = stage;
  const { github, vtex, world } = store;
  const keys = { 'vtex-erp': store.targetKey, 'vtex-storefront': vtex.addKey() };
  const place = (name: string): string => `repos/acme/store/environments/${name}/secrets/VTEX_APP_TOKEN`;
  github.secrets.delete(store.path('VTEX_APP_TOKEN'));
  for (const [name, key] of Object.entries(keys)) {
    github.repositories.get('acme/store').environments.add(name);
    github.setSecret(place(name), vtex.tokens(key).current, { at: world.now() - 100 * day });
  }
  const varsOf = (name: string): Record<string, string> => ({
    VTEX_APP_KEY: keys[name as keyof typeof keys],
  });
  const done = await stage.run('rotate-in-environment.yml', { event: 'schedule', varsOf });
  expect(resultsOf(done)).toEqual(['rotated', 'rotated']);
  for (const [name, key] of Object.entries(keys))
    expect(github.secret(place(name))?.value).toBe(vtex.tokens(key).current);
});

test('rotate-on-enterprise-server.yml: on a server that is not quite new', async () => {
  await using stage = await Stage.open({ ghes: '3.19' });
  expect(resultsOf(await stage.run('rotate-on-enterprise-server.yml', { event: 'schedule' }))).toEqual([
    'rotated',
  ]);
});

describe('rotate-later-and-finish.yml', () => {
  const file = 'rotate-later-and-finish.yml';

  test('a person approves, and the second job finishes', async () => {
    await using stage = await Stage.open();
    expect(resultsOf(await stage.run(file, { event: 'schedule' }))).toEqual(['pending', 'finished']);
    stage.scenario.days(1);
    expect(resultsOf(await stage.nextRun(file, { event: 'schedule' }))).toEqual(['skipped']);
  });

  test('nobody approves: both tokens stay valid for half a year, until somebody asks again', async () => {
    await using stage = await Stage.open();
    const { vtex, targetKey } = stage.store;
    const { current } = vtex.tokens(targetKey);
    const approves = (): boolean => false;
    expect(resultsOf(await stage.run(file, { event: 'schedule', approves }))).toEqual(['pending']);
    for (let month = 0; month < 6; month += 1) {
      stage.scenario.days(30);
      expect(resultsOf(await stage.nextRun(file, { event: 'schedule', approves }))).toEqual(['skipped']);
      expect(vtex.accepts(targetKey, current)).toBe(true);
    }
    const done = await stage.nextRun(file, { inputs: { operation: 'finish' } });
    expect([done.conclusion, ...resultsOf(done)]).toEqual(['success', 'finished']);
  });
});

// The shell steps want a bash, curl and jq, as GitHub's runners have them.
describe.skipIf(process.platform === 'win32')('with shell steps', () => {
  test('rotate-with-verification.yml and verify-vtex-token.yml', async () => {
    await using stage = await Stage.open();
    stage.dispatches('verify-vtex-token.yml');
    const done = await stage.run('rotate-with-verification.yml', { event: 'schedule' });
    expect(resultsOf(done)).toEqual(['rotated']);
    expect(stage.store.github.runs.all.at(-1)).toMatchObject({ conclusion: 'success' });
  });

  test('verify-vtex-token.yml: a dead token, and a path that the token may not read, fail', async () => {
    await using stage = await Stage.open();
    const { vtex, github } = stage.store;
    const verify = async (inputs: Record<string, string>): Promise<string> =>
      (await stage.run('verify-vtex-token.yml', { inputs: { 'secret-name': 'VTEX_APP_TOKEN', ...inputs } }))
        .conclusion;
    expect(await verify({ path: '/api/oms/pvt/orders?per_page=1' })).toBe('success');
    expect(await verify({ 'secret-name': 'VTEX_APP_TOKEN_PENDING' })).toBe('failure');
    vtex.answers.set('/api/oms/pvt/orders', () => ({ status: 403, body: {} }));
    expect(await verify({ path: '/api/oms/pvt/orders' })).toBe('failure');
    github.setSecret(stage.store.path('VTEX_APP_TOKEN'), 'A'.repeat(128));
    expect(await verify({})).toBe('failure');
  });

  test('rotate-with-audit-record.yml: the record is kept, of a failure too', async () => {
    await using stage = await Stage.open();
    const { vtex, targetKey } = stage.store;
    vtex.adminRenew(targetKey);
    const failed = await stage.run('rotate-with-audit-record.yml');
    expect(failed.conclusion).toBe('failure');
    const [record = ''] = Object.values(failed.artifacts);
    expect(JSON.parse(record)).toMatchObject({ 'api-key': targetKey, error: 'renewal-pending' });
  });

  test('rotate-and-notify.yml: one issue that a failure opens, the next adds to, and a success closes', async () => {
    await using stage = await Stage.open();
    const gh = fakeGh();
    const { vtex, targetKey } = stage.store;
    vtex.adminRenew(targetKey);
    const given = {
      env: { ...stage.env, PATH: `${gh.folder}:${process.env.PATH ?? ''}` },
      secrets: { SLACK_WEBHOOK_URL: `https://${hostsOfShells.place}/services/T0/B0/x` },
    };
    const failed = await stage.run('rotate-and-notify.yml', given);
    expect(failed.jobs).toMatchObject({ rotate: { result: 'failure' }, notify: { result: 'success' } });
    await stage.nextRun('rotate-and-notify.yml', given);
    expect(stage.place.messages.map((message) => JSON.parse(message) as unknown)).toEqual([
      { text: expect.stringMatching(/^The rotation of the VTEX token fails \(failed\): https:/) as unknown },
      { text: expect.anything() as unknown },
    ]);
    vtex.adminUndo(targetKey);
    await stage.nextRun('rotate-and-notify.yml', given);
    expect(gh.asked().filter((line) => !line.startsWith('issue list'))).toEqual([
      expect.stringMatching(
        /^issue create --title The rotation of the VTEX token fails --body Result: failed\./,
      ),
      expect.stringMatching(/^issue comment 7 --body Result: failed\./),
      expect.stringMatching(/^issue close 7 --comment Works again: https:/),
    ]);
  });
});

/** Stands for GitHub's command line: it knows one issue, number 7, from `create` until `close`. */
function fakeGh(): { folder: string; asked: () => string[] } {
  const folder = mkdtempSync(path.join(tmpdir(), 'gh-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const file = path.join(folder, 'gh');
  writeFileSync(
    file,
    `#!/bin/sh
cd ${folder}
printf '%s ' "$@" | tr '\\n' ' ' >> asked
echo >> asked
case "$2" in
  list) if [ -e open ]; then echo 7; fi ;;
  create) touch open ;;
  close) rm open ;;
esac
`,
  );
  chmodSync(file, 0o755);
  return { folder, asked: () => readFileSync(path.join(folder, 'asked'), 'utf8').trim().split('\n') };
}
