import { page, param, Refusal, wholeSeconds, type Call, type Routes } from './github-call.ts';
import { jobsOf, pendingDeploymentsOf, runJson } from './github-run-json.ts';
import type { Machines } from './github-machines.ts';
import type { Repositories, Repository } from './github-repositories.ts';
import type { Secrets } from './github-secrets.ts';
import type { World } from './world.ts';

export type RunStatus = 'requested' | 'queued' | 'pending' | 'waiting' | 'in_progress' | 'completed';

export interface Run {
  readonly id: number;
  readonly number: number;
  readonly repository: Repository;
  readonly workflowId: number;
  readonly workflowName: string;
  readonly path: string;
  readonly event: string;
  readonly branch: string;
  readonly sha: string;
  readonly actor: string;
  readonly displayTitle: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** As GitHub dates it: by the clock of the machine that queued it. */
  readonly createdAt: number;
  /** Since when there is such a run, by the world's clock. */
  readonly existsFrom: number;
  readonly attempt: number;
  /** When this attempt was queued. */
  readonly attemptedAt: number;
  readonly plan: RunPlan;
  updatedAt: number;
  startedAt: number | undefined;
  status: RunStatus;
  conclusion: string | null;
  /** What its secrets held when GitHub read them: the value it signs in with, by name. */
  readonly held: Map<string, string>;
  readonly signIns: { readonly at: number; readonly secret: string; readonly accepted: boolean }[];
}

/** What a run does, by the world's clock. */
export interface RunPlan {
  /** The secrets that it signs in at VTEX with. */
  readonly reads?: readonly string[];
  readonly appKey?: string;
  /** Its job names this environment: secrets of it are read when the job starts, not when the run is queued. */
  readonly environment?: string;
  /** Where it stands until it starts. `waiting` and `action_required` need somebody to approve. */
  readonly startsAs?: RunStatus;
  readonly startsAfterMs?: number;
  /** `Infinity`: it never ends by itself. */
  readonly runsForMs?: number;
  /** Signs in at the start, at every change of anything, and at the end; otherwise once, at the end. */
  readonly keepsSigningIn?: boolean;
  /** Instead of what the sign-ins say: any string, known to GitHub or not. */
  readonly conclusion?: string;
  /** Never gets as far as a job, as with `startup_failure` or `skipped`: not even `in_progress`. */
  readonly neverStarts?: boolean;
  /** `if: always()` and the like: only `force-cancel` ends it. */
  readonly ignoresCancel?: boolean;
}

/** Everything about a run that somebody queues, beside its plan. */
export interface RunOrigin {
  readonly workflowId: number;
  readonly workflowName: string;
  readonly path: string;
  readonly event: string;
  readonly branch: string;
  readonly actor: string;
  readonly displayTitle: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** By the world's clock; now, if absent. */
  readonly createdAt?: number;
  /** Above 1: somebody ran it again, at `attemptedAt`; what its secrets held is as old as the first attempt. */
  readonly attempt?: number;
  readonly attemptedAt?: number;
}

export type SignIn = (appKey: string | undefined, token: string) => boolean;

export interface RunsNeed {
  readonly machines: Machines;
  readonly repositories: Repositories;
  readonly secrets: Secrets;
  readonly signIn: SignIn;
}

/** Workflow runs that really hold what the secrets held, and really sign in with it. */
export class Runs {
  readonly all: Run[] = [];
  /** How long a run that exists stays out of the lists; eight seconds have been seen at GitHub. */
  listedAfterMs = 0;
  /** How long a cancelled run takes to end. */
  cancelTakesMs = 2000;
  readonly #world: World;
  readonly #machines: Machines;
  readonly #repositories: Repositories;
  readonly #secrets: Secrets;
  readonly #signIn: SignIn;

  constructor(world: World, { machines, repositories, secrets, signIn }: RunsNeed) {
    this.#world = world;
    this.#machines = machines;
    this.#repositories = repositories;
    this.#secrets = secrets;
    this.#signIn = signIn;
    world.onChange(() => {
      for (const run of this.all) {
        if (run.status === 'in_progress' && run.plan.keepsSigningIn === true) this.#signInAll(run);
      }
    });
  }

  /** Runs that were refused by VTEX while they kept signing in: what draining must prevent. */
  get refused(): Run[] {
    return this.all.filter(
      ({ plan, signIns }) => plan.keepsSigningIn === true && signIns.some(({ accepted }) => !accepted),
    );
  }

  queue(repository: Repository, origin: RunOrigin, plan: RunPlan): Run {
    const now = this.#world.now();
    const createdAt = origin.createdAt ?? this.#machines.now();
    const run: Run = {
      ...origin,
      id: 9_000_001 + this.all.length,
      number: this.all.filter(({ workflowId }) => workflowId === origin.workflowId).length + 1,
      repository,
      sha: 'c0ffee'.padEnd(40, '0'),
      createdAt,
      existsFrom: origin.createdAt ?? now,
      attempt: origin.attempt ?? 1,
      attemptedAt: origin.attemptedAt ?? createdAt,
      updatedAt: now,
      startedAt: undefined,
      status: plan.startsAs ?? 'queued',
      conclusion: null,
      plan,
      held: new Map(),
      signIns: [],
    };
    // "Organization and repository secrets are read when a workflow run is queued, and environment secrets are
    // read when a job referencing the environment starts" (docs.github.com, actions/reference/security/secrets).
    for (const name of plan.reads ?? []) run.held.set(name, this.#secrets.resolve(repository, name));
    this.all.push(run);
    this.#world.changed(`github: run ${run.id} queued`);
    if (run.status === 'in_progress') this.#start(run);
    else if (run.status !== 'waiting')
      this.#world.at(now + (plan.startsAfterMs ?? 1000), () => {
        this.#start(run);
      });
    return run;
  }

  /** Somebody approves a run that waits. */
  approve(run: Run): void {
    if (run.status !== 'waiting') throw new Error('nobody asked for approval');
    this.#start(run);
  }

  end(run: Run, conclusion: string): void {
    if (run.status === 'completed') return;
    this.#move(run, 'completed', conclusion);
  }

  #start(run: Run): void {
    if (run.status === 'completed') return;
    const { plan } = run;
    if (plan.neverStarts === true) {
      this.end(run, plan.conclusion ?? 'startup_failure');
      return;
    }
    if (plan.environment !== undefined) {
      for (const name of plan.reads ?? []) {
        run.held.set(name, this.#secrets.resolve(run.repository, name, plan.environment));
      }
    }
    run.startedAt = this.#world.now();
    this.#move(run, 'in_progress', null);
    const runsForMs = plan.runsForMs ?? 5000;
    if (runsForMs !== Infinity)
      this.#world.at(this.#world.now() + runsForMs, () => {
        this.#finish(run);
      });
  }

  #finish(run: Run): void {
    if (run.status === 'completed') return;
    const accepted = this.#signInAll(run);
    this.end(run, run.plan.conclusion ?? (accepted ? 'success' : 'failure'));
  }

  #signInAll(run: Run): boolean {
    const at = this.#world.now();
    for (const [secret, token] of run.held) {
      run.signIns.push({ at, secret, accepted: this.#signIn(run.plan.appKey, token) });
    }
    return run.signIns.every(({ accepted }) => accepted);
  }

  #move(run: Run, status: RunStatus, conclusion: string | null): void {
    run.status = status;
    run.conclusion = conclusion;
    run.updatedAt = this.#world.now();
    this.#world.changed(`github: run ${run.id} ${status}${conclusion === null ? '' : ` ${conclusion}`}`);
  }

  routes(): Routes {
    const base = '/repos/{owner}/{repo}/actions/runs';
    return {
      [`GET ${base}`]: (call) => this.list(call, () => true),
      [`GET ${base}/{run_id}`]: (call) => ({ status: 200, body: this.#json(this.#of(call)) }),
      [`GET ${base}/{run_id}/jobs`]: (call) =>
        page(call, jobsOf(this.#of(call), this.#repositories.api()), (jobs, total) => ({
          total_count: total,
          jobs,
        })),
      [`GET ${base}/{run_id}/pending_deployments`]: (call) => ({
        status: 200,
        body: pendingDeploymentsOf(this.#of(call)),
      }),
      [`POST ${base}/{run_id}/cancel`]: (call) => this.#cancel(this.#of(call), false),
      [`POST ${base}/{run_id}/force-cancel`]: (call) => this.#cancel(this.#of(call), true),
    };
  }

  /** Newest first, as GitHub lists them; a filter cuts the list at a thousand. */
  list(call: Call, belongs: (run: Run) => boolean): ReturnType<typeof page> {
    const repository = this.#repositories.of(call);
    const listedUntil = this.#world.now() - this.listedAfterMs;
    const { query } = call;
    const status = query.get('status');
    const created = createdFilter(query.get('created'));
    const matching = this.all.filter(
      (run) =>
        run.repository === repository &&
        belongs(run) &&
        run.existsFrom <= listedUntil &&
        (status === null || run.status === status || run.conclusion === status) &&
        created(wholeSeconds(run.createdAt)) &&
        isOrAbsent(query.get('event'), run.event) &&
        isOrAbsent(query.get('branch'), run.branch) &&
        isOrAbsent(query.get('actor'), run.actor) &&
        isOrAbsent(query.get('head_sha'), run.sha),
    );
    return page(call, matching.reverse().slice(0, 1000), (items, total) => ({
      total_count: total,
      workflow_runs: items.map((run) => this.#json(run)),
    }));
  }

  #cancel(run: Run, force: boolean): { status: number; body: unknown } {
    if (run.status === 'completed') {
      throw new Refusal(409, 'Cannot cancel a workflow run that is completed');
    }
    if (force) this.end(run, 'cancelled');
    else if (run.plan.ignoresCancel !== true) {
      this.#world.at(this.#world.now() + this.cancelTakesMs, () => {
        this.end(run, 'cancelled');
      });
    }
    return { status: 202, body: {} };
  }

  #of(call: Call): Run {
    const repository = this.#repositories.of(call);
    const id = Number(param(call, 'run_id'));
    const run = this.all.find((one) => one.id === id && one.repository === repository);
    if (run === undefined) throw new Refusal(404, 'Not Found');
    return run;
  }

  #json(run: Run): Record<string, unknown> {
    return runJson(run, this.#repositories);
  }
}

const isOrAbsent = (wanted: string | null, value: string): boolean => wanted === null || wanted === value;

/** GitHub's search syntax for dates: `>=T`, `>T`, `<=T`, `<T`, `T..T`, `*..T`, `T..*`, or one day. */
function createdFilter(text: string | null): (time: string) => boolean {
  if (text === null) return () => true;
  const [, sign, bound] = /^(>=|<=|>|<)(.+)$/.exec(text) ?? [];
  if (sign !== undefined && bound !== undefined) {
    const limit = Date.parse(bound);
    return (time) => {
      const at = Date.parse(time);
      if (sign === '>=') return at >= limit;
      if (sign === '<=') return at <= limit;
      return sign === '>' ? at > limit : at < limit;
    };
  }
  const [from = '*', to] = text.split('..');
  if (to === undefined) return (time) => time.startsWith(from);
  return (time) =>
    (from === '*' || Date.parse(time) >= Date.parse(from)) &&
    (to === '*' || Date.parse(time) <= Date.parse(to));
}
