/**
 * The README's quick start as a newcomer copies it: its inputs evaluated as GitHub evaluates them, with nothing but the seven
 * settings of its table, and tokens that may do no more than the workflow asks for.
 */
import { readFileSync } from 'node:fs';
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { parse } from 'yaml';
import type { Permission } from '../fakes/github-call.ts';
import type { Store } from '../fakes/index.ts';
import type { Scenario, ScenarioRun } from './scenario.ts';

type With = Readonly<Record<string, string | number>>;
type Levels = Readonly<Partial<Record<Permission, 'read' | 'write'>>>;

interface Workflow {
  readonly permissions: Levels;
  readonly jobs: { readonly rotate: { readonly steps: readonly { readonly with: With }[] } };
}

export const page = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8').replaceAll('\r\n', '\n');

const { permissions, jobs } = parse(page('examples/quick-start.yml')) as Workflow;
const [app, action] = jobs.rotate.steps;
if (app === undefined || action === undefined) throw new Error('the quick start has two steps');
const given = { app: app.with, action: action.with };

/** Lines that the reader changes, by the step that they belong to. */
export interface Changes {
  readonly app?: With;
  readonly action?: With;
}

export interface Start {
  readonly event: 'schedule' | 'workflow_dispatch';
  readonly operation?: string;
}

export class QuickStart {
  readonly #scenario: Scenario;
  readonly #changes: Changes;
  readonly #appToken: string;
  readonly #runToken: string;
  readonly vars: Record<string, string>;
  /** Those that are not looked up where the token lives. */
  readonly secrets: Record<string, string>;

  constructor(scenario: Scenario, changes: Changes = {}) {
    const { store } = scenario;
    this.#scenario = scenario;
    this.#changes = changes;
    this.#appToken = appTokenFor(store, { ...given.app, ...changes.app });
    this.#runToken = store.addToken({
      actor: 'github-actions[bot]',
      permissions: { ...permissions, metadata: 'read' },
      repositories: [store.repository],
    });
    this.vars = {
      VTEX_ACCOUNT: store.vtex.account,
      VTEX_APP_KEY: store.targetKey,
      VTEX_MANAGER_APP_KEY: store.managerKey,
      ROTATION_APP_CLIENT_ID: 'Iv1',
    };
    this.secrets = {
      VTEX_MANAGER_APP_TOKEN: store.vtex.tokens(store.managerKey).current,
      ROTATION_APP_PRIVATE_KEY: 'a key',
    };
  }

  /** One run of the workflow; `places` are those whose secrets its job is given. */
  async run(start: Start, places: readonly string[]): Promise<ScenarioRun> {
    const { store } = this.#scenario;
    store.nextRun();
    const context = this.#contextOf(start, places);
    const inputs = Object.entries({ ...given.action, ...this.#changes.action }).map(
      ([name, text]): [string, string] => [name, evaluate(String(text), context)],
    );
    return this.#scenario.run({
      ...Object.fromEntries(inputs),
      'run-token': this.#runToken,
      'vtex-url': store.vtex.url,
    });
  }

  #contextOf({ event, operation }: Start, places: readonly string[]): data.Dictionary {
    const { store } = this.#scenario;
    const [owner = ''] = store.repository.split('/');
    const held = [...store.github.secrets.all()].flatMap(([path, { value }]): [string, string][] =>
      places.some((place) => path.startsWith(`${place}/`)) ? [[path.split('/').at(-1) ?? '', value]] : [],
    );
    return dictionary({
      github: dictionary({ event_name: event, repository: store.repository, repository_owner: owner }),
      inputs: dictionary(operation === undefined ? {} : { operation }),
      vars: dictionary(this.vars),
      secrets: dictionary({ ...this.secrets, ...Object.fromEntries(held) }),
      steps: dictionary({ app: dictionary({ outputs: dictionary({ token: this.#appToken }) }) }),
    });
  }
}

/** What `create-github-app-token` gives for these inputs: for this repository, or for all of `owner`. */
function appTokenFor(store: Store, inputs: With): string {
  const granted = Object.entries(inputs)
    .filter(([name]) => name.startsWith('permission-'))
    .map(([name, level]) => [name.slice('permission-'.length).replaceAll('-', '_'), level]);
  return store.addToken({
    permissions: { ...(Object.fromEntries(granted) as Levels), metadata: 'read' },
    repositories: inputs.owner === undefined ? [store.repository] : 'all',
  });
}

function dictionary(values: Readonly<Record<string, string | data.Dictionary>>): data.Dictionary {
  const pairs = Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? new data.StringData(value) : value,
  }));
  return new data.Dictionary(...pairs);
}

function evaluate(text: string, context: data.Dictionary): string {
  return text.replaceAll(/\$\{\{ (.+?) \}\}/g, (_, expression: string) => {
    const names = ['github', 'inputs', 'vars', 'secrets', 'steps'];
    const tree = new Parser(new Lexer(expression).lex().tokens, names, []).parse();
    return new Evaluator(tree, context).evaluate().coerceString();
  });
}
