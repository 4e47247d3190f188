/** Waiting for runs that hold the old token. */
import { RotationError } from '../../errors.ts';
import type { SecretPath } from '../../secret-path.ts';
import { takenUpByNextRun } from '../next-moves.ts';
import type { Instant, Log, Ports, WaitingRun } from '../ports.ts';
import { asRotationError, type PerformStep } from './context.ts';

/**
 * A run stands in GitHub's lists only some time after it was queued; eight seconds have been seen
 * (https://github.com/Codex-/return-dispatch/issues/183). An empty list proves nothing before that.
 */
const listingLagMs = 15_000;

/** When the listed secrets were written, and from when on an empty list proves that no run holds the old value. */
interface Updates {
  readonly of: readonly { readonly path: SecretPath; readonly updatedAt: Instant }[];
  readonly provenAt: Instant;
}

/** Waits for the runs that GitHub handed the old value when they were queued. */
export const drain: PerformStep = async ({ plan, known, ports, stop }) => {
  const { clock, log } = ports;
  const deadline = clock.now() + plan.drainTimeoutMs;
  const ours = new Set(known.runs.map(({ runId }) => runId));
  let updates: Updates | undefined;
  let reported = '';
  for (let wait = 5000; ; wait = Math.min(wait * 1.5, 30_000)) {
    updates ??= await patiently(() => updatesOf(plan.secrets, ports), log);
    const waiting = await unfinishedRuns(updates, ports, ours, stop);
    const provenAt = updates?.provenAt ?? deadline;
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

/** Throws `github-unavailable` while GitHub does not show a secret that has just been written. */
async function updatesOf(paths: readonly SecretPath[], { store, clock }: Ports): Promise<Updates> {
  const secrets = await Promise.all(paths.map((path) => store.read(path)));
  const dated = secrets.map(({ path, updatedAt, readAt }) => {
    if (updatedAt === undefined) {
      throw new RotationError('github-unavailable', `GitHub does not show ${path.path} at the moment.`);
    }
    return { path, updatedAt, age: readAt - updatedAt };
  });
  const youngest = Math.min(...dated.map(({ age }) => age));
  return { of: dated, provenAt: clock.now() + Math.max(0, listingLagMs - youngest) };
}

/** Undefined while GitHub does not answer: the wait has a deadline of its own, so one bad answer ends nothing. */
async function patiently<T>(action: () => Promise<T>, log: Log): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    const cause = asRotationError(error);
    if (cause.code !== 'github-unavailable') throw cause;
    log.info(cause.message);
    return undefined;
  }
}

function drainProgress(waiting: readonly WaitingRun[] | undefined): string {
  if (waiting === undefined) return 'the runs that may still hold the old token could not be listed';
  if (waiting.length === 0) return 'no run that holds the old token is listed; GitHub may list one late';
  const runs = waiting.length === 1 ? 'run' : 'runs';
  return `${waiting.length} ${runs} may still hold the old token: ${listRuns(waiting)}`;
}

function unfinishedRuns(
  updates: Updates | undefined,
  { queue, log }: Ports,
  leaveOut: ReadonlySet<number | undefined>,
  stop: AbortSignal,
): Promise<readonly WaitingRun[] | undefined> {
  return patiently(
    async () => (updates === undefined ? undefined : await queue.unfinished(updates.of, { leaveOut, stop })),
    log,
  );
}

function listRuns(runs: readonly WaitingRun[]): string {
  const shown = runs.slice(0, 5).map(({ url, status }) => `${url} (${status})`);
  return shown.join(', ') + (runs.length > shown.length ? ` and ${runs.length - shown.length} more` : '');
}
