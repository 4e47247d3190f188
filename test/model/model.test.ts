/**
 * The theorem: runs that follow one another, or go side by side, whenever each was queued and with the secrets of that
 * moment, never cause an outage, lose a token, finish blindly or say what is not so, wherever each of them is killed,
 * with or without its machine, or asked to stop; and what a person or another run does can do harm only between two
 * requests of a run. `npm run test:model` explores more of it.
 */
import { afterAll, expect, test } from 'vitest';
import { statements, tryStatement } from './theorem.ts';

let states = 0;
let transitions = 0;

afterAll(() => {
  // Were it nearly empty, it would prove nothing.
  expect(states).toBeGreaterThan(100_000);
  console.log(`The model of the protocol: ${states} states and ${transitions} transitions explored.`);
});

for (const statement of statements.filter(({ isBig }) => isBig !== true)) {
  test(statement.says, { timeout: 240_000 }, async () => {
    const tried = await tryStatement(statement);
    states += tried.states;
    transitions += tried.transitions;
    expect(tried.violations).toEqual({});
    // A space in which no run gets anywhere would prove nothing.
    expect([...tried.results]).toContain(statement.comesTo ?? 'rotated');
  });
}
