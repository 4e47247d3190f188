/** Waiting for workflow runs that hold a token which is about to die. */
import { RotationError } from '../../common/errors.ts';
import { growingWaits } from '../../common/waits.ts';
import { dateOf, entriesOf, type SecretEntry } from '../listed-secrets.ts';
import { nextRunResumes } from '../next-moves.ts';
import type { SecretUpdate, WaitingRun } from '../ports/run-queue.ts';
import type { Log } from '../ports/runner.ts';
import { needSeen, type PerformStep, type StepContext } from './context.ts';
import { Notebook, takeMarks } from './writes.ts';

/**
 * A run stands in GitHub's lists only some time after it was queued; eight seconds have been seen
 * (https://github.com/Codex-/return-dispatch/issues/183). An empty list proves nothing before that.
 */
const listingLagMs = 15_000;

/** GitHub's machines disagree about the time by a second or two; a run that was created then counts as before. */
const clockAllowanceMs = 5000;

/** Waits for the runs that GitHub handed the earlier value when they were queued. */
export const drain: PerformStep = async (context) => {
  const { settings, known, ports, stop } = context;
  const { clock, log } = ports;
  const began = clock.now();
  const deadline = began + settings.drainTimeoutMs;
  const updates = await updatesOf(context);
  const provenAt = began + listingLagMs - ageOf(context, began);
  const ours = new Set(known.runs.map(({ runId }) => runId));
  let reported = { text: '', at: began };
  for (const wait of growingWaits(5000, 1.5, 30_000)) {
    const waiting = await unfinished(updates, context, ours);
    const isEmpty = waiting?.length === 0;
    if (isEmpty && clock.now() >= provenAt) return { acceptedAt: undefined };
    const text = drainProgress(waiting);
    if (text !== reported.text || clock.now() - reported.at >= 10_000) {
      log.info(text);
      reported = { text, at: clock.now() };
    }
    const left = deadline - clock.now();
    if (stop.aborted) return undefined;
    if (left <= 0) throw timedOut(settings.drainTimeoutMs, text);
    const pause = isEmpty ? Math.max(0, provenAt - clock.now()) : wait;
    await clock.sleep(Math.min(pause, left), stop);
  }
  return undefined;
};

/** By the later of the date of the write and GitHub's answer to it, and some seconds more, on the safe side. */
async function updatesOf(context: StepContext): Promise<readonly SecretUpdate[]> {
  const notebook = new Notebook(context);
  const paths = needSeen(context).listed.map(({ path }) => path);
  await takeMarks(context, notebook, paths);
  return notebook.entries(paths).flatMap((entry) => {
    const written = Math.max(dateOf(entry) ?? 0, entry.write?.answeredAt ?? 0);
    return written === 0 ? [] : [{ path: entry.path, updatedAt: written + clockAllowanceMs }];
  });
}

/** How long the youngest update has been known, by the runner's clock: waiting, no proof. */
function ageOf(context: StepContext, now: number): number {
  const entries = entriesOf(
    context.known.secrets,
    needSeen(context).listed.map(({ path }) => path),
  );
  return Math.min(...entries.map((entry) => ageOfEntry(entry, now)), listingLagMs);
}

function ageOfEntry({ seen, write }: SecretEntry, now: number): number {
  if (write !== undefined) return now - write.endedAt;
  return seen.updatedAt === undefined ? 0 : seen.readAt - seen.updatedAt;
}

async function unfinished(
  updates: readonly SecretUpdate[],
  { ports, stop }: StepContext,
  leaveOut: ReadonlySet<number | undefined>,
): Promise<readonly WaitingRun[] | undefined> {
  return patiently(() => ports.queue.unfinished(updates, { leaveOut, stop }), ports.log);
}

/** Undefined while GitHub does not answer: the wait has a deadline of its own, so one bad answer ends nothing. */
async function patiently<T>(action: () => Promise<T>, log: Log): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof RotationError) || error.code !== 'github-unavailable') throw error;
    log.info(error.message);
    return undefined;
  }
}

function timedOut(timeoutMs: number, progress: string): RotationError {
  return new RotationError(
    'drain-timeout',
    `After ${timeoutMs / 60_000} minutes ${progress}.`,
    `Both tokens work. Wait for these runs or cancel them. ${nextRunResumes}`,
  );
}

function drainProgress(waiting: readonly WaitingRun[] | undefined): string {
  if (waiting === undefined) return 'the runs that may still hold the earlier token could not be listed';
  if (waiting.length === 0) return 'no run that holds the earlier token is listed; GitHub may list one late';
  const runs = waiting.length === 1 ? 'run' : 'runs';
  return `${waiting.length} ${runs} may still hold the earlier token: ${listRuns(waiting)}`;
}

function listRuns(runs: readonly WaitingRun[]): string {
  const shown = runs.slice(0, 5).map(({ url, status }) => `${url} (${status})`);
  return shown.join(', ') + (runs.length > shown.length ? ` and ${runs.length - shown.length} more` : '');
}
