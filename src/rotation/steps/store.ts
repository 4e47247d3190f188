/** Writing the new token into the listed secrets. */
import { RotationError } from '../../common/errors.ts';
import type { Secret } from '../../common/secret.ts';
import type { SecretPath } from '../../paths/secret-path.ts';
import { storedBefore } from '../evidence.ts';
import { datedBy, type Write } from '../listed-secrets.ts';
import { nextRunResumes } from '../next-moves.ts';
import { progressOf } from '../progress.ts';
import { areReadMeanwhile } from '../request-budget.ts';
import { undoneMeanwhile, watchBoth } from './both-tokens.ts';
import { needRenewal, needSeen, type PerformStep, type StepContext } from './context.ts';
import { rejected } from './roll-out.ts';
import { githubPatienceMs } from './patience.ts';
import { ask } from './sign-in.ts';
import {
  codeOf,
  listPaths,
  Notebook,
  reasonsOf,
  sideBySide,
  takeMarks,
  textWith,
  write,
  type WriteFailure,
} from './writes.ts';

/** What VTEX said of the new token holds for so long: longer than a request takes, shorter than a wait for a limit. */
const freshMs = 20_000;

export const store: PerformStep = async (context) => {
  const { settings, known, stop } = context;
  const seen = needSeen(context);
  const { newToken, origin } = needRenewal(context);
  if (newToken === undefined) throw new Error('there is no token to store');
  const stored = origin === 'resumed' ? storedBefore(settings, seen) : new Set<string>();
  const paths = inOrder(
    context,
    seen.listed.map(({ path }) => path),
  ).filter(({ path }) => !stored.has(path));
  const storing = new Storing(context, newToken);
  let failures: readonly WriteFailure[];
  try {
    failures = await storing.storeAll(paths);
  } catch (error) {
    if (await isUndoneMeanwhile(context, storing)) {
      return undoneMeanwhile(context, storing.notebook, 'Not every listed secret was written.');
    }
    throw error;
  }
  const { secrets } = storing.notebook;
  if (failures.length > 0) throw notAllStored(paths, storing, failures);
  const all = paths.every(({ path }) => secrets.get(path)?.write?.outcome === 'done');
  // The dates of the writes are looked for by the step that needs them, beside whatever else it asks.
  return all && !stop.aborted ? { secrets, tokens: { ...known.tokens, new: 'accepted' } } : undefined;
};

/** Somebody undid the renewal when some secrets held its token: they must not be left with it. */
async function isUndoneMeanwhile(context: StepContext, { notebook }: Storing): Promise<boolean> {
  const paths = needSeen(context).listed.map(({ path }) => path);
  if (!notebook.entries(paths).some((entry) => entry.write?.value === 'new')) return false;
  return (await watchBoth(context, (both) => both.new === 'accepted')).isUndone;
}

/** Those that hold more than the token come first: they are the ones that can fail for what is in them. */
function inOrder({ settings }: StepContext, paths: readonly SecretPath[]): readonly SecretPath[] {
  const isWhole = ({ path }: SecretPath): boolean => settings.currentValues.has(path);
  return [...paths.filter(isWhole), ...paths.filter((path) => !isWhole(path))];
}

/** One go at all listed secrets. */
class Storing {
  readonly notebook: Notebook;
  readonly #context: StepContext;
  readonly #token: Secret;
  readonly #failures: WriteFailure[] = [];
  readonly #looks: Promise<void>[] = [];
  /** Written, and not looked at yet. */
  #written: SecretPath[] = [];
  #acceptedAt: number | undefined;
  #asking: Promise<void> | undefined;
  /** Ends the whole: VTEX does not accept the token any more, or an error of our own. */
  #end: { readonly error: unknown } | undefined;
  #patienceMs = githubPatienceMs;

  constructor(context: StepContext, token: Secret) {
    this.#context = context;
    this.#token = token;
    this.notebook = new Notebook(context);
    this.#acceptedAt = context.known.acceptedAt;
  }

  /** VTEX is asked again where its last word is old: after a verification, or a wait for GitHub. */
  async #askVtex(): Promise<void> {
    const { clock } = this.#context.ports;
    if (this.#acceptedAt !== undefined && clock.now() - this.#acceptedAt < freshMs) return;
    await (this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    }));
  }

  async #ask(): Promise<void> {
    const answer = await ask(this.#context, this.#token);
    if (answer.state !== 'accepted') {
      const error = rejected(this.#context, `when it was asked right before a write (${answer.said})`);
      this.#end = { error };
      throw error;
    }
    this.#acceptedAt = this.#context.ports.clock.now();
  }

  /** The first secret alone, so that the others need not wait for its date; then they, some side by side. */
  async storeAll(paths: readonly SecretPath[]): Promise<readonly WriteFailure[]> {
    const { ports, stop } = this.#context;
    const [first, ...others] = paths;
    if (first === undefined) return [];
    const begunAt = ports.clock.now();
    let count = 0;
    const line = (): string =>
      progressOf('Updating secrets', count, paths.length, ports.clock.now() - begunAt);
    const isReadMeanwhile = areReadMeanwhile(paths);
    const storeNext = async (path: SecretPath): Promise<void> => {
      await this.#store(path, paths.length);
      count += 1;
      const isEnough = count % sideBySide === 0 || count === paths.length;
      if (isReadMeanwhile && paths.length > sideBySide && isEnough) this.#lookMeanwhile();
    };
    ports.log.progress?.(line);
    await storeNext(first);
    // Without a date of an earlier write of this run nothing tells the later ones from somebody else's.
    if (this.#datedWrite() === undefined || (others.length > 0 && isReadMeanwhile)) this.#lookMeanwhile();
    const rest = others.values();
    const worker = async (): Promise<void> => {
      for (const path of rest) {
        if (stop.aborted || this.#end !== undefined) return;
        await storeNext(path);
      }
    };
    await Promise.all(Array.from({ length: Math.min(sideBySide, others.length) }, worker));
    await Promise.all(this.#looks);
    if (this.#end !== undefined) throw this.#end.error;
    if (paths.length > sideBySide) ports.log.info(line());
    this.#boundDates(paths);
    return this.#failures;
  }

  /** The sooner a date is seen after the write, the surer it is that of the write. */
  #lookMeanwhile(): void {
    const paths = this.#written;
    this.#written = [];
    this.#looks.push(takeMarks(this.#context, this.notebook, paths));
  }

  async #store(path: SecretPath, total: number): Promise<void> {
    const { settings, ports } = this.#context;
    const { oldToken } = needRenewal(this.#context);
    try {
      const text = textWith(settings, path, { token: this.#token, replaces: oldToken });
      const onTurn = (): Promise<void> => this.#askVtex();
      const patienceMs = this.#patienceMs;
      await write(this.#context, this.notebook, { path, text, value: 'new', onTurn, patienceMs });
      this.#written.push(path);
      if (total <= sideBySide) ports.log.info(`Wrote ${path.path}.`);
    } catch (error) {
      if (!(error instanceof RotationError)) this.#end ??= { error };
      else if (error !== this.#end?.error) this.#failures.push({ path, error });
      // It has been waited for once; where GitHub is down for good, a thousand such waits would take days.
      if (error instanceof RotationError && error.code === 'github-unavailable') this.#patienceMs = 0;
    }
  }

  /** The dates may be looked for much later, when all has been written; what anybody else writes until then shows. */
  #boundDates(paths: readonly SecretPath[]): void {
    const dated = this.#datedWrite(paths[0]);
    if (dated === undefined) return;
    for (const entry of this.notebook.entries(paths)) this.notebook.note(datedBy(entry, dated));
  }

  /** An earlier write of this run that GitHub has shown. */
  #datedWrite(...more: readonly (SecretPath | undefined)[]): Write | undefined {
    const { pendingSecret, oldSecret } = this.#context.settings;
    const paths = [pendingSecret, oldSecret, ...more].filter((path) => path !== undefined);
    const writes = this.notebook.entries(paths).map(({ write: one }) => one);
    return writes.find((one) => one?.mark !== undefined && one.outcome === 'done');
  }
}

function notAllStored(
  paths: readonly SecretPath[],
  { notebook }: Storing,
  failures: readonly WriteFailure[],
): RotationError {
  const isDone = ({ path }: SecretPath): boolean => notebook.secrets.get(path)?.write?.outcome === 'done';
  return new RotationError(
    codeOf(failures),
    `Not every listed secret could be updated. Updated: ${listPaths(paths.filter(isDone))}. Not updated: ` +
      `${listPaths(paths.filter((path) => !isDone(path)))}. ${reasonsOf(failures)}`,
    `${failures[0]?.error.hint ?? ''} ${nextRunResumes} It writes what is left.`.trim(),
  );
}
