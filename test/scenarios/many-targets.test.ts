/** One token in very many places: under GitHub's limits, with faults, killed in between, and found by a pattern. */
import { expect, test } from 'vitest';
import { type ActionRun, runAction } from '../runner/runner.ts';
import { Scenario } from './scenario.ts';

const name = 'VTEX_APP_TOKEN';
const day = 86_400_000;

interface Fleet extends AsyncDisposable {
  readonly scenario: Scenario;
  readonly paths: readonly string[];
}

/** So many repositories beside the store's own, each with the secret. */
async function withRepositories(count: number): Promise<Fleet> {
  const scenario = await Scenario.start();
  const { github, vtex, world, targetKey } = scenario.store;
  const { current } = vtex.tokens(targetKey);
  const paths = Array.from({ length: count }, (_, index) => {
    github.addRepository(`acme/shop-${index}`);
    const path = `repos/acme/shop-${index}/actions/secrets/${name}`;
    github.setSecret(path, current, { at: world.now() - 100 * day });
    return path;
  });
  return { scenario, paths, [Symbol.asyncDispose]: () => scenario[Symbol.asyncDispose]() };
}

const pattern = { secrets: `${name}\nrepos/acme/*/actions/secrets/${name}` };

const heartbeats = ({ lines }: ActionRun): string[] =>
  lines.map(({ text }) => text).filter((text) => /^(Updating secrets|Within GitHub's limits): /.test(text));

test('a thousand repositories: all updated within the limits, told every ten seconds, and in few lines', async () => {
  await using fleet = await withRepositories(999);
  const { scenario, paths } = fleet;
  const { github, world, vtex, targetKey } = scenario.store;
  github.limits.perHour = 15_000;
  const begunAt = world.now();
  const run = await scenario.run(pattern);
  const minutes = (world.now() - begunAt) / 60_000;
  expect(run.result).toBe('rotated');
  const { current } = vtex.tokens(targetKey);
  expect(paths.filter((path) => github.secret(path)?.value !== current)).toEqual([]);
  expect(JSON.parse(run.outputs['updated-secrets'] ?? '[]')).toHaveLength(1000);
  expect(github.limits.refused).toBe(0);
  expect(github.limits.peaks.pointsPerMinute).toBeLessThanOrEqual(900);
  expect(github.limits.peaks.concurrent).toBeLessThanOrEqual(50);
  expect(run.requests.filter((line) => line.includes(' github ')).length).toBeLessThan(4.1 * 1000);
  // 8,000 points are nine minutes of GitHub's.
  expect(minutes).toBeLessThan(9);
  expect(heartbeats(run).length).toBeGreaterThan(5 * minutes);
  expect(run.lines.length).toBeLessThan(200);
  expect(heartbeats(run).join('\n')).toMatch(
    /Updating secrets: \d+ of 1000 in \d+ min \d+ s \(\d+ a minute\), about .* left/,
  );
  expect(Buffer.byteLength(run.rawSummary)).toBeLessThan(1024 * 1024);
}, 240_000);

test('some cannot be written: the others are, the table tells which, and the next run writes what is left', async () => {
  await using fleet = await withRepositories(40);
  const { scenario, paths } = fleet;
  const { world, github, vtex, targetKey } = scenario.store;
  const broken = /PUT .*shop-(?:3|17)\//;
  world.intercept = ({ label }, phase) =>
    phase === 'before' && broken.test(label)
      ? { kind: 'status', status: 422, body: { message: 'no' } }
      : undefined;
  const run = await scenario.run(pattern);
  expect(run.errors).toEqual(['secret-write-failed']);
  expect(JSON.parse(run.outputs['updated-secrets'] ?? '[]')).toHaveLength(39);
  for (const index of [3, 17]) expect(run.errorText).toContain(`acme/shop-${index}/`);
  for (const index of [3, 17]) expect(run.rawSummary).toContain(`acme/shop-${index}/`);
  expect(run.rawSummary).toContain('39 of 41');
  world.intercept = undefined;
  const next = await scenario.nextRun(pattern);
  expect(next.result).toBe('rotated');
  const written = next.requests.filter((line) => line.startsWith('PUT ')).map((line) => line.split(' ')[2]);
  expect(written.toSorted()).toEqual([paths[17], paths[3]].toSorted());
  expect(vtex.accepts(targetKey, github.secret(paths[3] ?? '')?.value ?? '')).toBe(true);
});

test('one place that does not answer holds up the others for a while, and no longer', async () => {
  await using fleet = await withRepositories(30);
  const { scenario, paths } = fleet;
  const { world } = scenario.store;
  world.intercept = ({ label }, phase) =>
    phase === 'before' && /PUT .*shop-[135]\//.test(label) ? { kind: 'status', status: 502 } : undefined;
  const begunAt = world.now();
  const run = await scenario.run(pattern);
  expect(run.errors).toEqual(['secret-write-failed']);
  expect(JSON.parse(run.outputs['updated-secrets'] ?? '[]')).toHaveLength(1 + paths.length - 3);
  expect(world.now() - begunAt).toBeLessThan(10 * 60_000);
});

test('killed while it stores: the next run stores the rest and finishes', async () => {
  await using fleet = await withRepositories(40);
  const { scenario, paths } = fleet;
  const { store } = scenario;
  const { world, github, vtex, targetKey } = store;
  const twentieth = Promise.withResolvers<undefined>();
  let writes = 0;
  const stop = world.onArrival(({ label }) => {
    if (/^PUT .*\/shop-/.test(label) && ++writes === 20) twentieth.resolve(undefined);
  });
  const killed = await runAction({
    inputs: store.inputs(pattern),
    env: store.env(),
    virtualTime: world,
    kill: { signal: 'SIGKILL', when: twentieth.promise },
  });
  stop();
  expect(killed.signal).toBe('SIGKILL');
  expect(vtex.isPending(targetKey)).toBe(true);
  const run = await scenario.nextRun(pattern);
  expect(run.result).toBe('rotated');
  const { current } = vtex.tokens(targetKey);
  expect(paths.filter((path) => github.secret(path)?.value !== current)).toEqual([]);
});

test('a pattern: check tells what it leaves out, and why', async () => {
  await using fleet = await withRepositories(3);
  const { scenario } = fleet;
  const { github } = scenario.store;
  github.addRepository('acme/without');
  github.addRepository('acme/archived', { archived: true });
  const run = await scenario.run({ ...pattern, operation: 'check' });
  expect(run.result).toBe('checked');
  expect(run.log).toContain('acme/archived is left out: it is archived.');
  expect(run.log).toContain('acme/without is left out: it does not have the secret.');
});
