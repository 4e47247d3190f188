/** What a run says that it needs of GitHub's hourly limit is what it then asks, or a little more; and is looked at in time. */
import { expect, test } from 'vitest';
import type { Store } from '../fakes/index.ts';
import { Scenario } from './scenario.ts';

const name = 'VTEX_APP_TOKEN';
const day = 86_400_000;
const organization = `orgs/acme/actions/secrets/${name}`;

type Inputs = Readonly<Record<string, string>>;

interface Shape {
  /** Puts the token where it is to be; gives the inputs of the run, made anew for each. */
  readonly stage: (scenario: Scenario) => (() => Inputs) | Promise<() => Inputs>;
  readonly result: string;
}

function put({ github, vtex, world, targetKey }: Store, paths: readonly string[], more = {}): void {
  const { current } = vtex.tokens(targetKey);
  for (const path of paths) github.setSecret(path, current, { at: world.now() - 100 * day, ...more });
}

function repositories({ store }: Scenario): string[] {
  const names = Array.from({ length: 10 }, (_, index) => `acme/shop-${index}`);
  for (const one of names) store.github.addRepository(one);
  const paths = names.map((one) => `repos/${one}/actions/secrets/${name}`);
  put(store, paths);
  return paths;
}

async function afterLater(scenario: Scenario): Promise<void> {
  expect((await scenario.run({ 'delete-old-token': 'later' })).result).toBe('pending');
  scenario.days(60);
}

const shapes: Readonly<Record<string, Shape>> = {
  'one secret': { stage: () => () => ({}), result: 'rotated' },
  'ten secrets of one repository': {
    stage: ({ store }) => {
      const names = Array.from({ length: 9 }, (_, index) => `${name}_${index}`);
      put(
        store,
        names.map((one) => store.path(one)),
      );
      return () => ({ secrets: [name, ...names].join('\n') });
    },
    result: 'rotated',
  },
  'ten more repositories, each named': {
    stage: (scenario) => {
      const secrets = [name, ...repositories(scenario)].join('\n');
      return () => ({ secrets });
    },
    result: 'rotated',
  },
  'ten more repositories, found by *': {
    stage: (scenario) => {
      repositories(scenario);
      return () => ({ secrets: `${name}\nrepos/acme/*/actions/secrets/${name}` });
    },
    result: 'rotated',
  },
  'an organization and the repositories it is selected for': {
    stage: ({ store }) => {
      const repositoryIds = [0, 1, 2].map((index) => store.github.addRepository(`acme/r${index}`).id);
      store.github.secrets.delete(store.path(name));
      put(store, [organization], { visibility: 'selected', repositoryIds });
      return () => ({
        secrets: organization,
        'current-token': store.github.secret(organization)?.value ?? '',
      });
    },
    result: 'rotated',
  },
  later: { stage: () => () => ({ 'delete-old-token': 'later' }), result: 'pending' },
  finish: {
    stage: async (scenario) => {
      await afterLater(scenario);
      return () => ({ operation: 'finish' });
    },
    result: 'finished',
  },
  undo: {
    stage: async (scenario) => {
      await afterLater(scenario);
      return () => ({ operation: 'undo' });
    },
    result: 'undone',
  },
};

/** How many requests the run made with the token whose limit is looked at. */
async function runOf(scenario: Scenario, inputs: Inputs, left: number) {
  const { world, github, githubToken } = scenario.store;
  github.limits.leave(github.token(githubToken), left);
  const since = world.requests.length;
  const run = await scenario.nextRun(inputs);
  const made = world.requests.slice(since).filter(({ upstream }) => upstream === 'github');
  return { run, made: made.length };
}

test.each(Object.entries(shapes))('%s', async (_name, { stage, result }) => {
  await using first = await Scenario.start();
  const inputs = await stage(first);
  const whole = await runOf(first, inputs(), 5000);
  expect(whole.run.result).toBe(result);

  // One less than that: what is left after the look is too little.
  await using second = await Scenario.start();
  const sameInputs = await stage(second);
  const before = second.state;
  const look = await runOf(second, sameInputs(), whole.made - 1);
  expect(look.run.errors).toEqual(['github-unavailable']);
  expect(second.state).toBe(before);
  const needed = Number(/this run needs about (\d+)/.exec(look.run.errorText)?.[1]);
  const rest = whole.made - look.made;
  expect(needed).toBeGreaterThanOrEqual(rest);
  // Secrets of one place share their looks, which no budget counts on.
  expect(needed).toBeLessThanOrEqual(2 * rest + 10);
});

test.each(['check', 'rotate'])(
  '%s says when to try again if the limit leaves too little',
  async (operation) => {
    await using scenario = await Scenario.start();
    const { world, github, githubToken } = scenario.store;
    const token = github.token(githubToken);
    const before = scenario.state;
    github.limits.exhaust(token, 40 * 60_000);
    github.limits.leave(token, 10);
    const run = await scenario.run({ operation });
    expect(run.errors).toEqual(['github-unavailable']);
    const said = /leaves 7 requests to github-token until (\S+); this run needs about 13\./.exec(
      run.errorText,
    )?.[1];
    const until = Date.parse(said ?? '');
    expect(run.errorText).toContain(`Start a new run after ${said ?? ''}.`);
    expect(scenario.state).toBe(before);
    // It is so: after that time there is enough.
    world.advance(until - world.now() + 1000);
    expect((await scenario.nextRun({ operation })).result).toBe(
      operation === 'check' ? 'checked' : 'rotated',
    );
  },
);

test('where no hour would be enough, the text says so and names no time to wait for', async () => {
  await using scenario = await Scenario.start();
  scenario.store.github.limits.perHour = 12;
  const run = await scenario.run({ operation: 'check' });
  expect(run.errors).toEqual(['github-unavailable']);
  expect(run.errorText).toContain('The limit of 12 requests an hour is too small for so many secrets');
  expect(run.errorText).not.toContain('Start a new run');
});
