/** The runner's files cannot be written: a full disk. Whole runs of the built action; a directory stands for such a file. */
import { expect, test } from 'vitest';
import { startStore, type Store } from '../fakes/index.ts';
import { findLeaks } from '../runner/leaks.ts';
import { runAction, type ActionRun, type RunOptions } from '../runner/runner.ts';
import { type Broken, type RunnerFile, withoutFiles } from '../runner/unwritable.ts';
import { VirtualTime } from '../runner/virtual-time.ts';

async function run(store: Store, broken: Broken, options: RunOptions = {}): Promise<ActionRun> {
  const ended = await runAction({
    inputs: store.inputs({ 'expose-new-token': 'true', 'delete-old-token': 'later' }),
    env: store.env(),
    virtualTime: new VirtualTime(store.world),
    nodeArgs: withoutFiles(broken),
    ...options,
  });
  expect(ended.timedOut, ended.log).toBe(false);
  expect(ended.rawStderr).toBe('');
  expect(findLeaks(ended.rawStdout + ended.rawSummary, store.everyToken())).toEqual([]);
  return ended;
}

function warningsOf(ended: ActionRun): string[] {
  return ended.annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);
}

/** Renewed and stored, whatever else went wrong. */
function expectRotated(store: Store, ended: ActionRun): void {
  expect(ended.exitCode, ended.log).toBe(0);
  expect(ended.log).toContain('Result: pending');
  const { pending } = store.vtex.tokens(store.targetKey);
  expect(store.github.secret(store.path('VTEX_APP_TOKEN'))?.value === pending).toBe(true);
}

test('the state: the token is saved all the same, and one warning says what is not safe', async () => {
  await using store = await startStore();
  const ended = await run(store, { blocked: ['GITHUB_STATE'] });
  expectRotated(store, ended);
  const warnings = warningsOf(ended).filter((text) => text.includes('GITHUB_STATE'));
  expect(warnings).toEqual([expect.stringContaining('GITHUB_STATE: EISDIR')]);
  expect(ended.outputs.result).toBe('pending');
  expect(ended.rawSummary).toContain('GITHUB_STATE');
});

test.each<[name: RunnerFile, kept: (ended: ActionRun) => unknown]>([
  ['GITHUB_OUTPUT', ({ rawSummary }) => rawSummary.includes('Both VTEX tokens work: ')],
  ['GITHUB_STEP_SUMMARY', ({ outputs }) => outputs.result === 'pending'],
])('%s: a warning, and every other report is made', async (name, kept) => {
  await using store = await startStore();
  const ended = await run(store, { blocked: [name] });
  expectRotated(store, ended);
  expect(warningsOf(ended).filter((text) => text.includes(`${name}: EISDIR`))).toHaveLength(1);
  expect(kept(ended)).toBe(true);
});

test('all of them, and then a failure: it is told, and the exit status is that of the run', async () => {
  await using store = await startStore();
  const ended = await run(
    store,
    { blocked: ['GITHUB_STATE', 'GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY'] },
    { inputs: store.inputs({ account: 'Not An Account' }) },
  );
  expect(ended.exitCode).toBe(1);
  expect(ended.annotations.filter(({ level }) => level === 'error').map(({ title }) => title)).toEqual([
    'input-invalid',
  ]);
});

test('no file for outputs and state: no token is printed in their place', async () => {
  await using store = await startStore();
  const ended = await run(store, { unset: ['GITHUB_OUTPUT', 'GITHUB_STATE'] });
  expectRotated(store, ended);
  expect(ended.fullStdout).not.toMatch(/set-output name=new-token/);
  expect(warningsOf(ended).filter((text) => text.includes('new-token (GITHUB_OUTPUT'))).toHaveLength(1);
});
