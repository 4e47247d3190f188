import { exit } from './runner/exit.ts';
import { isTokenUnsaved } from './runner/saved-state.ts';

// Almost always there is nothing to do, and then nothing more is loaded.
if (isTokenUnsaved(process.env)) {
  const { recover } = await import('./recovery.ts');
  exit(await recover());
}
