import type { RunPlan } from './github-runs.ts';

/**
 * The ways in which a dispatched run can end, or not end, without having verified anything. Only `completed`
 * with `success` is proof; tools of this kind take up to eight of these for success.
 */
export const badOutcomes: Readonly<Record<string, RunPlan>> = {
  failure: { conclusion: 'failure' },
  cancelled: { conclusion: 'cancelled' },
  'timed out': { conclusion: 'timed_out' },
  'startup failure': { conclusion: 'startup_failure', neverStarts: true },
  'action required': { conclusion: 'action_required', neverStarts: true },
  skipped: { conclusion: 'skipped', neverStarts: true },
  stale: { conclusion: 'stale', neverStarts: true },
  neutral: { conclusion: 'neutral' },
  'pending, then failure': { startsAs: 'pending', conclusion: 'failure' },
  'requested, then failure': { startsAs: 'requested', conclusion: 'failure' },
  'never ends': { runsForMs: Infinity },
};

/** Beside the eleven: a word that GitHub may add, and a gate that nobody opens. */
export const oddOutcomes: Readonly<Record<string, RunPlan>> = {
  'unknown conclusion': { conclusion: 'partially_successful' },
  'waits for approval': { startsAs: 'waiting' },
};
