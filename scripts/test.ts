/** Everything that must hold before a commit: style, types, a fresh dist/, and all tests; what is independent side by side. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { Checks } from './checks.ts';
import { packageFile } from './packages.ts';

/** Of every file in dist/, by path. */
function bundleHash(): string {
  if (!existsSync('dist')) return 'absent';
  const hash = createHash('sha256');
  for (const file of globSync('dist/**/*.*').sort())
    hash.update(file.replaceAll('\\', '/')).update(readFileSync(file));
  return hash.digest('hex');
}

const committed = bundleHash();
const checks = new Checks((text) => process.stdout.write(text));

const ofSources = [
  {
    title: 'README tables',
    command: ['scripts/readme-tables.ts', '--check'],
  },
  {
    title: 'Format',
    command: [packageFile('prettier', 'bin/prettier.cjs'), '--check', '--log-level=warn', '.'],
  },
  { title: 'Types', command: [packageFile('typescript', 'bin/tsc'), '--noEmit'] },
  { title: 'Lint', command: [packageFile('eslint', 'bin/eslint.js'), '.', '--max-warnings=0'] },
].map((check) => checks.add(check));
const build = checks.add({
  title: 'Build dist/',
  command: ['scripts/build.ts'],
  problem: () =>
    bundleHash() === committed
      ? undefined
      : 'dist/ was not what src/ builds. It has been rebuilt: look at it and commit it.',
});
const tests = checks.add({
  title: 'Tests',
  command: [packageFile('vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2)],
});

await Promise.all([
  // The tests run dist/: they come after its build, and not at all if it is not what is committed.
  build.run().then(async (passed) => passed && (await tests.run())),
  // One after the other: there may be no more than two cores.
  (async () => {
    for (const check of ofSources) await check.run();
  })(),
]);

const left = checks.end();
if (left.length > 0) console.error(`\n${left.map(({ title, how }) => `# ${title} ${how}`).join('\n')}`);
process.exitCode = left.length > 0 ? 1 : 0;
