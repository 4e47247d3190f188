import { expect, test } from 'vitest';
import { everyFault, secondaryLimit, status, type Fault } from '../fakes/index.ts';
import { after, before, expectBothValid, holding, listed, minute, pending, rig, type Rig } from './rig.ts';

const silent = 'name: Verify\non: { workflow_dispatch: { inputs: { secret-name: { type: string } } } }\n';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The first dispatch meets the fault. */
function meets({ store }: Rig, phase: 'before' | 'after', fault: Fault): void {
  let met = false;
  store.world.intercept = ({ label }, at) => {
    if (met || at !== phase || !label.endsWith('/dispatches')) return undefined;
    met = true;
    return fault;
  };
}

const dispatched = ({ store }: Rig) => store.github.runs.all.filter(({ event }) => event !== 'schedule');

const lostReplies: readonly (readonly [string, Fault])[] = [
  ['reset', { kind: 'reset' }],
  ['closed without a word', { kind: 'close' }],
  ['502', status(502)],
  ['504', status(504)],
  ['empty', { kind: 'empty' }],
  ['malformed', { kind: 'malformed' }],
  ['cut off', { kind: 'truncated' }],
  ['a page of a proxy', { kind: 'html' }],
];

test.each(lostReplies)(
  'a dispatch whose reply is %s is sent once, and its run is found',
  async (_what, fault) => {
    await using made = await rig();
    made.store.github.runs.listedAfterMs = 8000;
    meets(made, 'after', fault);
    // Somebody else's run of the same workflow, newer than ours: only the id tells them apart.
    made.store.world.onChange((change) => {
      if (change !== 'github: run 9000002 queued') return;
      const origin = { workflowId: 7001, event: 'workflow_dispatch', displayTitle: 'Verify VTEX token' };
      made.store.github.queueRun('acme/store', { origin, conclusion: 'failure' });
    });
    const run = await made.act(after);
    expect(run.ending).toBe('rotated [] 0');
    expect(made.requests(/dispatches$/)).toHaveLength(1);
    const ours = dispatched(made).filter(({ inputs }) => uuid.test(inputs.distinct_id ?? ''));
    expect(ours).toHaveLength(1);
    expect(ours[0]?.displayTitle).toBe(`Verify VTEX token ${ours[0]?.inputs.distinct_id ?? ''}`);
    expect(run.runs).toEqual([
      {
        workflow: 'verify-vtex-token.yml',
        url: `https://github.com/acme/store/actions/runs/${String(ours[0]?.id)}`,
        conclusion: 'success',
      },
    ]);
  },
);

test.each(lostReplies)('without distinct_id, %s: an error and never a guess', async (_what, fault) => {
  await using made = await rig({ workflow: { text: silent } });
  meets(made, 'after', fault);
  const run = await made.act(after);
  expect(run.ending).toBe('restored [verification-failed] 1');
  expect(run.said).toMatch(/A run may have been started/);
  expect(run.said).toContain('distinct_id');
  expect(run.runs).toEqual([{ workflow: 'verify-vtex-token.yml', url: '', conclusion: null }]);
  expect(made.requests(/dispatches$/)).toHaveLength(1);
  expect(dispatched(made)).toHaveLength(1);
  expectBothValid(made);
  expect([holding(made, listed), holding(made, pending)]).toEqual(['old', 'new']);
});

test.each([
  ['502', status(502)],
  ['reset', { kind: 'reset' }],
] as const)('a dispatch that met %s before it had any effect is not sent again', async (_what, fault) => {
  await using made = await rig();
  meets(made, 'before', fault);
  const run = await made.act(before);
  expect(run.ending).toBe('failed [verification-failed] 1');
  expect(run.said).toMatch(/A run may have been started; none could be found/);
  expect(made.requests(/dispatches$/)).toHaveLength(1);
  expect(dispatched(made)).toEqual([]);
  expectBothValid(made);
  expect([holding(made, listed), holding(made, pending)]).toEqual(['old', 'new']);
});

test.each([
  [
    '422',
    status(422, { message: 'No ref found for: main\n::error::injected ##[error]x' }),
    'verification-failed',
  ],
  ['404', status(404), 'verification-failed'],
  ['403', status(403, { message: 'Resource not accessible by integration' }), 'github-forbidden'],
  ['401', status(401), 'github-forbidden'],
] as const)('a dispatch that is refused with %s', async (_what, fault, code) => {
  await using made = await rig();
  meets(made, 'before', fault);
  const run = await made.act(after);
  expect(run.ending).toBe(`restored [${code}] 1`);
  expect(run.said).not.toMatch(/::error::|##\[error\]/);
  expect(made.requests(/dispatches$/)).toHaveLength(1);
  expectBothValid(made);
});

test('a dispatch that a rate limit held up is sent when GitHub lets it', async () => {
  await using made = await rig();
  meets(made, 'before', secondaryLimit(30));
  const run = await made.act(after);
  expect(run.ending).toBe('rotated [] 0');
  expect(dispatched(made)).toHaveLength(1);
});

const disturbances = Object.entries(everyFault).filter(
  ([name]) => !/^(hang|huge|drip|redirect|status 4(00|01|03|09|10|22)|permission denied)$/.test(name),
);

test.each(disturbances)('polls that meet "%s" for a while are tolerated', async (_name, fault) => {
  await using made = await rig({ workflow: { behaviour: { reads: ['VTEX_APP_TOKEN'], runsForMs: minute } } });
  let met = 0;
  made.store.world.intercept = ({ label }, phase) =>
    phase === 'before' && /^GET .*\/runs\/:run$/.test(label) && (met += 1) <= 3 ? fault : undefined;
  const run = await made.act(after);
  expect(run.ending).toBe('rotated [] 0');
  expect(met).toBeGreaterThan(3);
});

test('polls that fail until the deadline end as a time-out, and the run is cancelled', async () => {
  await using made = await rig();
  made.store.world.intercept = ({ label }, phase) =>
    phase === 'before' && /^GET .*\/runs\/:run$/.test(label) ? status(503) : undefined;
  const run = await made.act({ ...after, 'verification-timeout-minutes': '5' });
  expect(run.ending).toBe('restored [verification-timeout] 1');
  expect(made.requests(/\/cancel$/)).not.toHaveLength(0);
  const [post] = made.requests(/dispatches$/);
  const [cancel] = made.requests(/\/cancel$/);
  expect((cancel?.at ?? 0) - (post?.at ?? 0)).toBeLessThan(5.5 * minute);
  expectBothValid(made);
});

test('a rate limit on the polls does not outlast the deadline', async () => {
  await using made = await rig({ workflow: { behaviour: { runsForMs: Infinity } } });
  made.store.world.intercept = ({ label }, phase) =>
    phase === 'before' && /^GET .*\/runs\/:run$/.test(label) ? secondaryLimit(800) : undefined;
  const run = await made.act({ ...before, 'verification-timeout-minutes': '5' });
  expect(run.ending).toBe('failed [verification-timeout] 1');
  const [post] = made.requests(/dispatches$/);
  const [cancel] = made.requests(/\/cancel$/);
  expect((cancel?.at ?? 0) - (post?.at ?? 0)).toBeLessThan(5.5 * minute);
});

test('a run that stands still is polled with its etag, and 304 costs nothing', async () => {
  await using made = await rig({
    workflow: { behaviour: { reads: ['VTEX_APP_TOKEN'], runsForMs: 3 * minute } },
  });
  const run = await made.act(after);
  expect(run.ending).toBe('rotated [] 0');
  const polls = made.requests(/^GET .*\/runs\/:run$/);
  expect(polls.filter(({ headers }) => 'if-none-match' in headers).length).toBe(polls.length - 1);
  expect(polls.filter((poll) => poll.status === 304).length).toBeGreaterThan(8);
  const gaps = polls.slice(1).map(({ at }, index) => at - (polls[index]?.at ?? 0));
  expect(gaps[0]).toBeLessThan(4000);
  expect(Math.max(...gaps)).toBeLessThan(20_000);
  // One line a change, and the page at once.
  const lines = run.log.split('\n').filter((line) => line.startsWith('verify-vtex-token.yml: '));
  expect(lines).toEqual([
    `verify-vtex-token.yml: ${run.runs[0]?.url ?? ''}`,
    'verify-vtex-token.yml: queued',
    'verify-vtex-token.yml: in_progress',
    'verify-vtex-token.yml: completed, success',
  ]);
});
