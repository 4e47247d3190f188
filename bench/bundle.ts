/** What the bundle is made of, by package. */
import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageFile } from '../scripts/packages.ts';
import type { Section } from './figures.ts';
import { repository } from './step.ts';

interface Module {
  readonly name: string;
  readonly size: number;
  readonly modules?: readonly Module[];
}

/** To be called after a build, which leaves the plain JavaScript in `lib/`. */
export function benchBundle(): Section {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  try {
    const rows = ['main', 'post'].flatMap((entry) => {
      const stats = path.join(folder, `${entry}.json`);
      const ncc = packageFile('@vercel/ncc', 'dist/ncc/cli.js');
      const args = [
        'build',
        `${entry}.js`,
        '-o',
        path.join(folder, entry),
        '--no-cache',
        '--stats-out',
        stats,
      ];
      execFileSync(process.execPath, [ncc, ...args], { cwd: path.join(repository, 'lib'), stdio: 'ignore' });
      const { modules } = JSON.parse(readFileSync(stats, 'utf8')) as { modules: readonly Module[] };
      const sizes = new Map<string, number>();
      for (const { name, size } of modules.flatMap(leaves)) {
        const owner = ownerOf(name);
        sizes.set(owner, (sizes.get(owner) ?? 0) + size);
      }
      const files = globSync(path.join(repository, 'dist', entry, '*.js'));
      const whole = files.reduce((sum, file) => sum + statSync(file).size, 0);
      const parts = [...sizes].sort((a, b) => b[1] - a[1]).filter(([, size]) => size >= 5000);
      return [
        [`**${entry}**, all files`, kilobytes(whole)],
        [
          `of these \`index.js\`, the only one that is always read`,
          kilobytes(statSync(path.join(repository, 'dist', entry, 'index.js')).size),
        ],
        ...parts.map(([owner, size]) => [owner, kilobytes(size)]),
      ];
    });
    return {
      title: 'Bundle',
      text: 'Kilobytes of the committed `dist/`, and of the source of each package in it; those below 5 kB are left out.',
      head: ['what', 'kB'],
      rows,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function leaves(module: Module): readonly Module[] {
  return module.modules === undefined ? [module] : module.modules.flatMap(leaves);
}

function ownerOf(name: string): string {
  const [, owner] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name) ?? [];
  return owner ?? 'this project';
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(0);
}
