/** Plain values of the domain for tests, and fast-check's arbitrary ones. */
import fc from 'fast-check';
import { errorCodes, RotationError } from '../../src/common/errors.ts';
import { entryOf, type SecretEntry, type Write } from '../../src/rotation/listed-secrets.ts';
import {
  type Knowledge,
  nothingKnown,
  type Observation,
  type Renewal,
  steps,
} from '../../src/rotation/model.ts';
import type { Instant } from '../../src/rotation/ports/clock.ts';
import type { SecretFacts } from '../../src/rotation/ports/secret-store.ts';
import type { Settings } from '../../src/rotation/settings.ts';
import { Secret } from '../../src/common/secret.ts';
import { parseSecretPath } from '../../src/paths/parse-secret-path.ts';
import type { SecretPath } from '../../src/paths/secret-path.ts';
import { makeAppKey, makeAppToken } from '../fakes/tokens.ts';

export const noon: Instant = Date.UTC(2026, 7, 21, 12);
export const minute = 60_000;

export const secretAt = (name: string): SecretPath => parseSecretPath(name, 'acme/store');
export const [first, second] = [secretAt('TOKEN'), secretAt('OTHER_TOKEN')];
export const pendingPath = secretAt('TOKEN_PENDING');
export const oldPath = secretAt('TOKEN_OLD');

export const newSecret = (): Secret => new Secret(makeAppToken());

export function makeSettings(overrides: Partial<Settings> = {}): Settings {
  return {
    operation: 'rotate',
    apiKey: makeAppKey('acme'),
    manager: { appKey: makeAppKey('acme'), appToken: newSecret() },
    currentToken: newSecret(),
    pendingToken: undefined,
    oldToken: undefined,
    oldTokenPassed: false,
    secrets: [first],
    patterns: [],
    pendingSecret: pendingPath,
    oldSecret: oldPath,
    currentValues: new Map(),
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
    current: 'accepted',
    old: 'absent',
    pending: 'absent',
    listed: [facts(first, noon - 60 * minute)],
    pendingSecret: facts(pendingPath, undefined),
    oldSecret: facts(oldPath, undefined),
    skipped: [],
    isOutdated: undefined,
    ...overrides,
  };
}

/** An earlier run began at noon, wrote the listed secrets after it, and closed with the pending secret. */
export function makeClosed(settings: Settings, overrides: Partial<Observation> = {}): Observation {
  return makeObservation({
    old: 'accepted',
    pending: 'accepted',
    oldSecret: facts(oldPath, noon),
    listed: settings.secrets.map((path, index) => facts(path, noon + 2000 + 1000 * index)),
    pendingSecret: facts(pendingPath, noon + 10_000),
    ...overrides,
  });
}

export function makeKnowledge(overrides: Partial<Knowledge> = {}): Knowledge {
  return { ...nothingKnown, ...overrides };
}

/** With an entry for each secret that was seen. */
export function knowing(seen: Observation, overrides: Partial<Knowledge> = {}): Knowledge {
  const entries = [...seen.listed, seen.pendingSecret, seen.oldSecret].map((one) => entryOf(one, noon));
  return makeKnowledge({
    seen,
    secrets: new Map(entries.map((entry) => [entry.path.path, entry])),
    ...overrides,
  });
}

export function makeWrite(overrides: Partial<Write> = {}): Write {
  return {
    value: 'new',
    outcome: 'done',
    created: false,
    before: noon - minute,
    followsOwn: false,
    answeredAt: noon,
    beganAt: noon,
    endedAt: noon,
    mark: noon,
    ...overrides,
  };
}

/** Few dates, close to each other, so that ties and edges are common. */
const instant = fc.constantFrom(-61, -60, -2, -1, 0, 1, 2, 60).map((seconds) => noon + seconds * 1000);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
export const tokens = Array.from({ length: 3 }, newSecret);
const token = fc.constantFrom(...tokens);
const error = fc.constantFrom(...errorCodes).map((code) => new RotationError(code, 'it happened'));
const noneOrSome = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(fc.constant<T[]>([]), fc.array(value, { maxLength: 2 }));
const tokenState = fc.constantFrom('absent' as const, 'accepted', 'refused', 'unknown');

export const anySettings: fc.Arbitrary<Settings> = fc.record({
  operation: fc.constantFrom('rotate', 'finish', 'check', 'undo'),
  apiKey: fc.constantFrom('vtexappkey-acme-AAAAAA', 'vtexappkey-acme-BBBBBB'),
  manager: fc.record({ appKey: fc.constant('vtexappkey-acme-AAAAAA'), appToken: token }),
  currentToken: maybe(token),
  pendingToken: maybe(token),
  oldToken: maybe(token),
  oldTokenPassed: fc.boolean(),
  secrets: fc.constantFrom([first], [first, second]),
  patterns: fc.constant([]),
  pendingSecret: fc.constant(pendingPath),
  oldSecret: fc.constant(oldPath),
  currentValues: fc.constant(new Map()),
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

function anyFacts(path: SecretPath): fc.Arbitrary<SecretFacts> {
  return fc.record({
    path: fc.constant(path),
    updatedAt: maybe(instant),
    readAt: fc.oneof(instant, fc.constant(0)),
  });
}

function anyObservation(settings: Settings): fc.Arbitrary<Observation> {
  return fc.record({
    problems: fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: noneOrSome(error) },
    ),
    current: tokenState,
    old: tokenState,
    pending: tokenState,
    listed: fc.tuple(...settings.secrets.map((path) => anyFacts(path))),
    pendingSecret: anyFacts(settings.pendingSecret),
    oldSecret: anyFacts(settings.oldSecret),
    skipped: fc.constant([]),
    isOutdated: fc.constantFrom(undefined, true, false, 'unknown' as const),
  });
}

const anyWrite: fc.Arbitrary<Write> = fc.record({
  value: fc.constantFrom('new', 'old'),
  outcome: fc.constantFrom('done', 'unknown'),
  created: fc.boolean(),
  before: maybe(instant),
  followsOwn: fc.boolean(),
  answeredAt: instant,
  beganAt: instant,
  endedAt: instant,
  mark: maybe(instant),
});

const anyRenewal: fc.Arbitrary<Renewal> = fc.record({
  newToken: maybe(token),
  oldToken: maybe(token),
  origin: fc.constantFrom('renewed', 'resumed'),
  vtexId: fc.constant(undefined),
  createdAt: fc.constant(undefined),
});

function anyEntries(seen: Observation): fc.Arbitrary<ReadonlyMap<string, SecretEntry>> {
  const entries = [...seen.listed, seen.pendingSecret, seen.oldSecret].map((one) =>
    fc.record({
      seenAt: fc.constant(noon),
      path: fc.constant(one.path),
      seen: fc.constant(one),
      past: noneOrSome(instant),
      write: maybe(anyWrite),
      isForeign: fc.boolean(),
    }),
  );
  return fc.tuple(...entries).map((all) => new Map(all.map((entry) => [entry.path.path, entry])));
}

/** Any combination of facts that the types allow, whether a run can come to know it or not. */
export function anyKnowledge(settings: Settings): fc.Arbitrary<Knowledge> {
  return anyObservation(settings).chain((seen) =>
    fc.record({
      interrupted: fc.constantFrom<Knowledge['interrupted']>(false, false, 'stopped', 'too-long'),
      done: fc.oneof(
        fc.subarray([...steps]).map((done) => new Set(done)),
        // Right before the point of no return, where most of what matters happens.
        fc.constant(new Set(steps.filter((step) => !['finish', 'prove', 'clean-up'].includes(step)))),
      ),
      seen: fc.oneof(
        { weight: 9, arbitrary: fc.constant(seen) },
        { weight: 1, arbitrary: fc.constant(undefined) },
      ),
      renewal: maybe(anyRenewal),
      pastSecrets: fc.constant(new Map()),
      secrets: anyEntries(seen),
      tokens: fc.record({ old: tokenState, new: tokenState }),
      acceptedAt: maybe(instant),
      verification: fc.constantFrom('outstanding', 'passed', 'failed'),
      runs: fc.constant([]),
      confirmed: fc.boolean(),
      finish: fc.oneof(
        { weight: 3, arbitrary: fc.constant('not-sent' as const) },
        { weight: 1, arbitrary: fc.constantFrom('unclear', 'finished', 'ended', 'not-pending', 'undone') },
      ),
      unclearTries: fc.constantFrom(0, 1, 5),
      restore: fc.constantFrom('not-tried', 'restored', 'impossible'),
      errors: noneOrSome(error),
    }),
  );
}

export const anySituation = anySettings.chain((settings) =>
  fc.tuple(fc.constant(settings), anyKnowledge(settings)),
);
