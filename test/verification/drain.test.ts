import { expect, test } from 'vitest';
import { status } from '../fakes/index.ts';
import type { Run, RunPlan } from '../fakes/github-runs.ts';
import {
  after,
  before,
  expectBothValid,
  holding,
  hour,
  listed,
  minute,
  pending,
  rig,
  type Rig,
} from './rig.ts';

const drain = { 'drain-timeout-minutes': '60' };
const reads = ['VTEX_APP_TOKEN'];

function queue({ store }: Rig, plan: RunPlan, repository = 'acme/store'): Run {
  return store.github.queueRun(repository, { reads, ...plan });
}

/** So many completed runs that GitHub's list of all of them takes more than a page: they are then listed by status. */
function makeBusy({ store }: Rig): void {
  for (let index = 0; index < 100; index++) {
    store.github.runs.end(store.github.queueRun('acme/store', {}), 'success');
  }
}

/** The runs that hold the old token have all ended well, and long before the end of this run. */
function expectDrained(made: Rig, runs: readonly Run[]): void {
  expect(made.store.github.runs.refused.map(({ id }) => id)).toEqual([]);
  expect(runs.map(({ conclusion }) => conclusion)).toEqual(runs.map(() => 'success'));
  expect(made.requests(/finish-renewal/)).toHaveLength(1);
  const finishedAt = made.requests(/finish-renewal/)[0]?.at ?? 0;
  for (const run of runs) expect(run.updatedAt).toBeLessThanOrEqual(finishedAt);
}

test('runs of every status that were queued before the update sign in until they end', async () => {
  await using made = await rig();
  const runs = [
    queue(made, { startsAs: 'in_progress', runsForMs: 7 * minute }),
    queue(made, { startsAfterMs: 5 * minute, runsForMs: minute }),
    queue(made, { startsAs: 'pending', startsAfterMs: 2 * minute, runsForMs: 3 * minute }),
    queue(made, { startsAs: 'requested', startsAfterMs: minute, runsForMs: 9 * minute }),
    queue(made, { startsAs: 'waiting', runsForMs: minute }),
  ];
  const { world, github } = made.store;
  world.at(world.now() + 11 * minute, () => {
    for (const run of runs) if (run.status === 'waiting') github.runs.approve(run);
  });
  const run = await made.act({ ...after, ...drain });
  expect(run.ending).toBe('rotated [] 0');
  expectDrained(made, runs);
  const progress = run.log.split('\n').filter((line) => line.includes('may still hold the earlier token:'));
  expect(progress.length).toBeGreaterThanOrEqual(5);
  expect(progress[0]).toMatch(
    /^5 runs may still hold .*https:\/\/github\.com\/acme\/store\/actions\/runs\/\d+ \(waiting\)/,
  );
  expect(progress.at(-1)).toMatch(/^1 run may still/);
  expect(run.log).not.toContain(`/runs/${String(made.store.run.id)} (`);
});

test('without draining such a run is refused: what the drain is for', async () => {
  await using made = await rig();
  queue(made, { startsAs: 'in_progress', runsForMs: 7 * minute });
  expect((await made.act(after)).ending).toBe('rotated [] 0');
  expect(made.store.github.runs.refused).toHaveLength(1);
});

test('runs that were queued after the update are not waited for, nor is this run, nor the verification', async () => {
  await using made = await rig();
  const { github, world } = made.store;
  const late: Run[] = [];
  world.onChange((change) => {
    if (change !== 'github: run 9000002 queued') return;
    // What was queued in the seconds of the update may have been before it.
    world.at(world.now() + 9000, () => {
      late.push(queue(made, { startsAs: 'in_progress', runsForMs: 5 * hour }));
    });
  });
  const run = await made.act({ ...after, ...drain });
  expect(run.ending).toBe('rotated [] 0');
  expect(late).toHaveLength(1);
  expect(late[0]?.status).toBe('in_progress');
  expect(late[0]?.held.get('VTEX_APP_TOKEN')).toBe(made.newToken());
  expect(github.runs.refused).toEqual([]);
  expect(run.log).not.toContain('may still hold the earlier token');
});

test('a run that GitHub lists only seconds after it was queued is waited for all the same', async () => {
  await using made = await rig();
  const { github, world } = made.store;
  github.runs.listedAfterMs = 8000;
  const early: Run[] = [];
  const stop = world.onChange((change) => {
    if (!change.startsWith('vtex: renewal begun')) return;
    stop();
    early.push(queue(made, { startsAs: 'in_progress', runsForMs: 5 * minute }));
  });
  const run = await made.act(drain);
  expect(run.ending).toBe('rotated [] 0');
  expectDrained(made, early);
});

test('a run that moves between statuses while it is listed is not missed', async () => {
  await using made = await rig();
  const { store } = made;
  makeBusy(made);
  const environment = 'prod';
  store.github.repositories.get('acme/store').environments.add(environment);
  const run = queue(made, { startsAs: 'in_progress', runsForMs: Infinity });
  let moves = 0;
  store.world.intercept = ({ url }, phase) => {
    // From one list to one that has been read already, as a second job that needs an approval makes a run go.
    if (phase === 'before' && run.status !== 'completed' && url.includes('/actions/runs?')) {
      if (url.includes('status=in_progress') && moves === 0) {
        moves += 1;
        run.status = 'waiting';
        store.world.at(store.world.now() + 3 * minute, () => {
          run.status = 'in_progress';
        });
        store.world.at(store.world.now() + 6 * minute, () => {
          store.github.runs.end(run, 'success');
        });
      }
    }
    return undefined;
  };
  expect((await made.act(drain)).ending).toBe('rotated [] 0');
  expect(moves).toBe(1);
  expectDrained(made, [run]);
});

test('more runs than a page holds are all waited for', async () => {
  await using made = await rig();
  const runs = Array.from({ length: 130 }, (_, index) =>
    queue(made, { startsAs: 'in_progress', runsForMs: (index % 7) * 5000 + 5000 }),
  );
  const run = await made.act(drain);
  expect(run.ending).toBe('rotated [] 0');
  expectDrained(made, runs);
  expect(run.log).toMatch(/ and \d+ more/);
});

const organization = 'orgs/acme/actions/secrets/VTEX_APP_TOKEN';

test.each(['all', 'private', 'selected'] as const)(
  'runs of every repository that reads an organization secret: %s',
  async (visibility) => {
    await using made = await rig();
    const { github } = made.store;
    github.secrets.delete(listed);
    github.addRepository('acme/api');
    const open = github.addRepository('acme/open', { private: false });
    const own = github.repositories.get('acme/store');
    const ids = visibility === 'selected' ? { repositoryIds: [own.id, open.id] } : {};
    github.setSecret(organization, made.oldToken, { visibility, ...ids });
    const plan = { startsAs: 'in_progress' } as const;
    const readers = [queue(made, { ...plan, runsForMs: 3 * minute })];
    if (visibility !== 'private') readers.push(queue(made, { ...plan, runsForMs: 5 * minute }, 'acme/open'));
    if (visibility !== 'selected') readers.push(queue(made, { ...plan, runsForMs: 4 * minute }, 'acme/api'));
    // It cannot read the secret, so nobody need wait five hours for it.
    const other = { ...plan, runsForMs: 5 * hour, keepsSigningIn: false };
    if (visibility === 'private') queue(made, other, 'acme/open');
    if (visibility === 'selected') queue(made, other, 'acme/api');
    const run = await made.act({
      ...drain,
      ...after,
      secrets: organization,
      'pending-token': '',
    });
    expect(run.ending).toBe('rotated [] 0');
    expectDrained(made, readers);
    expect(github.secret(organization)).toMatchObject({ visibility, ...ids });
  },
);

test('a listed secret in another repository is drained there', async () => {
  await using made = await rig();
  const { github } = made.store;
  github.addRepository('acme/api');
  const path = 'repos/acme/api/actions/secrets/VTEX_APP_TOKEN';
  github.setSecret(path, made.oldToken);
  const run = queue(made, { startsAs: 'in_progress', runsForMs: 4 * minute }, 'acme/api');
  expect((await made.act({ ...drain, secrets: `VTEX_APP_TOKEN\n${path}` })).ending).toBe('rotated [] 0');
  expectDrained(made, [run]);
});

test.each([
  ['before', before],
  ['after', after],
])(
  'at the deadline both tokens work; the next run goes on and finishes (verified %s)',
  async (_order, inputs) => {
    await using made = await rig();
    const slow = queue(made, { startsAs: 'in_progress', runsForMs: 7 * minute });
    const patient = { ...inputs, 'drain-timeout-minutes': '3' };
    const first = await made.act(patient);
    expect(first.ending).toBe('failed [drain-timeout] 1');
    expect(first.said).toContain(`https://github.com/acme/store/actions/runs/${String(slow.id)}`);
    expect(first.said).toMatch(/Both tokens work[^]*pending-token/);
    expectBothValid(made);
    expect([holding(made, listed), holding(made, pending)]).toEqual(['new', 'new']);
    expect(JSON.parse(first.outputs['updated-secrets'] ?? '')).toEqual([listed]);
    made.store.nextRun();
    const second = await made.act({ ...patient, 'drain-timeout-minutes': '30' });
    expect(second.ending).toBe('rotated [] 0');
    expectDrained(made, [slow]);
    expect(made.requests(/\/renew$/)).toHaveLength(1);
    expect([holding(made, listed), holding(made, pending)]).toEqual(['new', 'absent']);
  },
);

test('finish drains too', async () => {
  await using made = await rig();
  const slow = queue(made, { startsAs: 'in_progress', runsForMs: 7 * minute });
  expect((await made.act({ 'delete-old-token': 'later' })).ending).toBe('pending [] 0');
  made.store.nextRun();
  expect((await made.act({ operation: 'finish', ...drain })).ending).toBe('finished [] 0');
  expectDrained(made, [slow]);
});

test.each(['rotate', 'check'])('without actions: read nothing is renewed (%s)', async (operation) => {
  await using made = await rig();
  const token = made.store.addToken({ permissions: { secrets: 'write' } });
  const run = await made.act({ ...drain, operation, 'github-token': token });
  expect(run.ending).toBe('failed [github-forbidden] 1');
  expect(run.said).toMatch(/list the runs of acme\/store.*actions=read/);
  expect(made.requests(/^(PATCH|PUT|DELETE) /)).toEqual([]);
});

test('lists that fail for a while are tolerated up to the deadline', async () => {
  await using made = await rig();
  const slow = queue(made, { startsAs: 'in_progress', runsForMs: 4 * minute });
  let met = 0;
  made.store.world.intercept = ({ label }, phase) =>
    phase === 'before' && label.includes('/actions/runs?') && label.includes('created=') && (met += 1) <= 9
      ? status(502)
      : undefined;
  expect((await made.act(drain)).ending).toBe('rotated [] 0');
  expectDrained(made, [slow]);
  made.store.nextRun();
  made.store.world.intercept = ({ label }, phase) =>
    phase === 'before' && label.includes('/actions/runs?') && label.includes('created=')
      ? status(503)
      : undefined;
  const run = await made.act({ 'drain-timeout-minutes': '3' });
  expect(run.ending).toBe('failed [drain-timeout] 1');
  expect(made.requests(/finish-renewal/)).toHaveLength(1);
});

test.each([
  ['an organization secret', organization, 2],
  ['an organization secret, asked who reads it', organization, 3],
])(
  '%s that GitHub does not show for a moment is not taken for one that no run holds',
  async (_name, path, nth) => {
    await using made = await rig();
    const { github, world } = made.store;
    if (path === organization) {
      github.secrets.delete(listed);
      github.setSecret(organization, made.oldToken, { visibility: 'all' });
    }
    const slow = queue(made, { startsAs: 'in_progress', runsForMs: 4 * minute });
    let since = 0;
    let hidden = 0;
    world.intercept = ({ label }, phase) => {
      if (phase !== 'before') return undefined;
      if (label === `PUT github ${path}`) since = 0;
      if (label !== `GET github ${path}`) return undefined;
      since += 1;
      if (since !== nth) return undefined;
      hidden += 1;
      return status(404);
    };
    const inputs = { secrets: organization, 'current-token': made.oldToken };
    expect((await made.act({ ...drain, ...inputs })).ending).toBe('rotated [] 0');
    expect(hidden).toBeGreaterThan(0);
    expectDrained(made, [slow]);
  },
);
