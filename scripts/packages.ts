import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

/** A file of an installed package, whether or not its `exports` show it, or its `package.json`. */
export function packageFile(name: string, file: string): string {
  const folders = (require.resolve.paths(name) ?? []).map((folder) => join(folder, name));
  const installed = folders.find((folder) => existsSync(join(folder, 'package.json')));
  if (installed === undefined) throw new Error(`the package ${name} is not installed`);
  return join(installed, file);
}
