/** What every outcome becomes, whether a run can come to it or not. */
import fc from 'fast-check';
import { marked } from 'marked';
import { expect, test } from 'vitest';
import { RotationError } from '../../src/common/errors.ts';
import { type Outcome, results, steps } from '../../src/rotation/model.ts';
import type { Settings } from '../../src/rotation/settings.ts';
import { standingOf } from '../../src/rotation/standing.ts';
import { outputsOf, outputsOfInvalidInputs } from '../../src/report/outputs.ts';
import { checkLines, checkReport } from '../../src/report/plan.ts';
import { summaryOf, summaryOfInvalidInputs } from '../../src/report/summary.ts';
import { annotationText } from '../../src/report/texts.ts';
import { anySituation, noon, tokens } from '../rotation/values.ts';

const hostile = '<b>x</b> **y** ![z](http://evil.example/) `c` [l](javascript:1) | # h';

/** Any knowledge with any result; the errors are those that were met. */
const anyOutcome: fc.Arbitrary<readonly [Settings, Outcome]> = fc
  .tuple(anySituation, fc.constantFrom(...results), fc.subarray([...steps]), fc.boolean())
  .map(([[settings, before], result, ran, broken]) => {
    const errors = broken
      ? [...before.errors, new RotationError('vtex-unavailable', hostile, hostile)]
      : before.errors;
    const knowledge = { ...before, errors };
    const times = ran.map((step, index) => ({
      step,
      startedAt: noon + index,
      endedAt: noon + index + 1500,
      failed: false,
    }));
    const standing = standingOf(settings, knowledge);
    const rest = { note: undefined, noteIsWarning: false, earlier: undefined, steps: times };
    return [settings, { result, errors, knowledge, standing, ...rest }];
  });

function always(statement: (settings: Settings, outcome: Outcome) => void): void {
  fc.assert(
    fc.property(anyOutcome, ([settings, outcome]) => {
      statement(settings, outcome);
    }),
    { numRuns: 500 },
  );
}

const links = {
  server: 'https://github.example',
  troubleshooting: 'https://github.example/acme/rotate/blob/v1/docs/troubleshooting.md',
  workflow: 'https://github.example/acme/store/actions/workflows/rotate.yml',
};
const parse = (text: string): unknown => JSON.parse(text);

function expectNoToken(text: string): void {
  for (const token of tokens) {
    const value = token.reveal();
    // Any 24 characters of it would be too many.
    for (let at = 0; at + 24 <= value.length; at += 24) expect(text).not.toContain(value.slice(at, at + 24));
  }
}

test('the outputs are of the closed sets, the lists are JSON, and they agree with the record', () => {
  always((settings, outcome) => {
    const outputs = outputsOf('acme', settings, outcome);
    const listed = settings.secrets.map(({ path }) => path);
    const updated = parse(outputs['updated-secrets']) as string[];
    expect(listed).toEqual(expect.arrayContaining(updated));
    expect(parse(outputs['verification-runs'])).toEqual([]);
    expect(['true', 'false']).toContain(outputs['old-token-deleted']);
    expect(outputs['renewed-at']).toMatch(/^$|^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(parse(outputs.record)).toMatchObject({
      result: outcome.result,
      operation: settings.operation,
      account: 'acme',
      'api-key': settings.apiKey,
      'renewed-at': outputs['renewed-at'] === '' ? null : outputs['renewed-at'],
      'old-token-deleted': outputs['old-token-deleted'] === 'true',
      error: outcome.errors[0]?.code ?? null,
      errors: outcome.errors.map(({ code }) => code),
      secrets: listed.map((path) => ({
        path,
        holds: updated.includes(path) ? 'new' : (expect.not.stringMatching(/^new$/) as unknown),
      })),
    });
  });
});

test('no token is in the outputs, the summary, an annotation or the plan', () => {
  always((settings, outcome) => {
    const check = checkReport({ ...settings, operation: 'check' }, outcome);
    if (check !== undefined) expectNoToken(checkLines(check, outcome).join('\n'));
    expectNoToken(JSON.stringify(outputsOf('acme', settings, outcome)));
    expectNoToken(summaryOf('acme', settings, outcome, links, { warnings: [], check }));
    for (const error of outcome.errors) expectNoToken(annotationText(error, settings, outcome, links));
  });
});

test('an annotation says the code, what happened and the state, then the next move, then where more is said', () => {
  always((settings, outcome) => {
    for (const error of outcome.errors) {
      const text = annotationText(error, settings, outcome, links);
      const [happened = '', move = '', page = '', ...more] = text.split('\n');
      expect(more).toEqual([]);
      expect(happened.startsWith(`${error.code}: ${error.message}`)).toBe(true);
      expect(move).toMatch(/^Do: ./);
      expect(move).toContain(error.hint);
      expect(page).toBe(`See: ${links.troubleshooting}#${error.code}`);
      expect(text).not.toContain('undefined');
    }
  });
});

test('the summary shows what an error says as itself, in the elements of its own', () => {
  const allowed = new Set('h2 p table tr th td code ul li b br wbr a blockquote details summary'.split(' '));
  always((settings, outcome) => {
    const check = { seen: [hostile], secrets: [hostile], unseen: [hostile], plan: [hostile] };
    const markdown = summaryOf('acme', settings, outcome, links, { warnings: [hostile], check });
    const html = marked.parse(markdown, { async: false, gfm: true });
    for (const [, tag = ''] of html.matchAll(/<\/?([a-z0-9]+)/gi)) expect(allowed).toContain(tag);
    expect(html).not.toContain('undefined');
  });
});

test('wrong inputs: outputs and summary without a run', () => {
  const errors = [new RotationError('input-invalid', hostile), new RotationError('input-invalid', 'second')];
  const outputs = outputsOfInvalidInputs(errors);
  expect(outputs).toMatchObject({ result: 'failed', 'old-token-deleted': 'false', 'updated-secrets': '[]' });
  expect(parse(outputs.record)).toEqual({
    result: 'failed',
    error: 'input-invalid',
    errors: ['input-invalid', 'input-invalid'],
  });
  const html = marked.parse(summaryOfInvalidInputs(errors, links), { async: false, gfm: true });
  expect(html).not.toMatch(/<(?:img|strong|em)\b/);
  expect(html).toContain('second');
});
