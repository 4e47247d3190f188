/** How few requests a drain takes, and which runs of this workflow it does not wait for. */
import { expect, test } from 'vitest';
import { minute, rig, type Rig } from './rig.ts';

const drain = { 'drain-timeout-minutes': '60' };
const organization = 'orgs/acme/actions/secrets/VTEX_APP_TOKEN';

/** Requests that tell of runs, and of who reads a secret. */
const looks = /\/actions\/runs|\/orgs\/acme\/repos/;

function slowRun(made: Rig, repository: string) {
  return made.store.github.queueRun(repository, {
    reads: ['VTEX_APP_TOKEN'],
    startsAs: 'in_progress',
    runsForMs: 20 * minute,
    keepsSigningIn: true,
  });
}

function expectDrained(made: Rig, run: ReturnType<typeof slowRun>): void {
  expect(made.store.github.runs.refused).toEqual([]);
  expect(run.conclusion).toBe('success');
  expect(run.updatedAt).toBeLessThanOrEqual(made.requests(/finish-renewal/)[0]?.at ?? 0);
}

test('thirty secrets of one repository and a run of twenty minutes: one request a round', async () => {
  await using made = await rig();
  const { github } = made.store;
  const names = Array.from({ length: 29 }, (_, index) => `VTEX_APP_TOKEN_${index}`);
  for (const name of names) github.setSecret(made.store.path(name), made.oldToken);
  const slow = slowRun(made, 'acme/store');
  const run = await made.act({ ...drain, secrets: ['VTEX_APP_TOKEN', ...names].join('\n') });
  expect(run.ending).toBe('rotated [] 0');
  expectDrained(made, slow);
  // Twenty minutes are some 45 rounds.
  expect(made.requests(looks).length).toBeLessThan(60);
});

test('an organization secret of a hundred repositories: all at the start and at the end, one a round', async () => {
  await using made = await rig();
  const { github } = made.store;
  github.secrets.delete(`repos/acme/store/actions/secrets/VTEX_APP_TOKEN`);
  for (let index = 0; index < 99; index++) github.addRepository(`acme/r${index}`);
  github.setSecret(organization, made.oldToken, { visibility: 'all' });
  const slow = slowRun(made, 'acme/r42');
  const run = await made.act({ ...drain, secrets: organization, 'current-token': made.oldToken });
  expect(run.ending).toBe('rotated [] 0');
  expectDrained(made, slow);
  // Once before the renewal, once at the start of the drain, once at its end.
  expect(made.requests(looks).length).toBeLessThan(3 * 102 + 60);
});

test('a second run of this workflow that waits in its concurrency group is not waited for', async () => {
  await using made = await rig();
  const { github, run } = made.store;
  const { workflowId, workflowName, path } = run;
  const second = github.queueRun('acme/store', {
    reads: ['VTEX_APP_TOKEN'],
    startsAs: 'pending',
    startsAfterMs: 1e9,
    origin: { workflowId, workflowName, path },
  });
  const before = made.store.world.now();
  expect((await made.act(drain)).ending).toBe('rotated [] 0');
  expect(second.status).toBe('pending');
  expect(made.store.world.now() - before).toBeLessThan(2 * minute);
});
