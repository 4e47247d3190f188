import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

export interface Manifest {
  readonly inputs: ReadonlyMap<string, InputDeclaration>;
  readonly main: string;
  readonly post: string | undefined;
}

interface InputDeclaration {
  readonly default: string;
  readonly deprecationMessage: string | undefined;
}

const known = new Map<string, Manifest>();

export function readManifest(actionDirectory: string): Manifest {
  const yaml = readFileSync(path.join(actionDirectory, 'action.yml'), 'utf8');
  const manifest = known.get(yaml) ?? manifestOf(yaml);
  known.set(yaml, manifest);
  return manifest;
}

function manifestOf(yaml: string): Manifest {
  const manifest = record(parse(yaml));
  const runs = record(manifest.runs);
  const using = text(runs.using);
  if (!using.startsWith('node')) throw new Error(`This runner runs node actions, not '${using}'`);
  const inputs = new Map<string, InputDeclaration>();
  for (const [name, value] of Object.entries(record(manifest.inputs))) {
    const input = record(value);
    const message = text(input.deprecationMessage);
    inputs.set(name, {
      default: text(input.default),
      deprecationMessage: message === '' ? undefined : message,
    });
  }
  const post = text(runs.post);
  return { inputs, main: text(runs.main), post: post === '' ? undefined : post };
}

export interface StepInputs {
  /** `INPUT_*`: every declared input, empty when absent, and undeclared ones too. */
  readonly env: Record<string, string>;
  /** What the log shows under `with:`: every input that is not empty. */
  readonly shown: readonly (readonly [string, string])[];
  readonly warnings: readonly string[];
}

/** actions/runner: src/Runner.Worker/ActionRunner.cs. `required` is not enforced, neither there nor here. */
export function stepInputs(manifest: Manifest, given: Readonly<Record<string, string>>): StepInputs {
  const values = new Map<string, string>();
  const warnings: string[] = [];
  const declared = new Map([...manifest.inputs.keys()].map((name) => [name.toLowerCase(), name]));
  const unexpected: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    const known = declared.get(name.toLowerCase());
    if (known === undefined) unexpected.push(name);
    const message = known === undefined ? undefined : manifest.inputs.get(known)?.deprecationMessage;
    if (message !== undefined) warnings.push(`Input '${name}' has been deprecated with message: ${message}`);
    values.set(known ?? name, value);
  }
  for (const [name, input] of manifest.inputs) {
    if (values.has(name)) continue;
    if (input.default.includes('${{'))
      throw new Error(`Default of '${name}' is an expression, which is not evaluated here`);
    values.set(name, input.default);
  }
  if (unexpected.length > 0) {
    const quoted = (names: Iterable<string>): string => `'${[...names].join("', '")}'`;
    warnings.unshift(
      `Unexpected input(s) ${quoted(unexpected)}, valid inputs are [${quoted(manifest.inputs.keys())}]`,
    );
  }
  return {
    env: Object.fromEntries([...values].map(([name, value]) => [inputVariable(name), value])),
    shown: [...values].filter(([, value]) => value !== ''),
    warnings,
  };
}

/** Upper case and `_` for spaces, nothing else: dashes stay, which is why a shell cannot read such an input. */
export function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

function record(value: unknown): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new Error('action.yml: a mapping was expected');
  return value as Record<string, unknown>;
}

function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error('action.yml: a scalar was expected');
}
