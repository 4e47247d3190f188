/** Words for tokens, so that a test can say which one is where without printing any. */
import type { Store } from '../fakes/index.ts';

/** The tokens that the key has had at VTEX, by their age. */
export function tokensOf({ vtex, targetKey }: Store, key = targetKey): readonly string[] {
  return vtex.everyToken.filter((token) => vtex.state(key, token) !== 'unknown');
}

/** What a secret holds: `absent`, the token that the key had first (`old`), the next (`new`), those after it. */
export function nameOf(store: Store, value: string | undefined, key?: string): string {
  if (value === undefined) return 'absent';
  const age = tokensOf(store, key).indexOf(value);
  switch (age) {
    case -1:
      return value === 'none' ? value : 'something else';
    case 0:
      return 'old';
    case 1:
      return 'new';
    default:
      return `newer (${age})`;
  }
}
