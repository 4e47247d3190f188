/** Two manager keys that renew each other, while others rotate with them: the example, as it runs each day. */
import { expect, test } from 'vitest';
import { renewApiToken } from '../fakes/index.ts';
import { Stage, type Given } from './stage.ts';

const file = 'rotate-two-managers.yml';
const day = 86_400_000;

interface Managers extends AsyncDisposable {
  readonly stage: Stage;
  /** Runs the example a day later. */
  run(given?: Given): ReturnType<Stage['run']>;
  token(manager: 'A' | 'B'): string;
  /** Both secrets hold a token that works, and nobody who used one was refused at any time. */
  expectGood(): void;
}

async function open(): Promise<Managers> {
  const stage = await Stage.open();
  const { store, scenario } = stage;
  const { vtex, github, world } = store;
  github.repositories.get(store.repository).environments.add('vtex-managers');
  const keys = { A: store.managerKey, B: vtex.addKey({ resources: [renewApiToken] }) };
  const place = (manager: 'A' | 'B'): string =>
    `repos/${store.repository}/environments/vtex-managers/secrets/VTEX_MANAGER_${manager}_APP_TOKEN`;
  const token = (manager: 'A' | 'B'): string => github.secret(place(manager))?.value ?? '';
  for (const manager of ['A', 'B'] as const)
    github.setSecret(place(manager), vtex.tokens(keys[manager]).current, { at: world.now() - 100 * day });
  const outages: string[] = [];
  world.onChange((change) => {
    for (const manager of ['A', 'B'] as const)
      if (!vtex.accepts(keys[manager], token(manager))) outages.push(`${manager}: ${change}`);
  });
  const vars = { VTEX_MANAGER_A_APP_KEY: keys.A, VTEX_MANAGER_B_APP_KEY: keys.B };
  return {
    stage,
    run: (given = {}) => {
      world.advance(day);
      // Rotations of other keys, which use these managers and began before.
      for (const manager of ['A', 'B'] as const)
        github.queueRun(store.repository, {
          reads: [`VTEX_MANAGER_${manager}_APP_TOKEN`],
          environment: 'vtex-managers',
          appKey: keys[manager],
          startsAfterMs: 0,
          runsForMs: 5 * 60_000,
        });
      world.advance(1000);
      return stage.nextRun(file, { event: 'schedule', ...given, vars });
    },
    token,
    expectGood: () => {
      expect(outages).toEqual([]);
      expect(github.runs.refused.map(({ id }) => id)).toEqual([]);
      expect(github.runs.all.filter(({ conclusion }) => conclusion === 'success').length).toBeGreaterThan(1);
      for (const manager of ['A', 'B'] as const) {
        expect(vtex.isPending(keys[manager])).toBe(false);
        expect(vtex.accepts(keys[manager], token(manager))).toBe(true);
      }
    },
    [Symbol.asyncDispose]: () => scenario[Symbol.asyncDispose](),
  };
}

test('A renews B, then B renews A with the token that it has just been given', async () => {
  await using managers = await open();
  const before = [managers.token('A'), managers.token('B')];
  const { runs } = await managers.run();
  expect(runs.map(({ result }) => result)).toEqual(['rotated', 'rotated']);
  expect(before).not.toContain(managers.token('A'));
  expect(before).not.toContain(managers.token('B'));
  managers.expectGood();
  // The next day nothing is due.
  expect((await managers.run()).runs.map(({ result }) => result)).toEqual(['skipped', 'skipped']);
  managers.expectGood();
});

test.each([
  ['VTEX has renewed, and nobody has heard', /apitoken\/renew$/],
  ['the old token is kept', /^PUT .*_APP_TOKEN_OLD$/],
  ['the new token is kept', /^PUT .*_APP_TOKEN_PENDING$/],
  ['the new token is stored', /^PUT .*_APP_TOKEN$/],
  ['VTEX has deleted the old token', /finish-renewal$/],
])(
  'the first or the second dies when %s: neither manager is lost, and the next day all is done',
  async (when, label) => {
    for (const nth of [1, 2]) {
      await using managers = await open();
      const { stage } = managers;
      let started = 0;
      const lost = await managers.run({
        act: (inputs) =>
          (started += 1) === nth ? stage.loses(inputs, { label, phase: 'after' }) : stage.acts(inputs),
      });
      // The other one is left alone.
      expect([lost.conclusion, started]).toEqual(['failure', nth]);
      let done = await managers.run();
      if (when.endsWith('nobody has heard')) {
        // Its token is in nobody's hands: a person gives it up, and the day after it is renewed.
        expect(done.runs.at(-1)?.errors).toEqual(['renewal-pending']);
        const { vtex } = stage.store;
        for (const key of vtex.keys) if (vtex.isPending(key)) vtex.adminUndo(key);
        done = await managers.run();
      }
      expect(done.conclusion, JSON.stringify(done.runs.map(({ errors }) => errors))).toBe('success');
      managers.expectGood();
    }
  },
);
