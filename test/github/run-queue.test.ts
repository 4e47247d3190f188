/** Which runs are waited for. */
import { expect, test } from 'vitest';
import { parseSecretPath } from '../../src/paths/parse-secret-path.ts';
import type { SecretPath } from '../../src/paths/secret-path.ts';
import type { Run } from '../fakes/github-runs.ts';
import { counted, endless, makeBusy, now, ofAcme, ofStore, queue, second, store } from './run-queue-rig.ts';
import { rejectionOf } from './told-server.ts';

test.each(['requested', 'queued', 'pending', 'waiting', 'in_progress'] as const)(
  'a run that is %s is waited for, in a quiet repository and in a busy one',
  async (startsAs) => {
    const run = store.github.queueRun('acme/store', { startsAs, startsAfterMs: 1e9, runsForMs: Infinity });
    const url = `https://github.com/acme/store/actions/runs/${run.id}`;
    const expected = [{ id: run.id, repository: 'acme/store', status: startsAs, url }];

    expect(await queue().unfinished(now(ofStore))).toEqual(expected);
    makeBusy();
    expect(await queue().unfinished(now(ofStore))).toEqual(expected);
  },
);

test.each([
  ['quiet', () => undefined],
  ['busy', makeBusy],
])('%s: this run, completed runs and runs that came later are left out', async (_kind, prepare) => {
  prepare();
  store.github.runs.end(store.github.queueRun('acme/store', endless), 'success');
  const updatedAt = second();
  store.world.advance(2000);
  store.github.queueRun('acme/store', endless);

  expect(await queue().unfinished([{ path: ofStore, updatedAt }])).toEqual([]);
});

test('a run of the same second counts, and so does one that is weeks old', async () => {
  const old = store.github.queueRun('acme/store', endless);
  store.world.advance(34 * 24 * 60 * 60_000);
  const young = store.github.queueRun('acme/store', endless);
  const found = await queue().unfinished([{ path: ofStore, updatedAt: second() }]);

  expect(found.map(({ id }) => id)).toEqual([young.id, old.id]);
});

test('more runs than a page holds are all found', async () => {
  for (let index = 0; index < 101; index++) {
    store.github.queueRun('acme/store', { startsAs: 'queued', startsAfterMs: 1e9 });
  }

  expect(await queue().unfinished(now(ofStore))).toHaveLength(101);
});

test('in a busy repository "none" is said only after a second pass', async () => {
  makeBusy();
  let passes = 0;
  store.world.intercept = ({ url }, phase) => {
    if (phase !== 'after' || !url.includes('status=in_progress')) return undefined;
    passes += 1;
    if (passes === 1) store.github.queueRun('acme/store', endless);
    return undefined;
  };

  expect(await queue().unfinished(now(ofStore))).toHaveLength(1);
  expect(passes).toBe(2);
});

test('runs that the caller has dispatched are left out, and do not pass for an answer', async () => {
  const ours = store.github.queueRun('acme/store', endless);
  const other = store.github.queueRun('acme/store', endless);
  const asked = queue();
  const leaveOut = new Set([ours.id, undefined]);
  const ids = async () => (await asked.unfinished(now(ofStore), { leaveOut })).map(({ id }) => id);

  expect(await ids()).toEqual([other.id]);
  store.github.runs.end(other, 'success');
  store.github.addRepository('acme/app');
  expect(await ids()).toEqual([]);
});

function ofThisWorkflow(startsAs: 'queued' | 'pending' | 'requested' | 'waiting' | 'in_progress'): Run {
  const origin = { workflowId: 5000, path: '.github/workflows/rotate.yml' };
  return store.github.queueRun('acme/store', { startsAs, startsAfterMs: 1e9, runsForMs: Infinity, origin });
}

test.each([
  ['its path', { GITHUB_WORKFLOW_REF: 'acme/store/.github/workflows/rotate.yml@refs/heads/main' }],
  ['its id', { GITHUB_WORKFLOW_REF: '' }],
])('a run of this workflow is waited for only once it has started (%s)', async (_by, env) => {
  for (const startsAs of ['queued', 'pending', 'requested', 'waiting'] as const) ofThisWorkflow(startsAs);
  expect(await queue(undefined, env).unfinished(now(ofStore))).toEqual([]);
  const started = ofThisWorkflow('in_progress');
  const [found, ...more] = await queue(undefined, env).unfinished(now(ofStore));
  expect([found?.id, more]).toEqual([started.id, []]);
});

test('a workflow of the same name in another repository is another workflow', async () => {
  store.github.addRepository('acme/app');
  const origin = { workflowId: 5000, path: '.github/workflows/rotate.yml' };
  store.github.queueRun('acme/app', { startsAs: 'pending', startsAfterMs: 1e9, origin });
  const path = parseSecretPath('repos/acme/app/actions/secrets/TOKEN', 'acme/store');

  expect(await queue().unfinished(now(path))).toHaveLength(1);
});

test('the latest update of any secret that a repository reads is the one that counts', async () => {
  const first = { path: ofStore, updatedAt: second() };
  store.world.advance(60_000);
  store.github.queueRun('acme/store', endless);
  const later = { path: parseSecretPath('repos/ACME/Store/actions/secrets/B', ''), updatedAt: second() };

  expect(await queue().unfinished([later, first])).toHaveLength(1);
  expect(await queue().unfinished([first])).toHaveLength(0);
});

test.each(['codespaces', 'agents'])('secrets of %s feed no runs', async (kind) => {
  store.github.queueRun('acme/store', endless);
  const path: SecretPath = { ...ofStore, path: `repos/acme/store/${kind}/secrets/TOKEN` };
  const requests = await counted(/./, async () => {
    expect(await queue().inspect([path])).toEqual([]);
    expect(await queue().unfinished(now(path))).toEqual([]);
  });
  expect(requests).toBe(0);
});

test('asked to stop, it gives up at once', async () => {
  const error = await rejectionOf(queue().unfinished(now(ofStore), { stop: AbortSignal.abort() }));
  expect(error).toMatchObject({ code: 'github-unavailable' });
});

test.each([
  ['all', undefined, ['acme/app', 'acme/site', 'acme/store']],
  ['private', undefined, ['acme/app', 'acme/store']],
  ['selected', [1002], ['acme/site']],
] as const)('an organization secret is read by: %s', async (visibility, ids, repositories) => {
  store.github.addRepository('acme/site', { private: false });
  store.github.addRepository('acme/app');
  for (const name of ['acme/store', 'acme/site', 'acme/app']) store.github.queueRun(name, endless);
  store.github.setSecret(ofAcme.path, 'x', { visibility, ...(ids !== undefined && { repositoryIds: ids }) });
  const found = await queue().unfinished(now(ofAcme));

  expect(found.map(({ repository }) => repository).sort()).toEqual(repositories);
});

test('nothing is wrong with a secret that GitHub does not show, but it has no answer to wait for either', async () => {
  expect(await queue().inspect([ofAcme])).toEqual([]);
  await expect(queue().unfinished(now(ofAcme))).rejects.toMatchObject({ code: 'github-unavailable' });
});
