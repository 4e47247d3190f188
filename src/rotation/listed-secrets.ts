/**
 * One entry a secret: what was seen of it before anything was changed, and what this run wrote. A secret can never be
 * read back, so the date of its last write is all that tells whether it still holds what was written. Dates are
 * GitHub's own, whole seconds, and are compared only with one another.
 */
import type { SecretPath } from '../paths/secret-path.ts';
import type { Instant } from './ports/clock.ts';
import type { SecretFacts } from './ports/secret-store.ts';

/** The last write of this run to a secret. */
export interface Write {
  readonly value: 'new' | 'old';
  /** `unknown`: no reply came, so GitHub may or may not have written it. */
  readonly outcome: 'done' | 'unknown';
  /** False if a secret of that name existed. */
  readonly created: boolean;
  /** The date that GitHub showed before this write. */
  readonly before: Instant | undefined;
  /** This run itself had written it less than two seconds before, so the date may stay the same. */
  readonly followsOwn: boolean;
  /** GitHub's clock when it answered; for waiting, never for a proof. */
  readonly answeredAt: Instant;
  /** The runner's clock when it began, and when it had been answered. */
  readonly beganAt: Instant;
  readonly endedAt: Instant;
  /** The date of the write itself; undefined until GitHub has shown it. */
  readonly mark: Instant | undefined;
  /** A date after this cannot be that of this write, however late it is looked at. */
  readonly latest?: Instant;
}

export interface SecretEntry {
  readonly path: SecretPath;
  readonly seen: SecretFacts;
  /** The runner's clock then. */
  readonly seenAt: Instant;
  /** Dates that it bore in the first of two rotations of this run. A copy that lags may still show one. */
  readonly past: readonly Instant[];
  readonly write: Write | undefined;
  /** Somebody else was seen to have written it after this run. */
  readonly isForeign: boolean;
  /** This run has deleted it. `unknown`: no reply came to its request. */
  readonly removal?: 'done' | 'unknown';
  /** GitHub did not answer the look before it was to be deleted. */
  readonly isUnread?: boolean;
}

/** How long a date may stay the same after two writes of this run. Milliseconds. */
const ownWriteWindowMs = 2000;

export function entryOf(seen: SecretFacts, seenAt: Instant, past: readonly Instant[] = []): SecretEntry {
  return { path: seen.path, seen, seenAt, past, write: undefined, isForeign: false };
}

/** Every date that it is known to have borne. */
export function datesOf({ seen, write, past }: SecretEntry): readonly Instant[] {
  return [...past, seen.updatedAt, write?.before, write?.mark].filter((date) => date !== undefined);
}

/** The date that the secret should bear: that of our write, or the one that was seen. */
export function dateOf({ seen, write }: SecretEntry): Instant | undefined {
  return write === undefined ? seen.updatedAt : write.mark;
}

export function followsOwnWrite({ write }: SecretEntry, now: Instant): boolean {
  return write !== undefined && now - write.endedAt < ownWriteWindowMs;
}

/** A secret that was written less than this before is left alone for a moment, so that the next write has another date. */
const settlingMs = 3000;

/** How long to wait before a write, so that its date differs from that of somebody else's. Milliseconds. */
export function waitBefore({ seen, seenAt, write }: SecretEntry, now: Instant): number {
  if (write !== undefined || seen.updatedAt === undefined) return 0;
  const age = Math.max(0, seen.readAt - seen.updatedAt) + (now - seenAt);
  return Math.max(0, settlingMs - age);
}

/** The last date that is known before a write that is about to begin. */
export function dateBefore({ seen, write }: SecretEntry): Instant | undefined {
  return write === undefined ? seen.updatedAt : (write.mark ?? write.before);
}

/** Whether GitHub shows our write, and not yet, or still, one before it. */
function showsWrite({ seen, past }: SecretEntry, write: Write, updatedAt: Instant | undefined): boolean {
  if (updatedAt === undefined) return false;
  if (write.followsOwn && updatedAt === write.before) return true;
  return ![write.before, seen.updatedAt, ...past].includes(updatedAt);
}

/**
 * How long after a write a look may still give its mark. A date that is seen later may be that of somebody else's write.
 * Longer than the minute that a look may have to wait where the limits of GitHub are used to the full.
 */
const markWindowMs = 75_000;

/** So long after a write of the new token nothing can tell its date from that of another write. */
function missedItsMark({ write }: SecretEntry, now: Instant): boolean {
  return write?.value === 'new' && write.mark === undefined && now - write.endedAt > markWindowMs;
}

/** The entry with the date that GitHub shows now: a first look at our write gives its mark. */
export function withLook(entry: SecretEntry, { updatedAt }: SecretFacts, now: Instant): SecretEntry {
  const { write } = entry;
  if (write === undefined || write.mark !== undefined || !showsWrite(entry, write, updatedAt)) return entry;
  if (write.latest === undefined && missedItsMark(entry, now)) return entry;
  if (updatedAt !== undefined && updatedAt > (write.latest ?? Infinity)) return { ...entry, isForeign: true };
  return { ...entry, write: { ...write, mark: updatedAt } };
}

/** For whole seconds, and for machines of GitHub's whose clocks are two seconds off, one ahead and one behind. Milliseconds. */
const dateAllowanceMs = 5000;

/**
 * The entry of a write whose date may be looked for much later: by then somebody else may have written. Its own date is
 * later than that of an earlier write of this run by the time between the two, and no more.
 */
export function datedBy(entry: SecretEntry, { mark, beganAt }: Write): SecretEntry {
  const { write } = entry;
  if (write === undefined || mark === undefined) return entry;
  const latest = mark + Math.max(0, write.endedAt - beganAt) + dateAllowanceMs;
  return { ...entry, write: { ...write, latest } };
}

/** What a look at a date says of an entry. `early`: a copy that lags behind; look again. */
export function compareDate(
  entry: SecretEntry,
  updatedAt: Instant | undefined,
): 'same' | 'early' | 'changed' {
  const expected = dateOf(entry);
  if (expected === undefined) return entry.write === undefined && updatedAt === undefined ? 'same' : 'early';
  if (updatedAt === expected) return 'same';
  return updatedAt === undefined || updatedAt < expected ? 'early' : 'changed';
}

export function entriesOf(
  secrets: ReadonlyMap<string, SecretEntry>,
  paths: readonly SecretPath[],
): readonly SecretEntry[] {
  return paths.flatMap(({ path }) => secrets.get(path) ?? []);
}
