/** `scripts/test.ts` in a project whose tools are small programs: what runs beside what, what is printed, what fails. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

const files = {
  tables: 'scripts/readme-tables.ts',
  build: 'scripts/build.ts',
  prettier: 'node_modules/prettier/bin/prettier.cjs',
  tsc: 'node_modules/typescript/bin/tsc',
  eslint: 'node_modules/eslint/bin/eslint.js',
  vitest: 'node_modules/vitest/vitest.mjs',
} as const;
type Tool = keyof typeof files;

/** Each says its name, the arguments it got, and what it is told to do besides. */
function projectWith(programs: Partial<Record<Tool, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'npm-test-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  for (const script of ['test.ts', 'checks.ts', 'packages.ts']) {
    mkdirSync(path.join(folder, 'scripts'), { recursive: true });
    cpSync(path.join(root, 'scripts', script), path.join(folder, 'scripts', script));
  }
  write('package.json', '{ "type": "module" }');
  write('dist/index.js', 'built');
  for (const name of ['prettier', 'typescript', 'eslint', 'vitest']) {
    write(`node_modules/${name}/package.json`, `{ "name": "${name}" }`);
  }
  for (const [tool, file] of Object.entries(files)) {
    write(
      file,
      `(async () => {
         const { existsSync, writeFileSync } = await import('node:fs');
         const until = async (name) => { while (!existsSync(name)) await new Promise((done) => setTimeout(done, 5)); };
         console.log('${tool}', ...process.argv.slice(2));
         ${programs[tool as Tool] ?? ''}
       })();`,
    );
  }
  return folder;
}

function npmTest(folder: string, ...args: readonly string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/test.ts', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, text: stdout + stderr };
}

const everything = `
# README tables
tables --check

# Format
prettier --check --log-level=warn .

# Types
tsc --noEmit

# Lint
eslint . --max-warnings=0

# Build dist/
build

# Tests
vitest run test/x
`;

describe('npm test', () => {
  test('runs all, and passes', () => {
    expect(npmTest(projectWith({}), 'test/x')).toEqual({ status: 0, text: everything });
  });

  test('the tests run beside the checks of the sources, and what each prints stays together', () => {
    const folder = projectWith({
      tables: `await until('tests-began'); console.log('tables again');`,
      build: `writeFileSync('built', '');`,
      vitest: `writeFileSync('tests-began', String(existsSync('built'))); console.log('vitest again');`,
    });
    const { status, text } = npmTest(folder, 'test/x');
    const twice = everything
      .replace('tables --check', '$&\ntables again')
      .replace('vitest run test/x', '$&\nvitest again');
    expect({ status, text }).toEqual({ status: 0, text: twice });
  });

  test('whatever fails is named, and all else is run', () => {
    const fails = Object.fromEntries(
      (['tables', 'tsc', 'vitest'] as const).map((tool) => [tool, 'process.exitCode = 3;']),
    );
    const { status, text } = npmTest(projectWith(fails));
    expect(status).toBe(1);
    for (const name of Object.keys(files)) expect(text).toMatch(new RegExp(`^${name}\\b`, 'm'));
    for (const title of ['README tables', 'Types', 'Tests'])
      expect(text).toContain(`\n${title}: ended with exit code 3\n`);
    expect(text.endsWith('\n# README tables failed\n# Types failed\n# Tests failed\n')).toBe(true);
  });

  test('a dist/ that is not what src/ builds fails, and no test runs', () => {
    const folder = projectWith({
      build: `writeFileSync('dist/index.js', 'other');`,
      vitest: `writeFileSync('tests-began', '');`,
    });
    const { status, text } = npmTest(folder);
    expect(status).toBe(1);
    expect(text).toContain('Build dist/: dist/ was not what src/ builds.');
    expect(text.endsWith('\n# Build dist/ failed\n# Tests was not run\n')).toBe(true);
    expect(existsSync(path.join(folder, 'tests-began'))).toBe(false);
  });

  test('a build that fails or dies is named, and no test runs', () => {
    const folder = projectWith({ build: `process.kill(process.pid, 'SIGKILL');` });
    const { status, text } = npmTest(folder);
    expect(status).toBe(1);
    expect(text).toMatch(/Build dist\/: ended with (SIGKILL|exit code 1)/);
    expect(text.endsWith('\n# Build dist/ failed\n# Tests was not run\n')).toBe(true);
  });
});
