/** What is written down in more than one place must agree. */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fleetAction, fleetActionFile } from '../../scripts/fleet-action.ts';
import { readMetadata, withTables } from '../../scripts/readme-tables.ts';
import { version } from '../../src/network.ts';
import { read } from './files.ts';

const { NoOperationTraceWriter } = await import('@actions/workflow-parser');
const { convertActionTemplate, parseAction } = await import('@actions/workflow-parser/actions/index');

const required = Symbol('required');

/** The public interface: a change here is a change for every user. */
const inputs: Readonly<Record<string, string | typeof required | undefined>> = {
  operation: 'rotate',
  account: required,
  'app-key': required,
  'app-token': required,
  'api-key': required,
  'current-token': undefined,
  'pending-token': undefined,
  'old-token': undefined,
  'run-token': '${{ github.token }}',
  'vtex-url': undefined,
  'github-token': required,
  secrets: required,
  'pending-secret': undefined,
  'current-values': undefined,
  'create-missing-secrets': 'false',
  'delete-old-token': 'now',
  'verification-workflow': undefined,
  'verify-before-update': 'false',
  'verification-inputs': undefined,
  'verification-token': undefined,
  'verification-timeout-minutes': '30',
  'sign-in-check': 'true',
  'verification-requests': undefined,
  'on-verification-failure': 'restore',
  'propagation-timeout-seconds': '60',
  'drain-timeout-minutes': '0',
  'renew-after-days': '0',
  'renewed-at': undefined,
  'expose-new-token': 'false',
};

const outputs = [
  'result',
  'renewed-at',
  'old-token-deleted',
  'updated-secrets',
  'verification-runs',
  'record',
  'new-token',
];

describe('action.yml', () => {
  const metadata = readMetadata();

  test('has the inputs and defaults of the contract, in its order', () => {
    const found = Object.entries(metadata.inputs).map(([name, input]) => [
      name,
      input.required === true ? required : input.default,
    ]);
    expect(found).toEqual(Object.entries(inputs));
  });

  test('has a description that fits into the Marketplace, which takes 125 characters', () => {
    const { description } = parse(read('action.yml')) as { description: string };
    expect(description.length).toBeGreaterThan(50);
    expect(description.length).toBeLessThanOrEqual(125);
  });

  test('has no default beside a required input, and only strings as defaults', () => {
    for (const [name, input] of Object.entries(metadata.inputs)) {
      if (input.required === true) expect(input.default, name).toBeUndefined();
      expect(['string', 'undefined'], name).toContain(typeof input.default);
    }
  });

  test('has the outputs of the contract, in its order', () => {
    expect(Object.keys(metadata.outputs)).toEqual(outputs);
  });

  test('describes everything, without expressions, which the runner would try to evaluate', () => {
    for (const { description } of [...Object.values(metadata.inputs), ...Object.values(metadata.outputs)]) {
      expect(description).toMatch(/^\S[^]*\.$/);
      expect(description).not.toContain('${{');
    }
  });

  test("passes GitHub's parser and points to the bundles", () => {
    const result = parseAction(
      { name: 'action.yml', content: read('action.yml') },
      new NoOperationTraceWriter(),
    );
    expect(result.context.errors.getErrors()).toEqual([]);
    if (result.value === undefined) throw new Error('action.yml is empty');
    const action = convertActionTemplate(result.context, result.value);
    expect(result.context.errors.getErrors()).toEqual([]);
    expect(action.name).toBe('Rotate VTEX API token');
    expect(action.runs).toMatchObject({
      using: 'node24',
      main: 'dist/main/index.js',
      post: 'dist/post/index.js',
    });
  });

  test('has exactly the inputs that the parser of inputs reads', async () => {
    const module = (await import(new URL('../../src/inputs/names.ts', import.meta.url).href)) as {
      inputNames: readonly string[];
    };
    expect(module.inputNames.toSorted()).toEqual(Object.keys(inputs).toSorted());
  });
});

test('fleet/rotate/action.yml is action.yml, word for word, with the same files', () => {
  expect(readFileSync(fleetActionFile, 'utf8'), 'run: node scripts/fleet-action.ts').toBe(fleetAction());
  const { runs: own } = parse(read('action.yml')) as { runs: Record<string, string> };
  const { runs: there } = parse(read('fleet/rotate/action.yml')) as { runs: Record<string, string> };
  expect(Object.keys(there)).toEqual(Object.keys(own));
  for (const [name, value] of Object.entries(own))
    expect(name === 'using' ? there.using : posix.join('fleet/rotate', there[name] ?? ''), name).toBe(value);
});

test('README.md has the tables of action.yml', () => {
  const readme = read('README.md');
  expect(withTables(readme, readMetadata()), 'run: node scripts/readme-tables.ts').toBe(readme);
});

test('the version in the code is that of package.json', () => {
  expect((JSON.parse(read('package.json')) as { version: string }).version).toBe(version);
});
