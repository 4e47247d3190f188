/** Builds dist/ from src/: tsc to plain JavaScript, then one bundle an entry file, with the licences of what is in it. */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { packageFile } from './packages.ts';
import { tsconfigWithShadows } from './shadows.ts';

function run(cwd: string, script: string, ...args: readonly string[]): void {
  execFileSync(process.execPath, [script, ...args], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

for (const folder of ['lib', 'dist']) rmSync(folder, { recursive: true, force: true });
run('.', packageFile('typescript', 'bin/tsc'), '-p', 'tsconfig.build.json');
writeFileSync('lib/tsconfig.json', tsconfigWithShadows());
for (const entry of ['main', 'post', 'fleet']) {
  const ncc = packageFile('@vercel/ncc', 'dist/ncc/cli.js');
  run(
    'lib',
    ncc,
    'build',
    `${entry}.js`,
    '-o',
    `../dist/${entry}`,
    '--no-cache',
    '--license',
    'licenses.txt',
  );
}

// One character beyond Latin-1 and Node keeps the whole file in twice the memory, and reads it at half the speed.
for (const file of globSync('dist/*/*.js')) {
  const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/[^\0-\x7f]/g, escape));
}
