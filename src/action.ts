/** Reads the inputs, and refuses wrong ones; what a run needs is loaded only where there is one. */
import { systemClock } from './runner/clock.ts';
import { createJournal } from './runner/journal.ts';
import { RunnerLog } from './runner/log.ts';
import { publishError, publishOutputs, publishSummary } from './runner/publish.ts';
import { type RotationError } from './common/errors.ts';
import { parseInputs } from './inputs/inputs.ts';
import { secretInputs } from './inputs/names.ts';
import { Quoter } from './common/quoter.ts';
import { linksFrom } from './report/links.ts';
import { outputsOfInvalidInputs } from './report/outputs.ts';
import { summaryOfInvalidInputs } from './report/summary.ts';
import { plainAnnotation } from './report/texts.ts';
import { ownError } from './rotation/steps/context.ts';

/** Runs the action and gives its exit status. Never throws. */
export async function run(): Promise<0 | 1> {
  try {
    return await runReporting();
  } catch (error) {
    // Not the error's own text, nor its stack: this one came by no path that made it safe to print.
    const own = ownError(error, 'github-unavailable');
    publishError(own.code, plainAnnotation(own, linksFrom(process.env)));
    return 1;
  }
}

async function runReporting(): Promise<0 | 1> {
  const quoter = new Quoter();
  const log = new RunnerLog();
  const journal = createJournal(quoter, log);
  for (const secret of secretInputs(process.env)) journal.mask(secret);
  const { inputs, problems } = parseInputs(process.env, systemClock.now());
  const refuse = (wrong: readonly RotationError[]): Promise<1> => reportInvalidInputs(wrong, log);
  if (problems !== undefined) return refuse(problems);
  // Read from a place in a whole value, it is no input of its own.
  if (inputs.settings.currentToken !== undefined) journal.mask(inputs.settings.currentToken);
  for (const warning of inputs.warnings) log.warning(warning);
  const { runOperation } = await import('./run.ts');
  return runOperation(inputs, { log, journal, quoter, links: linksFrom(process.env), refuse });
}

async function reportInvalidInputs(problems: readonly RotationError[], log: RunnerLog): Promise<1> {
  publishOutputs(outputsOfInvalidInputs(problems), process.env, log);
  await publishSummary(summaryOfInvalidInputs(problems, linksFrom(process.env)), log);
  for (const problem of problems)
    publishError(problem.code, plainAnnotation(problem, linksFrom(process.env)));
  return 1;
}
