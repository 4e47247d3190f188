/**
 * Runs `src/` inside this process, many times faster than a process of its own for every step: for the cases in which
 * only replies are disturbed. The process has to be in virtual time already; its parent is told of hangs. What a
 * runner does with the output is done by the same code as for a real process.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as core from '@actions/core';
import { run } from '../../src/action.ts';
import { recover } from '../../src/recovery.ts';
import { isTokenUnsaved } from '../../src/runner/saved-state.ts';
import { createCommandFiles, readCommandFiles } from '../runner/command-files.ts';
import { baseEnvironment, filesLeft, makePlaces, type Places } from '../runner/environment.ts';
import { readManifest, stepInputs } from '../runner/manifest.ts';
import { Masker } from '../runner/masker.ts';
import type { ActionRun, StageRun } from '../runner/runner.ts';
import { StepLog } from '../runner/step-log.ts';
import { LineSplitter } from '../runner/workflow-commands.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const manifest = readManifest(repository);

export interface HereOptions {
  readonly inputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  /** Files of the runner's that cannot be written: a directory takes their place. */
  readonly unwritable: readonly string[];
}

export async function runHere({ inputs, env, secrets, unwritable }: HereOptions): Promise<ActionRun> {
  const places = makePlaces(mkdtempSync(path.join(tmpdir(), 'runner-')));
  const masker = new Masker();
  for (const secret of secrets) masker.add(secret);
  const environment = { ...baseEnvironment(places), ...env, ...stepInputs(manifest, inputs).env };
  try {
    const main = await stage('main', run, { places, masker, environment, unwritable });
    const state = Object.entries(main.state).map(([key, value]) => [`STATE_${key}`, value]);
    const after = { ...environment, ...(Object.fromEntries(state) as Record<string, string>) };
    const post = await stage('post', async () => (isTokenUnsaved(after) ? await recover() : 0), {
      places,
      masker,
      environment: after,
      unwritable,
    });
    return { ...main, post, masks: masker.values, jobOutputs: main.outputs, files: filesLeft(places) };
  } finally {
    rmSync(places.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Surroundings {
  readonly places: Places;
  readonly masker: Masker;
  readonly environment: Readonly<Record<string, string>>;
  readonly unwritable: readonly string[];
}

async function stage(
  name: 'main' | 'post',
  action: () => Promise<number>,
  { places, masker, environment, unwritable }: Surroundings,
): Promise<StageRun> {
  const started = performance.now();
  const directory = path.join(places.commands, name);
  const outer = { ...process.env };
  const blocked = Object.fromEntries(unwritable.map((name) => [name, places.temp]));
  replaceEnvironment({ ...environment, ...createCommandFiles(directory), ...blocked });
  // The toolkit remembers the file of the first summary it wrote.
  Object.assign(core.summary, { _filePath: undefined, _buffer: '' });
  const log = new StepLog(masker, false);
  const raw = { stdout: '', stderr: '' };
  const restore = [capture('stdout', log, raw), capture('stderr', log, raw)];
  let exitCode = 1;
  try {
    exitCode = await action();
  } catch (error) {
    raw.stderr += String(error);
  } finally {
    for (const undo of restore) undo();
    replaceEnvironment(outer);
  }
  const files = readCommandFiles(directory, masker);
  for (const error of files.errors) log.annotate('error', error);
  const failed = exitCode !== 0 || log.failed || files.failed;
  return {
    exitCode,
    signal: null,
    conclusion: failed ? 'failure' : 'success',
    timedOut: false,
    leftStragglers: false,
    log: log.text,
    lines: log.lines,
    annotations: log.annotations,
    commands: log.commands,
    rawStdout: raw.stdout,
    rawStderr: raw.stderr,
    fullStdout: raw.stdout,
    fullStderr: raw.stderr,
    outputs: files.outputs,
    state: files.state,
    exported: files.exported,
    paths: files.paths,
    summary: files.summary,
    rawSummary: files.rawSummary,
    durationMs: performance.now() - started,
  };
}

function replaceEnvironment(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, environment);
}

/** Takes what is written to the stream as the runner takes a step's output. Returns the way back. */
function capture(name: 'stdout' | 'stderr', log: StepLog, raw: Record<typeof name, string>): () => void {
  const stream = process[name];
  const write = stream.write;
  const lines = new LineSplitter((line) => {
    if (log.feed(line)?.name !== 'add-mask') raw[name] += `${line}\n`;
  });
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    lines.write(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
    const done = rest.at(-1);
    if (typeof done === 'function') (done as () => void)();
    return true;
  };
  return () => {
    lines.end();
    stream.write = write;
  };
}
