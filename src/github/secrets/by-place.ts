/** Asks GitHub of many secrets: each place is asked by itself, for what it answers is of its own secrets. */
import type { RotationError } from '../../common/errors.ts';
import type { SecretFacts } from '../../rotation/ports/secret-store.ts';
import { placeOf, type SecretPath } from '../../paths/secret-path.ts';

export type Answer = SecretFacts | RotationError;

/** Asks place by place, side by side, and gives the answers in the order of the paths. */
export async function byPlace(
  paths: readonly SecretPath[],
  answer: (inPlace: readonly SecretPath[]) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
  const places = Map.groupBy(paths, placeOf);
  const answers = new Map<SecretPath, Answer>();
  await Promise.all(
    [...places.values()].map(async (inPlace) => {
      const found = await answer(inPlace);
      for (const [index, one] of found.entries()) {
        const path = inPlace[index];
        if (path !== undefined) answers.set(path, one);
      }
    }),
  );
  return paths.map((path) => {
    const found = answers.get(path);
    if (found === undefined) throw new Error('a look has no answer');
    return found;
  });
}
