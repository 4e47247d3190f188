/** What keeps runs from being listed, and how few requests it takes to list them. */
import { expect, test } from 'vitest';
import { parseSecretPath } from '../../src/paths/parse-secret-path.ts';
import { status } from '../fakes/index.ts';
import { counted, endless, lists, makeBusy, now, ofAcme, ofStore, queue, store } from './run-queue-rig.ts';

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

test('a reason that GitHub gives is quoted, and no permission named', async () => {
  const said = 'Resource protected by organization SAML enforcement.';
  store.world.intercept = (_request, phase) =>
    phase === 'before' ? status(403, { message: said }) : undefined;
  const [problem] = await queue().inspect([ofStore]);

  expect(problem?.message).toContain(said);
  expect(problem?.message).not.toContain('actions=read');
});

test('a repository that was renamed is a wrong path', async () => {
  store.github.addRepository('acme/former');
  store.github.repositories.rename('acme/former', 'acme/present');
  const path = parseSecretPath('repos/acme/former/actions/secrets/TOKEN', '');

  expect(await queue().inspect([path])).toMatchObject([{ code: 'secret-missing' }]);
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
