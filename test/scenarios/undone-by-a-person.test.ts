/** The way out that docs/limits.md gives to whoever undid a renewal while secrets held its new token. */
import { expect, test } from 'vitest';
import { Scenario } from './scenario.ts';

test('a renewal that is stored everywhere is undone: one run with the old secret as current-token puts it right', async () => {
  await using scenario = await Scenario.start();
  const { vtex, targetKey } = scenario.store;
  expect((await scenario.run({ 'delete-old-token': 'later' })).result).toBe('pending');
  vtex.adminUndo(targetKey);
  scenario.days(1);

  const usual = await scenario.nextRun();
  expect(usual.errors, 'a run with the usual inputs cannot know which token to trust').toEqual([
    'current-token-refused',
    'renewal-pending',
  ]);
  expect(vtex.accepts(targetKey, scenario.value('VTEX_APP_TOKEN') ?? ''), 'and changes nothing').toBe(false);

  const run = await scenario.nextRun({ 'current-token': scenario.value('VTEX_APP_TOKEN_OLD') ?? '' });
  expect(run.result).toBe('rotated');
  expect(vtex.accepts(targetKey, scenario.value('VTEX_APP_TOKEN') ?? '')).toBe(true);
});
