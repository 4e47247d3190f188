/** Which runs are waited for, and how few requests it takes to know. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GitHubRunQueue } from '../../src/github/run-queue.ts';
import { readThisRun } from '../../src/github/this-run.ts';
import { parseSecretPath, type SecretPath } from '../../src/secret-path.ts';
import { startStore, status, type Store } from '../fakes/index.ts';
import type { Run, RunPlan } from '../fakes/github-runs.ts';
import { rejectionOf } from './stage.ts';
import { Client } from './world.ts';

let store: Store;

beforeEach(async () => {
  store = await startStore();
});
afterEach(async () => {
  expect(store.github.violations).toEqual([]);
  await store[Symbol.asyncDispose]();
});

function queue(token = store.githubToken, env: Record<string, string> = {}): GitHubRunQueue {
  const { octokit } = new Client(store.world, store.github.url, token);
  const { octokit: runOctokit } = new Client(store.world, store.github.url, store.workflowToken);
  const thisRun = readThisRun({ ...store.env(), ...env });
  return new GitHubRunQueue({ octokit, runOctokit, serverUrl: 'https://github.com', thisRun });
}

const ofStore = parseSecretPath('TOKEN', 'acme/store');
const ofAcme = parseSecretPath('orgs/acme/actions/secrets/TOKEN', 'acme/store');
const endless: RunPlan = { startsAs: 'in_progress', runsForMs: Infinity };

function second(): number {
  return Math.floor(store.world.now() / 1000) * 1000;
}

/** The updates of secrets that were all written now. */
function now(...paths: readonly SecretPath[]) {
  return paths.map((path) => ({ path, updatedAt: second() + 1000 }));
}

/** How many requests that match were sent meanwhile. */
async function counted(label: RegExp, action: () => Promise<unknown>): Promise<number> {
  const before = store.world.requests.length;
  await action();
  return store.world.requests.slice(before).filter((request) => label.test(request.label)).length;
}

const lists = /\/actions\/runs/;

/** So many completed runs that their repository is a busy one. */
function makeBusy(repository = 'acme/store'): void {
  for (let index = 0; index < 100; index++) {
    store.github.runs.end(store.github.queueRun(repository, endless), 'success');
  }
}

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

test('the inspection needs to read the runs', async () => {
  const token = store.addToken({ permissions: { secrets: 'write' } });
  const [problem, ...more] = await queue(token).inspect([ofStore]);

  expect(problem).toMatchObject({ code: 'github-forbidden' });
  expect(String(problem)).toMatch(/acme\/store.*actions=read/);
  expect(more).toEqual([]);
  expect(await queue().inspect([ofStore])).toEqual([]);
});

test('a repository that is hidden counts as forbidden', async () => {
  const token = store.addToken({ permissions: { actions: 'read' }, repositories: [] });

  expect(await queue(token).inspect([ofStore])).toMatchObject([{ code: 'github-forbidden' }]);
});

const many = Array.from({ length: 99 }, (_, index) => `acme/r${index}`);

test('an organization secret of a hundred repositories: what is wrong with all of them is one error', async () => {
  for (const name of many) store.github.addRepository(name);
  store.github.setSecret(ofAcme.path, 'x', { visibility: 'all' });
  const token = store.addToken({ permissions: { organization_secrets: 'write', metadata: 'read' } });
  const problems = await queue(token).inspect([ofAcme]);

  expect(problems).toMatchObject([{ code: 'github-forbidden' }]);
  expect(problems[0]?.message).toMatch(/The same goes for (?:acme\/\w+, ){4}acme\/\w+ and 94 more\.$/);
});

test('thirty secrets of one repository cost what one costs', async () => {
  const paths = Array.from({ length: 30 }, (_, index) => parseSecretPath(`TOKEN_${index}`, 'acme/store'));
  const run = store.github.queueRun('acme/store', endless);
  const asked = queue();

  expect(await counted(/./, () => asked.inspect(paths))).toBe(1);
  const updates = now(...paths);
  for (let round = 0; round < 3; round++) {
    const requests = await counted(/./, async () => {
      expect(await asked.unfinished(updates)).toHaveLength(1);
    });
    expect(requests).toBe(1);
  }
  expect(store.world.requests.at(-1)?.status).toBe(304);
  store.github.runs.end(run, 'success');
  expect(await counted(/./, () => asked.unfinished(updates))).toBe(2);
});

test('of a hundred repositories only those are asked again in which a run is waited for', async () => {
  for (const name of many) store.github.addRepository(name);
  const paths = ['A', 'B', 'C'].map((name) => parseSecretPath(`orgs/acme/actions/secrets/${name}`, ''));
  for (const { path } of paths) store.github.setSecret(path, 'x', { visibility: 'all' });
  const run = store.github.queueRun('acme/r7', endless);
  const asked = queue();

  expect(await counted(lists, () => asked.inspect(paths))).toBe(100);
  const updates = now(...paths);
  // Three secrets, one list of repositories that takes a second page to end, and the runs of each.
  expect(await counted(/./, () => asked.unfinished(updates))).toBe(3 + 2 + 100);
  expect(await counted(/./, () => asked.unfinished(updates))).toBe(1);
  store.github.runs.end(run, 'success');
  expect(await counted(lists, () => asked.unfinished(updates))).toBe(101);
});

test('a busy repository costs five requests a round, and ten to say that there is none', async () => {
  makeBusy();
  const run = store.github.queueRun('acme/store', endless);
  const asked = queue();
  const updates = now(ofStore);

  expect(await counted(lists, () => asked.unfinished(updates))).toBe(6);
  expect(await counted(lists, () => asked.unfinished(updates))).toBe(5);
  store.github.runs.end(run, 'success');
  expect(await counted(lists, () => asked.unfinished(updates))).toBe(20);
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

test('this run was queued when GitHub says so, and is asked about once', async () => {
  const asked = queue();
  const requests = await counted(/./, async () => {
    expect(await asked.queuedAt()).toBe(Math.floor(store.run.createdAt / 1000) * 1000);
    await asked.queuedAt();
  });
  expect(requests).toBe(1);
});

test.each([403, 404])('an answer of %i names the permission that the job lacks', async (code) => {
  store.world.intercept = (_request, phase) =>
    phase === 'before' ? status(code, { message: 'Resource not accessible by integration' }) : undefined;
  const error = await rejectionOf(queue().queuedAt());

  expect(error).toMatchObject({ code: 'github-forbidden' });
  expect(error).toMatchObject({ hint: expect.stringContaining('permissions: actions: read') as string });
  expect(String(error)).toContain('run-token');
});

test('without a run, a fault and a reply that says nothing are told apart', async () => {
  expect(await rejectionOf(queue(undefined, { GITHUB_RUN_ID: '' }).queuedAt())).toMatchObject({
    code: 'github-forbidden',
  });
  store.world.intercept = (_request, phase) => (phase === 'before' ? status(502) : undefined);
  expect(await rejectionOf(queue().queuedAt())).toMatchObject({ code: 'github-unavailable' });
  store.world.intercept = (_request, phase) => (phase === 'before' ? status(200, {}) : undefined);
  expect(await rejectionOf(queue().queuedAt())).toMatchObject({ code: 'github-unavailable' });
});
