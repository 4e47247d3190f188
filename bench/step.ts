/** One process, started as the runner starts a step, with a stopwatch. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCommandFiles } from '../test/runner/command-files.ts';
import { baseEnvironment, makePlaces } from '../test/runner/environment.ts';
import { readManifest, stepInputs } from '../test/runner/manifest.ts';

export const repository = fileURLToPath(new URL('../', import.meta.url));

export interface StepOptions {
  /** Where `action.yml` is. */
  readonly actionDir?: string;
  readonly stage?: 'main' | 'post';
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
}

export interface StepEnd {
  readonly exitCode: number | null;
  /** Milliseconds from the start of the process to its end. */
  readonly ms: number;
  /** When it was started, as `performance.now()` tells the time here. */
  readonly startedAt: number;
  readonly output: string;
}

/** Runs `node` with these arguments in the environment of a step. */
async function runNode(args: readonly string[], env: Readonly<Record<string, string>>): Promise<StepEnd> {
  const places = makePlaces(mkdtempSync(path.join(tmpdir(), 'bench-')));
  try {
    const child = {
      cwd: places.workspace,
      env: { ...baseEnvironment(places), ...env, ...createCommandFiles(places.commands) },
    };
    const startedAt = performance.now();
    const { promise, resolve, reject } = Promise.withResolvers<StepEnd>();
    const running = spawn(process.execPath, args, { ...child, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [running.stdout, running.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    running.on('error', reject);
    running.on('close', (exitCode) => {
      resolve({ exitCode, ms: performance.now() - startedAt, startedAt, output });
    });
    return await promise;
  } finally {
    rmSync(places.root, { recursive: true, force: true });
  }
}

/** A node that has nothing to do: what no action can be faster than. */
export function runBareNode(): Promise<StepEnd> {
  return runNode(['-e', '0'], {});
}

export function runStep(options: StepOptions = {}): Promise<StepEnd> {
  const { actionDir = repository, stage = 'main', inputs = {}, env = {}, nodeArgs = [] } = options;
  const manifest = readManifest(actionDir);
  const entry = stage === 'main' ? manifest.main : manifest.post;
  if (entry === undefined) throw new Error(`the action in ${actionDir} has no ${stage} step`);
  return runNode([...nodeArgs, path.join(actionDir, entry)], {
    ...env,
    ...stepInputs(manifest, inputs).env,
  });
}
