/**
 * Writes fleet/rotate/action.yml: the action of action.yml, at a path. A workflow can name an action of its own commit
 * only by a path in the repository (`$/fleet/rotate`), and the one at the top has none.
 *
 *   node scripts/fleet-action.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
export const fleetActionFile = new URL('fleet/rotate/action.yml', root);

/** The text that fleet/rotate/action.yml must have. */
export function fleetAction(): string {
  const action = readFileSync(new URL('action.yml', root), 'utf8').replaceAll('\r\n', '\n');
  const header = [
    '# Made of action.yml by scripts/fleet-action.ts: the same action, at a path that the workflows of this commit can',
    '# name. Change that file, and run the script.',
  ];
  const body = action.replaceAll(/^( +(?:main|post): )(dist\/)/gm, '$1../../$2');
  return `${header.join('\n')}\n${body}`;
}

if (import.meta.main) writeFileSync(fleetActionFile, fleetAction());
