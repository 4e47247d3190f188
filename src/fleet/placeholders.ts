/** The environment that a job of a key will give to the action, with something in the place of each secret. */
import { randomUUID } from 'node:crypto';
import { type Environment, type InputName, inputVariable } from '../inputs/names.ts';

export function placeholders(
  given: Readonly<Partial<Record<InputName, string>>>,
  { repository, ref }: { readonly repository: string; readonly ref: string },
): Environment {
  const secret = (): string => randomUUID();
  const inputs: Partial<Record<InputName, string>> = {
    ...given,
    operation: 'rotate',
    'app-token': secret(),
    'current-token': secret(),
    // Its beginning is that of an installation token, so that what is said of those is said here.
    'github-token': `ghs_${secret()}`,
  };
  return {
    GITHUB_REPOSITORY: repository,
    GITHUB_REF: ref,
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [inputVariable(name as InputName), value]),
    ),
  };
}
