/** Each summary as a reader sees it: in a real browser, on a narrow page, in both schemes. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageFile } from '../../scripts/packages.ts';
import type { ActionRun } from '../runner/runner.ts';
import { startBrowser } from './browser.ts';
import { pageOf } from './page.ts';
import { runFor, type SummaryRun, summaryRuns } from './runs.ts';

const axe = readFileSync(packageFile('axe-core', 'axe.min.js'), 'utf8');
const gitHub = 'https://github.com';
const narrow = { width: 500, height: 800 };

const started = await startBrowser();
if ('missing' in started) console.warn(`The summaries are not looked at: ${started.missing}`);

/** Addresses that every reader of this summary needs. */
function neededLinks({ result, code, inputs }: SummaryRun): readonly string[] {
  const guide = `${gitHub}/your_organization/rotate-vtex-token/blob/v1/docs/troubleshooting.md`;
  const wasVerified = ['rotated', 'pending', 'restored'].includes(result) && inputs?.operation === undefined;
  return [
    'https://acmestore.myvtex.com/admin/api-keys',
    `${gitHub}/acme/store/settings/secrets/actions`,
    `${gitHub}/acme/store/settings/environments`,
    `${gitHub}/organizations/acme/settings/secrets/actions`,
    ...(wasVerified ? [`${gitHub}/acme/store/actions/runs/`] : []),
    ...(code === undefined ? [] : [`${guide}#${code}`]),
    ...(code === undefined && result !== 'pending'
      ? []
      : [`${gitHub}/acme/store/actions/workflows/rotate.yml`]),
  ];
}

async function open(browser: Browser, run: ActionRun, colorScheme: 'light' | 'dark'): Promise<Page> {
  const page = await browser.newPage({ viewport: narrow, colorScheme });
  await page.setContent(pageOf(run.summary, 'summary'));
  await page.evaluate('document.fonts.ready');
  await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
  return page;
}

/** What is wider than its place: the page, or a table, which GitHub would let scroll. */
const overflowing = `[document.documentElement, ...document.querySelectorAll('.markdown-body, .markdown-body *')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
  .map((one) => one.tagName + ': ' + one.textContent.slice(0, 60))`;

async function poorContrast(page: Page): Promise<unknown> {
  await page.evaluate(axe);
  return page.evaluate(`axe.run('.markdown-body', { runOnly: ['color-contrast', 'link-name', 'list', 'table-fake-caption'] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`);
}

describe.skipIf('missing' in started)('in a browser', () => {
  const browser = 'browser' in started ? started.browser : undefined;
  const runs = new Map<string, ActionRun>();

  beforeAll(async () => {
    // Two side by side: the machine may have no more cores.
    const waiting = [...summaryRuns];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        runs.set(next.name, await runFor(next));
    };
    await Promise.all([work(), work()]);
  });

  afterAll(async () => {
    await browser?.close();
  });

  test.each(summaryRuns)('$name: everything fits, leads on and can be read', async (summaryRun) => {
    const run = runs.get(summaryRun.name);
    if (run === undefined || browser === undefined) throw new Error('there is nothing to look at');
    expect(run.outputs.result).toBe(summaryRun.result);
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open(browser, run, colorScheme);
      expect(await page.evaluate(overflowing), colorScheme).toEqual([]);
      expect(await poorContrast(page), colorScheme).toEqual([]);
      const links = await page.evaluate<string[]>('[...document.links].map(({ href }) => href)');
      for (const needed of neededLinks(summaryRun))
        expect(
          links.some((link) => link.startsWith(needed)),
          needed,
        ).toBe(true);
      const alerts = await page.evaluate('document.querySelectorAll(".markdown-alert").length');
      expect(alerts).toBe(summaryRun.code === undefined && summaryRun.result !== 'pending' ? 0 : 1);
      await page.close();
    }
  });
});
