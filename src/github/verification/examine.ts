import { RotationError } from '../../errors.ts';
import type { Quoter } from '../../quoter.ts';
import type { WorkflowRef } from '../../workflow-ref.ts';
import { ask, property, type Reply, succeeded } from '../request.ts';
import type { Declaration } from './declared-inputs.ts';
import { absentOrForbidden, type Attempt, gitHubFailure, unreadable } from '../failure.ts';
import type { GitHubClient } from '../octokit.ts';

/** Ties a run to its dispatch, if the workflow takes it as an input and shows it in its `run-name`. */
export const tieInput = 'distinct_id';

/** At most so many inputs: https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event */
const mostInputs = 25;

export interface Examination {
  readonly problems: readonly RotationError[];
  readonly notices: readonly string[];
  /** The branch or tag to dispatch on; undefined where it could not be found out. */
  readonly ref: string | undefined;
  /** The workflow declares the input that ties a run to its dispatch, and it is ours to fill. */
  readonly tied: boolean;
}

export interface ExamineOptions {
  /** Acts with `verification-token`. */
  readonly octokit: GitHubClient;
  readonly inputs: ReadonlyMap<string, string>;
  readonly quoter: Quoter;
}

/** Finds out, without running it, what would keep a workflow from being dispatched. Never throws. */
export async function examine(workflow: WorkflowRef, options: ExamineOptions): Promise<Examination> {
  try {
    await expectActive(workflow, options);
    const [ref, declaration] = await Promise.all([
      workflow.ref ?? defaultBranch(workflow, options),
      declarationOf(workflow, options),
    ]);
    const tied = canBeTied(declaration, options.inputs);
    const problem = problemOf(workflow, declaration, tied, options);
    return {
      problems: problem === undefined ? [] : [problem],
      notices: declaration.kind === 'unreadable' ? [uncheckable(workflow)] : [],
      ref,
      tied,
    };
  } catch (error) {
    if (!(error instanceof RotationError)) throw error;
    return { problems: [error], notices: [], ref: undefined, tied: false };
  }
}

function uncheckable(workflow: WorkflowRef): string {
  return (
    `${workflow.input}: the inputs that the workflow declares cannot be checked; either the token of ` +
    '`verification-token` has no `contents: read`, or the file cannot be read at that ref.'
  );
}

async function expectActive(workflow: WorkflowRef, { octokit, quoter }: ExamineOptions): Promise<void> {
  const attempt = about(`read the workflow ${workflow.input}`, 'runs');
  const { owner, repo, file } = workflow;
  const route = 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}';
  const reply = await ask(octokit, route, { owner, repo, workflow_id: file });
  if (reply.status === 404) {
    const message = `The workflow ${workflow.input} was not found: ${absentOrForbidden(attempt)}`;
    throw new RotationError('workflow-missing', message, 'The file must be on the default branch too.');
  }
  if (!succeeded(reply)) throw gitHubFailure(reply, attempt);
  const state = property(reply.data, 'state');
  if (typeof state !== 'string') throw unreadable(attempt);
  if (state !== 'active') {
    const message = `The workflow ${workflow.input} cannot run: its state is ${quoter.quote(state, 40)}.`;
    throw new RotationError(
      'workflow-missing',
      message,
      'Enable the workflow on the Actions page of its repository.',
    );
  }
}

async function defaultBranch(workflow: WorkflowRef, { octokit }: ExamineOptions): Promise<string> {
  const { owner, repo } = workflow;
  const attempt = about(`find the default branch of ${owner}/${repo}`, 'repositories');
  const reply = await ask(octokit, 'GET /repos/{owner}/{repo}', { owner, repo });
  if (!succeeded(reply)) throw gitHubFailure(reply, attempt, 'workflow-missing');
  const branch = property(reply.data, 'default_branch');
  if (typeof branch !== 'string' || branch === '') throw unreadable(attempt);
  return branch;
}

async function declarationOf(workflow: WorkflowRef, options: ExamineOptions): Promise<Declaration> {
  const { ref } = workflow;
  const reply = await readFile(workflow, ref, options);
  if (succeeded(reply)) {
    const source = textOf(reply);
    if (source === undefined) return { kind: 'unreadable' };
    // It brings a parser of YAML, which a run without workflows does not need.
    const { readDeclaration } = await import('./declared-inputs.ts');
    return readDeclaration(source);
  }
  // 404 says that there is no such file or ref, or no permission. Where the default branch can be read, it is the former.
  if (reply.status === 404 && ref !== undefined && succeeded(await readFile(workflow, undefined, options))) {
    const message = `The workflow ${workflow.input} was not found at the ref ${options.quoter.quote(ref, 100)}.`;
    throw new RotationError('workflow-missing', message, 'Name a branch or tag that has the file.');
  }
  if (reply.status === 403 || reply.status === 404) return { kind: 'unreadable' };
  throw gitHubFailure(reply, about(`read the file of ${workflow.input}`, 'contents'));
}

function readFile(
  { owner, repo, file }: WorkflowRef,
  ref: string | undefined,
  { octokit }: ExamineOptions,
): Promise<Reply> {
  return ask(octokit, 'GET /repos/{owner}/{repo}/contents/.github/workflows/{file}', {
    owner,
    repo,
    file,
    ...(ref !== undefined && { ref }),
    headers: { accept: 'application/vnd.github.raw+json' },
  });
}

/** Octokit gives a raw file as text or as bytes, depending on the charset that its type names. */
function textOf(reply: Reply): string | undefined {
  if (reply.data instanceof ArrayBuffer) return new TextDecoder().decode(reply.data);
  return typeof reply.data === 'string' ? reply.data : undefined;
}

function canBeTied(declaration: Declaration, inputs: ReadonlyMap<string, string>): boolean {
  const declares = declaration.kind === 'dispatchable' && declaration.inputs.has(tieInput);
  return declares && !inputs.has(tieInput) && inputs.size < mostInputs;
}

function problemOf(
  workflow: WorkflowRef,
  declaration: Declaration,
  tied: boolean,
  { inputs, quoter }: ExamineOptions,
): RotationError | undefined {
  if (declaration.kind === 'unreadable') return undefined;
  if (declaration.kind === 'not-dispatchable') {
    const message = `The workflow ${workflow.input} does not declare the trigger workflow_dispatch.`;
    return new RotationError('workflow-missing', message, 'Add `workflow_dispatch:` under its `on:`.');
  }
  const undeclared = [...inputs.keys()].filter((name) => !declaration.inputs.has(name));
  const missing = [...declaration.inputs]
    .filter(([name, input]) => input.mustBeGiven && !inputs.has(name) && !(tied && name === tieInput))
    .map(([name]) => name);
  if (undeclared.length === 0 && missing.length === 0) return undefined;
  const reasons = [
    ...undeclared.map((name) => `it does not declare the input ${name}`),
    ...missing.map((name) => `it requires the input ${quoter.quote(name, 60)}, which is not given`),
  ];
  const message = `The workflow ${workflow.input} would refuse the dispatch: ${reasons.join('; ')}.`;
  return new RotationError('workflow-missing', message, 'Make `verification-inputs` and the workflow agree.');
}

function about(to: string, needs: Attempt['needs']): Attempt {
  return { to, needs, token: 'verification-token' };
}
