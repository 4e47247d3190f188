/** Everything that a run wrote and sent, and whether a secret is in it. */
import type { Store } from '../fakes/index.ts';
import { findLeaks } from '../runner/leaks.ts';
import type { ActionRun, StageRun } from '../runner/runner.ts';

export interface LeakSearch {
  /** Number of the first request that belongs to the run. */
  readonly since?: number;
  /** Further values that must be nowhere. */
  readonly secrets?: readonly string[];
}

/** Where a secret was found, never which; empty: nowhere. The output `new-token` is what somebody asked for. */
export function leaksOf(
  store: Store,
  run: ActionRun,
  { since = 0, secrets = [] }: LeakSearch = {},
): string[] {
  const stages = [['main', run] as const, ['post', run.post] as const];
  const requests = store.world.requests
    .slice(since)
    .map(({ url, headers, body }) => ({ url, headers, body }));
  const places = [
    ...stages.flatMap(([name, stage]) => (stage === undefined ? [] : textsOf(name, stage))),
    ['files', JSON.stringify(run.files)] as const,
    ['requests', JSON.stringify(requests)] as const,
  ];
  const values = [...store.everyToken(), ...secrets];
  const leaks = places.flatMap(([place, text]) => findLeaks(text, values).map((leak) => `${place}: ${leak}`));
  return store.world.elsewhere.hits === 0 ? leaks : [...leaks, 'a redirect to another host was followed'];
}

/** Standard output is taken before any mask hides what should never have been there. */
function textsOf(name: string, stage: StageRun): (readonly [string, string])[] {
  const outputs = Object.entries(stage.outputs).filter(([output]) => output !== 'new-token');
  const rest = { outputs, state: stage.state, exported: stage.exported, paths: stage.paths };
  return [
    [`${name} stdout`, stage.rawStdout],
    [`${name} stderr`, stage.rawStderr],
    [`${name} summary`, stage.rawSummary],
    ...Object.entries(rest).map(([what, value]) => [`${name} ${what}`, JSON.stringify(value)] as const),
  ];
}
