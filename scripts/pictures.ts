/**
 * Makes the pictures of the job summaries in docs/images: runs of the built action on the fakes, rendered in GitHub's
 * style by a real browser, light and dark. Names of runs as arguments make only those.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import UPNG from 'upng-js';
import { startBrowser } from '../test/summaries/browser.ts';
import { pageOf } from '../test/summaries/page.ts';
import { runFor, summaryRuns } from '../test/summaries/runs.ts';

/** The width of a README on GitHub. */
const width = 830;

const folder = path.resolve(import.meta.dirname, '../docs/images');
const wanted = process.argv.slice(2);
const started = await startBrowser();
if ('missing' in started) {
  console.error(started.missing);
  process.exit(1);
}
mkdirSync(folder, { recursive: true });
for (const summaryRun of summaryRuns.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const { name } = summaryRun;
  const html = pageOf((await runFor(summaryRun)).summary, name);
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await started.browser.newPage({
      viewport: { width, height: 400 },
      deviceScaleFactor: 2,
      colorScheme,
    });
    await page.setContent(html);
    await page.evaluate('document.fonts.ready');
    const file = path.join(folder, `summary-${name}-${colorScheme}.png`);
    const picture = inFewColors(await page.screenshot({ fullPage: true }));
    await page.close();
    writeFileSync(file, picture);
    console.log(`${path.relative(process.cwd(), file)} ${Math.round(picture.length / 1024)} KiB`);
  }
}
await started.browser.close();

/** Every use of the action downloads this repository, so the pictures must not weigh much. */
function inFewColors(png: Buffer): Buffer {
  const image = UPNG.decode(new Uint8Array(png).buffer);
  return Buffer.from(UPNG.encode(UPNG.toRGBA8(image), image.width, image.height, 64));
}
