/** A state of the whole model, and what makes two states the same. */
import { hash } from 'node:crypto';
import type { Knowledge } from '../../src/rotation/model.ts';
import { datesOf, type Write } from '../../src/rotation/listed-secrets.ts';
import type { SecretFacts } from '../../src/rotation/ports/secret-store.ts';
import type { Secret } from '../../src/common/secret.ts';
import { tokenOf } from './ports.ts';
import type { Run } from './run.ts';
import { type Content, hasDateOfNow, type Token, type ModelWorld } from './world.ts';

export interface State {
  readonly world: ModelWorld;
  readonly runs: readonly Run[];
  /** How often each of these may still happen. */
  readonly left: {
    readonly crashes: number;
    readonly stops: number;
    readonly person: number;
    /** Stretches of a run in which a copy of a secret lags. */
    readonly lags: number;
    /** Stretches in which nodes of VTEX are wrong about a token. */
    readonly doubts: number;
  };
  /** By run: whether somebody else has changed something since its last request, or between the two before. */
  readonly between: readonly ('none' | 'now' | 'before')[];
  /** The new token of a renewal that the person in the Admin began; it is in that person's hands. */
  readonly personHolds: Token | undefined;
  /** The machine was lost between VTEX's reply and the first write: nobody could have saved this one. */
  readonly excused: Token | undefined;
}

/**
 * Which token it is and what time it is makes no difference, only which are the same and which dates come first.
 * So tokens are numbered in the order in which they are met, and dates by their rank.
 */
export function fingerprint(state: State): bigint {
  const { world, runs, left, between, personHolds, excused } = state;
  const { old, fresh } = world.vtex;
  const { unheard, earlier } = world;
  const alive = (held: Token | undefined) => (held !== undefined && held === fresh ? token(held) : '-');
  const text = [
    token(old),
    token(fresh),
    ...Object.keys(world.secrets)
      .sort()
      .map((path) => `${path}=${content(world.secrets[path]?.holds)}${date(world.secrets[path]?.at)}`),
    hasDateOfNow(world) ? 'now' : '',
    left.crashes,
    left.stops,
    left.person,
    left.lags,
    left.doubts,
    // What nobody can meet any more makes no difference.
    ...(left.lags === 0
      ? []
      : Object.keys(earlier)
          .sort()
          .map((path) => `${path}=${date(earlier[path])}`)),
    ...(left.doubts === 0 ? [] : [token(unheard?.old), token(unheard?.fresh)]),
    between.join(),
    alive(personHolds),
    alive(excused),
    ...runs.map(describeRun),
    // Last, so that it changes no rank that others have.
    date(world.now),
  ].join('|');
  // Never zero, which marks a free place in the set of them.
  return hash('md5', withRanks(text), 'buffer').readBigUInt64LE() | (1n << 63n);
}

function withRanks(text: string): string {
  const dates = [...new Set(text.match(/@\d+/g))].sort();
  const names = new Map(dates.map((found, rank) => [found, `@${rank}`]));
  let tokens = 0;
  return text.replaceAll(/[@#]\d+/g, (found) => {
    const known = names.get(found);
    if (known !== undefined) return known;
    const name = `#${tokens++}`;
    names.set(found, name);
    return name;
  });
}

const token = (value: Token | undefined): string => (value === undefined ? '-' : `#${value};`);
const content = (value: Content | undefined): string => (value === 'none' ? 'n' : token(value));
// All of one length, so that they sort as numbers do.
const date = (value: number | undefined): string => (value === undefined ? '-' : `@${value}`);
const fact = ({ updatedAt }: SecretFacts): string => date(updatedAt);

/** Most moves leave most runs as they are. */
const descriptions = new WeakMap<Run, string>();

function describeRun(run: Run): string {
  const known = descriptions.get(run);
  if (known !== undefined) return known;
  const text = describeAnew(run);
  descriptions.set(run, text);
  return text;
}

function describeAnew(run: Run): string {
  const { phase, inputs, known, step, second, stopAfter, journal, renewedAt } = run;
  if (phase === 'not-queued') return phase;
  if (phase === 'ended') return phase + date(renewedAt);
  const given = `${content(inputs?.current)},${content(inputs?.pending)},${content(inputs?.old)}`;
  if (phase === 'queued') return phase + given;
  const replies = [...(step?.replies ?? [])].map(
    ([name, reply]) =>
      name +
      (typeof reply === 'object'
        ? date(reply.at) + date(reply.readAt)
        : typeof reply === 'number'
          ? token(reply)
          : String(reply)),
  );
  const facts = knowledgeFields.map((field) => describers[field](known));
  return [phase, given, token(second), stopAfter, token(journal), step?.name, ...replies, ...facts].join(',');
}

/** Every field of what a run knows, so that a new one cannot be forgotten here. */
const describers: Record<keyof Knowledge, (known: Knowledge) => string> = {
  // Follows from `stopAfter`.
  interrupted: () => '',
  done: ({ done }) => [...done].sort().join('/'),
  seen: ({ seen }) =>
    seen === undefined
      ? '-'
      : [
          seen.problems.map(({ code }) => code).join('+'),
          seen.current,
          seen.old,
          seen.pending,
          ...seen.listed.map(fact),
          fact(seen.pendingSecret),
          fact(seen.oldSecret),
        ].join('/'),
  renewal: ({ renewal }) =>
    renewal === undefined ? '-' : secret(renewal.newToken) + secret(renewal.oldToken) + renewal.origin,
  pastSecrets: ({ pastSecrets }) =>
    [...pastSecrets.values()].map((entry) => datesOf(entry).map(date).join('.')).join('/'),
  secrets: ({ secrets }) =>
    [...secrets.values()]
      .map(
        ({ path, write, isForeign }) =>
          path.path + (write === undefined ? '' : writeText(write)) + String(isForeign),
      )
      .join('/'),
  tokens: ({ tokens }) => tokens.old + tokens.new,
  acceptedAt: ({ acceptedAt }) => date(acceptedAt),
  verification: ({ verification }) => verification,
  // Only for the report.
  runs: () => '',
  confirmed: ({ confirmed }) => String(confirmed),
  finish: ({ finish }) => finish,
  unclearTries: ({ unclearTries }) => String(unclearTries),
  restore: ({ restore }) => restore,
  errors: ({ errors }) => errors.map(({ code }) => code).join('+'),
};
const secret = (value: Secret | undefined): string => (value === undefined ? '-' : token(tokenOf(value)));

function writeText({ value, outcome, before, endedAt, mark }: Write): string {
  return value + outcome + date(before) + date(endedAt) + date(mark);
}

const knowledgeFields = Object.keys(describers) as (keyof Knowledge)[];
