/** Writing the new token into the listed secrets. */
import { RotationError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import type { SecretPath } from '../../secret-path.ts';
import { storedBefore } from '../evidence.ts';
import { missedItsMark } from '../listed-secrets.ts';
import { nextRunResumes } from '../next-moves.ts';
import { replaceToken } from '../whole-values.ts';
import { needRenewal, needSeen, type PerformStep, type StepContext } from './context.ts';
import { rejected } from './roll-out.ts';
import { type Answer, ask } from './sign-in.ts';
import { codeOf, listPaths, Notebook, reasonsOf, takeMarks, write, type WriteFailure } from './writes.ts';

/** So many secrets are written side by side; GitHub asks for restraint, and the client keeps its limits. */
const sideBySide = 10;

/** What VTEX said of the new token holds for so long. */
const freshMs = 60_000;

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
  await storing.askVtex();
  const failures = [...(await storing.storeAll(paths))];
  await Promise.all(storing.looks);
  failures.push(...(await storing.storeAgain(paths)));
  // One look serves as the mark and as the confirmation where nothing is waited for in between.
  const isLookedAtSoon =
    paths.length <= sideBySide &&
    settings.deleteOldToken === 'now' &&
    settings.verification !== 'after-update' &&
    settings.drainTimeoutMs === 0;
  if (!isLookedAtSoon) await takeMarks(context, storing.notebook, paths);
  const { secrets } = storing.notebook;
  if (failures.length > 0) throw notAllStored(paths, storing, failures);
  const all = paths.every(({ path }) => secrets.get(path)?.write?.outcome === 'done');
  return all && !stop.aborted ? { secrets, tokens: { ...known.tokens, new: 'accepted' } } : undefined;
};

/** Those that hold more than the token come first: they are the ones that can fail for what is in them. */
function inOrder({ settings }: StepContext, paths: readonly SecretPath[]): readonly SecretPath[] {
  const isWhole = ({ path }: SecretPath): boolean => settings.currentValues.has(path);
  return [...paths.filter(isWhole), ...paths.filter((path) => !isWhole(path))];
}

/** One go at all listed secrets. */
class Storing {
  readonly notebook: Notebook;
  readonly looks: Promise<void>[] = [];
  readonly #context: StepContext;
  readonly #token: Secret;
  #acceptedAt: number | undefined;
  #asking: Promise<Answer> | undefined;
  #reportedAt: number;

  constructor(context: StepContext, token: Secret) {
    this.#context = context;
    this.#token = token;
    this.notebook = new Notebook(context);
    this.#acceptedAt = context.known.acceptedAt;
    this.#reportedAt = context.ports.clock.now();
  }

  /** VTEX is asked again where its last word is old: after a verification, or a long wait for GitHub. */
  async askVtex(): Promise<void> {
    const { clock } = this.#context.ports;
    if (this.#acceptedAt !== undefined && clock.now() - this.#acceptedAt < freshMs) return;
    // Once, however many writes wait for the answer.
    this.#asking ??= ask(this.#context, this.#token).finally(() => {
      this.#asking = undefined;
    });
    const answer = await this.#asking;
    if (answer.state !== 'accepted') throw rejected(this.#context, answer.said);
    this.#acceptedAt = clock.now();
  }

  /** The first secret alone, so that a fault that would hit all is met with one; then the others in small groups. */
  async storeAll(paths: readonly SecretPath[]): Promise<readonly WriteFailure[]> {
    const [first, ...others] = paths;
    if (first === undefined) return [];
    const failures: WriteFailure[] = [...(await this.#storeGroup([first], paths.length))];
    for (let at = 0; at < others.length; at += sideBySide) {
      if (this.#context.stop.aborted) break;
      failures.push(...(await this.#storeGroup(others.slice(at, at + sideBySide), paths.length)));
      this.#report(1 + at + sideBySide, paths.length);
    }
    return failures;
  }

  /** Where a limit of GitHub's held up the look at a write, its date could be somebody else's: it is written once more. */
  async storeAgain(paths: readonly SecretPath[]): Promise<readonly WriteFailure[]> {
    const { clock } = this.#context.ports;
    const late = paths.filter(
      (path) =>
        this.notebook.entry(path).write?.outcome === 'done' &&
        missedItsMark(this.notebook.entry(path), clock.now()),
    );
    const failures: WriteFailure[] = [];
    for (let at = 0; at < late.length; at += sideBySide) {
      const group = late.slice(at, at + sideBySide);
      failures.push(...(await this.#storeGroup(group, paths.length)));
      await takeMarks(this.#context, this.notebook, group);
    }
    return failures;
  }

  async #storeGroup(paths: readonly SecretPath[], total: number): Promise<readonly WriteFailure[]> {
    const { settings, stop, ports } = this.#context;
    const { oldToken } = needRenewal(this.#context);
    const onTurn = (): Promise<void> => this.askVtex();
    const results = await Promise.all(
      paths.map(async (path): Promise<WriteFailure[]> => {
        if (stop.aborted) return [];
        try {
          const whole = settings.currentValues.get(path.path);
          const text = whole === undefined ? this.#token : replaceToken(whole, oldToken, this.#token);
          await write(this.#context, this.notebook, { path, text, value: 'new', onTurn });
          if (total <= sideBySide) ports.log.info(`Wrote ${path.path}.`);
          return [];
        } catch (error) {
          if (!(error instanceof RotationError)) throw error;
          return [{ path, error }];
        }
      }),
    );
    const rejection = results.flat().find(({ error }) => error.code === 'new-token-rejected');
    if (rejection !== undefined) throw rejection.error;
    // Where the writes take long, a date that is looked for late could be somebody else's.
    if (total > sideBySide) this.looks.push(takeMarks(this.#context, this.notebook, paths));
    return results.flat();
  }

  #report(count: number, total: number): void {
    const { clock, log } = this.#context.ports;
    if (clock.now() - this.#reportedAt < 10_000) return;
    this.#reportedAt = clock.now();
    log.info(`${Math.min(count, total)} of ${total} secrets written.`);
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
