/** The pages hold what they promise: links lead somewhere, workflows are valid, pictures are those of the scripts. */
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { pictures } from '../../scripts/two-tokens.ts';
import { errorCodes } from '../../src/common/errors.ts';
import { exists, filesIn, markdownFiles, read, workflowErrors } from './files.ts';
import { anchorsOf, linksOf } from './markdown.ts';

const readmes = ['README.md', 'README.pt-BR.md', 'README.es.md'];
const quickStart = read('examples/quick-start.yml');

describe('the quick start', () => {
  test('has at most 30 lines', () => {
    expect(quickStart.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
  });

  test('offers check first, and changes nothing unless told to or on schedule', () => {
    const { on } = parse(quickStart) as {
      on: { workflow_dispatch: { inputs: { operation: { type: string; options: string[] } } } };
    };
    expect(on.workflow_dispatch.inputs.operation).toEqual({ type: 'choice', options: ['check', 'rotate'] });
    expect(quickStart).toContain("inputs.operation || 'check' }}");
  });

  test.each(readmes)('stands in %s word for word', (path) => {
    const section = /<!-- workflow:[^]*?```yaml\n([^]*?)```/.exec(read(path));
    expect(section?.[1]).toBe(quickStart);
  });
});

test.each(markdownFiles())('%s: relative links lead somewhere, and so do their anchors', (file) => {
  const broken = linksOf(read(file)).filter((target) => {
    if (/^[a-z]+:|^\.\.\/\.\.\/(actions|security)\b/.test(target)) return false;
    const [path = '', anchor] = target.split('#');
    const resolved =
      path === '' ? file : decodeURI(new URL(path, `file:///${file}`).pathname.slice(1)).replace(/\/$/, '');
    if (!exists(resolved)) return true;
    return anchor !== undefined && !anchorsOf(read(resolved)).has(decodeURIComponent(anchor));
  });
  expect(broken).toEqual([]);
});

test('no page shows a workflow that GitHub would refuse', async () => {
  const blocks = markdownFiles().flatMap((file) =>
    [...read(file).matchAll(/```yaml\n([^]*?)```/g)].map((match) => ({ file, text: match[1] ?? '' })),
  );
  expect(blocks.length).toBeGreaterThan(1);
  for (const { file, text } of blocks) expect(await workflowErrors(file, text), file).toEqual([]);
});

test('docs/troubleshooting.md says of each code, in their order, what it means, the state and what to do', () => {
  const sections = read('docs/troubleshooting.md').split(/^### /m).slice(1);
  expect(sections.map((section) => /^`([^`]+)`/.exec(section)?.[1])).toEqual([...errorCodes]);
  for (const section of sections) {
    expect(section).toMatch(/^`[^`]+`\n\n\*\*Means\.\*\* [^]+\n\n\*\*State\.\*\* [^]+\n\n\*\*Do\.\*\* /);
  }
});

test('docs/limits.md names every order of events that ends in an outage', () => {
  const links = linksOf(read('docs/limits.md'));
  const traces = filesIn('test/model/known-limits', /\.txt$/);
  expect(traces).not.toEqual([]);
  expect(links).toEqual(expect.arrayContaining(traces.map((trace) => `../${trace}`)));
});

test('the pictures of the two tokens are those that the script draws', () => {
  expect(pictures().size).toBe(6);
  for (const [name, svg] of pictures()) {
    expect(read(`docs/images/${name}`), 'run: node scripts/two-tokens.ts').toBe(svg);
  }
});

interface Form {
  readonly name: string;
  readonly body: readonly {
    readonly type: string;
    readonly id?: string;
    readonly validations?: { readonly required?: boolean };
  }[];
}

test('the form for a problem asks for the code, the version and the record', () => {
  const { body } = parse(read('.github/ISSUE_TEMPLATE/problem.yml')) as Form;
  const required = body.filter(({ validations }) => validations?.required === true).map(({ id }) => id);
  expect(required).toEqual(expect.arrayContaining(['code', 'version', 'record']));
});

test('every form for an issue is one that GitHub shows', () => {
  const forms = filesIn('.github/ISSUE_TEMPLATE', /\.yml$/).filter((name) => !name.endsWith('config.yml'));
  expect(forms.length).toBeGreaterThan(1);
  for (const path of forms) {
    const { name, body } = parse(read(path)) as Form;
    expect(name, path).not.toBe('');
    for (const { type } of body) {
      expect(['markdown', 'input', 'textarea', 'dropdown', 'checkboxes'], path).toContain(type);
    }
    const ids = body.flatMap(({ id }) => (id === undefined ? [] : [id]));
    expect(new Set(ids).size, path).toBe(ids.length);
    expect(
      body.every(({ type, id }) => type === 'markdown' || id !== undefined),
      path,
    ).toBe(true);
  }
});
