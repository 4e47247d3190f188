/** Reads what a workflow's file declares, at the ref that it is to run at. */
import { RotationError } from '../../common/errors.ts';
import type { Quoter } from '../../common/quoter.ts';
import type { WorkflowRef } from '../../paths/workflow-ref.ts';
import { type Purpose, gitHubFailure } from '../failure.ts';
import type { GitHubClient } from '../octokit.ts';
import { ask, property, type Reply, succeeded } from '../request.ts';
import type { Declaration } from './declared-inputs.ts';

export interface FileOptions {
  /** Acts with `verification-token`. */
  readonly octokit: GitHubClient;
  readonly quoter: Quoter;
}

/** `refusal`: what GitHub said when it did not give the file out. */
export type FoundDeclaration = Declaration & { readonly refusal?: RotationError };

/** Throws `workflow-missing` where it is certain that the file is not at the ref, and `github-unavailable`. */
export async function declarationOf(workflow: WorkflowRef, options: FileOptions): Promise<FoundDeclaration> {
  const { ref } = workflow;
  const { quoter } = options;
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
    const message = `The workflow ${workflow.input} was not found at the ref ${quoter.quote(ref, 100)}.`;
    throw new RotationError('workflow-missing', message, 'Name a branch or tag that has the file.');
  }
  const to = `read the file of ${workflow.input}`;
  const purpose: Purpose = { to, needs: 'contents', token: 'verification-token', quoter };
  const refusal = gitHubFailure(reply, purpose, 'workflow-missing');
  if (refusal.code === 'github-unavailable') throw refusal;
  return { kind: 'unreadable', refusal };
}

function readFile(
  { owner, repo, file }: WorkflowRef,
  ref: string | undefined,
  { octokit }: FileOptions,
): Promise<Reply> {
  return ask(octokit, 'GET /repos/{owner}/{repo}/contents/.github/workflows/{file}', {
    owner,
    repo,
    file,
    ...(ref !== undefined && { ref }),
    headers: { accept: 'application/vnd.github.raw+json' },
  });
}

/**
 * Octokit gives a raw file as text or as bytes, depending on the charset that its type names. Behind a proxy that drops the
 * header which asks for it, the file comes in base64.
 */
function textOf({ data }: Reply): string | undefined {
  if (data instanceof ArrayBuffer) return new TextDecoder().decode(data);
  if (typeof data === 'string') return data;
  const content = property(data, 'content');
  const isBase64 = property(data, 'encoding') === 'base64' && typeof content === 'string';
  return isBase64 ? Buffer.from(content, 'base64').toString() : undefined;
}
