/**
 * The README's quick start as a newcomer copies it: its inputs evaluated as GitHub evaluates them, with nothing but the seven
 * settings of its table and a token that may do no more than the workflow asks for.
 */
import { readFileSync } from 'node:fs';
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Store } from '../fakes/index.ts';
import type { Permission } from '../fakes/github-call.ts';
import { Scenario } from './scenario.ts';

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: {
    readonly rotate: {
      readonly steps: readonly { readonly with: Readonly<Record<string, string | number>> }[];
    };
  };
}

const page = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const { permissions, jobs } = parse(page('examples/quick-start.yml')) as Workflow;
const [app, action] = jobs.rotate.steps;
if (app === undefined || action === undefined) throw new Error('the quick start has two steps');

type Levels = Readonly<Partial<Record<Permission, 'read' | 'write'>>>;
type Settings = Readonly<Record<string, string>>;

/** The table of step 4: the same names as in the workflow. */
function settingsOf(store: Store, appToken: string) {
  const { vtex, managerKey, targetKey } = store;
  const vars: Settings = {
    VTEX_ACCOUNT: vtex.account,
    VTEX_APP_KEY: targetKey,
    VTEX_MANAGER_APP_KEY: managerKey,
    ROTATION_APP_CLIENT_ID: 'Iv1',
  };
  const secrets: Settings = {
    VTEX_MANAGER_APP_TOKEN: vtex.tokens(managerKey).current,
    ROTATION_APP_PRIVATE_KEY: 'a key',
  };
  return { vars, secrets, appToken };
}

function dictionary(values: Readonly<Record<string, string | data.Dictionary>>): data.Dictionary {
  const pairs = Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? new data.StringData(value) : value,
  }));
  return new data.Dictionary(...pairs);
}

interface Start {
  readonly event: 'schedule' | 'workflow_dispatch';
  readonly operation?: string;
}

/** The inputs of the action in a run that is started so; what a later step of the job would be given too. */
function inputsOf(
  store: Store,
  { vars, secrets, appToken }: ReturnType<typeof settingsOf>,
  { event, operation }: Start,
  where = 'repos/acme/store/actions/secrets',
  changed: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const held = ['VTEX_APP_TOKEN', 'VTEX_APP_TOKEN_PENDING', 'VTEX_APP_TOKEN_OLD'].flatMap((name) => {
    const value = store.github.secret(`${where}/${name}`)?.value;
    return value === undefined ? [] : [[name, value] as const];
  });
  const context = dictionary({
    github: dictionary({ event_name: event, repository: store.repository }),
    inputs: dictionary(operation === undefined ? {} : { operation }),
    vars: dictionary(vars),
    secrets: dictionary({ ...secrets, ...Object.fromEntries(held) }),
    steps: dictionary({ app: dictionary({ outputs: dictionary({ token: appToken }) }) }),
  });
  const evaluate = (text: string): string =>
    text.replaceAll(/\$\{\{ (.+?) \}\}/g, (_, expression: string) => {
      const names = ['github', 'inputs', 'vars', 'secrets', 'steps'];
      const tree = new Parser(new Lexer(expression).lex().tokens, names, []).parse();
      return new Evaluator(tree, context).evaluate().coerceString();
    });
  const given = Object.entries({ ...action?.with, ...changed }).map(([name, text]) => [
    name,
    evaluate(String(text)),
  ]);
  return { ...Object.fromEntries(given), 'vtex-url': store.vtex.url } as Record<string, string>;
}

/** What `create-github-app-token` and the job's own `permissions` give, and no more. */
function leastTokens(store: Store, asked: Readonly<Record<string, string | number>>) {
  const granted = Object.entries(asked)
    .filter(([name]) => name.startsWith('permission-'))
    .map(([name, level]) => [name.slice('permission-'.length).replaceAll('-', '_'), level]);
  return {
    appToken: store.addToken({
      permissions: { metadata: 'read', ...(Object.fromEntries(granted) as Levels) },
      repositories: [store.repository],
    }),
    runToken: store.addToken({
      actor: 'github-actions[bot]',
      permissions: { metadata: 'read', ...(permissions as Levels) },
      repositories: [store.repository],
    }),
  };
}

const checkThenRotate: readonly [Start, string][] = [
  [{ event: 'workflow_dispatch', operation: 'check' }, 'checked'],
  [{ event: 'workflow_dispatch' }, 'checked'],
  [{ event: 'workflow_dispatch', operation: 'rotate' }, 'rotated'],
  [{ event: 'schedule' }, 'skipped'],
];

test('check changes nothing, rotate rotates, and the next day nothing is due', async () => {
  await using scenario = await Scenario.start();
  const { store } = scenario;
  const { appToken, runToken } = leastTokens(store, app.with);
  const settings = settingsOf(store, appToken);
  const old = scenario.value('VTEX_APP_TOKEN');
  for (const [start, result] of checkThenRotate) {
    store.nextRun();
    const inputs = inputsOf(store, settings, start);
    const run = await scenario.run({ ...inputs, 'run-token': runToken });
    expect(run.result, `${start.event} ${start.operation ?? ''}`).toBe(result);
    expect(scenario.value('VTEX_APP_TOKEN') === old).toBe(result === 'checked');
  }
  scenario.days(91);
  store.nextRun();
  const due = inputsOf(store, settings, { event: 'schedule' });
  expect((await scenario.run({ ...due, 'run-token': runToken })).result, 'after 90 days').toBe('rotated');
});

describe('in an environment, with the four lines of docs/setup.md', () => {
  const [, block = ''] = /```yml\n( {4}environment: vtex[^]*?)```/.exec(page('docs/setup.md')) ?? [];
  const lines = block.split('\n').flatMap((line): (readonly [string, string])[] => {
    const [, name, value] = /^ +([\w-]+): (.*?)(?: #.*)?$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value]];
  });

  test('check, then rotate', async () => {
    expect(lines.map(([name]) => name)).toEqual([
      'environment',
      'permission-environments',
      'secrets',
      'pending-secret',
    ]);
    await using scenario = await Scenario.start();
    const { store } = scenario;
    const { github, vtex, targetKey } = store;
    github.addRepository(store.repository, { environments: ['vtex'] });
    const where = `repos/${store.repository}/environments/vtex/secrets`;
    github.setSecret(`${where}/VTEX_APP_TOKEN`, vtex.tokens(targetKey).current, {
      at: store.world.now() - 1e9,
    });
    github.secrets.delete(store.path('VTEX_APP_TOKEN'));
    const changed = Object.fromEntries(lines.filter(([name]) => name.includes('secret')));
    const { appToken, runToken } = leastTokens(store, { 'permission-environments': 'write' });
    const settings = settingsOf(store, appToken);
    for (const operation of ['check', 'rotate']) {
      store.nextRun();
      const inputs = inputsOf(store, settings, { event: 'workflow_dispatch', operation }, where, changed);
      const run = await scenario.run({ ...inputs, 'run-token': runToken });
      expect(run.result, run.errorText).toBe(operation === 'check' ? 'checked' : 'rotated');
    }
    expect(github.secret(`${where}/VTEX_APP_TOKEN`)?.value).toBe(vtex.tokens(targetKey).current);
    expect(github.secret(`${where}/VTEX_APP_TOKEN_PENDING`)).toBeUndefined();
  });
});

describe('a setting that is missing is named by the message', () => {
  const missing: readonly [string, RegExp][] = [
    ['VTEX_ACCOUNT', /"account": it is missing or empty.* not set under this very name/],
    ['VTEX_APP_KEY', /"api-key": it is missing or empty/],
    ['VTEX_MANAGER_APP_KEY', /"app-key": it is missing or empty/],
    ['VTEX_MANAGER_APP_TOKEN', /"app-token": it is missing or empty/],
    ['VTEX_APP_TOKEN', /"current-token": it is (missing|empty)/],
  ];

  test.each(missing)('%s', async (name, input) => {
    await using scenario = await Scenario.start();
    const { store } = scenario;
    const { appToken } = leastTokens(store, app.with);
    const { vars, secrets } = settingsOf(store, appToken);
    const without = (values: Settings): Settings =>
      Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));
    if (name === 'VTEX_APP_TOKEN') store.github.secrets.delete(store.path(name));
    const settings = { vars: without(vars), secrets: without(secrets), appToken };
    const start = { event: 'workflow_dispatch', operation: 'check' } as const;
    const run = await scenario.run(inputsOf(store, settings, start));
    expect(run.errors).toContain('input-invalid');
    expect(run.errorText).toMatch(input);
  });
});
