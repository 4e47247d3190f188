/** Plain values of the domain for tests, and fast-check's arbitrary ones. */
import fc from 'fast-check';
import { errorCodes, RotationError } from '../../src/errors.ts';
import {
  type Knowledge,
  type NewToken,
  nothingKnown,
  type Observation,
  type Plan,
} from '../../src/rotation/model.ts';
import type { Instant, SecretFacts } from '../../src/rotation/ports.ts';
import { Secret } from '../../src/secret.ts';
import { parseSecretPath, type SecretPath } from '../../src/secret-path.ts';
import { makeAppKey, makeAppToken } from '../fakes/tokens.ts';

export const noon: Instant = Date.UTC(2026, 7, 21, 12);
export const minute = 60_000;

export const secretAt = (name: string): SecretPath => parseSecretPath(name, 'acme/store');
export const [first, second] = [secretAt('TOKEN'), secretAt('OTHER_TOKEN')];
export const pendingPath = secretAt('TOKEN_PENDING');

export const newSecret = (): Secret => new Secret(makeAppToken());

export function makePlan(overrides: Partial<Plan> = {}): Plan {
  return {
    operation: 'rotate',
    apiKey: makeAppKey('acme'),
    manager: { appKey: makeAppKey('acme'), appToken: newSecret() },
    currentToken: undefined,
    pendingToken: undefined,
    pendingReserved: false,
    secrets: [first],
    pendingSecret: pendingPath,
    createMissing: false,
    deleteOldToken: 'now',
    signInCheck: true,
    verificationRequests: [],
    verification: 'none',
    onVerificationFailure: 'restore',
    propagationTimeoutMs: minute,
    drainTimeoutMs: 0,
    renewAfterMs: 0,
    renewedAt: undefined,
    ...overrides,
  };
}

export function facts(path: SecretPath, updatedAt: Instant | undefined, readAt = noon): SecretFacts {
  return { path, updatedAt, readAt };
}

export function makeObservation(overrides: Partial<Observation> = {}): Observation {
  return {
    problems: [],
    current: 'absent',
    pending: 'none',
    currentIsPending: false,
    listed: [facts(first, noon - 60 * minute)],
    pendingSecret: facts(pendingPath, undefined),
    ...overrides,
  };
}

export function makeKnowledge(overrides: Partial<Knowledge> = {}): Knowledge {
  return { ...nothingKnown, ...overrides };
}

export function makeToken(overrides: Partial<NewToken> = {}): NewToken {
  return { secret: newSecret(), origin: 'renewed', renewedAt: noon, vtexId: undefined, ...overrides };
}

/** Few dates, close to each other and to the allowances, so that ties and edges are common. */
const instant = fc
  .tuple(fc.constantFrom(-400, -301, -300, -299, -61, -60, -1, 0, 1, 59, 60, 61), fc.constantFrom(0, 1))
  .map(([seconds, milliseconds]) => noon + seconds * 1000 + milliseconds);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
export const tokens = Array.from({ length: 3 }, newSecret);
const token = fc.constantFrom(...tokens);
const error = fc.constantFrom(...errorCodes).map((code) => new RotationError(code, 'it happened'));
const noneOrSome = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(fc.constant<T[]>([]), fc.array(value, { maxLength: 2 }));

export const anyPlan: fc.Arbitrary<Plan> = fc.record({
  operation: fc.constantFrom('rotate', 'finish', 'check'),
  apiKey: fc.constantFrom('vtexappkey-acme-AAAAAA', 'vtexappkey-acme-BBBBBB'),
  manager: fc.record({ appKey: fc.constant('vtexappkey-acme-AAAAAA'), appToken: token }),
  currentToken: maybe(token),
  pendingToken: maybe(token),
  pendingReserved: fc.boolean(),
  secrets: fc.constantFrom([first], [first, second]),
  pendingSecret: fc.constant(pendingPath),
  createMissing: fc.boolean(),
  deleteOldToken: fc.constantFrom('now', 'later'),
  signInCheck: fc.boolean(),
  verificationRequests: fc.constantFrom([], ['/api/x']),
  verification: fc.constantFrom('none', 'before-update', 'after-update'),
  onVerificationFailure: fc.constantFrom('restore', 'keep'),
  propagationTimeoutMs: fc.constantFrom(0, minute),
  drainTimeoutMs: fc.constantFrom(0, minute),
  renewAfterMs: fc.constantFrom(0, minute),
  renewedAt: maybe(instant),
});

function anyObservation(plan: Plan): fc.Arbitrary<Observation> {
  return fc.record({
    problems: noneOrSome(error),
    current: fc.constantFrom('absent', 'accepted', 'refused', 'unchecked'),
    pending: fc.constantFrom('none', 'usable', 'refused'),
    currentIsPending: fc.boolean(),
    listed: fc.tuple(...plan.secrets.map((path) => anyFacts(path))),
    pendingSecret: anyFacts(plan.pendingSecret),
  });
}

function anyFacts(path: SecretPath): fc.Arbitrary<SecretFacts> {
  return fc.record({ path: fc.constant(path), updatedAt: maybe(instant), readAt: instant });
}

const anyToken: fc.Arbitrary<NewToken> = fc.record({
  secret: token,
  origin: fc.constantFrom('renewed', 'taken-up'),
  renewedAt: instant,
  vtexId: fc.constant(undefined),
});

/** Any combination of facts that the types allow, whether a run can come to know it or not. */
export function anyKnowledge(plan: Plan): fc.Arbitrary<Knowledge> {
  const paths = plan.secrets.map(({ path }) => path);
  const written = fc
    .subarray([...plan.secrets])
    .chain((subset) =>
      fc
        .tuple(
          ...subset.map((path) => fc.record({ path: fc.constant(path), since: instant, writtenAt: instant })),
        )
        .map((writes) => new Map(writes.map((write) => [write.path.path, { ...write, created: false }]))),
    );
  return fc.record({
    interrupted: fc.boolean(),
    seen: maybe(anyObservation(plan)),
    reservation: fc.constantFrom('none', 'created', 'present'),
    stagedAt: maybe(instant),
    token: maybe(anyToken),
    oldToken: maybe(token),
    predecessor: fc.boolean(),
    successor: fc.boolean(),
    staged: fc.boolean(),
    accepted: fc.boolean(),
    verification: fc.constantFrom('outstanding', 'passed', 'failed'),
    runs: fc.constant([]),
    written,
    doubtful: fc.subarray(paths).map((doubtful) => new Set(doubtful)),
    restored: fc.subarray(paths).map((restored) => new Set(restored)),
    stored: fc.boolean(),
    drained: fc.boolean(),
    confirmed: fc.subarray(paths).map((confirmed) => new Set(confirmed)),
    finish: fc.oneof(
      { weight: 3, arbitrary: fc.constant('not-sent' as const) },
      { weight: 1, arbitrary: fc.constantFrom('finished', 'already-finished', 'nothing-pending', 'undone') },
    ),
    proved: fc.boolean(),
    restore: fc.constantFrom('not-tried', 'restored', 'impossible'),
    cleanedUp: fc.boolean(),
    dates: fc.constant(new Map()),
    errors: noneOrSome(error),
  });
}

export const anySituation = anyPlan.chain((plan) => fc.tuple(fc.constant(plan), anyKnowledge(plan)));
