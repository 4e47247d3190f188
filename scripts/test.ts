/** Everything that must hold before a commit: style, types, a fresh dist/, and all tests. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { packageFile } from './packages.ts';

function check(title: string, ...command: readonly string[]): void {
  console.log(`\n# ${title}`);
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Of every file in dist/, by path. */
function bundleHash(): string {
  if (!existsSync('dist')) return 'absent';
  const hash = createHash('sha256');
  for (const file of globSync('dist/**/*.*').sort())
    hash.update(file.replaceAll('\\', '/')).update(readFileSync(file));
  return hash.digest('hex');
}

check('Lint', packageFile('eslint', 'bin/eslint.js'), '.', '--max-warnings=0');
check('Format', packageFile('prettier', 'bin/prettier.cjs'), '--check', '--log-level=warn', '.');
check('Types', packageFile('typescript', 'bin/tsc'), '--noEmit');
check('README tables', 'scripts/readme-tables.ts', '--check');

const committed = bundleHash();
check('Build dist/', 'scripts/build.ts');
if (bundleHash() !== committed) {
  console.error('dist/ was not what src/ builds. It has been rebuilt: look at it and commit it.');
  process.exit(1);
}

check('Tests', packageFile('vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2));
