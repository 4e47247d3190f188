/** A sample of the fault matrix, with the most dangerous places always in it. `npm run test:faults` tries them all. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { Phase } from '../fakes/index.ts';
import { casesOf, idOf, type NumberedCase } from './cases.ts';
import { crashMatrix, page, sameTable, withTable } from './crash-matrix.ts';
import { flows } from './flows.ts';
import { tryAll } from './pool.ts';
import { runnerFiles } from '../runner/unwritable.ts';
import { makeRandom, sampleOf } from './random.ts';
import { targetsOf } from './try-case.ts';

/** The same cases each time, so that a red run tells of the change and not of the draw; `npm run test:faults` tries all. */
const seed = Number(process.env.SEED ?? 1);
const sampleSize = 34;

/** In each flow named: the requests, by a part of their labels and by their number among those; the faults; when. */
const dangers: readonly (readonly [
  flow: string,
  label: RegExp,
  nth: number,
  kind: string,
  phases: string,
])[] = [
  ['rotate-now', /\/renew$/, 0, 'SIGKILL', 'before after'],
  ['rotate-now', /\/renew$/, 0, 'cancel', 'before after'],
  ['rotate-now', /\/renew$/, 0, 'reset', 'after'],
  ['rotate-now', /\/renew$/, 0, 'hang', 'after'],
  ['rotate-now', /PUT .*PENDING/, 0, 'SIGKILL', 'before after'],
  ['rotate-now', /PUT .*PENDING/, 0, 'cancel, no reply', 'before after'],
  ['rotate-now', /PUT .*PENDING/, 0, 'permission denied', 'before'],
  ['rotate-now', /PUT .*PENDING/, 0, 'status 500 for good', 'before'],
  ['rotate-now', /PUT .*PENDING/, 0, 'down for 4 minutes', 'before'],
  ['rotate-now', /PUT .*PENDING/, 0, 'down for 10 minutes', 'before'],
  ['rotate-now', /PUT .*PENDING/, 0, 'certificate error for 4 minutes', 'before'],
  ['rotate-now-3', /PUT .*store\/actions.*TOKEN$/, 0, 'SIGKILL', 'after'],
  ['rotate-now-3', /PUT .*store\/actions.*TOKEN$/, 0, 'down for 10 minutes', 'after'],
  ['rotate-now', /finish-renewal$/, 0, 'SIGKILL', 'before after'],
  ['rotate-now', /finish-renewal$/, 0, 'reset for good', 'after'],
  ['rotate-now', /DELETE/, 0, 'SIGKILL', 'before'],
  ['verify-restore', /PUT .*store\/actions.*TOKEN$/, 1, 'cancel', 'before'],
  ['later-next', /finish-renewal$/, 0, 'SIGKILL', 'after'],
  ['later-next', /GET .*acme\/store$/, 0, 'clocks 2 s apart and reads that lag 3 s', 'before'],
  ['rotate-now', /GET .*acme\/store$/, 0, `${runnerFiles.join(', ')} cannot be written`, 'before'],
  ['rotate-now', /\/renew$/, 0, 'the hour is used up for 40 minutes', 'after'],
  ['rotate-now', /PUT .*PENDING/, 0, 'GitHub changes its public keys', 'before'],
  ['rotate-now', /PUT .*TOKEN$/, 0, 'a person deletes the old token and renews', 'after'],
  [
    'rotate-now-3',
    /PUT .*prod.*TOKEN$/,
    0,
    'somebody writes the token in use into the first secret',
    'before',
  ],
];

function dangersOf(cases: readonly NumberedCase[]): NumberedCase[] {
  return dangers.flatMap(([flow, label, nth, kind, phases]) => {
    const there = cases.filter(
      (one) => one.flow === flow && one.kind === kind && label.test(one.target.label),
    );
    const ks = [...new Set(there.map(({ k }) => k))];
    const found = there.filter(
      ({ k, phase }) => k === ks[nth] && phases.split(' ').includes(phase satisfies Phase),
    );
    if (found.length !== phases.split(' ').length)
      throw new Error(`no such case: ${flow} ${label.source} ${kind}`);
    return found;
  });
}

describe('faults', () => {
  it(`keeps every invariant in a sample (SEED=${seed})`, { timeout: 300_000 }, async () => {
    const random = makeRandom(seed);
    const names = new Set([
      'rotate-now',
      ...sampleOf([...flows.keys()], 5, random),
      ...dangers.map(([flow]) => flow),
    ]);
    const cases: NumberedCase[] = [];
    for (const name of names) cases.push(...casesOf(name, await targetsOf(name)));
    const chosen = [...dangersOf(cases), ...sampleOf(cases, sampleSize, random)];
    const problems: string[] = [];
    await tryAll(chosen, { sideBySide: availableParallelism(), here: false }, (one, told) => {
      for (const problem of told.problems) {
        problems.push(`${problem}\n  npm run test:faults -- --only '${idOf(one)}'`);
      }
    });
    expect(problems.join('\n')).toBe('');
  });

  it('does what the crash matrix in the documentation says', { timeout: 300_000 }, async () => {
    const text = readFileSync(page, 'utf8');
    const fresh = withTable(text, await crashMatrix());
    expect(sameTable(text, fresh), 'stale: run node test/faults/crash-matrix.ts').toBe(true);
  });
});
