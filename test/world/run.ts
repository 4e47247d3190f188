/** A run of the built action as the next job of the store's workflow: how the tests and the demo start it. */
import type { Store } from '../fakes/index.ts';
import { type ActionHandle, type RunOptions, startAction } from '../runner/runner.ts';

export interface BeginOptions extends Omit<RunOptions, 'inputs' | 'virtualTime'> {
  /** The clock of the world by default; `own`: the machine's, however far the world's has been set ahead. */
  readonly clock?: RunOptions['virtualTime'] | 'own';
}

/** `inputs` are those that differ from what the store's workflow passes when it is queued now. */
export function beginRun(
  store: Store,
  inputs: Readonly<Record<string, string>> = {},
  { env = {}, clock = store.world, ...options }: BeginOptions = {},
): ActionHandle {
  return startAction({
    ...options,
    inputs: store.inputs(inputs),
    env: { ...store.env(), ...env },
    ...(clock === 'own' ? {} : { virtualTime: clock }),
  });
}
