/** Inputs that are as old as the queueing of the run. https://docs.github.com/actions/reference/security/secrets */
import { RotationError } from '../common/errors.ts';
import type { Observation } from './model.ts';
import { noToken, type Settings } from './settings.ts';

const startNewRun = 'Start a new run (not a re-run): it is given what the secrets hold now.';

/** A `current-token` that VTEX refuses, where no usable renewal explains it. */
export function refusedCurrentToken(settings: Settings, seen: Observation): readonly RotationError[] {
  if (seen.current !== 'refused') return [];
  switch (seen.isOutdated) {
    case true:
      return [
        new RotationError(
          'run-outdated',
          'VTEX refuses current-token, and a listed secret was written since this run was queued: the run holds an earlier value.',
          startNewRun,
        ),
      ];
    case 'unknown':
      return [
        refused(
          seen,
          `Either the token is wrong or dead, or the run was queued before the secrets were written (${datesOf(seen)}) and ` +
            'holds an earlier value; with permissions: actions: read the run could tell.',
          `${startNewRun} If that fails too: ${replaceIt(settings)}`,
        ),
      ];
    case false:
    case undefined:
      return [refused(seen, '', replaceIt(settings))];
  }
}

function refused({ refusedRequest = '' }: Observation, more: string, hint: string): RotationError {
  return new RotationError(
    'current-token-refused',
    `VTEX refuses current-token for api-key. What uses this token fails already, or the token belongs to another key. ${more}`.trim() +
      refusedRequest,
    hint,
  );
}

function replaceIt({ apiKey }: Settings): string {
  return (
    `Check that current-token is the token of ${apiKey} and that the key is active. If the token is lost or dead, set ` +
    `current-token: ${noToken}; then the key is renewed without it.`
  );
}

function datesOf({ listed }: Observation): string {
  const dates = listed.flatMap(({ path, updatedAt }) =>
    updatedAt === undefined ? [] : [`${path.name} ${new Date(updatedAt).toISOString()}`],
  );
  return `last written: ${dates.slice(0, 3).join(', ')}${dates.length > 3 ? ', …' : ''}`;
}

/** A whole value that was written since the run was queued would be written back in its earlier form. */
export function outdatedValue(path: string): RotationError {
  return new RotationError(
    'run-outdated',
    `${path} was written since this run was queued, so its entry in current-values is an earlier value. Nothing was renewed.`,
    startNewRun,
  );
}
