/** What the tests of the queue of runs share. */
import { afterEach, beforeEach, expect } from 'vitest';
import { GitHubRunQueue } from '../../src/github/run-queue.ts';
import { readThisRun } from '../../src/github/this-run.ts';
import { Quoter } from '../../src/common/quoter.ts';
import { parseSecretPath } from '../../src/paths/parse-secret-path.ts';
import type { SecretPath } from '../../src/paths/secret-path.ts';
import { startStore, type Store } from '../fakes/index.ts';
import type { RunPlan } from '../fakes/github-runs.ts';
import { Client } from './world.ts';

/** Fresh for each test; it may send nothing that GitHub's description of its API does not allow. */
export let store: Store;

beforeEach(async () => {
  store = await startStore();
});
afterEach(async () => {
  expect(store.github.violations).toEqual([]);
  await store[Symbol.asyncDispose]();
});

export function queue(token = store.githubToken, env: Record<string, string> = {}): GitHubRunQueue {
  const { octokit } = new Client(store.world, store.github.url, token);
  const { octokit: runOctokit } = new Client(store.world, store.github.url, store.workflowToken);
  const thisRun = readThisRun({ ...store.env(), ...env });
  return new GitHubRunQueue({
    octokit,
    runOctokit,
    serverUrl: 'https://github.com',
    thisRun,
    quoter: new Quoter(),
  });
}

export const ofStore = parseSecretPath('TOKEN', 'acme/store');
export const ofAcme = parseSecretPath('orgs/acme/actions/secrets/TOKEN', 'acme/store');
export const endless: RunPlan = { startsAs: 'in_progress', runsForMs: Infinity };

export function second(): number {
  return Math.floor(store.world.now() / 1000) * 1000;
}

/** The updates of secrets that were all written now. */
export function now(...paths: readonly SecretPath[]) {
  return paths.map((path) => ({ path, updatedAt: second() + 1000 }));
}

/** How many requests that match were sent meanwhile. */
export async function counted(label: RegExp, action: () => Promise<unknown>): Promise<number> {
  const before = store.world.requests.length;
  await action();
  return store.world.requests.slice(before).filter((request) => label.test(request.label)).length;
}

export const lists = /\/actions\/runs/;

/** So many completed runs that their repository is a busy one. */
export function makeBusy(repository = 'acme/store'): void {
  for (let index = 0; index < 100; index++) {
    store.github.runs.end(store.github.queueRun(repository, endless), 'success');
  }
}
