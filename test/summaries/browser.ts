/**
 * A real Chromium for pictures and tests: the one of the npm package `@sparticuz/chromium`, which needs no install
 * script and brings the libraries that a bare machine lacks; else one that the machine has.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium as driver, type Browser } from 'playwright-core';
import { packageFile } from '../../scripts/packages.ts';

const cache = path.resolve(import.meta.dirname, '../../node_modules/.cache');

/** Root may not use the sandbox; nothing is opened here but pages of our own. */
const args = ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none', '--force-color-profile=srgb'];

/** Why there is no browser, where there is none. */
export type Started = { readonly browser: Browser } | { readonly missing: string };

export async function startBrowser(): Promise<Started> {
  const reasons: string[] = [];
  for (const find of [unpackedChromium, ownChromium]) {
    try {
      const found = await find();
      if (found === undefined) continue;
      const { executablePath, env } = found;
      return { browser: await driver.launch({ executablePath, args, env: { ...process.env, ...env } }) };
    } catch (error) {
      reasons.push(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
    }
  }
  return { missing: ['no Chromium can be started here', ...reasons].join(': ') };
}

interface Found {
  readonly executablePath: string;
  readonly env: Record<string, string>;
}

/** Of the package there is only a build for Linux on x64. Unpacked once, and in one move: runs may come together. */
async function unpackedChromium(): Promise<Found | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const { version } = JSON.parse(
    readFileSync(packageFile('@sparticuz/chromium', 'package.json'), 'utf8'),
  ) as {
    version: string;
  };
  const home = path.join(cache, `chromium-${version}`);
  if (!existsSync(home)) {
    mkdirSync(cache, { recursive: true });
    const fresh = mkdtempSync(`${home}-`);
    await unpackInto(fresh);
    // Without a font of the system nothing is drawn, not even in the page's own fonts.
    const folders = `<dir>${path.join(home, 'fonts')}</dir><cachedir>${path.join(home, 'fonts-cache')}</cachedir>`;
    writeFileSync(path.join(fresh, 'fonts.conf'), `<?xml version="1.0"?><fontconfig>${folders}</fontconfig>`);
    try {
      renameSync(fresh, home);
    } catch (error) {
      if (!existsSync(home)) throw error;
      rmSync(fresh, { recursive: true });
    }
  }
  const libraries = [path.join(home, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH ?? ''];
  return {
    executablePath: path.join(home, 'chromium'),
    env: { LD_LIBRARY_PATH: libraries.join(':'), FONTCONFIG_FILE: path.join(home, 'fonts.conf') },
  };
}

/** The package unpacks into the temporary directory, whatever that is at the moment. */
async function unpackInto(folder: string): Promise<void> {
  const { inflate } = await import('@sparticuz/chromium');
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    for (const file of ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br'])
      await inflate(packageFile('@sparticuz/chromium', `bin/${file}`));
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}

function ownChromium(): Promise<Found | undefined> {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const [executablePath] = folders
    .flatMap((folder) => names.map((name) => path.join(folder, name)))
    .filter((file) => existsSync(file));
  return Promise.resolve(executablePath === undefined ? undefined : { executablePath, env: {} });
}
