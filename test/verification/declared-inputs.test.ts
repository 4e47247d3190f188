/** What is read of a workflow's file, which may be any text at all. */
import { expect, test } from 'vitest';
import { readDeclaration } from '../../src/github/verification/declared-inputs.ts';

const dispatchable = (inputs: Record<string, boolean>, showsInputs = false) => ({
  kind: 'dispatchable',
  inputs: new Map(Object.entries(inputs).map(([name, mustBeGiven]) => [name, { mustBeGiven }])),
  showsInputs,
});

test.each([
  ['on: workflow_dispatch', dispatchable({})],
  ['on: [push, workflow_dispatch]', dispatchable({})],
  ['{"on": {"workflow_dispatch": null}}', dispatchable({})],
  [
    'on: { workflow_dispatch: { inputs: { a: {}, b: { required: true } } } }',
    dispatchable({ a: false, b: true }),
  ],
  [
    'on: { workflow_dispatch: { inputs: { b: { required: true, default: x } } } }',
    dispatchable({ b: false }),
  ],
  ['on: { workflow_dispatch: { inputs: { b: { required: true, default: } } } }', dispatchable({ b: true })],
  ['on: &on\n  workflow_dispatch:\n    inputs: &in\n      a: {}\njobs: *in', dispatchable({ a: false })],
  ['on: { workflow_dispatch: { inputs: { __proto__: {} } } }', dispatchable({ ['__proto__']: false })],
  ['run-name: ${{ inputs.a }}\non: workflow_dispatch', dispatchable({}, true)],
  ["run-name: Run ${{ github.event.inputs['a'] }}\non: workflow_dispatch", dispatchable({}, true)],
  ['run-name: Run of ${{ github.actor }}\non: workflow_dispatch', dispatchable({}, false)],
  ['on: push', { kind: 'not-dispatchable' }],
  ['jobs: {}', { kind: 'not-dispatchable' }],
  ['on: [push', { kind: 'unreadable' }],
])('%j', (source, expected) => {
  expect(readDeclaration(source)).toEqual(expected);
});

const head = 'on: workflow_dispatch\n';

test.each([
  ['aliases that grow', bomb()],
  ['deep nesting', `${head}x: ${'['.repeat(300_000)}`],
  ['too long', `${head}${'# x\n'.repeat(200_000)}`],
])('%s: unreadable, and soon', (_what, source) => {
  const used = cpuMs(() => {
    expect(readDeclaration(source).kind).toBe('unreadable');
  });
  expect(used).toBeLessThan(10_000);
});

/** Each line has ten of the one before: ten to the twelfth power in the end. */
function bomb(): string {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const items = level === 0 ? 'x' : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array(10).fill(items).join(', ')}]`;
  });
  return [head, ...levels].join('\n');
}

test('to read eight times as many keys takes about eight times as long, not the square of it', () => {
  const keys = (count: number): string =>
    `${head}jobs:\n${Array.from({ length: count }, (_, index) => ` k${index}: 1`).join('\n')}`;
  const [few, many] = [keys(5_000), keys(40_000)];
  expect(many.length).toBeGreaterThan(388_000);
  const read = (source: string): void => {
    expect(readDeclaration(source)).toEqual(dispatchable({}));
  };
  // The least of several, each: only the reading itself is in all of them.
  const least = (source: string, times: number): number =>
    Math.min(
      ...Array.from({ length: times }, () =>
        cpuMs(() => {
          read(source);
        }),
      ),
    );
  read(few);
  const small = least(few, 5);
  expect(least(many, 3)).toBeLessThan(24 * Math.max(small, 10));
});

/** Of this process alone, so that a busy machine does not count. */
function cpuMs(action: () => void): number {
  const before = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
