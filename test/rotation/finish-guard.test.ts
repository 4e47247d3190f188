import { expect, test } from 'vitest';
import {
  type FinishEvidence,
  type FinishPermit,
  grantFinish,
  isGenuinePermit,
  objectionsToFinish,
} from '../../src/rotation/finish-guard.ts';

/**
 * Every evidence on which the old token may die, and there is no other: one line for each pair of old and new token,
 * then what may stand beside it.
 */
const permitted = [
  { oldToken: 'accepted', newToken: 'accepted' },
  { oldToken: 'accepted', newToken: 'renewed-at' },
  { oldToken: 'none', newToken: 'accepted' },
  { oldToken: 'none', newToken: 'renewed-at' },
].flatMap((tokens) =>
  ['none', 'passed'].flatMap((verification) =>
    ['none', 'done'].flatMap((drain) =>
      ['yes', 'yes yes', 'yes yes yes'].map((confirmed) =>
        caseName({ interrupted: false, tokensDiffer: true, ...tokens, confirmed, verification, drain }),
      ),
    ),
  ),
);

interface Case {
  readonly interrupted: boolean;
  readonly oldToken: string;
  readonly newToken: string;
  readonly tokensDiffer: boolean;
  readonly confirmed: string;
  readonly verification: string;
  readonly drain: string;
}

function caseName(one: Case): string {
  const { interrupted, oldToken, newToken, tokensDiffer, confirmed, verification, drain } = one;
  const tokens = `old ${oldToken}, new ${newToken}, ${tokensDiffer ? 'different' : 'the same'}`;
  return `${interrupted ? 'interrupted' : 'going'} | ${tokens} | confirmed: ${confirmed} | ${verification} | drain ${drain}`;
}

const states = ['absent', 'accepted', 'refused', 'unknown'] as const;
const oldTokens: FinishEvidence['oldToken'][] = [...states, 'none'];
const newTokens: FinishEvidence['newToken'][] = [...states, 'renewed-at'];
const verifications: FinishEvidence['verification'][] = ['none', 'passed', 'failed', 'outstanding'];
const drains: FinishEvidence['drain'][] = ['none', 'done', 'outstanding'];

/** Every way to confirm up to three secrets. */
const confirmations: boolean[][] = [0, 1, 2, 3].flatMap((length) =>
  Array.from({ length: 2 ** length }, (_, bits) =>
    Array.from({ length }, (_, index) => ((bits >> index) & 1) === 1),
  ),
);

const pairs = oldTokens.flatMap((oldToken) => newTokens.map((newToken) => ({ oldToken, newToken })));

const all: FinishEvidence[] = [false, true].flatMap((interrupted) =>
  [false, true].flatMap((tokensDiffer) =>
    pairs.flatMap((tokens) =>
      confirmations.flatMap((confirmed) =>
        verifications.flatMap((verification) =>
          drains.map((drain) => ({
            interrupted,
            ...tokens,
            tokensDiffer,
            secrets: confirmed.map((value, index) => ({ path: `secret ${index}`, confirmed: value })),
            verification,
            drain,
          })),
        ),
      ),
    ),
  ),
);

const nameOf = (evidence: FinishEvidence): string =>
  caseName({ ...evidence, confirmed: evidence.secrets.map((s) => (s.confirmed ? 'yes' : 'no')).join(' ') });

test('of every combination of evidence, exactly the listed ones get a permit', () => {
  expect(all).toHaveLength(2 * 2 * 25 * 15 * 4 * 3);
  const granted = all.filter((evidence) => grantFinish(evidence) !== undefined).map(nameOf);
  expect(granted.toSorted()).toEqual(permitted.toSorted());
});

test('a refusal says why, and a permit has nothing against it', () => {
  for (const evidence of all) {
    const objections = objectionsToFinish(evidence);
    if ((objections.length === 0) !== (grantFinish(evidence) !== undefined))
      throw new Error(nameOf(evidence));
    if (new Set(objections).size !== objections.length) throw new Error(nameOf(evidence));
  }
});

test('each unconfirmed secret is named', () => {
  const secrets = [
    { path: 'the first', confirmed: false },
    { path: 'the second', confirmed: true },
    { path: 'the third', confirmed: false },
  ];
  const objections = objectionsToFinish({
    interrupted: false,
    oldToken: 'accepted',
    newToken: 'accepted',
    tokensDiffer: true,
    secrets,
    verification: 'none',
    drain: 'none',
  });
  expect(objections).toEqual([
    'the first is not confirmed to hold the new token',
    'the third is not confirmed to hold the new token',
  ]);
});

test('only the guard makes permits', () => {
  const [genuine] = all.map(grantFinish).filter((permit) => permit !== undefined);
  if (genuine === undefined) throw new Error('no permit was granted');
  expect(isGenuinePermit(genuine)).toBe(true);
  // Whatever a caller might cast into one.
  const forged: unknown[] = [
    {},
    { granted: true },
    Object.create(Object.getPrototypeOf(genuine) as object),
    structuredClone({ genuine: true }),
  ];
  for (const permit of forged) expect(isGenuinePermit(permit as FinishPermit)).toBe(false);
});
