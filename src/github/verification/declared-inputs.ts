/** What a workflow file declares of its inputs. */
import { parse } from 'yaml';

export interface DeclaredInput {
  /** Required, and without a default: a dispatch must give it. */
  readonly mustBeGiven: boolean;
}

/** What a workflow file says about being dispatched. */
export type Declaration =
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'not-dispatchable' }
  | {
      readonly kind: 'dispatchable';
      readonly inputs: ReadonlyMap<string, DeclaredInput>;
      /** Its `run-name` shows inputs, whichever they are. */
      readonly showsInputs: boolean;
    };

/**
 * Reads the trigger `workflow_dispatch` of a workflow file, which is text that anybody may have written.
 * YAML 1.2, as GitHub reads it: `on` is a string there, not a boolean.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_dispatch
 */
export function readDeclaration(source: string): Declaration {
  const workflow = parseYaml(source);
  if (workflow === undefined) return { kind: 'unreadable' };
  const on = entry(workflow, 'on');
  const runName = entry(workflow, 'run-name');
  const showsInputs = typeof runName === 'string' && /\binputs\b/.test(runName);
  if (on === 'workflow_dispatch' || (Array.isArray(on) && on.includes('workflow_dispatch'))) {
    return { kind: 'dispatchable', inputs: new Map(), showsInputs };
  }
  if (!(on instanceof Map) || !on.has('workflow_dispatch')) return { kind: 'not-dispatchable' };
  const inputs = inputsIn(entry(entry(on, 'workflow_dispatch'), 'inputs'));
  return { kind: 'dispatchable', inputs, showsInputs };
}

/** Of a longer file nothing is read; GitHub's own limit is not far above. */
const longestSource = 512 * 1024;

/** Undefined if it cannot be read. */
function parseYaml(source: string): unknown {
  if (source.length > longestSource) return undefined;
  try {
    // Maps, so that no key of the file can reach a prototype; few aliases, so that none can be blown up. To look for keys
    // that are given twice takes the square of their number: 21 s for a file of 388 KB, deaf to every signal.
    const options = {
      version: '1.2',
      mapAsMap: true,
      maxAliasCount: 50,
      // At `silent` a file with errors in it would be read as far as it goes.
      logLevel: 'error',
      uniqueKeys: false,
    } as const;
    return parse(source, options) as unknown;
  } catch {
    return undefined;
  }
}

function inputsIn(declared: unknown): ReadonlyMap<string, DeclaredInput> {
  const inputs = new Map<string, DeclaredInput>();
  if (!(declared instanceof Map)) return inputs;
  for (const [name, input] of declared as Map<unknown, unknown>) {
    const mustBeGiven = entry(input, 'required') === true && (entry(input, 'default') ?? null) === null;
    inputs.set(String(name), { mustBeGiven });
  }
  return inputs;
}

function entry(value: unknown, key: string): unknown {
  return value instanceof Map ? (value as Map<unknown, unknown>).get(key) : undefined;
}
