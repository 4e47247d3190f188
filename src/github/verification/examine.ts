/** Finds out, without running it, what would keep a workflow from being dispatched. */
import { RotationError } from '../../common/errors.ts';
import type { WorkflowRef } from '../../paths/workflow-ref.ts';
import { absentOrForbidden, type Purpose, gitHubFailure, unreadable, requestOf } from '../failure.ts';
import { ask, property, succeeded } from '../request.ts';
import { distinctIdAdvice, distinctIdInput } from './distinct-id.ts';
import { type Server, serverOf } from './server.ts';
import { declarationOf, type FileOptions, type FoundDeclaration } from './workflow-file.ts';

export interface Examination {
  readonly problems: readonly RotationError[];
  readonly notices: readonly string[];
  /** The branch or tag to dispatch on; undefined where it could not be found out. */
  readonly ref: string | undefined;
  /** The workflow declares the input that its run is recognized by, and it is ours to fill. */
  readonly takesDistinctId: boolean;
}

export interface ExamineOptions extends FileOptions {
  readonly inputs: ReadonlyMap<string, string>;
}

/** Never throws for what it finds: that is in `problems`. */
export async function examine(workflow: WorkflowRef, options: ExamineOptions): Promise<Examination> {
  try {
    const server = await expectActive(workflow, options);
    const [ref, declaration] = await Promise.all([
      workflow.ref ?? defaultBranch(workflow, options),
      declarationOf(workflow, options),
    ]);
    const takesDistinctId = canTakeDistinctId(declaration, options.inputs, server);
    const problem =
      problemOf(workflow, declaration, takesDistinctId, options) ??
      problemOfServer(workflow, declaration, options, server);
    return {
      problems: problem === undefined ? [] : [problem],
      notices: declaration.kind === 'unreadable' ? [uncheckable(workflow)] : [],
      ref,
      takesDistinctId,
    };
  } catch (error) {
    if (!(error instanceof RotationError)) throw error;
    return { problems: [error], notices: [], ref: undefined, takesDistinctId: false };
  }
}

function uncheckable(workflow: WorkflowRef): string {
  return (
    `${workflow.input}: the inputs that the workflow declares cannot be checked; either the token of ` +
    '`verification-token` has no `contents: read`, or the file cannot be read at that ref.'
  );
}

async function expectActive(workflow: WorkflowRef, options: ExamineOptions): Promise<Server> {
  const { octokit, quoter } = options;
  const purpose = about(`read the workflow ${workflow.input}`, 'runs', options);
  const { owner, repo, file } = workflow;
  const route = 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}';
  const reply = await ask(octokit, route, { owner, repo, workflow_id: file });
  if (reply.status === 404) {
    const message = `The workflow ${workflow.input} was not found: ${absentOrForbidden(purpose)}${requestOf(reply, purpose)}`;
    throw new RotationError('workflow-missing', message, 'The file must be on the default branch too.');
  }
  if (!succeeded(reply)) throw gitHubFailure(reply, purpose);
  const state = property(reply.data, 'state');
  if (typeof state !== 'string') throw unreadable(reply, purpose);
  if (state !== 'active') {
    const message = `The workflow ${workflow.input} cannot run: its state is ${quoter.quote(state, 40)}.`;
    const hint = 'Enable the workflow on the Actions page of its repository.';
    throw new RotationError('workflow-missing', message, hint);
  }
  return serverOf(reply.headers);
}

async function defaultBranch(workflow: WorkflowRef, options: ExamineOptions): Promise<string> {
  const { owner, repo } = workflow;
  const purpose = about(`find the default branch of ${owner}/${repo}`, 'repositories', options);
  const reply = await ask(options.octokit, 'GET /repos/{owner}/{repo}', { owner, repo });
  if (!succeeded(reply)) throw gitHubFailure(reply, purpose, 'workflow-missing');
  const branch = property(reply.data, 'default_branch');
  if (typeof branch !== 'string' || branch === '') throw unreadable(reply, purpose);
  return branch;
}

function canTakeDistinctId(
  declaration: FoundDeclaration,
  inputs: ReadonlyMap<string, string>,
  { mostInputs }: Server,
): boolean {
  const declares = declaration.kind === 'dispatchable' && declaration.inputs.has(distinctIdInput);
  return declares && !inputs.has(distinctIdInput) && inputs.size < mostInputs;
}

/** What the file declares against what it would be given. */
function problemOf(
  workflow: WorkflowRef,
  declaration: FoundDeclaration,
  takesDistinctId: boolean,
  { inputs, quoter }: ExamineOptions,
): RotationError | undefined {
  if (declaration.kind === 'unreadable') return undefined;
  if (declaration.kind === 'not-dispatchable') {
    const message = `The workflow ${workflow.input} does not declare the trigger workflow_dispatch.`;
    return new RotationError('workflow-missing', message, 'Add `workflow_dispatch:` under its `on:`.');
  }
  const undeclared = [...inputs.keys()].filter((name) => !declaration.inputs.has(name));
  const missing = [...declaration.inputs]
    .filter(([name, input]) => input.mustBeGiven && !inputs.has(name))
    .filter(([name]) => !(takesDistinctId && name === distinctIdInput))
    .map(([name]) => name);
  if (undeclared.length === 0 && missing.length === 0) return undefined;
  const reasons = [
    ...undeclared.map((name) => `it does not declare the input ${name}`),
    ...missing.map((name) => `it requires the input ${quoter.quote(name, 60)}, which is not given`),
  ];
  const message = `The workflow ${workflow.input} would refuse the dispatch: ${reasons.join('; ')}.`;
  return new RotationError('workflow-missing', message, 'Make `verification-inputs` and the workflow agree.');
}

/** A server that does not name the run must be able to show it: otherwise it is dispatched and never found. */
function problemOfServer(
  workflow: WorkflowRef,
  declaration: FoundDeclaration,
  { inputs }: ExamineOptions,
  { namesRuns, mostInputs }: Server,
): RotationError | undefined {
  if (namesRuns) return undefined;
  if (declaration.kind === 'unreadable' && declaration.refusal?.code === 'github-forbidden') {
    return declaration.refusal;
  }
  const reason = whyNotFound(declaration, inputs, mostInputs);
  if (reason === undefined) return undefined;
  const message =
    'This GitHub Enterprise Server does not say which run a dispatch has started (3.21 and later do), and the run of ' +
    `${workflow.input} could not be found: ${reason}.`;
  return new RotationError('workflow-missing', message, `So that it can be found, ${distinctIdAdvice}.`);
}

function whyNotFound(
  declaration: FoundDeclaration,
  inputs: ReadonlyMap<string, string>,
  mostInputs: number,
): string | undefined {
  if (declaration.kind !== 'dispatchable') return 'its file cannot be read, so what it declares is not known';
  if (!declaration.inputs.has(distinctIdInput)) return `it does not declare the input ${distinctIdInput}`;
  if (inputs.has(distinctIdInput)) {
    return `${distinctIdInput} stands in \`verification-inputs\`, where it is not another one for each run`;
  }
  if (inputs.size >= mostInputs) {
    return `a dispatch takes ${mostInputs} inputs here, and with ${distinctIdInput} it would have ${inputs.size + 1}`;
  }
  if (!declaration.showsInputs) return `its run-name does not show the input ${distinctIdInput}`;
  return undefined;
}

function about(to: string, needs: Purpose['needs'], { quoter }: ExamineOptions): Purpose {
  return { to, needs, token: 'verification-token', quoter, ifMoved: 'workflow-missing' };
}
