/**
 * Three accounts with twenty keys each, as sixty runs of the built action side by side, each given what its job would
 * get. One is killed at any request: no other is touched, and none ever holds what belongs to another.
 * The printed seed chooses the key and the request; FLEET_SEED repeats it.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Phase, RecordedRequest } from '../fakes/index.ts';
import { findLeaks } from '../runner/leaks.ts';
import type { ActionRun } from '../runner/runner.ts';
import { FleetStage, type Member, type StartedJob } from './stage.ts';

const accounts = ['acmestore', 'acmeoutlet', 'acmeb2b'];
const keysPerAccount = 20;

/** The same sequence for the same seed: https://github.com/bryc/code/blob/master/jshash/PRNGs.md#mulberry32 */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * sides);
  };
}

const isOfMarked = ({ headers }: RecordedRequest): boolean => headers.host?.startsWith('localhost') === true;

/** How many requests an undisturbed run of one key makes. */
async function requestsOfOneRun(): Promise<number> {
  await using stage = await FleetStage.start({ accounts: ['acmestore'], keysPerAccount: 1, marked: 0 });
  const run = await stage.startJob(stage.marked, { job: 'rotate' }).handle.done;
  expect(run.outputs.result, run.log).toBe('rotated');
  return stage.store.world.requests.filter(isOfMarked).length;
}

interface Kill {
  readonly request: number;
  readonly phase: Phase;
  readonly runPost: boolean;
}

/** Kills the run of the marked key at its n-th request. */
function killAt(
  stage: FleetStage,
  { request: nth, phase }: Kill,
  started: () => StartedJob,
): () => RecordedRequest | undefined {
  let count = 0;
  let hit: RecordedRequest | undefined;
  const numbers = new Map<number, number>();
  stage.store.world.intercept = async (request, now) => {
    if (!isOfMarked(request)) return undefined;
    if (now === 'before') numbers.set(request.index, (count += 1));
    if (now !== phase || hit !== undefined || numbers.get(request.index) !== nth) return undefined;
    hit = request;
    const { handle } = started();
    handle.kill('SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { kind: 'hang' };
  };
  return () => hit;
}

/** What the process itself was given, as the system tells it. */
function environmentOf(pid: number | undefined): string {
  if (process.platform !== 'linux' || pid === undefined) return '';
  return readFileSync(`/proc/${pid}/environ`, 'utf8');
}

test('one of sixty is killed at any request, and the other fifty-nine are as if nothing had been', async () => {
  const seed = Number(process.env.FLEET_SEED ?? Date.now() % 1_000_000);
  const roll = dice(seed);
  const marked = roll(accounts.length * keysPerAccount);
  const kill: Kill = {
    request: 1 + roll(await requestsOfOneRun()),
    phase: roll(2) === 0 ? 'before' : 'after',
    runPost: roll(2) === 0,
  };
  console.log(
    `FLEET_SEED=${seed}: key ${marked}, killed ${kill.phase} request ${kill.request}, post ${String(kill.runPost)}`,
  );

  await using stage = await FleetStage.start({ accounts, keysPerAccount, marked });
  const { store, members } = stage;
  expect(members).toHaveLength(60);
  const before = new Map(members.map((member) => [member, stage.value(member, 'VTEX_APP_TOKEN') ?? '']));
  const environmentOfAll = new Map<Member, string>();
  const started = new Map<Member, StartedJob>();
  const hit = killAt(stage, kill, () => jobOf(started, stage.marked));
  for (const member of members) {
    const run = member === stage.marked ? { runPost: kill.runPost } : {};
    started.set(member, stage.startJob(member, { job: 'rotate', run }));
  }
  for (const [member, { handle }] of started) environmentOfAll.set(member, environmentOf(handle.pid));
  const runs = new Map(
    await Promise.all(
      members.map(async (member) => [member, await jobOf(started, member).handle.done] as const),
    ),
  );
  store.world.intercept = undefined;
  for (const member of members) {
    const environment = environmentOfAll.get(member) ?? '';
    expectAlone(stage, member, { ...jobOf(started, member), run: jobOf(runs, member), environment });
  }

  expect(hit(), 'the request at which the run was to be killed').toBeDefined();
  expect(jobOf(runs, stage.marked).exitCode, 'it was killed').not.toBe(0);
  for (const member of members) {
    if (member !== stage.marked) expectRotated(stage, member, jobOf(runs, member), jobOf(before, member));
  }
  const elsewhere = store.world.requests.filter(
    (request) =>
      isOfMarked(request) && members.some((member) => member !== stage.marked && isAbout(request, member)),
  );
  expect(
    elsewhere.map(({ label }) => label),
    'requests of the killed run about other keys',
  ).toEqual([]);
  expect([...store.vtex.violations, ...store.github.violations, ...store.world.failures]).toEqual([]);

  await expectRecovery(stage);
}, 240_000);

function jobOf<T>(all: ReadonlyMap<Member, T>, member: Member): T {
  const one = all.get(member);
  if (one === undefined) throw new Error(`nothing of ${member.key.id}`);
  return one;
}

function isAbout({ url }: RecordedRequest, { key, apiKey }: Member): boolean {
  return url.includes(`/environments/${key.environment}/`) || url.includes(`/${apiKey}/`);
}

function expectRotated(stage: FleetStage, member: Member, run: ActionRun, old: string): void {
  const { vtex } = stage.store;
  const { id } = member.key;
  expect([id, run.outputs.result, run.exitCode], run.log).toEqual([id, 'rotated', 0]);
  const { current, pending } = vtex.tokens(member.apiKey);
  expect(pending, id).toBeUndefined();
  expect(stage.ownTokens(member), id).toEqual([old, current]);
  expect(vtex.state(member.apiKey, old), id).toBe('dead');
  expect(stage.value(member, 'VTEX_APP_TOKEN') === current, `${id} holds its new token`).toBe(true);
  for (const name of ['VTEX_APP_TOKEN_PENDING', 'VTEX_APP_TOKEN_OLD'])
    expect(stage.value(member, name) === undefined, `${id} has no ${name} left`).toBe(true);
}

interface Held extends Pick<StartedJob, 'secrets' | 'token'> {
  readonly run: ActionRun;
  readonly environment: string;
}

/** Of all secrets that there are, the run was given, learned and left only its own. */
function expectAlone(stage: FleetStage, member: Member, { run, environment, secrets, token }: Held): void {
  const { store } = stage;
  const { id } = member.key;
  const own = new Set([...stage.ownTokens(member), member.managerToken, store.workflowToken, token]);
  const sessions = new Set(store.vtex.everySessionToken);
  const foreign = store.everyToken().filter((one) => !own.has(one) && !sessions.has(one));
  expect(foreign.length, id).toBeGreaterThan(100);
  expect(secrets.length, id).toBe(2);
  expect(secrets.filter((secret) => !own.has(secret)).length, `${id} was given what is not its own`).toBe(0);
  // What the system itself says that the process was given.
  const isSeen = [...secrets, token].every((secret) => environment.includes(secret));
  if (process.platform === 'linux') expect(isSeen, `the environment of ${id} is not its own`).toBe(true);
  // Whatever a run learns to be a secret it masks at once.
  const learned = run.masks.filter((mask) => !own.has(mask) && !sessions.has(mask));
  expect(learned.length, `${id} learned what is not its own`).toBe(0);
  const left = {
    environment,
    log: run.rawStdout + run.rawStderr,
    summary: run.rawSummary,
    outputs: JSON.stringify(run.outputs),
    state: JSON.stringify(run.state),
    files: JSON.stringify(run.files),
    post: JSON.stringify([run.post?.rawStdout, run.post?.rawStderr]),
  };
  for (const [where, text] of Object.entries(left))
    expect(findLeaks(text, foreign), `${id}: ${where}`).toEqual([]);
  for (const where of ['log', 'summary', 'outputs', 'state', 'files', 'post'] as const)
    expect(findLeaks(left[where], own), `${id}: ${where}`).toEqual([]);
}

/** The next run of the key that was killed goes on, or says what a person has to do, after which a run goes through. */
async function expectRecovery(stage: FleetStage): Promise<void> {
  const { store, marked } = stage;
  store.nextRun();
  let run = await stage.startJob(marked, { job: 'rotate' }).handle.done;
  if (run.exitCode !== 0) {
    expect(run.log).toMatch(/renewal-(?:pending|lost)/);
    expect(run.log).toMatch(/undo renewal/i);
    store.vtex.adminUndo(marked.apiKey);
    store.nextRun();
    run = await stage.startJob(marked, { job: 'rotate' }).handle.done;
  }
  expect(['rotated', 'finished'], run.log).toContain(run.outputs.result);
  const { current, pending } = store.vtex.tokens(marked.apiKey);
  expect(pending).toBeUndefined();
  expect(stage.value(marked, 'VTEX_APP_TOKEN') === current, 'the key holds the token that works').toBe(true);
}
