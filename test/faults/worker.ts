/** A process that tries cases for `pool.ts`, one after the other, and tells what came of each. */
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import type { Assignment } from './pool.ts';
import { onBuiltFiles, type Starter } from './story.ts';
import { tryCase } from './try-case.ts';

export interface Told {
  readonly id: string;
  readonly hit: boolean;
  readonly problems: readonly string[];
}

/** To the parent, which has the clock of this process in its hands: a request is not being answered. */
export interface Hangs {
  readonly hangs: { readonly method: string; readonly path: string };
}

function tell(message: Told | Hangs): void {
  process.send?.(message);
}

async function starterOf({ here, actionDir }: Assignment): Promise<Starter> {
  if (!here) return onBuiltFiles(actionDir);
  const { runHere } = await import('./in-process.ts');
  return (_store, request) => ({
    done: runHere(request),
    signal: () => {
      throw new Error('a signal would end the trial itself');
    },
    hang: (hangs) => {
      tell({ hangs });
    },
    after: (ms, action) => {
      setTimeout(action, ms);
    },
  });
}

async function attempt(assignment: Assignment): Promise<void> {
  try {
    const { hit, problems } = await tryCase(assignment.one, await starterOf(assignment));
    tell({ id: assignment.id, hit, problems });
  } catch (error) {
    tell({ id: assignment.id, hit: true, problems: [`the trial itself failed: ${inspect(error)}`] });
  }
}

// Simulated time does not let the channel to the parent keep a process alive; a port that listens does.
createServer().listen(0, '127.0.0.1');
// Without a parent nobody moves the clock, so whatever waits would wait for ever.
process.on('disconnect', () => process.exit());
process.on('message', (message: object) => {
  if ('one' in message) void attempt(message as Assignment);
});
