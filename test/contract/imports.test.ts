/** Layers look inward only, and importing a module does nothing. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const modules = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
  .map((name) => `src/${name.replaceAll('\\', '/')}`)
  .filter((name) => name.endsWith('.ts'))
  .sort();

const entries = ['src/main.ts', 'src/post.ts', 'src/fleet.ts'];

/** What every layer may import: words and types that belong to none of them. */
const common = ['src/common/', 'src/paths/'];

interface Layer {
  /** Own folder and what else of this project. */
  readonly own: readonly string[];
  /** Packages; `node:` stands for all of Node's own. */
  readonly packages: readonly string[];
}

const layers: Readonly<Record<string, Layer>> = {
  'src/common/': { own: ['src/common/'], packages: ['node:'] },
  'src/paths/': { own: ['src/paths/'], packages: [] },
  'src/rotation/': { own: ['src/rotation/', ...common], packages: [] },
  'src/vtex/': {
    own: ['src/vtex/', 'src/rotation/', 'src/http/', ...common],
    packages: ['node:', 'undici'],
  },
  'src/github/': {
    own: ['src/github/', 'src/rotation/', 'src/http/', ...common],
    packages: ['node:', '@actions/github', '@octokit/', 'libsodium-wrappers', 'undici', 'yaml'],
  },
  'src/fleet/': {
    own: [
      'src/fleet/',
      'src/inputs/',
      'src/github/octokit.ts',
      'src/github/request.ts',
      'src/report/markup.ts',
      ...common,
    ],
    packages: ['node:', 'yaml'],
  },
  'src/report/': {
    own: ['src/report/', 'src/rotation/', 'src/inputs/', ...common],
    packages: ['node:'],
  },
};

interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
}

function importsOf(path: string): Import[] {
  const text = readFileSync(`${root}${path}`, 'utf8').replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');
  const statements = text.matchAll(
    /^(?:import|export)\b(\s+type\b)?(?:[^;'"]*?\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm,
  );
  return [...statements].map(([, type, fixed, dynamic]) => {
    const name = fixed ?? dynamic ?? '';
    const target = name.startsWith('.') ? posix.join(posix.dirname(path), name) : name;
    return { target, typeOnly: type !== undefined };
  });
}

test('there is something to look at', () => {
  expect(modules.length).toBeGreaterThan(5);
  expect(importsOf('src/rotation/ports/vtex.ts').map(({ target }) => target)).toContain(
    'src/common/errors.ts',
  );
});

test.each(Object.entries(layers))('%s imports only what stands below it', (folder, layer) => {
  const allowed = [...layer.own, ...layer.packages];
  for (const path of modules.filter((name) => name.startsWith(folder))) {
    const targets = importsOf(path).map(({ target }) => target);
    expect(
      targets.filter((target) => !allowed.some((start) => target.startsWith(start))),
      path,
    ).toEqual([]);
  }
});

test('only the entry files and the composition roots know all layers, and nothing else imports those', () => {
  const above = ['src/action.ts', 'src/run.ts', ...entries];
  for (const path of modules.filter((name) => !entries.includes(name) && name !== 'src/action.ts')) {
    const imported = importsOf(path).map(({ target }) => target);
    expect(
      imported.filter((target) => above.includes(target)),
      path,
    ).toEqual([]);
  }
});

test('@actions/core is used only where the action meets the runner', () => {
  const users = modules.filter((path) => importsOf(path).some(({ target }) => target === '@actions/core'));
  expect(users).toEqual([
    'src/recovery.ts',
    'src/runner/journal.ts',
    'src/runner/log.ts',
    'src/runner/publish.ts',
  ]);
});

test('no two modules need each other at run time', () => {
  const needs = new Map(
    modules.map((path) => [
      path,
      importsOf(path)
        .filter(({ typeOnly }) => !typeOnly)
        .map(({ target }) => target),
    ]),
  );
  const cycles: string[] = [];
  const finished = new Set<string>();
  function visit(path: string, trail: readonly string[]): void {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    if (trail.includes(path) || finished.has(path)) return;
    for (const target of needs.get(path) ?? []) visit(target, [...trail, path]);
    finished.add(path);
  }
  for (const path of modules) visit(path, []);
  expect(cycles).toEqual([]);
});

test('importing any module but the entry files prints nothing, changes nothing and lets the process end', () => {
  const imported = modules.filter((path) => !entries.includes(path));
  // A process of its own: what other tests have imported must not hide an effect.
  const script = `
    const environment = JSON.stringify(process.env);
    const directory = process.cwd();
    const signals = ['SIGINT', 'SIGTERM', 'uncaughtException', 'unhandledRejection', 'exit'];
    const listeners = () => signals.map((name) => process.listenerCount(name)).join();
    const before = listeners();
    for (const url of ${JSON.stringify(imported.map((path) => pathToFileURL(`${root}${path}`).href))}) {
      await import(url);
      if (JSON.stringify(process.env) !== environment) throw new Error(url + ' changed the environment');
      if (process.cwd() !== directory) throw new Error(url + ' changed the directory');
      if (listeners() !== before) throw new Error(url + ' listens to signals');
      if (process.exitCode !== undefined) throw new Error(url + ' set the exit code');
      const open = process.getActiveResourcesInfo().filter((name) => /Timeout|Socket|Server|TCP/.test(name));
      const own = open.filter((name) => !/Pipe|TTY/.test(name));
      if (own.length > 0) throw new Error(url + ' keeps open: ' + own.join());
    }`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    timeout: 30_000,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect(output).toBe('');
});
