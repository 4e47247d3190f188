/**
 * Runs a script of this project on a machine that may be fresh: installs what package-lock.json says if that has
 * not been done, then starts the script with the Node 24 that comes with it, which is the runner's. Plain
 * JavaScript, because the machine's own Node may be older.
 */
import { execSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [script, ...args] = process.argv.slice(2);
const stamp = join(root, 'node_modules', '.installed-from');
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  execSync('npm ci --no-audit --no-fund', { cwd: root, stdio: 'inherit' });
  writeFileSync(stamp, lock);
}

const bin = join(root, 'node_modules', 'node', 'bin');
const { status } = spawnSync(
  join(bin, process.platform === 'win32' ? 'node.exe' : 'node'),
  [join(root, script), ...args],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: bin + (process.platform === 'win32' ? ';' : ':') + process.env.PATH },
  },
);
process.exit(status ?? 1);
