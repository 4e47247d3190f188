/** Builds dist/ from src/: tsc to plain JavaScript, then one bundle an entry file. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { packageFile } from './packages.ts';

function run(script: string, ...args: readonly string[]): void {
  execFileSync(process.execPath, [script, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

for (const folder of ['lib', 'dist']) rmSync(folder, { recursive: true, force: true });
run(packageFile('typescript', 'bin/tsc'), '-p', 'tsconfig.build.json');
for (const entry of ['main', 'post']) {
  run(
    packageFile('@vercel/ncc', 'dist/ncc/cli.js'),
    'build',
    `lib/${entry}.js`,
    '-o',
    `dist/${entry}`,
    '--no-cache',
  );
}
