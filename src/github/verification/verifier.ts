/** Proves the new token by running workflows of the user's. */
import { randomUUID } from 'node:crypto';
import { RotationError } from '../../common/errors.ts';
import type { Quoter } from '../../common/quoter.ts';
import type { Clock, Instant } from '../../rotation/ports/clock.ts';
import type { Log } from '../../rotation/ports/runner.ts';
import type { VerificationRun, Verifier } from '../../rotation/ports/verifier.ts';
import type { WorkflowRef } from '../../paths/workflow-ref.ts';
import { dispatchOnce } from './dispatch.ts';
import { distinctIdAdvice, distinctIdInput } from './distinct-id.ts';
import { type Examination, examine } from './examine.ts';
import { findRun } from './find-run.ts';
import type { GitHubClient } from '../octokit.ts';
import { waitForRun } from './wait.ts';
import { runPage } from '../run-page.ts';

export interface VerifierOptions {
  /** Acts with `verification-token`. */
  readonly octokit: GitHubClient;
  readonly workflows: readonly WorkflowRef[];
  /** The same for all workflows. */
  readonly inputs: ReadonlyMap<string, string>;
  /** How long the runs may take, from their dispatch. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly quoter: Quoter;
  /** `GITHUB_SERVER_URL`, for the pages of runs. */
  readonly serverUrl: string;
}

interface Started {
  readonly runId: number;
  readonly url: string;
}

const distinctIdHint = `Look at the runs of the workflow. To have a run found when a reply is lost, ${distinctIdAdvice}.`;

export class GitHubVerifier implements Verifier {
  readonly #options: VerifierOptions;
  readonly #examinations = new Map<WorkflowRef, Examination>();

  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  async inspect(): Promise<{ problems: readonly RotationError[]; notices: readonly string[] }> {
    const found = await Promise.all(this.#options.workflows.map((workflow) => this.#examine(workflow)));
    return {
      problems: found.flatMap(({ problems }) => problems),
      notices: found.flatMap(({ notices }) => notices),
    };
  }

  verify(stop: AbortSignal): Promise<readonly VerificationRun[]> {
    return Promise.all(this.#options.workflows.map((workflow) => this.#verifyBy(workflow, stop)));
  }

  async #verifyBy(workflow: WorkflowRef, stop: AbortSignal): Promise<VerificationRun> {
    const { clock, log, timeoutMs } = this.#options;
    const none = { workflow: workflow.input, url: '', runId: undefined, conclusion: null };
    try {
      const deadline = clock.now() + timeoutMs;
      const started = await this.#start(workflow, stop);
      if (started instanceof RotationError) return { ...none, failure: started };
      log.info(`${workflow.input}: ${started.url}`);
      const ending = await waitForRun({ ...this.#options, ...started, workflow, deadline }, stop);
      return { workflow: workflow.input, ...started, ...ending };
    } catch (error) {
      const message = `The verification by ${workflow.input} could not be carried out.`;
      const failure = new RotationError('verification-failed', message, '', { cause: error });
      return { ...none, failure: error instanceof RotationError ? error : failure };
    }
  }

  /** Dispatches the workflow; gives the run, or the reason why there is none that can be waited for. */
  async #start(workflow: WorkflowRef, stop: AbortSignal): Promise<Started | RotationError> {
    const { octokit, clock, inputs, quoter, serverUrl } = this.#options;
    const { ref, takesDistinctId, problems } = await this.#examine(workflow);
    if (isStopping(stop)) return cancelled(workflow, 'was not dispatched');
    if (ref === undefined) return problems[0] ?? notStarted(workflow);

    const distinctId = randomUUID();
    const given = takesDistinctId ? new Map([...inputs, [distinctIdInput, distinctId]]) : inputs;
    const dispatchedAt: Instant = clock.now();
    const dispatched = await dispatchOnce({ octokit, clock, workflow, ref, inputs: given, quoter }, stop);
    switch (dispatched.kind) {
      case 'started': {
        const { runId, htmlUrl } = dispatched;
        return { runId, url: pageOf(htmlUrl, serverUrl, quoter) ?? this.#page(workflow, runId) };
      }
      case 'refused':
        return dispatched.failure;
      case 'unknown':
        return this.#find(workflow, takesDistinctId ? distinctId : undefined, dispatchedAt, stop);
    }
  }

  /** The run that was dispatched although GitHub did not say which it is. */
  async #find(
    workflow: WorkflowRef,
    distinctId: string | undefined,
    dispatchedAt: Instant,
    stop: AbortSignal,
  ): Promise<Started | RotationError> {
    const { octokit, clock, quoter } = this.#options;
    if (isStopping(stop)) return cancelled(workflow, 'may have been dispatched; look at its runs');
    if (distinctId === undefined) return notFound(workflow);
    const found = await findRun({ octokit, clock, quoter, workflow, distinctId, dispatchedAt }, stop);
    if (found.kind === 'run') return { runId: found.runId, url: this.#page(workflow, found.runId) };
    if (isStopping(stop)) return cancelled(workflow, 'may have been dispatched; look at its runs');
    return found.kind === 'forbidden' ? found.failure : notFound(workflow);
  }

  async #examine(workflow: WorkflowRef): Promise<Examination> {
    const known = this.#examinations.get(workflow);
    if (known?.ref !== undefined) return known;
    const examination = await examine(workflow, this.#options);
    this.#examinations.set(workflow, examination);
    return examination;
  }

  #page({ owner, repo }: WorkflowRef, runId: number): string {
    return runPage(this.#options.serverUrl, `${owner}/${repo}`, runId);
  }
}

/** A function, since the type checker believes that a property keeps the value it was once seen to have. */
function isStopping(stop: AbortSignal): boolean {
  return stop.aborted;
}

/** GitHub's own address of the page, if it leads to GitHub and nowhere else. */
function pageOf(htmlUrl: unknown, serverUrl: string, quoter: Quoter): string | undefined {
  if (typeof htmlUrl !== 'string' || !URL.canParse(htmlUrl)) return undefined;
  const url = new URL(htmlUrl);
  const plain = url.username === '' && url.password === '' && url.href.length <= 500;
  return plain && url.origin === new URL(serverUrl).origin && !quoter.isEcho(url.href) ? url.href : undefined;
}

function notFound(workflow: WorkflowRef): RotationError {
  const message =
    `The workflow ${workflow.input} was dispatched, but GitHub's reply was lost or did not name the run. ` +
    'A run may have been started; none could be found that belongs to this dispatch.';
  return new RotationError('verification-failed', message, distinctIdHint);
}

function cancelled(workflow: WorkflowRef, state: string): RotationError {
  return new RotationError(
    'cancelled',
    `This run was asked to stop; the workflow ${workflow.input} ${state}.`,
  );
}

function notStarted(workflow: WorkflowRef): RotationError {
  return new RotationError('verification-failed', `The workflow ${workflow.input} could not be dispatched.`);
}
