/** One run of the action in the model: the real `decide`, the real steps, and where it stands between two calls. */
import { decide } from '../../src/rotation/decide.ts';
import { type Knowledge, nothingKnown, type Plan, type Step } from '../../src/rotation/model.ts';
import { performers } from '../../src/rotation/perform.ts';
import { asRotationError } from '../../src/rotation/steps/context.ts';
import type { Instant } from '../../src/rotation/ports.ts';
import { RotationError } from '../../src/errors.ts';
import { parseSecretPath, type SecretPath } from '../../src/secret-path.ts';
import { Secret } from '../../src/secret.ts';
import { type Grain, type Replies, secretOf, Stretch } from './ports.ts';
import type { Content, Token, World } from './world.ts';

/** What the workflow says; the values come when the run is queued. */
export interface Kind {
  readonly name: string;
  readonly operation: 'rotate' | 'finish';
  readonly deleteOldToken: 'now' | 'later';
  readonly listed: readonly SecretPath[];
  readonly pendingSecret: SecretPath;
  /** The workflow passes the first listed secret as `current-token`. */
  readonly passesCurrent: boolean;
  /** The workflow passes the pending secret as `pending-token`. */
  readonly passesPending: boolean;
  /** It is a later job of the run with this index: queued with it, and given its output `renewed-at`. */
  readonly jobOf: number | undefined;
  readonly verification: 'none' | 'before-update' | 'after-update';
}

/** The secrets as GitHub handed them to the run. */
export interface Inputs {
  readonly current: Content | undefined;
  readonly pending: Content | undefined;
}

export interface Run {
  /** `crashed`: the process is dead and `post` has still to come. */
  readonly phase: 'not-queued' | 'queued' | 'running' | 'crashed' | 'ended';
  readonly inputs: Inputs | undefined;
  readonly known: Knowledge;
  readonly step: { readonly name: Step; readonly replies: Replies } | undefined;
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
  stopAfter: undefined,
  journal: undefined,
  renewedAt: undefined,
};

const manager = { appKey: 'vtexappkey-acme-MANAGE', appToken: new Secret('manager') };

export const pathOf = (repository: string, name: string): SecretPath =>
  parseSecretPath(name, `acme/${repository}`);

export function queued(kind: Kind, { secrets }: World): Run {
  const [first] = kind.listed;
  const read = (path: SecretPath | undefined) => (path === undefined ? undefined : secrets[path.path]?.holds);
  const inputs = {
    current: kind.passesCurrent ? read(first) : undefined,
    pending: kind.passesPending ? read(kind.pendingSecret) : undefined,
  };
  return { ...notQueued, phase: 'queued', inputs };
}

function planOf(kind: Kind, { current, pending }: Inputs, renewedAt: Instant | undefined): Plan {
  const token = (content: Content | undefined) =>
    content === undefined || content === 'reserved' ? undefined : secretOf(content);
  return {
    operation: kind.operation,
    apiKey: 'vtexappkey-acme-RENEWS',
    manager,
    currentToken: token(current),
    pendingToken: token(pending),
    pendingReserved: pending === 'reserved',
    secrets: kind.listed,
    pendingSecret: kind.pendingSecret,
    createMissing: false,
    deleteOldToken: kind.deleteOldToken,
    signInCheck: true,
    verificationRequests: [],
    verification: kind.verification,
    onVerificationFailure: 'restore',
    propagationTimeoutMs: 0,
    drainTimeoutMs: 0,
    renewAfterMs: 0,
    renewedAt: kind.jobOf === undefined ? undefined : renewedAt,
  };
}

/** What a stretch of a run did. */
export interface Advance {
  readonly run: Run;
  readonly world: World;
  /** The step, and what it changed. */
  readonly label: string;
  readonly step: Step | undefined;
}

export interface Surroundings {
  readonly world: World;
  /** `renewed-at` of the job before. */
  readonly renewedAt: Instant | undefined;
  readonly verification: 'passes' | 'fails';
  readonly grain: Grain;
}

/** Begins a stretch; the result is there once nothing is left to do but to wait for a call. */
export function advance(kind: Kind, run: Run, surroundings: Surroundings): () => Advance {
  const { world, renewedAt, verification, grain } = surroundings;
  const { inputs, stopAfter } = run;
  if (inputs === undefined) throw new Error('the run has no inputs');
  const plan = planOf(kind, inputs, renewedAt);
  const known = { ...run.known, interrupted: stopAfter !== undefined && run.step === undefined };
  const decision = run.step === undefined ? decide(plan, known) : { do: run.step.name };
  if ('end' in decision) return () => ended(run, decision.end, world);
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
  });
  let learned: Partial<Knowledge> | undefined;
  let bug: unknown;
  performers[name]({ plan, known, ports: stretch.ports(), stop: stretch.stop }).then(
    (result) => (learned = result),
    (error: unknown) => {
      if (error instanceof RotationError) learned = { errors: [...known.errors, asRotationError(error)] };
      else bug = error;
    },
  );
  return () => {
    if (bug !== undefined) throw new Error(`step ${name} broke`, { cause: bug });
    const label = `${kind.name} ${name}${stretch.effect === '' ? '' : `: ${stretch.effect}`}`;
    const after = { ...run, phase: 'running' as const, journal: stretch.journal };
    const moved: Run =
      learned === undefined
        ? { ...after, step: { name, replies: stretch.replies } }
        : {
            ...after,
            known: { ...known, ...learned, dates: nothingKnown.dates, runs: nothingKnown.runs },
            step: undefined,
            stopAfter: stopAfter === undefined ? undefined : 0,
          };
    return { run: moved, world: stretch.world, label, step: name };
  };
}

/** Nothing is left of it, not even its outputs. */
export const gone: Run = { ...notQueued, phase: 'ended' };

function ended(run: Run, result: string, world: World): Advance {
  const renewedAt = run.known.token?.renewedAt;
  return { run: { ...gone, renewedAt }, world, label: `ends: ${result}`, step: undefined };
}
