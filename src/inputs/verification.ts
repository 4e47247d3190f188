/** The inputs that say how the new token is verified. */
import { parseWorkflowRef, type WorkflowRef } from '../paths/workflow-ref.ts';
import type { Environment } from './names.ts';
import type { InputReader } from './reader.ts';

export function readWorkflows(reader: InputReader, environment: Environment): readonly WorkflowRef[] {
  return reader.lines('verification-workflow').flatMap(({ text, number }) => {
    const workflow = parseWorkflowRef(
      text,
      environment.GITHUB_REPOSITORY ?? '',
      environment.GITHUB_REF ?? '',
    );
    if (typeof workflow !== 'string') return [workflow];
    reader.wrong(
      'verification-workflow',
      `${reader.quoted(text)} in line ${number} is wrong: ${workflow}`,
      'verify.yml or owner/repo/.github/workflows/verify.yml@ref, one a line',
    );
    return [];
  });
}

export function readVerificationInputs(
  reader: InputReader,
  workflows: readonly WorkflowRef[],
): ReadonlyMap<string, string> {
  const name = 'verification-inputs';
  const values = new Map<string, string>();
  for (const { text, number } of reader.lines(name)) {
    const [, key, value] = /^([A-Za-z_][\w-]*)\s*=(.*)$/.exec(text) ?? [];
    if (key === undefined || value === undefined)
      reader.wrong(name, `line ${number} is not name=value`, 'name=value, one a line');
    else if (values.has(key)) reader.wrong(name, `line ${number} repeats an input`, 'each name once');
    else values.set(key, value.trim());
  }
  // https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event
  if (values.size > 25)
    reader.wrong(name, `${values.size} inputs are given`, 'at most 25, which is what GitHub takes');
  if (values.size > 0 && workflows.length === 0 && reader.text('verification-workflow') === undefined) {
    reader.wrong(name, 'there is no workflow to give them to', 'inputs together with verification-workflow');
  }
  return values;
}

export function readRequests(reader: InputReader): readonly string[] {
  return reader.lines('verification-requests').flatMap(({ text, number }) => {
    // Anything that a URL parser could take for another host is refused, and so is what it would fold away.
    const base = 'https://store.invalid';
    const url =
      /^\/(?![/\\])[\x21-\x7e]*$/.test(text) && URL.canParse(text, base) ? new URL(text, base) : undefined;
    const folds = (text.split('?')[0] ?? '').split('/').some((part) => /^(?:\.|%2e){1,2}$/i.test(part));
    if (url?.origin === base && !folds && !/[\\#]/.test(text)) return [text];
    reader.wrong(
      'verification-requests',
      `${reader.quoted(text)} in line ${number} is not a path`,
      'VTEX paths that start with one /, without "." and ".." segments, one a line',
    );
    return [];
  });
}
