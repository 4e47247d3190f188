/** The jobs of a fleet on the built files: plan, a rotation that is finished by the second job, and the report. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Key } from '../../src/fleet/key.ts';
import { startStore } from '../fakes/index.ts';
import { type ActionRun, runAction } from '../runner/runner.ts';
import { FleetStage } from './stage.ts';

const actionDir = fileURLToPath(new URL('../../fleet', import.meta.url));

function runTask(
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<ActionRun> {
  return runAction({
    actionDir,
    inputs: { 'github-token': '', ...inputs },
    env: { GITHUB_REPOSITORY: 'acme/vtex-tokens', GITHUB_RUN_ID: '7', ...env },
  });
}

const list = {
  accounts: [
    {
      account: 'acmestore',
      'app-key': 'vtexappkey-acmestore-M',
      keys: ['ERP', 'WEB'].map((name) => ({
        'api-key': `vtexappkey-acmestore-${name}`,
        environment: `vtex-${name}`,
      })),
    },
  ],
};

test('the first job makes the matrix, and the last one tells of every key and keeps the records', async () => {
  const planned = await runTask({ task: 'plan', fleet: JSON.stringify(list), only: '' });
  expect(planned.exitCode, planned.log).toBe(0);
  const keys = JSON.parse(planned.jobOutputs.keys ?? '[]') as Key[];
  expect(keys.map(({ id }) => id)).toEqual(['acmestore/ERP', 'acmestore/WEB']);
  expect(planned.log).toContain('acmestore/WEB (environment vtex-WEB)');

  const records = await Promise.all(
    keys.map((key, index) =>
      runTask({
        task: 'record',
        key: JSON.stringify(key),
        job: 'rotate',
        'job-id': String(100 + index),
        record: JSON.stringify({ result: index === 0 ? 'rotated' : 'failed', errors: ['vtex-forbidden'] }),
      }),
    ),
  );
  expect(records.map(({ outputs }) => outputs.artifact)).toEqual([
    'vtex-rotation-001-rotate',
    'vtex-rotation-002-rotate',
  ]);
  expect(records[0]?.files['temp/001-rotate.json']).toBe(records[0]?.outputs.record);
  expect(records[0]?.outputs.record).toContain('/actions/runs/7/job/100"');

  await using store = await startStore({ repository: 'acme/vtex-tokens' });
  const token = store.addToken({
    permissions: { metadata: 'read', issues: 'write' },
    repositories: ['acme/vtex-tokens'],
  });
  const report = (extra: Readonly<Record<string, string>>): Promise<ActionRun> =>
    runTask(
      {
        task: 'report',
        ...{ keys: planned.outputs.keys ?? '', ids: planned.outputs.ids ?? '', operation: 'rotate' },
        ...{ 'report-issue': 'true', 'issue-title': 'Tokens', 'github-token': token },
        ...extra,
      },
      { GITHUB_API_URL: store.github.url },
    );
  const alert = await report({
    keys: JSON.stringify(keys.slice(1)),
    ids: '',
    'job-record': records[1]?.outputs.record ?? '',
  });
  expect(alert.exitCode, alert.log).toBe(0);
  expect(alert.summary, 'one key is no report').toBe('');
  expect(store.github.issues.all.map(({ state, title, comments }) => [state, title, comments])).toEqual([
    ['open', 'Tokens', []],
  ]);
  expect(store.github.issues.all[0]?.body).toContain('<code>vtex-forbidden</code>');

  // No folder: no job has left a record.
  const whole = await report({ records: '/nowhere' });
  expect(whole.summary).toContain('2 of 2 keys need attention');
  expect(store.github.issues.all[0]?.body).toContain('acmestore/ERP');
  const audit = JSON.parse(whole.files['temp/vtex-rotation-audit.json'] ?? '{}') as Record<string, unknown>;
  expect(audit).toMatchObject({
    operation: 'rotate',
    keys,
    records: [],
    run: 'https://github.com/acme/vtex-tokens/actions/runs/7',
  });

  const checked = await report({ records: '/nowhere', operation: 'check', 'issue-title': 'Other' });
  expect(checked.exitCode).toBe(0);
  expect(store.github.issues.all, 'a check opens no issue').toHaveLength(1);
  expect(store.github.violations).toEqual([]);
});

test('a list that is wrong fails the first job, and opens the issue', async () => {
  const wrong = await runTask({ task: 'plan', fleet: '{"accounts":[{"account":"acmestore"}]}' });
  expect(wrong.exitCode).toBe(1);
  expect(wrong.outputs).toEqual({});
  expect(wrong.annotations).toContainEqual({
    level: 'error',
    title: 'fleet',
    message: 'accounts[0].keys: it is missing. Allowed: an array with at least one object.',
  });
  const absent = await runTask({ task: 'plan', 'fleet-file': 'nowhere.json' });
  expect(absent.annotations[0]?.message).toContain('There is no list.');
  const outside = await runTask({ task: 'plan', 'fleet-file': '../../../../../../etc/hostname' });
  expect(outside.annotations[0]?.message).toContain('There is no list.');

  await using store = await startStore({ repository: 'acme/vtex-tokens' });
  const token = store.addToken({ permissions: { metadata: 'read' }, repositories: ['acme/vtex-tokens'] });
  const inputs = {
    task: 'report',
    ...{ keys: '', ids: '', records: '/nowhere', operation: 'rotate' },
    ...{ 'report-issue': 'true', 'issue-title': 'Tokens', 'github-token': token },
  };
  const refused = await runTask(inputs, { GITHUB_API_URL: store.github.url });
  expect(refused.exitCode).toBe(1);
  expect(refused.annotations[0]?.message).toContain('The calling job needs permissions: issues: write.');
  expect(refused.summary).toContain('the list');
});

test('with later the second job finishes with the outputs of the first, once it is approved', async () => {
  const policy = {
    'delete-old-token': 'later',
    'renew-after-days': 90,
    'approval-environment': 'vtex-finish',
  };
  const options = { accounts: ['acmestore'], keysPerAccount: 2, defaults: policy, marked: 0 };
  await using stage = await FleetStage.start(options);
  const { store, marked } = stage;
  const { vtex } = store;
  const old = vtex.tokens(marked.apiKey).current;

  const first = await stage.startJob(marked, { job: 'rotate' }).handle.done;
  expect(first.jobOutputs.result, first.log).toBe('pending');
  expect(first.jobOutputs['renewed-at']).toMatch(/^\d{4}-/);

  // Days pass until somebody approves; the runs of these days find nothing to do.
  store.world.advance(3 * 86_400_000);
  store.nextRun();
  const daily = await stage.startJob(marked, { job: 'rotate' }).handle.done;
  expect(daily.outputs.result, daily.log).toBe('skipped');
  expect(vtex.state(marked.apiKey, old)).toBe('accepted');

  const second = await stage.startJob(marked, { job: 'finish', outputs: first.jobOutputs }).handle.done;
  expect(second.outputs.result, second.log).toBe('finished');
  expect(second.outputs['renewed-at']).toBe(first.outputs['renewed-at']);
  expect(vtex.state(marked.apiKey, old)).toBe('dead');
  expect(stage.value(marked, 'VTEX_APP_TOKEN') === vtex.tokens(marked.apiKey).current).toBe(true);

  const again = await stage.startJob(marked, { job: 'finish', outputs: first.jobOutputs }).handle.done;
  expect([again.exitCode, again.outputs.result], again.log).toEqual([0, 'skipped']);
  expect([...vtex.violations, ...store.github.violations]).toEqual([]);
});
