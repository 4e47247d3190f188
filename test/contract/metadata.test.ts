/** What is written down in more than one place must agree. */
import { readFileSync, readdirSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readMetadata, withTables } from '../../scripts/readme-tables.ts';
import { errorCodes } from '../../src/errors.ts';
import { version } from '../../src/network.ts';

// GitHub's parser imports its JSON schemas without the attribute that Node asks for.
registerHooks({
  load: (url, context, nextLoad) =>
    nextLoad(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});
const { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } =
  await import('@actions/workflow-parser');
const { convertActionTemplate, parseAction } = await import('@actions/workflow-parser/actions/index');

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8').replaceAll('\r\n', '\n');

function filesIn(folder: string, ending: RegExp): string[] {
  return readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => ending.test(name))
    .sort();
}

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

const itself = 'your_organization/rotate-vtex-token@v1';
const workflows = [...filesIn('.github/workflows', /\.yml$/), ...filesIn('examples', /\.yml$/)];

describe('action.yml', () => {
  const metadata = readMetadata();

  test('has the inputs and defaults of the contract, in its order', () => {
    const found = Object.entries(metadata.inputs).map(([name, input]) => [
      name,
      input.required === true ? required : input.default,
    ]);
    expect(found).toEqual(Object.entries(inputs));
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

describe('README.md', () => {
  const readme = read('README.md');

  test('has the tables of action.yml', () => {
    expect(withTables(readme, readMetadata()), 'run: node scripts/readme-tables.ts').toBe(readme);
  });

  test('shows rotate.yml word for word', () => {
    const section = /<!-- workflow:[^]*?```yaml\n([^]*?)```/.exec(readme);
    expect(section?.[1]).toBe(read('.github/workflows/rotate.yml'));
  });

  test('has no workflow that GitHub would refuse', async () => {
    const blocks = [...readme.matchAll(/```yaml\n([^]*?)```/g)].map((match) => match[1] ?? '');
    expect(blocks.length).toBeGreaterThan(1);
    for (const block of blocks) expect(await workflowErrors('README.md', block)).toEqual([]);
  });
});

describe('docs/troubleshooting.md', () => {
  test('has exactly one heading for each error code, in order', () => {
    const headings = [...read('docs/troubleshooting.md').matchAll(/^#+ `([^`]+)`$/gm)].map(
      (match) => match[1],
    );
    expect(headings).toEqual([...errorCodes]);
  });

  test('says of each code what it means, the state and what to do', () => {
    const sections = read('docs/troubleshooting.md').split(/^### /m).slice(1);
    expect(sections).toHaveLength(errorCodes.length);
    for (const section of sections) {
      expect(section).toMatch(/^`[^`]+`\n\n\*\*Means\.\*\* [^]+\n\n\*\*State\.\*\* [^]+\n\n\*\*Do\.\*\* /);
    }
  });
});

describe.each(workflows)('%s', (path) => {
  const content = read(path);

  test("passes GitHub's parser", async () => {
    expect(await workflowErrors(path, content)).toEqual([]);
  });

  test('pins every action by a full commit SHA, with the version beside it', () => {
    for (const [, use = ''] of content.matchAll(/^(?:#.*)?\s*(?:- )?uses: (.+)$/gm)) {
      if (use === './' || use === itself || use.endsWith('@<full commit SHA>')) continue;
      expect(use).toMatch(/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  test('grants nothing at the top and leaves no credentials behind', () => {
    const workflow = parse(content) as { permissions?: unknown; jobs: Record<string, Job> };
    expect(workflow.permissions).toEqual({});
    for (const job of Object.values(workflow.jobs)) {
      for (const step of job.steps ?? []) {
        if (step.uses?.startsWith('actions/checkout@') === true) {
          expect(step.with?.['persist-credentials']).toBe(false);
        }
      }
    }
  });

  test('puts no expression into a shell script', () => {
    const workflow = parse(content) as { jobs: Record<string, Job> };
    for (const job of Object.values(workflow.jobs)) {
      for (const step of job.steps ?? []) expect(step.run ?? '').not.toContain('${{');
    }
  });

  test('gives the action only inputs that exist, and all that are required', () => {
    const workflow = parse(content) as { jobs: Record<string, Job> };
    for (const job of Object.values(workflow.jobs)) {
      for (const step of job.steps ?? []) {
        if (step.uses !== itself && step.uses !== './') continue;
        const given = Object.keys(step.with ?? {});
        expect(Object.keys(inputs)).toEqual(expect.arrayContaining(given));
        const needed = Object.keys(inputs).filter((name) => inputs[name] === required);
        expect(given).toEqual(expect.arrayContaining(needed));
      }
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

test('relative links in Markdown files lead somewhere', () => {
  const files = [...filesIn('docs', /\.md$/), ...readdirSync(root).filter((name) => name.endsWith('.md'))];
  const broken: string[] = [];
  for (const file of files) {
    for (const [, target = ''] of read(file).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const resolved = path === '' ? file : new URL(path, `file:///${file}`).pathname.slice(1);
      if (!exists(resolved)) broken.push(`${file}: ${target}`);
      else if (anchor !== undefined && !anchors(read(resolved)).has(anchor))
        broken.push(`${file}: ${target}`);
    }
  }
  expect(broken).toEqual([]);
});

interface Job {
  readonly steps?: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}

async function workflowErrors(name: string, content: string): Promise<string[]> {
  const result = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (result.value !== undefined) await convertWorkflowTemplate(result.context, result.value);
  return result.context.errors.getErrors().map((error) => error.message);
}

function exists(path: string): boolean {
  try {
    readdirSync(`${root}${path}`);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR';
  }
}

/** GitHub's way of making an anchor of a heading. */
function anchors(markdown: string): Set<string> {
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? '');
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

test('the version in the code is that of package.json', () => {
  expect((JSON.parse(read('package.json')) as { version: string }).version).toBe(version);
});
