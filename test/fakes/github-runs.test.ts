import { expect, test } from 'vitest';
import { github } from './call.ts';
import { badOutcomes, oddOutcomes, startStore, type Store } from './index.ts';

const hour = 3_600_000;

async function start(): Promise<Store> {
  const store = await startStore();
  store.github.checksReplies = true;
  return store;
}

/** Dispatches the workflow and gives the path of the run. */
async function dispatch(store: Store, inputs: Record<string, string> = {}): Promise<string> {
  const { json } = await github(store, 'POST repos/acme/store/actions/workflows/verify.yml/dispatches', {
    ref: 'main',
    inputs,
    return_run_details: true,
  });
  return `repos/acme/store/actions/runs/${String(json.workflow_run_id)}`;
}

test('a run signs in with what the secret held when it was queued', async () => {
  await using store = await start();
  const { github: fake, vtex, world, targetKey } = store;
  fake.addWorkflow('acme/store', 'verify.yml');
  const early = await dispatch(store);
  expect((await github(store, `GET ${early}`)).json).toMatchObject({ status: 'queued', conclusion: null });
  fake.setSecret(store.path('VTEX_APP_TOKEN'), vtex.adminRenew(targetKey));
  vtex.adminDeleteOld(targetKey);
  const late = await dispatch(store);
  world.advance(2000);
  expect((await github(store, `GET ${early}`)).json).toMatchObject({ status: 'in_progress' });
  world.advance(10_000);
  expect((await github(store, `GET ${early}`)).json).toMatchObject({
    status: 'completed',
    conclusion: 'failure',
  });
  expect((await github(store, `GET ${late}`)).json).toMatchObject({
    status: 'completed',
    conclusion: 'success',
  });
  const { json } = await github(store, `GET ${early}/jobs`);
  expect(json).toMatchObject({
    total_count: 1,
    jobs: [{ conclusion: 'failure', steps: [{ conclusion: 'success' }, { conclusion: 'failure' }] }],
  });
  expect(fake.violations).toEqual([]);
  expect(fake.replyProblems).toEqual([]);
});

test('an environment secret is read when the job starts', async () => {
  await using store = await start();
  const { github: fake, vtex, world } = store;
  fake.repositories.get('acme/store').environments.add('prod');
  const path = 'repos/acme/store/environments/prod/secrets/VTEX_APP_TOKEN';
  fake.setSecret(path, 'old');
  const plan = { reads: ['VTEX_APP_TOKEN'], environment: 'prod', startsAs: 'waiting' } as const;
  const run = fake.queueRun('acme/store', { ...plan, keepsSigningIn: false });
  const pending = await github(store, `GET repos/acme/store/actions/runs/${run.id}/pending_deployments`);
  expect(JSON.parse(pending.text)).toMatchObject([{ environment: { name: 'prod' } }]);
  fake.setSecret(path, vtex.tokens(store.targetKey).current);
  world.advance(24 * hour);
  expect(run.status).toBe('waiting');
  fake.runs.approve(run);
  world.advance(5000);
  expect(run.conclusion).toBe('success');
  expect(fake.replyProblems).toEqual([]);
});

test.each(Object.entries({ ...badOutcomes, ...oddOutcomes }))(
  '%s is not success',
  async (name, behaviour) => {
    await using store = await start();
    store.github.addWorkflow('acme/store', 'verify.yml', { behaviour });
    const run = await dispatch(store);
    const { json } = await github(store, `GET ${run}`);
    expect(json.status).toBe(behaviour.startsAs ?? 'queued');
    store.world.advance(24 * hour);
    const ended = (await github(store, `GET ${run}`)).json;
    if (name === 'never ends' || name === 'waits for approval') expect(ended.conclusion).toBeNull();
    else expect(ended).toMatchObject({ status: 'completed', conclusion: behaviour.conclusion });
    expect((await github(store, `GET ${run}/jobs`)).status).toBe(200);
    expect(store.github.replyProblems).toEqual([]);
  },
);

test('cancelling takes a moment, and some runs need force', async () => {
  await using store = await start();
  const { github: fake, world } = store;
  const run = fake.queueRun('acme/store', { startsAs: 'in_progress', runsForMs: Infinity });
  const stubborn = fake.queueRun('acme/store', {
    startsAs: 'in_progress',
    runsForMs: Infinity,
    ignoresCancel: true,
  });
  const post = async (id: number, verb: string): Promise<number> =>
    (await github(store, `POST repos/acme/store/actions/runs/${id}/${verb}`)).status;
  expect(await post(run.id, 'cancel')).toBe(202);
  expect(run.status).toBe('in_progress');
  world.advance(2000);
  expect([run.status, run.conclusion]).toEqual(['completed', 'cancelled']);
  expect(await post(run.id, 'cancel')).toBe(409);
  expect(await post(stubborn.id, 'cancel')).toBe(202);
  world.advance(60_000);
  expect(stubborn.status).toBe('in_progress');
  expect(await post(stubborn.id, 'force-cancel')).toBe(202);
  expect(stubborn.conclusion).toBe('cancelled');
  expect(fake.replyProblems).toEqual([]);
});

test('runs that hold the old token sign in until they end, and a refusal is remembered', async () => {
  await using store = await start();
  const { github: fake, vtex, world, targetKey } = store;
  const plan = { reads: ['VTEX_APP_TOKEN'], startsAfterMs: 10_000, runsForMs: 60_000 };
  const short = fake.queueRun('acme/store', plan);
  const long = fake.queueRun('acme/store', { ...plan, runsForMs: hour });
  vtex.adminRenew(targetKey);
  world.advance(80_000);
  expect(short).toMatchObject({ status: 'completed', conclusion: 'success' });
  vtex.adminDeleteOld(targetKey);
  expect(fake.runs.refused).toEqual([long]);
  world.advance(hour);
  expect(long.conclusion).toBe('failure');
});

test('lists are newest first, in pages, and filtered', async () => {
  await using store = await start();
  const { github: fake, world } = store;
  for (let count = 0; count < 35; count += 1) {
    world.advance(1000);
    fake.queueRun('acme/store', { startsAfterMs: 60_000 });
  }
  const runs = 'GET repos/acme/store/actions/runs';
  const ids = async (query: string): Promise<number[]> =>
    ((await github(store, `${runs}?${query}`)).json.workflow_runs as { id: number }[]).map(({ id }) => id);
  const all = fake.runs.all.map(({ id }) => id).reverse();
  expect(await ids('')).toEqual(all.slice(0, 30));
  expect(await ids('page=2')).toEqual(all.slice(30));
  expect(await ids('status=in_progress')).toEqual([store.run.id]);
  expect(await ids('event=schedule')).toEqual([store.run.id]);
  const [newest] = fake.runs.all.slice(-1);
  const since = new Date(newest?.createdAt ?? 0).toISOString().slice(0, 19);
  expect(await ids(`created=%3E%3D${since}Z`)).toEqual([newest?.id]);
  expect(await ids(`created=*..${since}Z&per_page=100`)).toEqual(all);
  world.advance(2 * 60_000);
  expect(await ids('status=queued')).toEqual([]);
  expect(fake.violations).toEqual([]);
  expect((await github(store, `${runs}?status=sleeping`)).status).toBe(422);
  expect((await github(store, `${runs}?per_page=many`)).status).toBe(422);
  expect(fake.violations).toHaveLength(2);
});

test('polling an unchanged run costs nothing', async () => {
  await using store = await start();
  const path = `GET repos/acme/store/actions/runs/${store.run.id}`;
  const first = await github(store, path);
  const etag = first.headers.get('etag') ?? '';
  const second = await github(store, path, undefined, { 'if-none-match': etag });
  expect([second.status, second.text]).toEqual([304, '']);
  expect(second.headers.get('x-ratelimit-remaining')).toBe(first.headers.get('x-ratelimit-remaining'));
  store.github.runs.end(store.run, 'success');
  expect((await github(store, path, undefined, { 'if-none-match': etag })).status).toBe(200);
});

test('the run that the action is part of was queued before anything else happens', async () => {
  await using store = await start();
  const shown = async (): Promise<Record<string, unknown>> =>
    (await github(store, `GET repos/acme/store/actions/runs/${store.run.id}`)).json;
  const ageOf = (time: unknown): number => (store.world.now() - Date.parse(String(time))) / 1000;
  const first = await shown();
  expect(ageOf(first.created_at)).toBeGreaterThanOrEqual(5);
  expect(ageOf(first.created_at)).toBeLessThan(60);
  expect(first.run_started_at).toBe(first.created_at);
  store.nextRun({ runAgeMs: hour });
  expect(ageOf((await shown()).created_at)).toBeCloseTo(3600, -1);
  store.nextRun({ runAgeMs: hour, attempt: 2 });
  const again = await shown();
  expect(again.run_attempt).toBe(2);
  expect(ageOf(again.created_at)).toBeCloseTo(3600, -1);
  expect(ageOf(again.run_started_at)).toBeLessThan(60);
  expect(store.env().GITHUB_RUN_ATTEMPT).toBe('2');
  expect(store.github.violations).toEqual([]);
});
