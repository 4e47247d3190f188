/** Truth: what a run reports agrees with itself, and with what both servers hold. */
import { isSuccess, type Result, results } from '../../src/rotation/model.ts';
import type { Store } from '../fakes/index.ts';
import type { ActionRun } from '../runner/runner.ts';

/** What a run itself says of its end. */
export interface Told {
  readonly result: string;
  readonly codes: readonly string[];
  /** The first of the codes, or null. */
  readonly first: unknown;
  readonly isDeleted: boolean;
  /** Paths of the listed secrets that are said to hold the new token. */
  readonly updated: readonly string[];
}

/** Undefined if the run was killed before it could say anything. */
export function toldBy({ outputs }: ActionRun): Told | undefined {
  const { result, record } = outputs;
  if (result === undefined || record === undefined) return undefined;
  const { errors, error } = JSON.parse(record) as { errors: readonly string[]; error: unknown };
  return {
    result,
    codes: errors,
    first: error,
    isDeleted: outputs['old-token-deleted'] === 'true',
    updated: JSON.parse(outputs['updated-secrets'] ?? '[]') as string[],
  };
}

/** Where exit status, outputs, record, annotations and summary do not agree with one another. */
export function contradictions(run: ActionRun): string[] {
  const told = toldBy(run);
  if (told === undefined) return ['the run says nothing of its end'];
  const { result, codes, first } = told;
  if (!(results as readonly string[]).includes(result)) return [`no such result: ${result}`];
  const success = isSuccess(result as Result);
  const annotated = run.annotations.filter(({ level }) => level === 'error').map(({ title }) => title);
  const problems: string[] = [];
  if ((run.exitCode === 0) !== success) problems.push(`exit status ${String(run.exitCode)} with ${result}`);
  if (success !== (codes.length === 0)) problems.push(`${result} with the codes [${codes.join()}]`);
  if (annotated.join() !== codes.join())
    problems.push(`annotations [${annotated.join()}], record [${codes.join()}]`);
  if (first !== (codes[0] ?? null)) problems.push(`the first code is told to be ${String(first)}`);
  if ((JSON.parse(run.outputs.record ?? '{}') as { result: unknown }).result !== result)
    problems.push('another result in the record');
  return problems;
}

/** Where the outputs are not what the servers hold, of which none lied and none kept its answer to itself. */
export function untruths({ vtex, github, targetKey }: Store, run: ActionRun, key = targetKey): string[] {
  const told = toldBy(run);
  if (told === undefined) return [];
  const { result, codes, isDeleted, updated } = told;
  const isDone = result === 'rotated' || result === 'finished';
  // It claims nothing; and where its inputs are wrong there may be no such key.
  if (!isDone && !isDeleted && updated.length === 0) return [];
  const { current, pending: second } = vtex.tokens(key);
  // What a person has begun in the Admin meanwhile is no matter of the run's.
  const pending = vtex.renewedByPerson.has(second ?? '') ? undefined : second;
  // The newest token that anybody holds: of a lost renewal nobody holds the new one.
  const newest = codes.includes('renewal-lost') ? current : (pending ?? current);
  // A new token that somebody undid stays where it is if there is no old one to write back.
  const claimed = codes.includes('renewal-undone') ? [] : updated;
  const problems = claimed
    // It may hold more than the token.
    .filter((path) => github.secret(path)?.value.includes(newest) !== true)
    .map((path) => `updated-secrets claims ${path}`);
  if (isDone && pending !== undefined) problems.push(`${result}, and both tokens work`);
  // A renewal that was finished before the next one began is told too.
  const mayBePending = result === 'pending' || result === 'failed';
  if (isDeleted && pending !== undefined && !mayBePending) problems.push('old-token-deleted is true');
  return problems;
}
