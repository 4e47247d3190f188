/** How many requests to GitHub a rotation makes, for the plan and for the limits. */
import { RotationError } from '../common/errors.ts';
import { placeOf, type SecretPath } from '../paths/secret-path.ts';
import { pointsAMinute, pointsOf } from './github-limits.ts';
import type { Observation } from './model.ts';
import { planOf } from './plan.ts';
import type { RateLeft } from './ports.ts';
import type { Settings } from './settings.ts';

export interface Budget {
  readonly reads: number;
  readonly writes: number;
  /** The least time that GitHub's limits allow, without waiting for VTEX, workflows or runs. */
  readonly seconds: number;
}

/** The dates of so many places (each is one listing) are read while the writes go on: GitHub's minute has room for both. */
const placesReadMeanwhile = 100;

/** A place (a repository, an environment, an organization) shows all its secrets in one listing. */
const placesOf = (paths: readonly SecretPath[]): number => new Set(paths.map(placeOf)).size;

export const areReadMeanwhile = (paths: readonly SecretPath[]): boolean =>
  placesOf(paths) <= placesReadMeanwhile;

/** What is still to come after the look; a little more than the least. */
export function budgetOf(settings: Settings, seen: Observation): Budget {
  const steps = planOf(
    { ...settings, operation: settings.operation === 'check' ? 'rotate' : settings.operation },
    seen,
  );
  const writesListed = steps.includes('store') || steps.includes('restore');
  const count = seen.listed.length;
  const paths = seen.listed.map(({ path }) => path);
  // Right before the end, after the writes, and once more after the close; organization secrets are read around their write.
  const looks = 1 + (writesListed && areReadMeanwhile(paths) ? 1 : 0) + (steps.includes('close') ? 1 : 0);
  const organizations = paths.filter(({ level }) => level === 'organization').length;
  const reads = placesOf(paths) + looks * count + 4 * organizations + 5;
  const own = steps.includes('reserve') ? 4 : 2;
  const writes = (writesListed ? count : 0) + own;
  const points = reads * pointsOf(false) + writes * pointsOf(true);
  return { reads, writes, seconds: Math.ceil((points / pointsAMinute) * 60) };
}

/** A rotation that would run out of requests on its way is not begun. */
export function tooFewRequestsLeft(
  settings: Settings,
  seen: Observation,
  left: RateLeft | undefined,
): RotationError[] {
  if (left === undefined) return [];
  const { reads, writes } = budgetOf(settings, seen);
  if (left.remaining >= reads + writes) return [];
  const again = new Date(left.resetAt).toISOString();
  const isEnough = left.limit >= reads + writes;
  return [
    new RotationError(
      'github-unavailable',
      `GitHub's limit leaves ${left.remaining} requests to github-token until ${again}; this run needs about ${reads + writes}.`,
      isEnough
        ? `Nothing was changed. Start a new run after ${again}.`
        : `Nothing was changed. The limit of ${left.limit} requests an hour is too small for so many secrets: use a GitHub App.`,
    ),
  ];
}
