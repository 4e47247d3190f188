/** What the README and docs/setup.md tell a newcomer to do, done: with the settings of their tables and the least tokens. */
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Changes, page, QuickStart, type Start } from './quick-start.ts';
import { Scenario } from './scenario.ts';

const repository = 'repos/acme/store/actions/secrets';
const byHand = (operation: string): Start => ({ event: 'workflow_dispatch', operation });

test('check changes nothing, rotate rotates, and the next day nothing is due', async () => {
  await using scenario = await Scenario.start();
  const quickStart = new QuickStart(scenario);
  const old = scenario.value('VTEX_APP_TOKEN');
  const starts: readonly [Start, string][] = [
    [byHand('check'), 'checked'],
    [{ event: 'workflow_dispatch' }, 'checked'],
    [byHand('rotate'), 'rotated'],
    [{ event: 'schedule' }, 'skipped'],
  ];
  for (const [start, result] of starts) {
    const run = await quickStart.run(start, [repository]);
    expect(run.result, `${start.event} ${start.operation ?? ''}`).toBe(result);
    expect(scenario.value('VTEX_APP_TOKEN') === old).toBe(result === 'checked');
  }
  scenario.days(91);
  const due = await quickStart.run({ event: 'schedule' }, [repository]);
  expect(due.result, 'after 90 days').toBe('rotated');
});

interface Variant {
  /** Heading in the README, or beginning of the block in docs/setup.md. */
  readonly block: RegExp;
  readonly file: string;
  /** Where the token is moved to, and from where the job is given its secrets. */
  readonly token: string;
  readonly places: readonly string[];
  readonly replaces?: string;
}

const variants: Readonly<Record<string, Variant>> = {
  'a secret of another name': {
    file: 'README.md',
    block: /^### Your secret has another name\n\n```yml\n([^]*?)```/m,
    token: `${repository}/VTEX_TOOLBELT_TOKEN`,
    places: [repository],
  },
  'an organization secret': {
    file: 'README.md',
    block: /^### It is an organization secret\n\n```yml\n([^]*?)```/m,
    token: 'orgs/acme/actions/secrets/VTEX_APP_TOKEN',
    places: ['orgs/acme/actions/secrets', repository],
  },
  'an environment secret': {
    file: 'README.md',
    block: /^### It is an environment secret\n\n```yml\n([^]*?)```/m,
    token: 'repos/acme/store/environments/production/secrets/VTEX_APP_TOKEN',
    places: ['repos/acme/store/environments/production/secrets'],
    replaces: 'permission-secrets',
  },
  'the environment of docs/setup.md': {
    file: 'docs/setup.md',
    block: /```yml\n( {4}environment: vtex[^]*?)```/,
    token: 'repos/acme/store/environments/vtex/secrets/VTEX_APP_TOKEN',
    places: ['repos/acme/store/environments/vtex/secrets'],
    replaces: 'permission-secrets',
  },
};

const ofApp = /^(owner|permission-.*)$/;

/** Its lines, each to the step that has such an input. */
function changesOf({ file, block, replaces }: Variant): Changes {
  const [, text = ''] = block.exec(page(file)) ?? [];
  const lines = text.replaceAll(/^ +/gm, '');
  const all = Object.entries((parse(lines) ?? {}) as Record<string, string>);
  expect(all.length, `lines of ${file}`).toBeGreaterThan(2);
  return {
    app: {
      ...(replaces === undefined ? {} : { [replaces]: '' }),
      ...Object.fromEntries(all.filter(([name]) => ofApp.test(name))),
    },
    action: Object.fromEntries(all.filter(([name]) => !ofApp.test(name) && name !== 'environment')),
  };
}

test.each(Object.entries(variants))('%s: check, then rotate', async (_, variant) => {
  await using scenario = await Scenario.start();
  const { store } = scenario;
  const { github, vtex, targetKey, world } = store;
  const [, environment] = /environments\/(\w+)\//.exec(variant.token) ?? [];
  if (environment !== undefined) github.addRepository(store.repository, { environments: [environment] });
  github.setSecret(variant.token, vtex.tokens(targetKey).current, { at: world.now() - 1e9 });
  github.secrets.delete(store.path('VTEX_APP_TOKEN'));
  const quickStart = new QuickStart(scenario, changesOf(variant));
  const check = await quickStart.run(byHand('check'), variant.places);
  expect(check.result, check.errorText).toBe('checked');
  const run = await quickStart.run(byHand('rotate'), variant.places);
  expect(run.result, run.errorText).toBe('rotated');
  expect(github.secret(variant.token)?.value).toBe(vtex.tokens(targetKey).current);
  expect([...github.secrets.all()].map(([path]) => path)).toEqual([variant.token]);
});

describe('a setting that is missing is named by the message', () => {
  const missing: readonly [string, RegExp][] = [
    ['VTEX_ACCOUNT', /"account": it is missing or empty.* not set under this very name/],
    ['VTEX_APP_KEY', /"api-key": it is missing or empty/],
    ['VTEX_MANAGER_APP_KEY', /"app-key": it is missing or empty/],
    ['VTEX_MANAGER_APP_TOKEN', /"app-token": it is missing or empty/],
    ['VTEX_APP_TOKEN', /"current-token": it is (missing|empty)/],
  ];

  test.each(missing)('%s', async (name, message) => {
    await using scenario = await Scenario.start();
    const { store } = scenario;
    const quickStart = new QuickStart(scenario);
    if (name === 'VTEX_APP_TOKEN') store.github.secrets.delete(store.path(name));
    // GitHub gives nothing for a setting that it does not know.
    quickStart.vars[name] = quickStart.secrets[name] = '';
    const run = await quickStart.run(byHand('check'), [repository]);
    expect(run.errors).toContain('input-invalid');
    expect(run.errorText).toMatch(message);
  });
});
