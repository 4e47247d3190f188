/** Waiting for runs that hold the old token. */
import { RotationError } from '../errors.ts';
import { takenUpByNextRun } from './next-moves.ts';
import type { Ports, SecretFacts, WaitingRun } from './ports.ts';
import { asRotationError, type PerformStep } from './step-context.ts';

/**
 * A run stands in GitHub's lists only some time after it was queued; eight seconds have been seen
 * (https://github.com/Codex-/return-dispatch/issues/183). An empty list proves nothing before that.
 */
const listingLagMs = 15_000;

/** Waits for the runs that GitHub handed the old value when they were queued. */
export const drain: PerformStep = async ({ plan, known, ports, stop }) => {
  const { clock, log } = ports;
  const deadline = clock.now() + plan.drainTimeoutMs;
  const updates = await Promise.all(plan.secrets.map((path) => ports.store.read(path)));
  const ours = new Set(known.runs.map(({ runId }) => runId));
  const ages = updates.map(({ updatedAt, readAt }) => readAt - (updatedAt ?? 0));
  const provenAt = clock.now() + Math.max(0, listingLagMs - Math.min(...ages));
  let reported = '';
  for (let wait = 5000; ; wait = Math.min(wait * 1.5, 30_000)) {
    const waiting = await unfinishedRuns(updates, ports, ours);
    const isEmpty = waiting?.length === 0;
    if (isEmpty && clock.now() >= provenAt) return { drained: true };
    const progress = drainProgress(waiting);
    if (progress !== reported) log.info(progress);
    reported = progress;
    const left = deadline - clock.now();
    if (stop.aborted) return {};
    if (left <= 0) {
      throw new RotationError(
        'drain-timeout',
        `After ${plan.drainTimeoutMs / 60_000} minutes ${progress}.`,
        `Both tokens work. Wait for these runs or cancel them. ${takenUpByNextRun}`,
      );
    }
    const pause = isEmpty ? Math.max(0, provenAt - clock.now()) : wait;
    await clock.sleep(Math.min(pause, left), stop);
  }
};

function drainProgress(waiting: readonly WaitingRun[] | undefined): string {
  if (waiting === undefined) return 'the runs that may still hold the old token could not be listed';
  if (waiting.length === 0) return 'no run that holds the old token is listed; GitHub may list one late';
  const runs = waiting.length === 1 ? 'run' : 'runs';
  return `${waiting.length} ${runs} may still hold the old token: ${listRuns(waiting)}`;
}

/** Undefined while GitHub does not answer: the wait has a deadline of its own, so one bad answer ends nothing. */
async function unfinishedRuns(
  updates: readonly SecretFacts[],
  { queue, log }: Ports,
  ours: ReadonlySet<number | undefined>,
): Promise<readonly WaitingRun[] | undefined> {
  const found = new Map<string, WaitingRun>();
  try {
    for (const { path, updatedAt } of updates) {
      if (updatedAt === undefined) continue;
      for (const run of await queue.unfinished(path, updatedAt)) {
        if (!ours.has(run.id)) found.set(`${run.repository} ${run.id}`, run);
      }
    }
  } catch (error) {
    const cause = asRotationError(error);
    if (cause.code !== 'github-unavailable') throw cause;
    log.info(cause.message);
    return undefined;
  }
  return [...found.values()];
}

function listRuns(runs: readonly WaitingRun[]): string {
  const shown = runs.slice(0, 5).map(({ url, status }) => `${url} (${status})`);
  return shown.join(', ') + (runs.length > shown.length ? ` and ${runs.length - shown.length} more` : '');
}
