/** What is bundled is somebody's work: their licences stand beside it. */
import { globSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { read, root } from './files.ts';

const licenses = globSync('dist/*/licenses.txt', { cwd: root })
  .map((file) => read(file))
  .join('\n');

/** Licence texts are wrapped, and line ends differ. */
const words = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** The packages whose modules are in the bundles, as the comments before the modules tell. */
const bundled = new Set(
  globSync('dist/*/*.js', { cwd: root }).flatMap((file) =>
    [...read(file).matchAll(/\/node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//g)].map(([, name = '']) => name),
  ),
);

test('dist/ carries the licence of each package that is in it', () => {
  expect(bundled.size).toBeGreaterThan(10);
  const named = new Set(licenses.split('\n'));
  for (const name of bundled) {
    // Several packages have the same text.
    expect(named.has(name), `${name} is named`).toBe(true);
    const [file] = globSync(`node_modules/${name}/LICEN[CS]E*`, { cwd: root });
    expect(file, `the licence of ${name}`).toBeDefined();
    const text = words(read((file ?? '').split(path.sep).join('/')));
    expect(words(licenses).includes(text), `the licence of ${name} is in dist/`).toBe(true);
  }
});
