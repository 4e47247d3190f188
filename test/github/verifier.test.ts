import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { badOutcomes, type Fault, oddOutcomes, startStore, status, type Store } from '../fakes/index.ts';
import { Client, never, verifyYml } from './world.ts';

let store: Store;
let client: Client;

async function begin(options: Parameters<typeof startStore>[0] = {}): Promise<void> {
  store = await startStore(options);
  client = new Client(store.world, store.github.url, store.workflowToken);
}

beforeEach(() => begin());
afterEach(async () => {
  expect(store.github.violations).toEqual([]);
  await store[Symbol.asyncDispose]();
});

const silent = `name: Verify
on: workflow_dispatch
`;

function dispatches(): number {
  return store.world.requests.filter(({ label }) => label.endsWith('/dispatches')).length;
}

/** The fault meets the first request of that kind. */
function meets(label: RegExp, phase: 'before' | 'after', fault: Fault): void {
  let met = false;
  store.world.intercept = (request, at) => {
    if (met || at !== phase || !label.test(request.label)) return undefined;
    met = true;
    return fault;
  };
}

describe('inspecting a workflow', () => {
  it('finds nothing wrong with one that can be dispatched', async () => {
    store.github.addWorkflow('acme/store', 'verify.yml');
    const inputs = new Map([['secret-name', 'VTEX_APP_TOKEN']]);

    expect(await client.verifier({ inputs }).inspect()).toEqual({ problems: [], notices: [] });
  });

  it.each([
    ['is not there', undefined, 'not found'],
    ['is switched off', { state: 'disabled_manually' } as const, 'disabled_manually'],
    ['cannot be dispatched', { text: 'on: { push: {} }' }, 'workflow_dispatch'],
    ['does not declare an input', { text: silent }, 'does not declare the input secret-name'],
    [
      'requires an input that is not given',
      {
        text: 'on: { workflow_dispatch: { inputs: { secret-name: {}, shop: { required: true }, zone: { required: true, default: a } } } }',
      },
      'requires the input shop',
    ],
  ])('reports one that %s', async (_what, workflow, text) => {
    if (workflow !== undefined) store.github.addWorkflow('acme/store', 'verify.yml', workflow);
    const { problems } = await client.verifier({ inputs: new Map([['secret-name', 'X']]) }).inspect();

    expect(problems).toMatchObject([{ code: 'workflow-missing' }]);
    expect(problems[0]?.message).toContain(text);
  });

  it('reads a file that comes in base64', async () => {
    store.github.addWorkflow('acme/store', 'verify.yml');
    const content = Buffer.from('on: push').toString('base64');
    store.world.intercept = ({ url }, phase) =>
      url.includes('/contents/') && phase === 'before'
        ? { kind: 'status', status: 200, body: { encoding: 'base64', content } }
        : undefined;
    const { problems } = await client.verifier().inspect();
    expect(problems).toMatchObject([{ code: 'workflow-missing' }]);
  });

  it('notes that it could not read the file', async () => {
    store.github.addWorkflow('acme/store', 'verify.yml');
    client = new Client(store.world, store.github.url, store.addToken({ permissions: { actions: 'write' } }));
    const { problems, notices } = await client.verifier().inspect();

    expect(problems).toEqual([]);
    expect(notices).toMatchObject([expect.stringContaining('contents: read')]);
  });

  it.each(['on: [push', '&a [*a, *a]', `${'- '.repeat(3000)}x`, '"on": !!js/function x'])(
    'survives the file %j',
    async (text) => {
      store.github.addWorkflow('acme/store', 'verify.yml');
      store.world.intercept = ({ url }, phase) =>
        url.includes('/contents/') && phase === 'before'
          ? { kind: 'status', status: 200, body: text, headers: { 'content-type': 'text/plain' } }
          : undefined;

      const { problems, notices } = await client.verifier().inspect();
      expect(problems.length + notices.length).toBe(1);
    },
  );
});

describe('a verification', () => {
  it('passes with the conclusion success', async () => {
    store.github.addWorkflow('acme/store', 'verify.yml');
    const runs = await client.verifier().verify(never);

    expect(runs).toEqual([
      {
        workflow: 'verify.yml',
        runId: 9000002,
        url: 'https://github.com/acme/store/actions/runs/9000002',
        conclusion: 'success',
        failure: undefined,
      },
    ]);
    expect(dispatches()).toBe(1);
    expect(client.said).toEqual([
      'verify.yml: https://github.com/acme/store/actions/runs/9000002',
      'verify.yml: queued',
      'verify.yml: in_progress',
      'verify.yml: completed, success',
    ]);
  });

  it.each(Object.entries({ ...badOutcomes, ...oddOutcomes }))(
    'does not pass when it ends as: %s',
    async (_name, behaviour) => {
      store.github.addWorkflow('acme/store', 'verify.yml', { behaviour });
      const [run] = await client.verifier().verify(never);

      expect(run?.failure?.code).toMatch(/^verification-(failed|timeout)$/);
      expect(dispatches()).toBe(1);
    },
  );

  it('names the job and the step that failed', async () => {
    store.github.addWorkflow('acme/store', 'verify.yml', { behaviour: { conclusion: 'failure' } });
    const [run] = await client.verifier().verify(never);

    expect(run?.failure?.message).toContain(
      'failure in job verify, step Sign in to VTEX: https://github.com/',
    );
  });

  it('cancels a run at the deadline, by force if it must', async () => {
    store.github.addWorkflow('acme/store', 'verify.yml', {
      behaviour: { runsForMs: Infinity, ignoresCancel: true },
    });
    const start = store.world.now();
    const [run] = await client.verifier({ timeoutMs: 120_000 }).verify(never);

    expect(run?.failure?.code).toBe('verification-timeout');
    expect(store.world.now() - start).toBeLessThan(150_000);
    expect(store.github.runs.all.at(-1)?.conclusion).toBe('cancelled');
  });

  it('says where an approval is waited for', async () => {
    store.github.addWorkflow('acme/store', 'verify.yml', { behaviour: { startsAs: 'waiting' } });
    await client.verifier({ timeoutMs: 60_000 }).verify(never);

    expect(client.said).toContainEqual(
      'verify.yml: the run waits for an approval: https://github.com/acme/store/actions/runs/9000002',
    );
  });

  it('waits on through faults, and through a run that is not found at first', async () => {
    store.github.addWorkflow('acme/store', 'verify.yml');
    let left = 4;
    store.world.intercept = ({ label }, phase) =>
      phase === 'before' && /^GET .*\/runs\/:run$/.test(label) && left-- > 0
        ? status(left % 2 === 0 ? 404 : 502)
        : undefined;

    expect(await client.verifier().verify(never)).toMatchObject([{ failure: undefined }]);
    expect(left).toBeLessThanOrEqual(0);
  });

  it('asks with the etag, so that a run that stands still costs nothing', async () => {
    store.github.addWorkflow('acme/store', 'verify.yml', { behaviour: { runsForMs: 120_000 } });
    await client.verifier().verify(never);

    expect(store.world.requests.filter(({ status }) => status === 304).length).toBeGreaterThan(3);
  });

  it('runs all workflows side by side', async () => {
    store.github.addWorkflow('acme/store', 'verify.yml');
    store.github.addWorkflow('acme/store', 'other.yml', { behaviour: { conclusion: 'failure' } });
    const other = { ...verifyYml, input: 'other.yml', file: 'other.yml' };
    const runs = await client.verifier({ workflows: [verifyYml, other] }).verify(never);

    expect(runs.map(({ workflow, conclusion }) => [workflow, conclusion])).toEqual([
      ['verify.yml', 'success'],
      ['other.yml', 'failure'],
    ]);
  });

  it('takes the address of a page from GitHub only if it leads to GitHub', async () => {
    store.github.addWorkflow('acme/store', 'verify.yml');
    const [run] = await client.verifier({ serverUrl: 'https://ghe.example.com' }).verify(never);

    expect(run?.url).toBe('https://ghe.example.com/acme/store/actions/runs/9000002');
  });
});

describe('a dispatch', () => {
  beforeEach(() => {
    client = new Client(store.world, store.github.url, store.workflowToken, 1);
  });

  it('whose reply is lost is not repeated: the run is found by its title', async () => {
    store.github.addWorkflow('acme/store', 'verify.yml');
    store.github.queueRun('acme/store', { origin: { workflowId: 7001, event: 'workflow_dispatch' } });
    store.github.runs.listedAfterMs = 8_000;
    meets(/dispatches$/, 'after', { kind: 'reset' });
    const [run] = await client.verifier().verify(never);

    expect(run).toMatchObject({ conclusion: 'success', failure: undefined, runId: 9000003 });
    expect(dispatches()).toBe(1);
  });

  it.each([
    ['never reached GitHub', 'before', { kind: 'reset' }, undefined],
    ['meets a fault', 'before', status(502), undefined],
    ['has no id to be found by', 'after', { kind: 'reset' }, silent],
    ['is answered with nonsense', 'after', { kind: 'html' }, silent],
  ] as const)('that %s is not repeated either, and fails', async (_what, phase, fault, text) => {
    store.github.addWorkflow('acme/store', 'verify.yml', text === undefined ? {} : { text });
    meets(/dispatches$/, phase, fault);
    const [run] = await client.verifier().verify(never);

    expect(run?.failure?.code).toBe('verification-failed');
    expect(run?.failure?.hint).toContain('distinct_id');
    expect(dispatches()).toBe(1);
  });

  it('goes without run details to an Enterprise Server that does not know them', async () => {
    await store[Symbol.asyncDispose]();
    await begin({ ghes: '3.19' });
    store.github.addWorkflow('acme/store', 'verify.yml');

    expect(await client.verifier().verify(never)).toMatchObject([{ conclusion: 'success', runId: 9000002 }]);
    expect(dispatches()).toBe(2);
  });

  it.each([
    [403, 'github-forbidden'],
    [401, 'github-forbidden'],
    [404, 'verification-failed'],
    [422, 'verification-failed'],
  ])('that is refused with %i is %s', async (code, expected) => {
    store.github.addWorkflow('acme/store', 'verify.yml');
    meets(/dispatches$/, 'before', status(code, { message: 'No ref found for: ::error::main' }));
    const [run] = await client.verifier().verify(never);

    expect(run?.failure?.code).toBe(expected);
    expect(run?.failure?.message).not.toContain('::error::');
    expect(dispatches()).toBe(1);
  });

  it('carries the inputs, and its own id only where the user has given none', async () => {
    store.github.addWorkflow('acme/store', 'verify.yml');
    const inputs = new Map([['distinct_id', 'mine']]);
    await client.verifier({ inputs }).verify(never);

    expect(store.github.runs.all.at(-1)?.inputs).toEqual({ distinct_id: 'mine' });
  });
});

describe('when the run is asked to stop', () => {
  it('nothing is dispatched any more', async () => {
    store.github.addWorkflow('acme/store', 'verify.yml');

    expect(await client.verifier().verify(AbortSignal.abort())).toMatchObject([
      { failure: { code: 'cancelled' } },
    ]);
    expect(dispatches()).toBe(0);
  });

  it.each(['dispatches$', 'runs/:run$'])('a run that was dispatched is cancelled (%s)', async (label) => {
    store.github.addWorkflow('acme/store', 'verify.yml', { behaviour: { runsForMs: Infinity } });
    const stop = new AbortController();
    store.world.intercept = async (request, phase) => {
      if (phase === 'after' && new RegExp(label).test(request.label) && !stop.signal.aborted) {
        stop.abort();
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      return undefined;
    };
    const start = Date.now();
    const runs = await client.verifier().verify(stop.signal);

    expect(runs).toMatchObject([{ runId: 9000002, failure: { code: 'cancelled' } }]);
    expect(Date.now() - start).toBeLessThan(5_000);
    store.world.advance(5_000);
    expect(store.github.runs.all.at(-1)?.conclusion).toBe('cancelled');
  });
});
