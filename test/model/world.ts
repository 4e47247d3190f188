/** VTEX and GitHub, as small as the protocol allows: who accepts what, and what each secret holds since when. */
import type { Instant } from '../../src/rotation/ports.ts';

/** Tokens are numbered in the order in which VTEX makes them; 0 is the first one in use. */
export type Token = number;
/** `none`: the old secret of a renewal that began without a token. */
export type Content = Token | 'none';

export interface Stored {
  readonly holds: Content;
  readonly at: Instant;
}

export interface World {
  readonly now: Instant;
  readonly vtex: { readonly old: Token; readonly fresh: Token | undefined };
  /** Number of the next token. */
  readonly next: Token;
  /** By path. */
  readonly secrets: Readonly<Record<string, Stored>>;
}

/** Far more than every allowance for clocks, so that only "the same moment" and "later" have to be told apart. */
const aWhile = 3_600_000;

export const begin: Instant = Date.UTC(2026, 0, 1);

export function isAccepted({ vtex }: World, token: Content | undefined): boolean {
  return token !== undefined && (token === vtex.old || token === vtex.fresh);
}

/** Makes the next dates later than all before. */
export function later(world: World): World {
  return { ...world, now: world.now + aWhile };
}

export function hasDateOfNow({ secrets, now }: World): boolean {
  return Object.values(secrets).some(({ at }) => at === now);
}

/** Undefined if a renewal is pending (409). */
export function renewed(world: World): World | undefined {
  if (world.vtex.fresh !== undefined) return undefined;
  return { ...world, vtex: { ...world.vtex, fresh: world.next }, next: world.next + 1 };
}

/** Undefined if none is pending (404). */
export function finished(world: World): World | undefined {
  const { fresh } = world.vtex;
  return fresh === undefined ? undefined : { ...world, vtex: { old: fresh, fresh: undefined } };
}

/** Undefined if none is pending. */
export function undone(world: World): World | undefined {
  if (world.vtex.fresh === undefined) return undefined;
  return { ...world, vtex: { ...world.vtex, fresh: undefined } };
}

export function wrote(world: World, path: string, holds: Content): World {
  return { ...world, secrets: { ...world.secrets, [path]: { holds, at: world.now } } };
}

export function removed(world: World, path: string): World {
  const { [path]: gone, ...secrets } = world.secrets;
  return gone === undefined ? world : { ...world, secrets };
}
