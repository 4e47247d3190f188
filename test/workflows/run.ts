/**
 * Runs a workflow file as GitHub would: its jobs in their order, each with the secrets, the variables and the
 * permissions that the file gives it, and no others. Steps of the action run the built action on the fakes, shell
 * steps run in a real shell.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import type { Store } from '../fakes/index.ts';
import type { Permission } from '../fakes/github-call.ts';
import { isTrue, textOf, type Contexts } from '../fleet/expressions.ts';
import type { ScenarioRun } from '../scenarios/scenario.ts';

interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly environment?: string | { readonly name: string };
  readonly env?: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly defaults?: { readonly run: { readonly shell?: string } };
  readonly jobs: Readonly<Record<string, Job>>;
}

/** How the jobs or steps before have ended. */
type Before = 'success' | 'failure';

const statusAfter = (before: Before) => ({ failed: before === 'failure', cancelled: false });

function filledAll(
  texts: Readonly<Record<string, unknown>> = {},
  contexts: Contexts,
): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, textOf(text, contexts)]));
}

export interface JobResult {
  readonly result: 'success' | 'failure' | 'skipped';
  readonly outputs: Readonly<Record<string, string>>;
}

export interface WorkflowOptions {
  readonly event?: 'schedule' | 'workflow_dispatch';
  readonly inputs?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  /** Of an environment; they go before those of the repository. */
  readonly varsOf?: (environment: string) => Readonly<Record<string, string>>;
  /** Secrets that are none of VTEX's. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** What a shell finds in its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Instead of what they hold now: what repository secrets held when the run was queued. */
  readonly held?: ReadonlyMap<string, string>;
  /** A step that uses the action. */
  readonly act: (inputs: Readonly<Record<string, string>>, job: string) => Promise<ScenarioRun>;
  /** Before a job that names an environment: somebody approves, or does not. */
  readonly approves?: (job: string, environment: string) => boolean;
}

export interface WorkflowDone {
  readonly conclusion: 'success' | 'failure';
  readonly jobs: Readonly<Record<string, JobResult>>;
  /** The runs of the action, in their order. */
  readonly runs: readonly ScenarioRun[];
  /** What the shells printed. */
  readonly log: string;
  /** Contents of the files that were uploaded, by the name of the artifact. */
  readonly artifacts: Readonly<Record<string, string>>;
}

export async function runWorkflow(
  text: string,
  store: Store,
  options: WorkflowOptions,
): Promise<WorkflowDone> {
  return new WorkflowRun(text, store, options).done();
}

class WorkflowRun {
  readonly #workflow: Workflow;
  readonly #store: Store;
  readonly #options: WorkflowOptions;
  readonly #queued: ReadonlyMap<string, string>;
  readonly #jobs: Record<string, JobResult> = {};
  readonly #runs: ScenarioRun[] = [];
  readonly #temp = mkdtempSync(path.join(tmpdir(), 'workflow-'));
  readonly #artifacts: Record<string, string> = {};
  #log = '';

  constructor(text: string, store: Store, options: WorkflowOptions) {
    this.#workflow = parse(text) as Workflow;
    this.#store = store;
    this.#options = options;
    // Repository and organization secrets are read when a run is queued.
    const names = new Set([...text.matchAll(/\bsecrets\.(\w+)/g)].map(([, name = '']) => name));
    this.#queued = new Map([...names].map((name) => [name, this.#resolve(name)]));
  }

  async done(): Promise<WorkflowDone> {
    try {
      for (const [name, job] of Object.entries(this.#workflow.jobs)) {
        if (this.#jobs[name] === undefined) await this.#carryOut(name, job);
      }
    } finally {
      rmSync(this.#temp, { recursive: true, force: true });
    }
    const failed = Object.values(this.#jobs).some(({ result }) => result === 'failure');
    return {
      conclusion: failed ? 'failure' : 'success',
      jobs: this.#jobs,
      runs: this.#runs,
      log: this.#log,
      artifacts: this.#artifacts,
    };
  }

  #resolve(name: string): string {
    const { secrets = {}, held } = this.#options;
    return held?.get(name) ?? secrets[name] ?? this.#store.github.resolve(this.#store.repository, name);
  }

  async #carryOut(name: string, job: Job): Promise<void> {
    const needs = [job.needs ?? []].flat();
    for (const need of needs) {
      const needed = this.#workflow.jobs[need];
      if (needed === undefined) throw new Error(`${name} needs ${need}, which is not there`);
      if (this.#jobs[need] === undefined) await this.#carryOut(need, needed);
    }
    const results = Object.fromEntries(needs.map((need) => [need, this.#jobs[need]]));
    const kinds = Object.values(results).map((one) => one?.result);
    const before: Before = kinds.includes('failure') ? 'failure' : 'success';
    const shared = { ...this.#shared(), needs: results, vars: this.#options.vars ?? {} };
    // A job that was skipped makes those skip that need it, unless they ask for a status.
    const isSkipped = kinds.includes('skipped') && !/\w+\(\)/.test(job.if ?? '');
    if (isSkipped || !isTrue(job.if, shared, statusAfter(before))) {
      this.#jobs[name] = { result: 'skipped', outputs: {} };
      return;
    }
    const matrix = Object.entries(job.strategy?.matrix ?? {});
    if (matrix.length > 1) throw new Error('a matrix of more than one dimension');
    const [key = '', values = ['']] = matrix[0] ?? [];
    for (const value of values) {
      const done = await this.#runJob(name, job, { ...shared, matrix: { [key]: value } });
      if (this.#jobs[name]?.result !== 'failure') this.#jobs[name] = done;
    }
  }

  #shared(): Contexts {
    const { event = 'workflow_dispatch', inputs = {} } = this.#options;
    const { repository, run } = this.#store;
    const [owner] = repository.split('/');
    const github = {
      event_name: event,
      repository,
      repository_owner: owner,
      run_id: String(run.id),
      run_attempt: '1',
      server_url: 'https://github.com',
    };
    return { github, inputs, env: {}, steps: {}, runner: { temp: this.#temp } };
  }

  async #runJob(name: string, job: Job, shared: Contexts): Promise<JobResult> {
    const { environment: named } = job;
    const place = typeof named === 'object' ? named.name : named;
    const environment = place === undefined ? undefined : textOf(place, shared);
    if (environment !== undefined && this.#options.approves?.(name, environment) === false)
      return { result: 'failure', outputs: {} };
    const vars = { ...this.#options.vars, ...(environment && this.#options.varsOf?.(environment)) };
    const contexts: Contexts = {
      ...shared,
      vars,
      secrets: this.#secretsOf(environment),
      github: { ...(shared.github as object), token: this.#ownToken(job) },
    };
    const env = filledAll(job.env, contexts);
    const steps: Record<string, { outputs: Record<string, string>; outcome: Before }> = {};
    let before: Before = 'success';
    for (const [index, step] of job.steps.entries()) {
      const now = { ...contexts, env, steps };
      if (!isTrue(step.if, now, statusAfter(before))) continue;
      const done = await this.#runStep(name, step, now);
      steps[step.id ?? `step-${String(index)}`] = done;
      if (done.outcome === 'failure') before = 'failure';
    }
    return { result: before, outputs: filledAll(job.outputs, { ...contexts, steps }) };
  }

  /** Environment secrets are read when the job starts. */
  #secretsOf(environment: string | undefined): Record<string, string> {
    const { github, repository } = this.#store;
    return Object.fromEntries(
      [...this.#queued].map(([name, queued]) => {
        const path = `repos/${repository}/environments/${environment ?? ''}/secrets/${name}`;
        return [name, (environment === undefined ? undefined : github.secret(path)?.value) ?? queued];
      }),
    );
  }

  /** `GITHUB_TOKEN`, with what the file grants it. */
  #ownToken({ permissions = this.#workflow.permissions ?? {} }: Job): string {
    return this.#addToken(permissions, 'github-actions[bot]', [this.#store.repository]);
  }

  #addToken(
    granted: Readonly<Record<string, string>>,
    actor: string,
    repositories: 'all' | string[],
  ): string {
    const permissions: Partial<Record<Permission, 'read' | 'write'>> = { metadata: 'read' };
    for (const [name, level] of Object.entries(granted))
      permissions[name.replaceAll('-', '_') as Permission] = level as 'read' | 'write';
    return this.#store.addToken({ actor, permissions, repositories });
  }

  async #runStep(job: string, step: Step, contexts: Contexts): ReturnType<typeof this.runShell> {
    const given = filledAll(step.with, contexts);
    if (step.run !== undefined) return this.runShell(step, contexts);
    if (step.uses?.includes('/rotate-vtex-token@') === true) {
      const { token } = contexts.github as { token: string };
      const run = await this.#options.act({ 'run-token': token, ...given }, job);
      this.#runs.push(run);
      return { outputs: { ...run.outputs }, outcome: run.exitCode === 0 ? 'success' : 'failure' };
    }
    if (step.uses?.startsWith('actions/upload-artifact@') === true)
      this.#artifacts[given.name ?? ''] = readFileSync(given.path ?? '', 'utf8');
    if (step.uses?.startsWith('actions/create-github-app-token@') !== true)
      return { outputs: {}, outcome: 'success' };
    const granted = Object.entries(given).flatMap(([name, level]) =>
      name.startsWith('permission-') ? [[name.slice('permission-'.length), level]] : [],
    );
    const repositories = given.owner === undefined ? [this.#store.repository] : 'all';
    const token = this.#addToken(
      Object.fromEntries(granted) as Record<string, string>,
      'rotator[bot]',
      repositories,
    );
    return { outputs: { token }, outcome: 'success' };
  }

  async runShell(
    step: Step,
    contexts: Contexts,
  ): Promise<{ outputs: Record<string, string>; outcome: Before }> {
    const shell = step.shell ?? this.#workflow.defaults?.run.shell;
    const flags = shell === 'bash' ? ['--noprofile', '--norc', '-eo', 'pipefail'] : ['-e'];
    const child = spawn('bash', [...flags, '-c', step.run ?? ''], {
      env: {
        PATH: process.env.PATH,
        RUNNER_TEMP: this.#temp,
        ...this.#options.env,
        ...(contexts.env as Record<string, string>),
        ...filledAll(step.env, contexts),
      },
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        this.#log += chunk.toString();
      });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { outputs: {}, outcome: code === 0 ? 'success' : 'failure' };
  }
}
