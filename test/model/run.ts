/** One run of the action in the model: the real `decide`, the real steps, and where it stands between two calls. */
import type { RotationError } from '../../src/common/errors.ts';
import { decide } from '../../src/rotation/decide.ts';
import { isOver, type Knowledge, nothingKnown, type Result, type Step } from '../../src/rotation/model.ts';
import { finishesEarlier } from '../../src/rotation/plan.ts';
import type { Instant } from '../../src/rotation/ports/clock.ts';
import { advance as perform } from '../../src/rotation/rotate.ts';
import { type Settings, settingsOfNext } from '../../src/rotation/settings.ts';
import { standingOf } from '../../src/rotation/standing.ts';
import { Secret } from '../../src/common/secret.ts';
import { parseSecretPath } from '../../src/paths/parse-secret-path.ts';
import type { SecretPath } from '../../src/paths/secret-path.ts';
import { type Grain, type Replies, secretOf, Stretch, tokenOf, type Trouble } from './ports.ts';
import type { Content, Token, ModelWorld } from './world.ts';

/** What the workflow says; the values come when the run is queued. */
export interface Kind {
  readonly name: string;
  readonly operation: 'rotate' | 'finish' | 'undo';
  readonly deleteOldToken: 'now' | 'later';
  readonly listed: readonly SecretPath[];
  readonly pendingSecret: SecretPath;
  readonly oldSecret: SecretPath;
  /** A rotation is due as soon as any time has passed. */
  readonly isDue: boolean;
  /** The workflow passes the first listed secret as `current-token`. */
  readonly passesCurrent: boolean;
  /** The workflow passes the renewal's two secrets. */
  readonly passesPending: boolean;
  /** It is a later job of the run with this index: queued with it, and given its output `renewed-at`. */
  readonly jobOf: number | undefined;
  readonly verification: 'none' | 'before-update' | 'after-update';
}

/** The secrets as GitHub handed them to the run. */
export interface Inputs {
  readonly current: Content | undefined;
  readonly pending: Content | undefined;
  readonly old: Content | undefined;
}

export interface Run {
  /** `crashed`: the process is dead and `post` has still to come. */
  readonly phase: 'not-queued' | 'queued' | 'running' | 'crashed' | 'ended';
  readonly inputs: Inputs | undefined;
  readonly known: Knowledge;
  readonly step: { readonly name: Step; readonly replies: Replies } | undefined;
  /** The token in use with which the second leg began, of a run that has finished an earlier renewal. */
  readonly second: Token | undefined;
  /** In replies to the step that was under way, as the runner asked to stop. */
  readonly stopAfter: number | undefined;
  /** The token in the step's state. */
  readonly journal: Token | undefined;
  /** Its output. */
  readonly renewedAt: Instant | undefined;
}

export const notQueued: Run = {
  phase: 'not-queued',
  inputs: undefined,
  known: nothingKnown,
  step: undefined,
  second: undefined,
  stopAfter: undefined,
  journal: undefined,
  renewedAt: undefined,
};

const manager = { appKey: 'vtexappkey-acme-MANAGE', appToken: new Secret('manager') };

export const pathOf = (repository: string, name: string): SecretPath =>
  parseSecretPath(name, `acme/${repository}`);

export function queued(kind: Kind, { secrets }: ModelWorld): Run {
  const [first] = kind.listed;
  const read = (path: SecretPath | undefined) => (path === undefined ? undefined : secrets[path.path]?.holds);
  const inputs = {
    current: kind.passesCurrent ? read(first) : undefined,
    pending: kind.passesPending ? read(kind.pendingSecret) : undefined,
    old: kind.passesPending ? read(kind.oldSecret) : undefined,
  };
  return { ...notQueued, phase: 'queued', inputs };
}

function settingsOf(
  kind: Kind,
  inputs: Inputs,
  second: Token | undefined,
  renewedAt: Instant | undefined,
): Settings {
  const token = (content: Content | undefined) =>
    content === undefined || content === 'none' ? undefined : secretOf(content);
  const settings: Settings = {
    operation: kind.operation,
    apiKey: 'vtexappkey-acme-RENEWS',
    manager,
    currentToken: token(inputs.current),
    pendingToken: token(inputs.pending),
    oldToken: token(inputs.old),
    oldTokenPassed: inputs.old !== undefined,
    secrets: kind.listed,
    patterns: [],
    pendingSecret: kind.pendingSecret,
    oldSecret: kind.oldSecret,
    currentValues: new Map(),
    createMissing: false,
    deleteOldToken: kind.deleteOldToken,
    signInCheck: true,
    verificationRequests: [],
    verification: kind.verification,
    onVerificationFailure: 'restore',
    propagationTimeoutMs: propagationMs,
    drainTimeoutMs: 0,
    renewAfterMs: kind.isDue ? 1 : 0,
    renewedAt: kind.jobOf === undefined ? undefined : renewedAt,
  };
  return second === undefined ? settings : settingsOfNext(settings, secretOf(second));
}

/** What a stretch of a run did. */
export interface Advance {
  readonly run: Run;
  readonly world: ModelWorld;
  /** The step, and what it changed. */
  readonly label: string;
  readonly step: Step | undefined;
  /** The trouble that there was made a difference. */
  readonly isTroubled: boolean;
  /** It asked nobody anything. */
  readonly isQuiet: boolean;
  /** What the run said at its end. */
  readonly told: Told | undefined;
}

export interface Told {
  readonly result: Result;
  readonly errors: readonly RotationError[];
}

const nothingTold = { isTroubled: false, isQuiet: true, told: undefined };

export interface Surroundings {
  readonly world: ModelWorld;
  /** `renewed-at` of the job before. */
  readonly renewedAt: Instant | undefined;
  readonly verification: 'passes' | 'fails';
  readonly grain: Grain;
  readonly trouble: Trouble | undefined;
}

/** Time for four questions; VTEX agrees with itself before that. */
const propagationMs = 4000;

/** Begins a stretch; the result is there once nothing is left to do but to wait for a call. */
export function advance(kind: Kind, run: Run, surroundings: Surroundings): () => Advance {
  const { world, renewedAt, verification, grain, trouble } = surroundings;
  const { inputs, stopAfter, second } = run;
  if (inputs === undefined) throw new Error('the run has no inputs');
  const settings = settingsOf(kind, inputs, second, renewedAt);
  const interrupted = stopAfter !== undefined && run.step === undefined ? 'stopped' : false;
  const known: Knowledge = { ...run.known, interrupted };
  const decision = run.step === undefined ? decide(settings, known) : { do: run.step.name };
  if ('end' in decision) {
    const told = { result: decision.end, errors: decision.errors };
    return () => ended(settings, run, told, { name: kind.name, world });
  }
  const name = decision.do;
  const replies: Replies = run.step?.replies ?? new Map();
  const stretch = new Stretch({
    world,
    replies,
    journal: run.journal,
    manager: manager.appKey,
    verification,
    stopAfter: run.step === undefined && stopAfter !== undefined ? 0 : stopAfter,
    grain,
    trouble,
  });
  let after: Knowledge | undefined;
  let bug: unknown;
  // One of its own: whoever waits for a promise is kept by it, and this one would keep every stretch there was.
  const never = new Promise<never>(() => undefined);
  perform(name, { settings, known, ports: stretch.ports(), stop: stretch.stop }, never).then(
    (result) => (after = result),
    (error: unknown) => (bug = error),
  );
  return () => {
    if (bug !== undefined) throw new Error(`step ${name} broke`, { cause: bug });
    const label = `${kind.name} ${name}${stretch.effect === '' ? '' : `: ${stretch.effect}`}`;
    const moving = { ...run, phase: 'running' as const, journal: stretch.journal };
    const moved: Run =
      after === undefined
        ? { ...moving, step: { name, replies: stretch.replies } }
        : {
            ...moving,
            known: { ...after, runs: nothingKnown.runs },
            step: undefined,
            stopAfter: stopAfter === undefined ? undefined : 0,
          };
    return {
      ...nothingTold,
      run: moved,
      world: stretch.world,
      label,
      step: name,
      isTroubled: stretch.isTroubled,
      isQuiet: stretch.isQuiet,
    };
  };
}

/** Nothing is left of it, not even its outputs. */
export const gone: Run = { ...notQueued, phase: 'ended' };

function ended(
  settings: Settings,
  run: Run,
  told: Told,
  { name, world }: { readonly name: string; readonly world: ModelWorld },
): Advance {
  const { result } = told;
  const { known, second } = run;
  const { seen, renewal } = known;
  const isFirstLeg =
    seen !== undefined && second === undefined && finishesEarlier(settings, seen) && isOver(known);
  if (isFirstLeg && known.errors.length === 0 && renewal?.newToken !== undefined) {
    const next: Run = {
      ...run,
      phase: 'running',
      known: { ...nothingKnown, pastSecrets: known.secrets },
      second: tokenOf(renewal.newToken),
    };
    return { ...nothingTold, run: next, world, label: `${name} begins its second leg`, step: undefined };
  }
  const isTold = result === 'rotated' || result === 'pending' || result === 'finished';
  const renewedAt = isTold ? standingOf(settings, known).beginning : undefined;
  return {
    ...nothingTold,
    told,
    run: { ...gone, renewedAt },
    world,
    label: `${name} ends: ${result}`,
    step: undefined,
  };
}
