import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GitHubRunQueue } from '../../src/github/run-queue.ts';
import { type OrganizationSecretPath, parseSecretPath } from '../../src/secret-path.ts';
import { startStore, type Store } from '../fakes/index.ts';
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

function queue(token = store.githubToken): GitHubRunQueue {
  const { octokit } = new Client(store.world, store.github.url, token);
  return new GitHubRunQueue({ octokit, serverUrl: 'https://github.com', thisRunId: store.run.id });
}

const ofStore = parseSecretPath('TOKEN', 'acme/store');
const ofAcme: OrganizationSecretPath = {
  level: 'organization',
  org: 'acme',
  name: 'TOKEN',
  path: 'orgs/acme/actions/secrets/TOKEN',
};

function wholeSecond(): number {
  return Math.floor(store.world.now() / 1000) * 1000;
}

describe('the queue of a repository secret', () => {
  it.each(['requested', 'queued', 'pending', 'waiting', 'in_progress'] as const)(
    'has a run that is %s',
    async (startsAs) => {
      const run = store.github.queueRun('acme/store', { startsAs, startsAfterMs: 1e9, runsForMs: Infinity });

      expect(await queue().unfinished(ofStore, wholeSecond() + 1000)).toEqual([
        {
          id: run.id,
          repository: 'acme/store',
          status: startsAs,
          url: `https://github.com/acme/store/actions/runs/${run.id}`,
        },
      ]);
    },
  );

  it('leaves out this run, completed runs and runs that came later', async () => {
    const plan = { startsAs: 'in_progress', runsForMs: Infinity } as const;
    store.github.runs.end(store.github.queueRun('acme/store', plan), 'success');
    const updatedAt = wholeSecond();
    store.world.advance(2000);
    store.github.queueRun('acme/store', plan);

    expect(await queue().unfinished(ofStore, updatedAt)).toEqual([]);
  });

  it('counts a run of the same second, and more than one page', async () => {
    const plan = { startsAs: 'queued', startsAfterMs: 1e9 } as const;
    const runs = Array.from({ length: 101 }, () => store.github.queueRun('acme/store', plan));
    const found = await queue().unfinished(ofStore, Math.floor((runs[100]?.createdAt ?? 0) / 1000) * 1000);

    expect(found).toHaveLength(101);
  });

  it('looks twice before it believes that there is none', async () => {
    let passes = 0;
    store.world.intercept = ({ url }, phase) => {
      if (phase !== 'after' || !url.includes('status=in_progress')) return undefined;
      passes += 1;
      if (passes === 1) {
        store.github.queueRun('acme/store', { startsAs: 'in_progress', runsForMs: Infinity });
      }
      return undefined;
    };

    expect(await queue().unfinished(ofStore, wholeSecond() + 60_000)).toHaveLength(1);
    expect(passes).toBe(2);
  });

  it('needs to read the runs', async () => {
    const token = store.addToken({ permissions: { secrets: 'write' } });
    const error = await rejectionOf(queue(token).inspect(ofStore));

    expect(error).toMatchObject({ code: 'github-forbidden' });
    expect(String(error)).toMatch(/acme\/store.*actions=read/);
    await expect(queue().inspect(ofStore)).resolves.toBeUndefined();
  });

  it('takes a repository that is hidden for one that is forbidden', async () => {
    const token = store.addToken({ permissions: { actions: 'read' }, repositories: [] });

    expect(await rejectionOf(queue(token).inspect(ofStore))).toMatchObject({ code: 'github-forbidden' });
  });
});

describe('the queue of an organization secret', () => {
  beforeEach(() => {
    store.github.addRepository('acme/site', { private: false });
    store.github.addRepository('acme/app');
    for (const name of ['acme/store', 'acme/site', 'acme/app']) {
      store.github.queueRun(name, { startsAs: 'in_progress', runsForMs: Infinity });
    }
  });

  it.each([
    ['all', undefined, ['acme/app', 'acme/site', 'acme/store']],
    ['private', undefined, ['acme/app', 'acme/store']],
    ['selected', [1002], ['acme/site']],
  ] as const)('is that of the repositories that read it: %s', async (visibility, ids, repositories) => {
    store.github.setSecret(ofAcme.path, 'x', {
      visibility,
      ...(ids !== undefined && { repositoryIds: ids }),
    });
    const found = await queue().unfinished(ofAcme, wholeSecond() + 1000);

    expect(found.map(({ repository }) => repository).sort()).toEqual(repositories);
  });

  it('is not known of a secret that GitHub does not show, though there is nothing to find wrong with it', async () => {
    await expect(queue().inspect(ofAcme)).resolves.toBeUndefined();
    await expect(queue().unfinished(ofAcme, wholeSecond() + 1000)).rejects.toMatchObject({
      code: 'github-unavailable',
    });
  });
});
