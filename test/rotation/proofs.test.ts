import { describe, expect, test } from 'vitest';
import {
  isConfirmed,
  isDue,
  isStoredEverywhere,
  missingProof,
  storedByDate,
} from '../../src/rotation/evidence.ts';
import type { Written } from '../../src/rotation/model.ts';
import {
  facts,
  first,
  makeObservation,
  makePlan,
  minute,
  newSecret,
  noon,
  pendingPath,
  second,
} from './values.ts';

const day = 24 * 60 * minute;
const at = (listed: number | undefined, pending: number | undefined) =>
  makeObservation({ listed: [facts(first, listed)], pendingSecret: facts(pendingPath, pending) });

describe('due', () => {
  const plan = makePlan({ renewAfterMs: 90 * day });
  test.each([
    [90 * day, true],
    [90 * day - 1000, false],
    [91 * day, true],
  ])('a secret %d ms old: %s', (age, due) => {
    expect(isDue(plan, at(noon - age, undefined))).toBe(due);
  });

  test('one that does not exist is', () => {
    expect(isDue(plan, at(undefined, undefined))).toBe(true);
  });

  test('one old among young ones is enough', () => {
    const listed = [facts(first, noon), facts(second, noon - 100 * day)];
    expect(isDue(plan, makeObservation({ listed }))).toBe(true);
  });

  test('without renew-after-days everything is', () => {
    expect(isDue(makePlan(), at(noon, undefined))).toBe(true);
  });
});

describe('stored everywhere', () => {
  test('is told by dates: not older than the pending secret, the same second included', () => {
    expect(isStoredEverywhere(makePlan(), at(noon, noon))).toBe(true);
    expect(isStoredEverywhere(makePlan(), at(noon - 1000, noon))).toBe(false);
    expect(isStoredEverywhere(makePlan(), at(undefined, noon))).toBe(false);
    expect(isStoredEverywhere(makePlan(), at(noon, undefined))).toBe(false);
  });

  test('is not true while current-token is another token', () => {
    const plan = makePlan({ currentToken: newSecret() });
    expect(isStoredEverywhere(plan, at(noon, noon))).toBe(false);
    expect(isStoredEverywhere(plan, { ...at(noon, noon), currentIsPending: true })).toBe(true);
  });

  test('names the secrets that are', () => {
    const listed = [facts(first, noon), facts(second, noon - 1000)];
    const seen = makeObservation({ listed, pendingSecret: facts(pendingPath, noon) });
    expect(storedByDate(seen)).toEqual([first.path]);
  });
});

describe('a write of this run', () => {
  const written: Written = { path: first, created: false, since: noon, writtenAt: noon + 1000 };
  const confirm = (updatedAt: number | undefined) =>
    isConfirmed(facts(first, updatedAt), makePlan(), at(updatedAt, noon), written);

  test('is confirmed by a date within its bracket', () => {
    expect(confirm(noon)).toBe(true);
    expect(confirm(noon + minute)).toBe(true);
  });

  test('is not confirmed by an older one, a much later one or none', () => {
    expect(confirm(noon - 1000)).toBe(false);
    expect(confirm(noon + 2 * minute)).toBe(false);
    expect(confirm(undefined)).toBe(false);
  });
});

describe('the proof of finish', () => {
  const token = newSecret();
  const byToken = makePlan({ operation: 'finish', pendingToken: token });
  const usable = { pending: 'usable', currentIsPending: false } as const;
  const byTime = (renewedAt: number) => makePlan({ operation: 'finish', renewedAt });

  test('a usable pending token and secrets that are not older than the pending secret', () => {
    expect(missingProof(byToken, { ...at(noon, noon), ...usable })).toEqual([]);
    expect(missingProof(byToken, { ...at(noon - 1000, noon), ...usable })).toHaveLength(1);
    expect(missingProof(byToken, { ...at(undefined, noon), ...usable })).toHaveLength(1);
  });

  test('a pending token that VTEX refuses is none', () => {
    expect(missingProof(byToken, { ...at(noon, noon), pending: 'refused' })).toHaveLength(1);
  });

  test('current-token must be the same token', () => {
    const plan = { ...byToken, currentToken: newSecret() };
    expect(missingProof(plan, { ...at(noon, noon), ...usable })).toHaveLength(1);
    expect(missingProof(plan, { ...at(noon, noon), ...usable, currentIsPending: true })).toEqual([]);
  });

  test('renewed-at with five minutes of allowance', () => {
    expect(missingProof(byTime(noon + 5 * minute), at(noon, undefined))).toEqual([]);
    expect(missingProof(byTime(noon + 5 * minute + 1000), at(noon, undefined))).toHaveLength(1);
  });

  test('renewed-at does not outweigh a pending secret that is younger than the secrets', () => {
    expect(missingProof(byTime(noon - minute), at(noon, noon + 1000))).toHaveLength(1);
    expect(missingProof(byTime(noon - minute), at(noon, noon))).toEqual([]);
  });

  test('neither', () => {
    expect(missingProof(makePlan({ operation: 'finish' }), at(noon, noon))).toHaveLength(1);
  });
});
