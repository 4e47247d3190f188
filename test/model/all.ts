/**
 * The whole theorem: `npm run test:model -- [part of a statement]`. It prints each statement with its counts, every
 * violation with its shortest trace, and the sum; it ends with 1 if there is one.
 */
import { statements, tryStatement } from './theorem.ts';

/** More does not fit into a small machine. */
const mostStates = 4_000_000;

const [part = ''] = process.argv.slice(2);
const sum = { states: 0, transitions: 0, violations: 0 };
for (const statement of statements.filter(({ says }) => says.includes(part))) {
  const started = performance.now();
  const { states, transitions, violations, results, isWhole } = await tryStatement(statement, mostStates);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(
    `${statement.says}: ${states} states, ${transitions} transitions, ${seconds} s${isWhole ? '' : ', not all of it'}`,
  );
  for (const [where, found] of Object.entries(violations)) {
    for (const [what, trace] of Object.entries(found)) {
      sum.violations += 1;
      console.log(`  ${what} (${where})\n    ${trace.join('\n    ')}`);
    }
  }
  if (!results.has(statement.comesTo ?? 'rotated')) throw new Error('no run came to its end');
  sum.states += states;
  sum.transitions += transitions;
}
console.log(`${sum.states} states, ${sum.transitions} transitions, ${sum.violations} violations.`);
process.exitCode = sum.violations === 0 ? 0 : 1;
