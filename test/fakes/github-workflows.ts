import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import type { Reply } from './faults.ts';
import { page, param, Refusal, wholeSeconds, type Call, type Routes } from './github-call.ts';
import { runPage } from './github-run-json.ts';
import type { Repositories, Repository } from './github-repositories.ts';
import type { RunPlan, Runs } from './github-runs.ts';
import type { World } from './world.ts';

/** What a dispatched run does, given the inputs it was dispatched with. */
export type Behaviour = RunPlan | ((inputs: Readonly<Record<string, string>>) => RunPlan);

export interface Workflow {
  readonly id: number;
  readonly repository: Repository;
  readonly file: string;
  readonly path: string;
  /** The file's text on branches and tags where it differs; absent from one: `undefined`. */
  readonly texts: Map<string, string | undefined>;
  readonly text: string;
  state: 'active' | 'disabled_manually' | 'disabled_inactivity';
  behaviour: Behaviour;
}

export interface WorkflowOptions {
  readonly text?: string;
  readonly texts?: Readonly<Record<string, string | undefined>>;
  readonly state?: Workflow['state'];
  readonly behaviour?: Behaviour;
}

/** A verification workflow that says which secret it reads, and echoes the id that ties a run to a dispatch. */
export const verificationText = `name: Verify
run-name: Verify \${{ inputs.distinct_id }}
on:
  workflow_dispatch:
    inputs:
      secret-name:
        type: string
      distinct_id:
        type: string
jobs:
  verify:
    runs-on: ubuntu-latest
    steps:
      - run: 'true'
`;

/** The default behaviour: sign in with the secret that the input names. */
const signsIn: Behaviour = (inputs) => ({ reads: [inputs['secret-name'] ?? 'VTEX_APP_TOKEN'] });

interface InputSpec {
  readonly required?: boolean;
  readonly default?: unknown;
  readonly type?: string;
  readonly options?: readonly unknown[];
}

interface Parsed {
  readonly name?: string;
  readonly 'run-name'?: string;
  readonly on?: unknown;
}

export interface Manners {
  /** Enterprise Server up to 3.20: it knows neither `return_run_details` nor API version 2026-03-10. */
  readonly old: boolean;
}

export class Workflows {
  readonly all: Workflow[] = [];
  readonly #world: World;
  readonly #repositories: Repositories;
  readonly #runs: Runs;
  readonly #manners: Manners;

  constructor(world: World, repositories: Repositories, runs: Runs, manners: Manners) {
    this.#world = world;
    this.#repositories = repositories;
    this.#runs = runs;
    this.#manners = manners;
  }

  add(repository: Repository, file: string, options: WorkflowOptions = {}): Workflow {
    const workflow: Workflow = {
      id: 7001 + this.all.length,
      repository,
      file,
      path: `.github/workflows/${file}`,
      text: options.text ?? verificationText,
      texts: new Map(Object.entries(options.texts ?? {})),
      state: options.state ?? 'active',
      behaviour: options.behaviour ?? signsIn,
    };
    this.all.push(workflow);
    return workflow;
  }

  routes(): Routes {
    const base = '/repos/{owner}/{repo}/actions/workflows';
    return {
      [`GET ${base}`]: (call) => {
        const repository = this.#repositories.of(call);
        const listed = this.all.filter((one) => one.repository === repository && isListed(one));
        return page(call, listed, (items, total) => ({
          total_count: total,
          workflows: items.map((one) => this.#json(one)),
        }));
      },
      [`GET ${base}/{workflow_id}`]: (call) => ({ status: 200, body: this.#json(this.#of(call)) }),
      [`GET ${base}/{workflow_id}/runs`]: (call) => {
        const { id } = this.#of(call);
        return this.#runs.list(call, (run) => run.workflowId === id);
      },
      [`POST ${base}/{workflow_id}/dispatches`]: (call) => this.#dispatch(call),
      'GET /repos/{owner}/{repo}/contents/{path}': (call) => this.#contents(call),
    };
  }

  #dispatch(call: Call): Reply {
    const workflow = this.#of(call);
    const { repository } = workflow;
    const ref = refOf(repository, String(call.body.ref));
    if (ref === undefined) throw new Refusal(422, `No ref found for: ${String(call.body.ref)}`);
    const text = textAt(workflow, ref);
    if (text === undefined) throw new Refusal(404, 'Not Found');
    if (workflow.state !== 'active') {
      throw new Refusal(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow");
    }
    const parsed = parse(text) as Parsed;
    const declared = dispatchInputs(parsed);
    if (declared === undefined) throw new Refusal(422, "Workflow does not have 'workflow_dispatch' trigger");
    if (this.#manners.old && Object.keys(call.body.inputs ?? {}).length > 10) {
      throw new Refusal(422, 'you may only define up to 10 inputs for a `workflow_dispatch` event');
    }
    const inputs = checkedInputs(declared, (call.body.inputs ?? {}) as Record<string, unknown>);
    const plan = typeof workflow.behaviour === 'function' ? workflow.behaviour(inputs) : workflow.behaviour;
    const name = parsed.name ?? workflow.path;
    const run = this.#runs.queue(
      repository,
      {
        workflowId: workflow.id,
        workflowName: name,
        path: workflow.path,
        event: 'workflow_dispatch',
        branch: ref,
        actor: call.token.actor,
        displayTitle: titleOf(parsed, inputs) ?? name,
        inputs,
      },
      plan,
    );
    const details = {
      workflow_run_id: run.id,
      run_url: `${this.#repositories.api()}/repos/${repository.fullName}/actions/runs/${run.id}`,
      html_url: runPage(run),
    };
    if (call.version === '2026-03-10') return { status: 200, body: details };
    // Under the old version GitHub marks this endpoint as deprecated: its reply will change.
    const headers: Record<string, string> = this.#manners.old
      ? {}
      : { deprecation: 'Tue, 10 Mar 2026 00:00:00 GMT', sunset: 'Fri, 10 Mar 2028 00:00:00 GMT' };
    return call.body.return_run_details === true
      ? { status: 200, body: details, headers }
      : { status: 204, headers };
  }

  #contents(call: Call): Reply {
    const repository = this.#repositories.of(call);
    const wanted = call.query.get('ref') ?? repository.defaultBranch;
    const ref = refOf(repository, wanted);
    if (ref === undefined) throw new Refusal(404, `No commit found for the ref ${wanted}`);
    const path = param(call, 'path');
    const workflow = this.all.find((one) => one.repository === repository && one.path === path);
    const text = workflow === undefined ? undefined : textAt(workflow, ref);
    if (workflow === undefined || text === undefined) throw new Refusal(404, 'Not Found');
    if (/\braw\b/.test(call.accept)) {
      return {
        status: 200,
        headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
        body: text,
      };
    }
    const sha = createHash('sha1').update(text).digest('hex');
    const body = {
      type: 'file',
      encoding: 'base64',
      size: Buffer.byteLength(text),
      name: workflow.file,
      path,
      content: Buffer.from(text).toString('base64').replace(/.{60}/g, '$&\n'),
      sha,
      url: `${call.url}?ref=${encodeURIComponent(wanted)}`,
      git_url: null,
      html_url: null,
      download_url: null,
      _links: { self: call.url, git: null, html: null },
    };
    return { status: 200, body };
  }

  /** By id or by file name. A workflow exists once its file is on the default branch. */
  #of(call: Call): Workflow {
    const repository = this.#repositories.of(call);
    const wanted = param(call, 'workflow_id');
    const found = this.all.find(
      (one) => one.repository === repository && (String(one.id) === wanted || one.file === wanted),
    );
    if (found === undefined || !isListed(found)) throw new Refusal(404, 'Not Found');
    return found;
  }

  #json(workflow: Workflow): Record<string, unknown> {
    const { id, repository, path, file } = workflow;
    const at = wholeSeconds(this.#world.now());
    const page = `https://github.com/${repository.fullName}`;
    return {
      id,
      node_id: `W_${id}`,
      name: (parse(workflow.text) as Parsed).name ?? path,
      path,
      state: workflow.state,
      created_at: at,
      updated_at: at,
      url: `${this.#repositories.api()}/repos/${repository.fullName}/actions/workflows/${id}`,
      html_url: `${page}/blob/${repository.defaultBranch}/${path}`,
      badge_url: `${page}/workflows/${file}/badge.svg`,
    };
  }
}

const isListed = (workflow: Workflow): boolean =>
  textAt(workflow, workflow.repository.defaultBranch) !== undefined;

const textAt = (workflow: Workflow, ref: string): string | undefined =>
  workflow.texts.has(ref) ? workflow.texts.get(ref) : workflow.text;

/** A branch or a tag, with or without `refs/…/` before it. */
function refOf({ branches, tags }: Repository, ref: string): string | undefined {
  const [, kind, name] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
  const short = name ?? ref;
  if (kind !== 'tags' && branches.has(short)) return short;
  return kind !== 'heads' && tags.has(short) ? short : undefined;
}

/** The inputs that the file declares; `undefined` if it has no `workflow_dispatch` at all. */
function dispatchInputs({ on }: Parsed): Record<string, InputSpec> | undefined {
  if (on === 'workflow_dispatch') return {};
  if (Array.isArray(on)) return on.includes('workflow_dispatch') ? {} : undefined;
  if (typeof on !== 'object' || on === null || !('workflow_dispatch' in on)) return undefined;
  const event = on.workflow_dispatch as { inputs?: Record<string, InputSpec | null> | null } | null;
  return Object.fromEntries(Object.entries(event?.inputs ?? {}).map(([name, spec]) => [name, spec ?? {}]));
}

function checkedInputs(
  declared: Readonly<Record<string, InputSpec>>,
  given: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const unexpected = Object.keys(given).filter((name) => !(name in declared));
  if (unexpected.length > 0)
    throw new Refusal(422, `Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  const inputs: Record<string, string> = {};
  for (const [name, spec] of Object.entries(declared)) {
    const value = given[name] ?? spec.default;
    if (value === undefined) {
      if (spec.required === true) throw new Refusal(422, `Required input '${name}' not provided`);
      continue;
    }
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (spec.type === 'choice' && spec.options?.map(String).includes(text) !== true) {
      throw new Refusal(
        422,
        `Provided value '${text}' for input '${name}' not in the list of allowed values`,
      );
    }
    if (spec.type === 'boolean' && text !== 'true' && text !== 'false') {
      throw new Refusal(422, `Provided value '${text}' for input '${name}' is not a boolean`);
    }
    inputs[name] = text;
  }
  return inputs;
}

const titleOf = (parsed: Parsed, inputs: Readonly<Record<string, string>>): string | undefined =>
  parsed['run-name']
    ?.replace(
      /\$\{\{\s*(?:github\.event\.)?inputs(?:\.([\w-]+)|\['([^']+)'\])\s*\}\}/g,
      (_text, dotted: string | undefined, quoted: string | undefined) => inputs[dotted ?? quoted ?? ''] ?? '',
    )
    .trim();
