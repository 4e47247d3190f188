/** VTEX and GitHub, as small as the protocol allows: who accepts what, and what each secret holds since when. */
import type { Instant } from '../../src/rotation/ports/clock.ts';

/** Tokens are numbered in the order in which VTEX makes them; 0 is the first one in use. */
export type Token = number;
/** Something that is no token of the key at all. */
export const somethingElse: Token = -1;
/** `none`: the old secret of a renewal that began without a token. */
export type Content = Token | 'none';

export interface Stored {
  readonly holds: Content;
  readonly at: Instant;
}

export interface ModelWorld {
  readonly now: Instant;
  readonly vtex: { readonly old: Token; readonly fresh: Token | undefined };
  /** Number of the next token. */
  readonly next: Token;
  /** By path. */
  readonly secrets: Readonly<Record<string, Stored>>;
  /** The dates before the last change, undefined for what did not exist: what a copy that lags still shows. */
  readonly earlier: Readonly<Record<string, Instant | undefined>>;
  /** What a node of VTEX that has not heard still says. */
  readonly unheard: ModelWorld['vtex'] | undefined;
}

/**
 * More than a secret is left alone before a write, and than the date of a write may differ from its time; less than the
 * time in which a write must show.
 */
const aMoment = 6000;

export const begin: Instant = Date.UTC(2026, 0, 1);

export function isAccepted({ vtex }: Pick<ModelWorld, 'vtex'>, token: Content | undefined): boolean {
  return token !== undefined && (token === vtex.old || token === vtex.fresh);
}

/** The tokens about which a node that has not heard is wrong. */
export function disputed({ vtex, unheard }: ModelWorld): readonly Token[] {
  if (unheard === undefined) return [];
  const tokens = [vtex.old, vtex.fresh, unheard.old, unheard.fresh].filter((token) => token !== undefined);
  return [...new Set(tokens)].filter(
    (token) => isAccepted({ vtex }, token) !== isAccepted({ vtex: unheard }, token),
  );
}

/** Makes the next dates later than all before, which are whole seconds. */
export function later(world: ModelWorld, ms = aMoment): ModelWorld {
  return { ...world, now: world.now + Math.ceil(ms / 1000) * 1000 };
}

export function hasDateOfNow({ secrets, now }: ModelWorld): boolean {
  return Object.values(secrets).some(({ at }) => at === now);
}

/** Undefined if a renewal is pending (409). */
export function renewed(world: ModelWorld): ModelWorld | undefined {
  if (world.vtex.fresh !== undefined) return undefined;
  const vtex = { ...world.vtex, fresh: world.next };
  return { ...world, vtex, unheard: world.vtex, next: world.next + 1 };
}

/** Undefined if none is pending (404). */
export function finished(world: ModelWorld): ModelWorld | undefined {
  const { fresh } = world.vtex;
  if (fresh === undefined) return undefined;
  return { ...world, vtex: { old: fresh, fresh: undefined }, unheard: world.vtex };
}

/** Undefined if none is pending. */
export function undone(world: ModelWorld): ModelWorld | undefined {
  if (world.vtex.fresh === undefined) return undefined;
  return { ...world, vtex: { ...world.vtex, fresh: undefined }, unheard: world.vtex };
}

export function wrote(world: ModelWorld, path: string, holds: Content): ModelWorld {
  return { ...changing(world, path), secrets: { ...world.secrets, [path]: { holds, at: world.now } } };
}

export function removed(world: ModelWorld, path: string): ModelWorld {
  const { [path]: gone, ...secrets } = world.secrets;
  return gone === undefined ? world : { ...changing(world, path), secrets };
}

function changing(world: ModelWorld, path: string): ModelWorld {
  return { ...world, earlier: { ...world.earlier, [path]: world.secrets[path]?.at } };
}
