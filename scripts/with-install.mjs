/**
 * Runs a script of this project on a machine that may be fresh: installs what package-lock.json says if that has
 * not been done, then starts the script with Node 24, which is the runner's: the one that was installed, or, on a
 * platform without such a package, the one that runs this. Plain JavaScript, because that one may be older. Whatever
 * goes wrong is said, and ends with exit code 1.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// No install script needs to run. A user's own settings may leave out the packages that these two bring back.
const install = 'npm ci --ignore-scripts --include=dev --include=optional --no-audit --no-fund';
/** The first Node 24 with long-term support. Earlier ones fail to take the types out of some of the files. */
const least = [24, 11];

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.installed-from');
const isWindows = process.platform === 'win32';

function read(file) {
  return readFileSync(join(root, file), 'utf8');
}

function fail(...lines) {
  console.error(['', ...lines].join('\n'));
  process.exit(1);
}

/** Why a process did not end with exit code 0; undefined if it did. */
function failure({ error, signal, status }) {
  if (error) return error.code === 'ENOENT' ? `cannot be started (${error.message})` : error.message;
  if (signal) return `was ended by ${signal}`;
  return status === 0 ? undefined : `ended with exit code ${status}`;
}

/** What one installation differs by from another. */
function installation() {
  const lock = createHash('sha256').update(read('package-lock.json')).digest('hex');
  return `${lock} ${process.platform}-${process.arch}\n`;
}

/** The Node that package.json pins for this platform. */
function installedNode() {
  const name = `node-${isWindows ? 'win' : process.platform}-${process.arch}`;
  if (!(name in JSON.parse(read('package.json')).optionalDependencies)) {
    return { problem: `There is no package of Node 24 for ${process.platform}-${process.arch}.` };
  }
  const file = join(root, 'node_modules', name, 'bin', isWindows ? 'node.exe' : 'node');
  if (!existsSync(file)) return { problem: `${file} is missing. Delete node_modules, then try again.` };
  const problem = failure(spawnSync(file, ['--version'], { encoding: 'utf8' }));
  return problem ? { problem: `${file} ${problem}.` } : { file };
}

function isRecent(version) {
  const [major, minor] = version.slice(1).split('.').map(Number);
  return major === least[0] && minor >= least[1];
}

/** The file of a Node that starts and is new enough. */
function findNode() {
  const { file, problem } = installedNode();
  if (file) return file;
  // npm puts this folder first on PATH: what does not start there must not stand in the way of what does.
  for (const name of ['node', 'node.cmd', 'node.ps1']) {
    rmSync(join(root, 'node_modules', '.bin', name), { force: true });
  }
  if (isRecent(process.version)) {
    console.error(`${problem} This machine's own Node ${process.version} is used.`);
    return process.execPath;
  }
  return fail(
    problem,
    `The Node that runs this is ${process.version}. Install Node ${least.join('.')} or a later Node ${least[0]}`,
    '(https://nodejs.org/en/download), and try again with it.',
  );
}

const [script, ...args] = process.argv.slice(2);
const wanted = installation();
const isInstalled = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
if (!isInstalled) {
  const problem = failure(spawnSync(install, { cwd: root, stdio: 'inherit', shell: true }));
  if (problem) fail(`The installation failed: ${install}`, `It ${problem}.`);
}
const node = findNode();
if (!isInstalled) writeFileSync(stamp, wanted);

const result = spawnSync(node, [join(root, script), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: dirname(node) + delimiter + process.env.PATH },
});
if (result.error || result.signal) fail(`${script} ${failure(result)}.`);
process.exit(result.status);
