/** The inputs that are secrets: masked first of all, and by `post` too, which needs nothing else of the inputs. */
import { noToken } from '../rotation/settings.ts';
import { Secret } from '../secret.ts';
import { type Environment, inputVariable } from './reader.ts';

export const secretInputNames = [
  'app-token',
  'current-token',
  'pending-token',
  'old-token',
  'run-token',
  'github-token',
  'verification-token',
] as const;

/** Every secret among the inputs, whether the rest is right or wrong: to be masked before anything is printed. */
export function secretInputs(environment: Environment): readonly Secret[] {
  return secretInputNames.flatMap((name) => {
    const value = environment[inputVariable(name)]?.trim() ?? '';
    return value === '' || value === noToken ? [] : [new Secret(value)];
  });
}
