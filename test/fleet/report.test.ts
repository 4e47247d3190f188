/** What is told of a run over all keys: the summary, and the one issue that a failure opens and that a repair closes. */
import { marked } from 'marked';
import { describe, expect, test } from 'vitest';
import { IssueFailure, keepIssue } from '../../src/fleet/issue.ts';
import { type IssueState, nextIssue, type News, stateOf } from '../../src/fleet/issue-text.ts';
import { type KeyOutcome, outcomeOfList, outcomesOf } from '../../src/fleet/outcome.ts';
import { type JobRecord, parseRecord } from '../../src/fleet/record.ts';
import { summaryOf } from '../../src/fleet/summary.ts';
import { createGitHub } from '../../src/github/octokit.ts';
import { createHttp } from '../../src/http/http.ts';
import { systemClock } from '../../src/runner/clock.ts';
import { Secret } from '../../src/common/secret.ts';
import { startStore } from '../fakes/index.ts';

const run = 'https://github.com/acme/tokens/actions/runs/7';
const pages = { run, troubleshooting: 'https://github.com/acme/rotate/blob/abc/docs/troubleshooting.md' };

function record(
  number: string,
  result: string,
  rest: Partial<JobRecord> & { readonly errors?: readonly string[] } = {},
): JobRecord {
  const { errors = [], ...others } = rest;
  return {
    number,
    id: `acmestore/k${number}`,
    job: 'rotate',
    at: '2026-03-01T05:00:00.000Z',
    url: `${run}/job/${number}`,
    record: { result, errors, 'renewed-at': result === 'pending' ? '2026-03-01T04:59:00Z' : null },
    ...others,
  };
}

const keysOf = (...numbers: readonly string[]) =>
  numbers.map((number) => ({ number, id: `acmestore/k${number}` }));

describe('how a key came out', () => {
  test('is told by its last job, and by none as lost', () => {
    const outcomes = outcomesOf(keysOf('001', '002', '003', '004', '005', '006'), [
      record('001', 'rotated'),
      record('002', 'pending'),
      record('003', 'pending'),
      record('003', 'finished', { job: 'finish' }),
      record('004', 'pending'),
      record('004', 'failed', { job: 'finish', errors: ['finish-failed', 'no-such-code'] }),
      { ...record('005', ''), record: null },
    ]);
    expect(outcomes.map(({ state, text }) => [state, text])).toEqual([
      ['good', 'rotated'],
      ['waits', 'pending: both tokens are valid'],
      ['good', 'finished'],
      ['bad', 'failed, when the renewal was to be finished'],
      ['bad', 'the action did not begin'],
      ['bad', 'no record: its job did not run, or was lost'],
    ]);
    expect(outcomes[3]?.last?.errors).toEqual(['finish-failed']);
    expect(outcomes[3]?.renewedAt).toBe('2026-03-01T04:59:00Z');
  });

  test('is not taken from the record of another key with the same number', () => {
    const [outcome] = outcomesOf(keysOf('001'), [{ ...record('001', 'rotated'), id: 'acmestore/other' }]);
    expect(outcome?.state).toBe('bad');
  });

  test.each([
    '',
    '[]',
    '{}',
    '{"number":"1","id":"a","job":"else","at":"","url":""}',
    JSON.stringify({ ...record('001', 'x'), at: 'now' }),
    JSON.stringify({ ...record('001', 'x'), url: 'x' }),
  ])('is not read from what is no record: %s', (text) => {
    expect(parseRecord(text)).toBeUndefined();
  });
});

describe('the summary', () => {
  const outcomes = outcomesOf(keysOf('001', '002', '003'), [
    record('001', 'skipped'),
    record('002', 'pending'),
    record('003', 'restored', { errors: ['verification-failed', 'secret-write-failed'] }),
  ]);

  test('says first what is true and what needs a person', () => {
    const text = summaryOf(outcomes, 'rotate', pages);
    expect(text).toMatch(/^## ❌ VTEX tokens: 1 of 3 keys needs attention\n/);
    expect(text).toContain('Operation: rotate. 1 skipped, 1 pending, 1 restored.');
    const html = marked.parse(text, { async: false });
    expect(html).toContain(
      `<a href="${pages.troubleshooting}#verification-failed"><code>verification-failed</code></a>`,
    );
    expect(html).toContain(`<a href="${run}/job/003">log and summary</a>`);
    expect(html.indexOf('acmestore/k003')).toBeLessThan(html.indexOf('acmestore/k002'));
    expect(html.indexOf('acmestore/k002')).toBeLessThan(html.indexOf('acmestore/k001'));
    expect(html).toContain('<td>2026-03-01T04:59:00Z</td>');
  });

  test('says when all is well, and when something waits', () => {
    expect(summaryOf(outcomes.slice(0, 1), 'check', pages)).toMatch(/^## ✅ VTEX tokens: 1 key in order\n/);
    expect(summaryOf(outcomes.slice(0, 2), 'rotate', pages)).toMatch(
      /^## ⏳ VTEX tokens: 2 keys in order, 1 of them waits for finish\n/,
    );
    expect(summaryOf([outcomeOfList(false)], 'rotate', pages)).toContain('see the job');
  });

  test('shows names as they are, whatever they mean to Markdown', () => {
    const id = 'a_b_*c*/<b>&`d`';
    const text = summaryOf(outcomesOf([{ number: '001', id }], []), 'rotate', pages);
    expect(marked.parse(text, { async: false })).toContain('a_b_&#42;c&#42;/&#60;b&#62;&#38;&#96;d&#96;');
  });

  test('fits into the page of a run with as many keys as there can be', () => {
    const numbers = Array.from({ length: 256 }, (_, index) => String(index).padStart(3, '0'));
    const failed = outcomesOf(
      keysOf(...numbers),
      numbers.map((number) => record(number, 'failed', { errors: ['github-unavailable'] })),
    );
    expect(Buffer.byteLength(summaryOf(failed, 'rotate', pages))).toBeLessThan(1024 * 1024);
  });
});

function news(outcomes: readonly KeyOutcome[], rest: Partial<News> = {}): News {
  return { outcomes, ids: undefined, pages, now: '2026-03-01T06:00:00.000Z', ...rest };
}

/** As it is read again from the body that was written. */
const readBack = (body: string): IssueState => stateOf(body) ?? new Map();

describe('the text of the issue', () => {
  const bad = (at: string, errors: readonly string[] = ['vtex-unavailable']) =>
    outcomesOf(keysOf('001'), [record('001', 'failed', { at, errors })]);
  const good = (at: string) => outcomesOf(keysOf('001'), [record('001', 'rotated', { at })]);

  test('is nothing to open while all is well', () => {
    expect(nextIssue(new Map(), news(good('2026-03-01T05:00:00Z'))).isOpen).toBe(false);
  });

  test('names what failed, keeps it while others are told, and forgets it when it is well', () => {
    const first = nextIssue(new Map(), news(bad('2026-03-01T05:00:00Z')));
    expect(first).toMatchObject({ isOpen: true, comment: '<p>Failed: acmestore/k001.</p>' });
    expect(first.body).toContain('#vtex-unavailable">');

    const others = outcomesOf(keysOf('002'), [record('002', 'skipped', { at: '2026-03-02T05:00:00Z' })]);
    const second = nextIssue(readBack(first.body), news(others));
    expect(second).toMatchObject({ isOpen: true, comment: undefined });
    expect(second.body).toContain('#vtex-unavailable">');

    const third = nextIssue(readBack(second.body), news(good('2026-03-03T05:00:00Z')));
    expect(third).toMatchObject({ isOpen: false, comment: '<p>In order again: acmestore/k001.</p>' });
    expect(third.body).not.toContain('vtex-unavailable');
  });

  test('tells of an error that is another than before, not of the same one each day', () => {
    const { body } = nextIssue(new Map(), news(bad('2026-03-01T05:00:00Z')));
    expect(nextIssue(readBack(body), news(bad('2026-03-02T05:00:00Z'))).comment).toBeUndefined();
    const other = nextIssue(readBack(body), news(bad('2026-03-02T05:00:00Z', ['vtex-forbidden'])));
    expect(other.comment).toBe('<p>Failed: acmestore/k001.</p>');
  });

  test('is not taken back by a run that ends later but knows less', () => {
    const repaired = nextIssue(new Map(), news(good('2026-03-05T05:00:00Z')));
    const late = nextIssue(readBack(repaired.body), news(bad('2026-03-01T05:00:00Z')));
    expect(late).toMatchObject({ isOpen: false, comment: undefined });
    const failed = nextIssue(new Map(), news(bad('2026-03-05T05:00:00Z')));
    expect(nextIssue(readBack(failed.body), news(good('2026-03-01T05:00:00Z'))).isOpen).toBe(true);
  });

  test('forgets keys that are no longer in the list, and only then', () => {
    const { body } = nextIssue(new Map(), news(bad('2026-03-01T05:00:00Z')));
    expect(nextIssue(readBack(body), news([], { ids: ['acmestore/k001', 'the list'] })).isOpen).toBe(true);
    expect(nextIssue(readBack(body), news([], { ids: ['acmestore/k002', 'the list'] })).isOpen).toBe(false);
    expect(nextIssue(readBack(body), news([])).isOpen).toBe(true);
  });

  test('tells of a list that is wrong, until it is right', () => {
    const { body, isOpen } = nextIssue(new Map(), news([outcomeOfList(false)]));
    expect(isOpen).toBe(true);
    expect(body).toContain('no key was looked at');
    expect(
      nextIssue(readBack(body), news([outcomeOfList(true)], { now: '2026-03-02T06:00:00.000Z' })).isOpen,
    ).toBe(false);
  });

  test('fits with as many keys as there can be, and loses none that failed', () => {
    const numbers = Array.from({ length: 256 }, (_, index) => String(index).padStart(3, '0'));
    const keys = numbers.map((number) => ({ number, id: `${'a'.repeat(63)}/${number}${'--'.repeat(30)}` }));
    const records = keys.map(({ number, id }) =>
      record(number, 'failed', {
        id,
        errors: ['current-token-refused', 'verification-timeout'],
        url: `${run}/job/${'9'.repeat(12)}`,
      }),
    );
    const { body } = nextIssue(new Map(), news(outcomesOf(keys, records)));
    expect(body.length).toBeLessThan(65_536);
    expect(body.match(/-->/g)).toHaveLength(1);
    const again = nextIssue(readBack(body), news([]));
    expect(again.body).toContain('256 keys failed at the last run');
    expect(again.comment).toBeUndefined();
  });

  test('is not read from an issue of somebody else', () => {
    expect(stateOf('Our tokens are broken')).toBeUndefined();
    expect(stateOf('<!-- rotate-vtex-token-fleet nonsense -->')).toEqual(new Map());
  });
});

describe('the issue', () => {
  async function start() {
    const store = await startStore({ repository: 'acme/tokens' });
    const value = store.addToken({
      actor: 'github-actions[bot]',
      permissions: { metadata: 'read', issues: 'write' },
      repositories: ['acme/tokens'],
    });
    const http = createHttp({ proxyFor: () => undefined, userAgent: 'test' });
    const client = createGitHub({
      token: new Secret(value),
      apiUrl: store.github.url,
      fetch: http.fetch,
      userAgent: 'test',
      clock: systemClock,
      log: { info: () => undefined, notice: () => undefined, warning: () => undefined },
    });
    return {
      client,
      issues: store.github.issues,
      violations: () => store.github.violations,
      [Symbol.asyncDispose]: async () => {
        await http.close();
        await store[Symbol.asyncDispose]();
      },
    };
  }

  const place = { owner: 'acme', repo: 'tokens', title: 'VTEX token rotation failed' };
  const failed = (at = '2026-03-01T05:00:00Z') =>
    news(outcomesOf(keysOf('001'), [record('001', 'failed', { at, errors: ['vtex-unavailable'] })]));
  const rotated = (at: string) => news(outcomesOf(keysOf('001'), [record('001', 'rotated', { at })]));

  test('is opened once, updated, closed when all is well, and opened again', async () => {
    await using stage = await start();
    const { client, issues } = stage;
    expect(await keepIssue(client, place, rotated('2026-02-28T05:00:00Z'))).toBe(
      'Nothing failed, so there is no issue.',
    );
    expect(await keepIssue(client, place, failed())).toBe('Issue #1 is open.');
    expect(await keepIssue(client, place, failed('2026-03-02T05:00:00Z'))).toBe('Issue #1 is updated.');
    expect(issues.all[0]?.comments).toEqual([]);
    expect(await keepIssue(client, place, rotated('2026-03-03T05:00:00Z'))).toBe('Issue #1 is closed.');
    expect(await keepIssue(client, place, failed('2026-03-04T05:00:00Z'))).toBe('Issue #1 is reopened.');
    expect(issues.all).toHaveLength(1);
    expect(issues.all[0]).toMatchObject({
      state: 'open',
      labels: ['vtex-token-rotation'],
      comments: ['<p>In order again: acmestore/k001.</p>', '<p>Failed: acmestore/k001.</p>'],
    });
    expect(stage.violations()).toEqual([]);
  });

  test('of another list, or of a person, is left alone', async () => {
    await using stage = await start();
    const { client, issues } = stage;
    await keepIssue(client, { ...place, title: 'Outlet' }, failed());
    await client.request('POST /repos/{owner}/{repo}/issues', {
      ...{ owner: 'acme', repo: 'tokens' },
      ...{ title: place.title, body: 'By hand', labels: ['vtex-token-rotation'] },
    });
    await keepIssue(client, place, failed());
    await keepIssue(client, place, rotated('2026-03-03T05:00:00Z'));
    expect(issues.all.map(({ title, state }) => [title, state])).toEqual([
      ['Outlet', 'open'],
      [place.title, 'open'],
      [place.title, 'closed'],
    ]);
  });

  test('that cannot be written is told, with what to do', async () => {
    await using stage = await start();
    const { client, issues } = stage;
    issues.switchedOff.add('acme/tokens');
    await expect(keepIssue(client, place, failed())).rejects.toThrow(
      new IssueFailure(
        'Cannot list the issues: GitHub answered 410. Issues are switched off in this repository: switch them on, or set report-issue: false.',
      ),
    );
  });
});
