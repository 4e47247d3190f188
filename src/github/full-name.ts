/** Names of repositories in GitHub's replies: they come to stand in paths, in the log and in outputs. */
import { RotationError } from '../common/errors.ts';
import type { Quoter } from '../common/quoter.ts';

/**
 * `owner/repo`; undefined if the value is anything else. Throws for a name that repeats a secret: it may not be shown, and
 * a repository that is left out without a word would be left with a dead token.
 */
export function fullNameOf(value: unknown, quoter: Quoter): string | undefined {
  if (typeof value !== 'string' || !/^[\w-]{1,100}\/(?!\.{1,2}$)[\w.-]{1,100}$/.test(value)) return undefined;
  if (!quoter.isEcho(value)) return value;
  throw new RotationError(
    'github-unavailable',
    'GitHub gave the name of a repository that repeats a secret of this run, so it cannot be used.',
    'If a repository has such a name: the values of the secrets that this run is given, in current-values too, must not ' +
      'have it in them.',
  );
}
