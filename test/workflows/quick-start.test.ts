/** What the README and docs/setup.md tell a newcomer to do, done: their lines in the workflow, and no more than it is given. */
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { read } from '../contract/files.ts';
import { example, type Given, Stage } from './stage.ts';

const byHand = (operation: string): Given => ({ event: 'workflow_dispatch', inputs: { operation } });

test('check changes nothing, rotate rotates, and the next day nothing is due', async () => {
  await using stage = await Stage.open();
  const { scenario } = stage;
  const old = scenario.value('VTEX_APP_TOKEN');
  const starts: readonly [Given, string][] = [
    [byHand('check'), 'checked'],
    [{ event: 'workflow_dispatch' }, 'checked'],
    [byHand('rotate'), 'rotated'],
    [{ event: 'schedule' }, 'skipped'],
  ];
  for (const [start, result] of starts) {
    const { runs } = await stage.nextRun('quick-start.yml', start);
    expect(runs.map((run) => run.result)).toEqual([result]);
    expect(scenario.value('VTEX_APP_TOKEN') === old, result).toBe(result === 'checked');
  }
  scenario.days(91);
  const { runs } = await stage.nextRun('quick-start.yml', { event: 'schedule' });
  expect(runs[0]?.result, 'after 90 days').toBe('rotated');
});

interface Variant {
  readonly file: string;
  /** The lines that the page gives. */
  readonly block: RegExp;
  /** Where the token is. */
  readonly token: string;
  readonly environment?: string;
}

const variants: Readonly<Record<string, Variant>> = {
  'a secret of another name': {
    file: 'README.md',
    block: /^### Your secret has another name\n\n```yml\n([^]*?)```/m,
    token: 'repos/acme/store/actions/secrets/VTEX_TOOLBELT_TOKEN',
  },
  'an organization secret': {
    file: 'README.md',
    block: /^### It is an organization secret\n\n```yml\n([^]*?)```/m,
    token: 'orgs/acme/actions/secrets/VTEX_APP_TOKEN',
  },
  'an environment secret': {
    file: 'README.md',
    block: /^### It is an environment secret\n\n```yml\n([^]*?)```/m,
    token: 'repos/acme/store/environments/production/secrets/VTEX_APP_TOKEN',
    environment: 'production',
  },
  'the environment of docs/setup.md': {
    file: 'docs/setup.md',
    block: /```yml\n( {4}environment: vtex[^]*?)```/,
    token: 'repos/acme/store/environments/vtex/secrets/VTEX_APP_TOKEN',
    environment: 'vtex',
  },
};

interface QuickStart {
  jobs: { rotate: { environment?: string; steps: [Step, Step] } };
}

interface Step {
  with: Record<string, string>;
}

/** The quick start with these lines in it, each where it belongs. */
function changed({ file, block, environment }: Variant): string {
  const [, text = ''] = block.exec(read(file)) ?? [];
  const lines = parse(text.replaceAll(/^ +/gm, '')) as Record<string, string>;
  expect(Object.keys(lines).length, `lines of ${file}`).toBeGreaterThan(2);
  const workflow = parse(example('quick-start.yml')) as QuickStart;
  const [app, action] = workflow.jobs.rotate.steps;
  if (environment !== undefined) {
    workflow.jobs.rotate.environment = environment;
    delete app.with['permission-secrets'];
  }
  for (const [name, value] of Object.entries(lines)) {
    if (name === 'environment') expect(value).toBe(environment);
    else if (name === 'owner' || name.startsWith('permission-')) app.with[name] = value;
    else action.with[name] = value;
  }
  return stringify(workflow);
}

test.each(Object.entries(variants))('%s: check, then rotate', async (_, variant) => {
  await using stage = await Stage.open();
  const { github, vtex, targetKey, repository, world } = stage.store;
  if (variant.environment !== undefined)
    github.repositories.get(repository).environments.add(variant.environment);
  github.secrets.delete(stage.store.path('VTEX_APP_TOKEN'));
  github.setSecret(variant.token, vtex.tokens(targetKey).current, { at: world.now() - 1e9 });
  const workflow = changed(variant);
  for (const [operation, result] of [
    ['check', 'checked'],
    ['rotate', 'rotated'],
  ] as const) {
    const { runs } = await stage.nextRun(workflow, byHand(operation));
    expect(runs[0]?.result, runs[0]?.errorText).toBe(result);
  }
  expect(github.secret(variant.token)?.value).toBe(vtex.tokens(targetKey).current);
  expect([...github.secrets.all()].map(([place]) => place)).toEqual([variant.token]);
});

describe('a setting that is missing is named by the message', () => {
  const missing: readonly [string, RegExp][] = [
    ['VTEX_ACCOUNT', /"account": it is missing or empty.* not set under this very name/],
    ['VTEX_APP_KEY', /"api-key": it is missing or empty/],
    ['VTEX_MANAGER_APP_KEY', /"app-key": it is missing or empty/],
    ['VTEX_MANAGER_APP_TOKEN', /"app-token": it is missing or empty/],
    ['VTEX_APP_TOKEN', /"current-token": it is (missing|empty)/],
  ];

  // GitHub gives nothing for a setting that it does not know.
  test.each(missing)('%s', async (name, message) => {
    await using stage = await Stage.open();
    const none = { [name]: '' };
    const { runs } = await stage.run('quick-start.yml', { ...byHand('check'), vars: none, secrets: none });
    expect(runs[0]?.errors).toContain('input-invalid');
    expect(runs[0]?.errorText).toMatch(message);
  });
});
