/** How things stand when the run ends: which tokens work, and which secret holds which. Told from what is known alone. */
import { beginningOf, isUsable, storedBefore } from './evidence.ts';
import { dateOf, type SecretEntry } from './listed-secrets.ts';
import { isOver, type Knowledge, type TokenState } from './model.ts';
import type { Instant } from './ports/clock.ts';
import type { Settings } from './settings.ts';

/** `none`: the secret does not exist. `unchanged`: this run did not touch it. */
export type Holding = 'new' | 'old' | 'unchanged' | 'none' | 'unknown';

export interface SecretStanding {
  readonly path: string;
  readonly holds: Holding;
  readonly updatedAt: Instant | undefined;
}

export interface Standing {
  /** The tokens of the renewal; both `absent` where there is none. */
  readonly tokens: { readonly old: TokenState; readonly new: TokenState };
  /** `none`: none began. `lost`: VTEX may have made a token that never arrived. */
  readonly renewal: 'none' | 'pending' | 'over' | 'undone' | 'lost' | 'elsewhere' | 'unclear';
  /** The listed secrets, in their order. */
  readonly secrets: readonly SecretStanding[];
  readonly pending: SecretStanding;
  readonly old: SecretStanding;
  readonly oldTokenDeleted: boolean;
  readonly beginning: Instant | undefined;
  /** No listed secret can hold the new token, so giving it up harms nobody. */
  readonly canGiveUp: boolean;
}

export function standingOf(settings: Settings, known: Knowledge): Standing {
  const secrets = listedPaths(settings, known).map((path) => standingOfSecret(settings, known, path));
  const isDead = known.tokens.old === 'refused' || known.finish === 'finished';
  return {
    tokens: known.renewal === undefined ? { old: 'absent', new: 'absent' } : known.tokens,
    renewal: renewalOf(known),
    secrets,
    pending: standingOfOwn(known, settings.pendingSecret.path, 'new'),
    old: standingOfOwn(known, settings.oldSecret.path, 'old'),
    oldTokenDeleted: isOver(known) && isDead,
    beginning: known.renewal === undefined ? undefined : beginningOf(settings, known),
    canGiveUp: secrets.every(({ holds }) => holds === 'old' || holds === 'unchanged' || holds === 'none'),
  };
}

function listedPaths(settings: Settings, { seen }: Knowledge): readonly string[] {
  return (seen?.listed ?? settings.secrets.map((path) => ({ path }))).map(({ path }) => path.path);
}

function renewalOf(known: Knowledge): Standing['renewal'] {
  switch (known.finish) {
    case 'undone':
      return 'undone';
    case 'unclear':
      return 'unclear';
    case 'not-sent':
      return known.renewal === undefined ? withoutRenewal(known) : 'pending';
    case 'ended':
    case 'finished':
    case 'not-pending':
      return 'over';
  }
}

/** What VTEX may have pending although this run holds nothing of it. */
function withoutRenewal({ errors, done, seen, secrets }: Knowledge): Standing['renewal'] {
  const codes = errors.map(({ code }) => code);
  if (codes.includes('renewal-pending')) return 'elsewhere';
  // Somebody else is at work, whose renewal it may be.
  if ([...secrets.values()].some(({ isForeign }) => isForeign)) return 'elsewhere';
  if (done.has('reserve') && errors.length > 0 && !errors.some(({ madeNoToken }) => madeNoToken))
    return 'lost';
  return seen?.old === 'accepted' && seen.pending === 'accepted' ? 'elsewhere' : 'none';
}

function standingOfSecret(settings: Settings, known: Knowledge, path: string): SecretStanding {
  const entry = known.secrets.get(path);
  if (entry === undefined) return { path, holds: 'unknown', updatedAt: undefined };
  return { path, holds: holdingOf(settings, known, entry), updatedAt: dateOf(entry) };
}

function holdingOf(settings: Settings, known: Knowledge, entry: SecretEntry): Holding {
  const { write, seen, isForeign } = entry;
  if (isForeign || write?.outcome === 'unknown') return 'unknown';
  if (write !== undefined) return write.value;
  if (seen.readAt === 0) return 'unknown';
  if (seen.updatedAt === undefined) return 'none';
  return holdingOfUntouched(settings, known, entry);
}

/** What this run did not write may hold what an earlier run wrote. */
function holdingOfUntouched(
  settings: Settings,
  { seen, renewal }: Knowledge,
  { path, seen: facts }: SecretEntry,
): Holding {
  if (renewal?.origin === 'renewed' || seen === undefined) return 'unchanged';
  // Without a look at the renewal's own secrets nothing tells whether an earlier run has written this one.
  if (seen.pendingSecret.readAt === 0 || seen.oldSecret.readAt === 0) return 'unknown';
  const isKnown = renewal !== undefined || isUsable(settings, seen);
  if (isKnown && storedBefore(settings, seen).has(path.path)) return 'new';
  return isWrittenSince(facts.updatedAt, seen.oldSecret.updatedAt) ? 'unknown' : 'unchanged';
}

function isWrittenSince(updatedAt: Instant | undefined, beginning: Instant | undefined): boolean {
  return beginning !== undefined && updatedAt !== undefined && updatedAt >= beginning;
}

/** The renewal's own two secrets. */
function standingOfOwn(known: Knowledge, path: string, value: 'new' | 'old'): SecretStanding {
  const entry = known.secrets.get(path);
  if (entry === undefined) return { path, holds: 'unknown', updatedAt: undefined };
  if (entry.removal !== undefined) {
    return { path, holds: entry.removal === 'done' ? 'none' : 'unknown', updatedAt: undefined };
  }
  return { path, holds: holdingOfOwn(known, entry, value), updatedAt: dateOf(entry) };
}

function holdingOfOwn({ seen }: Knowledge, entry: SecretEntry, value: 'new' | 'old'): Holding {
  const { write, isForeign } = entry;
  if (isForeign || write?.outcome === 'unknown') return 'unknown';
  if (write !== undefined) return value;
  if (entry.seen.updatedAt === undefined) return entry.seen.readAt === 0 ? 'unknown' : 'none';
  return seen?.old === 'accepted' && seen.pending === 'accepted' ? value : 'unknown';
}
