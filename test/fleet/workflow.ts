/** The two workflow files of a fleet, and what a job in them gives to the action, as GitHub would. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Contexts, textOf } from './expressions.ts';

export interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

export interface Job {
  readonly name?: string;
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly environment?: { readonly name: string; readonly deployment?: boolean };
  readonly concurrency?: Readonly<Record<string, unknown>>;
  readonly strategy?: Readonly<Record<string, unknown>> & { readonly matrix: { readonly key: string } };
  readonly outputs?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: unknown;
  readonly steps?: readonly Step[];
}

interface Called {
  readonly inputs: Readonly<Record<string, { readonly default?: unknown; readonly required?: boolean }>>;
  readonly secrets: Readonly<Record<string, unknown>>;
}

export interface Workflow {
  readonly text: string;
  readonly on: {
    readonly workflow_call: Called;
    readonly workflow_dispatch?: { readonly inputs: Called['inputs'] };
  };
  readonly jobs: Readonly<Record<string, Job>>;
}

export function readText(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8').replaceAll('\r\n', '\n');
}

function read(path: string): Workflow {
  const text = readText(path);
  return { ...(parse(text) as Workflow), text };
}

export const fleet = read('.github/workflows/rotate-vtex-token.yml');
export const oneKey = read('.github/workflows/rotate-vtex-key.yml');

export function jobOf(workflow: Workflow, name: string): Job {
  const job = workflow.jobs[name];
  if (job === undefined) throw new Error(`there is no job ${name}`);
  return job;
}

/** The step that uses this action, with its inputs evaluated; the empty ones are left out, as the runner does. */
export function inputsOfStep(job: Job, uses: string, contexts: Contexts): Record<string, string> {
  const step = job.steps?.find((one) => one.uses?.split('@')[0] === uses);
  if (step === undefined) throw new Error(`no step uses ${uses}`);
  const given = Object.entries(step.with ?? {}).map(([name, text]) => [name, textOf(text, contexts)]);
  return Object.fromEntries(given.filter(([, text]) => text !== '')) as Record<string, string>;
}

/**
 * The secrets that a job of the called workflow can read: those that it declares and the workflow above passes on under
 * the same name. GitHub then looks for them in the job's environment, its repository and the organization, in this
 * order, and the job is given those that it names.
 */
export function secretsOfJob(job: Job, resolve: (name: string) => string): Record<string, string> {
  const passed = jobOf(fleet, 'key').secrets ?? {};
  const readable = Object.keys(oneKey.on.workflow_call.secrets).filter(
    (name) => passed[name] === `\${{ secrets.${name} }}`,
  );
  const named = [...JSON.stringify(job).matchAll(/secrets\.([A-Z_]+)/g)].map(([, name]) => name ?? '');
  const own = readable.filter((name) => named.includes(name));
  return Object.fromEntries(own.map((name) => [name, resolve(name)]));
}
