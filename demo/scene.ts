/** One run of the built action, shown while it goes on. */
import { durationText } from '../src/report/times.ts';
import type { ActionRun } from '../test/runner/runner.ts';
import { VirtualTime } from '../test/runner/virtual-time.ts';
import { beginRun } from '../test/world/run.ts';
import { contradictions, untruths } from '../test/world/truth.ts';
import type { Holding, Shop } from './shop.ts';
import type { Act } from './plays.ts';
import { LogView, paint, type Terminal } from './terminal.ts';

export interface Scene {
  readonly act: Act;
  readonly number: number;
  readonly event: string;
  readonly run: ActionRun;
  /** As a user would have waited, by the clock of the fakes. */
  readonly tookMs: number;
  readonly after: readonly Holding[];
  /** Whether the new token of a pending renewal is in a secret, or the log says how to do without it. */
  readonly lost: boolean;
  /** Whether the run ended as the play has it. */
  readonly asTold: boolean;
  /** What the run reported otherwise than it was. */
  readonly untrue: readonly string[];
}

export async function perform(shop: Shop, act: Act, number: number, terminal: Terminal): Promise<Scene> {
  const { store } = shop;
  if (number > 1) store.nextRun();
  act.happens?.(shop);
  terminal.heading(`Run ${number}: ${act.workflow}`);
  terminal.line(act.tells);
  terminal.line();
  const time = new VirtualTime(store.world);
  const view = new LogView(terminal);
  const inputs = shop.inputs(act.inputs);
  const startedAt = store.world.now();
  let shown = 'main';
  shop.running = beginRun(store, inputs, {
    title: 'your_organization/rotate-vtex-token@v1',
    secrets: [
      'app-token',
      'current-token',
      'pending-token',
      'old-token',
      'run-token',
      'github-token',
      'verification-token',
    ].map((name) => inputs[name] ?? ''),
    clock: time,
    onLine: (line, stage) => {
      if (stage !== shown) terminal.line(`\n  ${paint('bold', 'Post Rotate')}`);
      shown = stage;
      view.show(line);
    },
  });
  const run = await shop.running.done;
  shop.running = undefined;
  terminal.line();
  terminal.line(paint(run.conclusion === 'success' ? 'green' : 'red', conclusionOf(run)));
  if (time.jumps.ms >= 1000) {
    terminal.line(
      paint(
        'dim',
        `${durationText(time.jumps.ms)} of waiting were skipped; the times above are those of a real run.`,
      ),
    );
  }
  return {
    act,
    number,
    event: store.run.event,
    run,
    tookMs: store.world.now() - startedAt,
    after: shop.holdings(),
    lost: isLost(shop, run),
    asTold: isAsTold(run, act),
    untrue: [...contradictions(run), ...untruths(store, run)],
  };
}

function conclusionOf({ conclusion, exitCode }: ActionRun): string {
  return conclusion === 'success'
    ? '✓ The step succeeded.'
    : `✗ The step failed with exit code ${exitCode ?? '-'}.`;
}

function isAsTold({ exitCode, outputs, annotations, log }: ActionRun, { expected }: Act): boolean {
  const errors = annotations.filter(({ level }) => level === 'error');
  const failed = expected.code !== undefined;
  return (
    outputs.result === expected.result &&
    exitCode === (failed ? 1 : 0) &&
    errors.length > 0 === failed &&
    // The mark of a step that failed.
    (failed || !log.includes('✗')) &&
    errors.every(({ message }) => message.startsWith(`${expected.code ?? ''}: `))
  );
}

/** A renewal whose reply never arrived is not lost as long as the user is told to undo it. */
function isLost({ store }: Shop, run: ActionRun): boolean {
  const { pending } = store.vtex.tokens(store.targetKey);
  const stored = [...store.github.secrets.all().values()].some(({ value }) => value === pending);
  return pending !== undefined && !stored && !/"?Undo Renewal"?/.test(run.log);
}
