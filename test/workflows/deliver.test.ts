/** Places outside GitHub that take part in the rotation: the example that delivers, as a verification workflow. */
import { describe, expect, test } from 'vitest';
import { example, Stage, type Loss } from './stage.ts';

const rotation = example('rotate-with-verification.yml').replace(
  'verification-workflow: verify-vtex-token.yml',
  'verification-workflow: deliver-and-verify.yml',
);

async function open(): Promise<Stage> {
  const stage = await Stage.open({ outside: true });
  stage.dispatches('deliver-and-verify.yml');
  return stage;
}

// The shell steps want a bash, curl and jq, as GitHub's runners have them.
describe.skipIf(process.platform === 'win32')('deliver-and-verify.yml', () => {
  test('the place has the new token before the old one dies', async () => {
    await using stage = await open();
    const { place, store, scenario } = stage;
    const old = place.token;
    const { runs, conclusion } = await stage.run(rotation);
    expect([conclusion, runs[0]?.result]).toEqual(['success', 'rotated']);
    expect(place.token).not.toBe(old);
    expect(place.token).toBe(scenario.value('VTEX_APP_TOKEN'));
    expect(place.puts).toBe(1);
    expect(store.vtex.accepts(store.targetKey, old)).toBe(false);
  });

  test.each(['refuses', 'cuts', 'forgets'] as const)(
    'the place %s: both tokens live, and the next run delivers the same one',
    async (manner) => {
      await using stage = await open();
      const { place, store, scenario } = stage;
      const old = place.token;
      place.manner = manner;
      const failed = await stage.run(rotation);
      expect(failed.runs[0]?.errors).toEqual(['verification-failed']);
      expect(store.vtex.accepts(store.targetKey, old)).toBe(true);
      expect(scenario.value('VTEX_APP_TOKEN')).toBe(old);
      const { pending } = store.vtex.tokens(store.targetKey);
      place.manner = 'takes';
      const { runs } = await stage.nextRun(rotation);
      expect(runs[0]?.result).toBe('rotated');
      expect(runs[0]?.requests.join()).not.toContain('/renew ');
      expect(place.token).toBe(pending);
    },
  );

  test('the delivery hangs: it is cancelled at the deadline, and the next run goes on', async () => {
    await using stage = await open();
    const { place, store } = stage;
    const [workflow] = store.github.workflows.all;
    if (workflow === undefined) throw new Error('the stage has a workflow');
    const delivers = workflow.behaviour;
    const old = place.token;
    workflow.behaviour = { reads: [], startsAs: 'waiting' };
    const hung = await stage.run(rotation);
    expect(hung.runs[0]?.errors).toEqual(['verification-timeout']);
    expect(store.github.runs.all.at(-1)?.conclusion).toBe('cancelled');
    expect(place.token).toBe(old);
    workflow.behaviour = delivers;
    const { runs } = await stage.nextRun(rotation);
    expect(runs[0]?.result).toBe('rotated');
    expect(runs[0]?.requests.join()).not.toContain('/renew ');
  });

  test.each<[when: string, lostAt: Loss]>([
    ['the delivery is done, and nothing is stored', { label: /^PUT .*\/VTEX_APP_TOKEN$/, phase: 'before' }],
    ['the secret is stored', { label: /^PUT .*\/VTEX_APP_TOKEN$/, phase: 'after' }],
    ['all is stored, and nothing is finished', { label: /finish-renewal$/, phase: 'before' }],
  ])('the rotation dies when %s', async (_when, lostAt) => {
    await using stage = await open();
    const { place, scenario } = stage;
    const old = place.token;
    await stage.run(rotation, { lostAt });
    const delivered = place.token;
    expect(delivered).not.toBe(old);
    const { runs } = await stage.nextRun(rotation);
    expect(runs[0]?.result).toBe('rotated');
    expect(place.token).toBe(scenario.value('VTEX_APP_TOKEN'));
    // The place was asked again, and had the token already.
    expect([place.token, place.puts]).toEqual([delivered, 1]);
  });

  test('later and finish: what fell back meanwhile gets the token before the old one dies', async () => {
    await using stage = await open();
    const { place, store } = stage;
    const old = place.token;
    const later = rotation.replace(
      'verify-before-update: true',
      'verify-before-update: true\n          delete-old-token: later',
    );
    expect((await stage.run(later)).runs[0]?.result).toBe('pending');
    place.token = old;
    const finish = rotation.replace(
      'with:\n          account',
      'with:\n          operation: finish\n          account',
    );
    const { runs } = await stage.nextRun(finish);
    expect(runs[0]?.result).toBe('finished');
    expect(place.token).toBe(store.vtex.tokens(store.targetKey).current);
    expect(place.puts).toBe(2);
  });

  test.each(['[]', '["https", "mainframe"]', '["https", "aws", "person"]'])(
    'the places are %s, and not all of them were reached: nothing is finished',
    async (stores) => {
      await using stage = await open();
      stage.stores = stores;
      const approves = (): boolean => false;
      const { runs } = await stage.run(rotation, { approves });
      expect(runs[0]?.errors).toEqual(['verification-failed']);
      expect(stage.store.vtex.isPending(stage.store.targetKey)).toBe(true);
    },
  );

  test('going back: undo, the old token to the place, and only then Undo Renewal', async () => {
    await using stage = await open();
    const { place, store } = stage;
    const old = place.token;
    const later = rotation.replace(
      'verify-before-update: true',
      'verify-before-update: true\n          delete-old-token: later',
    );
    await stage.run(later);
    expect(place.token).not.toBe(old);
    const undo = await stage.nextRun('rotate-now.yml', { inputs: { operation: 'undo' } });
    expect(undo.runs[0]?.result).toBe('undone');
    store.nextRun();
    const back = await stage.run('deliver-and-verify.yml', {
      inputs: { 'secret-name': 'VTEX_APP_TOKEN_OLD' },
    });
    expect(back.conclusion).toBe('success');
    store.vtex.adminUndo(store.targetKey);
    expect([place.token, place.outages]).toEqual([old, []]);
    // A token that VTEX refuses is delivered to nobody.
    store.nextRun();
    const dead = await stage.run('deliver-and-verify.yml', {
      inputs: { 'secret-name': 'VTEX_APP_TOKEN_PENDING' },
    });
    expect(dead.jobs).toMatchObject({ token: { result: 'failure' }, https: { result: 'skipped' } });
    expect(place.token).toBe(old);
  });
});
