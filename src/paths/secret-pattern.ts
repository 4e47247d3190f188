/** Which repositories a path with `*` stands for, and where its secret is in each. */
import { parseSecretPath } from './parse-secret-path.ts';
import type { SecretPath, SecretPattern } from './secret-path.ts';

/** Whether the name of a repository fits the pattern, whatever its case. Linear in the length of both. */
export function matchesPattern(pattern: SecretPattern, repository: string): boolean {
  const pieces = pattern.repo.toLowerCase().split('*');
  const name = repository.toLowerCase();
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last))
    return false;
  let from = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const at = name.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return from <= name.length - last.length;
}

/** The secret of a pattern in one of the repositories. Throws `InvalidSecretPath` if that is not a repository's name. */
export function secretIn({ owner, rest }: SecretPattern, repository: string): SecretPath {
  return parseSecretPath(`repos/${owner}/${repository}/${rest}`, '');
}
