/** Starts the built action as it is, sooner: hundreds of processes do the same in the tests, each from the beginning. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Node looks by itself whether what it finds there was made by this Node, of the file as it is now. */
const compileCache = path.join(root, 'node_modules', '.cache', 'node-compile');

/** WebAssembly is compiled once, and not again, better, in the background: the runs are too short for that to pay. */
export const quickNodeArgs = ['--liftoff-only'];

/** The code that an earlier process compiled; only of files that stay where they are. */
export function quickEnvironment(entry: string): Record<string, string> {
  return path.resolve(entry).startsWith(root) ? { NODE_COMPILE_CACHE: compileCache } : {};
}
