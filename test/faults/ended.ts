/** A run that has ended, and what a person can read of it. */
import type { Store } from '../fakes/index.ts';
import type { ActionRun, StageRun } from '../runner/runner.ts';
import type { Flow } from './flows.ts';
import type { Disturbance, Trouble } from './story.ts';

/** One run that has ended, and the world as it left it. */
export interface Ended {
  readonly flow: Flow;
  readonly store: Store;
  readonly run: ActionRun;
  readonly trouble: Trouble;
  readonly disturbance: Disturbance | undefined;
  /** The token that the renewal in question replaces. */
  readonly oldToken: string;
  /** A token that VTEX had pending before this run and that nobody held. */
  readonly lostBefore: string | undefined;
}

/** Everything that a person reads of a run. */
export function wordsOf(run: ActionRun): string {
  return [run.log, run.summary, run.post?.log ?? ''].join('\n');
}

export function stagesOf(run: ActionRun): [string, StageRun][] {
  return [['main', run] as const, ['post', run.post] as const].flatMap(([name, stage]) =>
    stage === undefined ? [] : [[name, stage]],
  );
}

/** A server that carries out what it is asked and then answers with a plain no (4xx) cannot but be believed. */
export function isToldNo({ trouble, disturbance }: Ended): boolean {
  const status = trouble.hit?.status ?? 0;
  return disturbance?.phase === 'after' && disturbance.kind.does === 'reply' && status >= 300 && status < 500;
}
