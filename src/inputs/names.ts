/** The inputs of the action, as action.yml declares them, and which of them are secrets. */
import { Secret } from '../common/secret.ts';
import { secretsIn } from './whole-value-secrets.ts';

export interface InputSpec {
  /** What action.yml says; repeated here because a workflow may pass an input as empty, which means absent. */
  readonly default?: string;
  readonly isSecret?: true;
}

export const inputs = {
  operation: { default: 'rotate' },
  account: {},
  'app-key': {},
  'app-token': { isSecret: true },
  'api-key': {},
  'current-token': { isSecret: true },
  'pending-token': { isSecret: true },
  'old-token': { isSecret: true },
  'run-token': { isSecret: true },
  'vtex-url': {},
  'github-token': { isSecret: true },
  secrets: {},
  'pending-secret': {},
  'current-values': { isSecret: true },
  'create-missing-secrets': { default: 'false' },
  'delete-old-token': { default: 'now' },
  'verification-workflow': {},
  'verify-before-update': { default: 'false' },
  'verification-inputs': {},
  'verification-token': { isSecret: true },
  'verification-timeout-minutes': { default: '30' },
  'sign-in-check': { default: 'true' },
  'verification-requests': {},
  'on-verification-failure': { default: 'restore' },
  'propagation-timeout-seconds': { default: '60' },
  'drain-timeout-minutes': { default: '0' },
  'renew-after-days': { default: '0' },
  'renewed-at': {},
  'expose-new-token': { default: 'false' },
} as const satisfies Readonly<Record<string, InputSpec>>;

export type InputName = keyof typeof inputs;

export const inputNames = Object.keys(inputs) as readonly InputName[];

export const secretInputNames: readonly InputName[] = inputNames.filter((name) => 'isSecret' in inputs[name]);

export const inputDefaults: Readonly<Partial<Record<InputName, string>>> = Object.fromEntries(
  inputNames.flatMap((name) => {
    const spec: InputSpec = inputs[name];
    return spec.default === undefined ? [] : [[name, spec.default]];
  }),
);

/** The environment, as a map: `INPUT_*` and the runner's own variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The runner's name of an input: upper case, spaces as `_`, hyphens kept.
 * https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#inputs
 */
export function inputVariable(name: InputName): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

/** White space around a value is never meant. */
function valueOf(environment: Environment, name: InputName): string {
  return environment[inputVariable(name)]?.trim() ?? '';
}

/** Every secret among the inputs, whether the rest is right or wrong: to be masked before anything is printed. */
export function secretInputs(environment: Environment): readonly Secret[] {
  const plain = new Set(
    inputNames.filter((name) => !secretInputNames.includes(name)).map((name) => valueOf(environment, name)),
  );
  const values = secretInputNames.flatMap((name) => {
    const value = valueOf(environment, name);
    return name === 'current-values' ? secretsIn(value).filter((one) => !plain.has(one)) : [value];
  });
  return [...new Set(values)]
    .filter((value) => value !== '' && value !== 'none' && !isReference(value))
    .map((value) => new Secret(value));
}

/** `VTEX_QE#/vtex/apiToken` names a place in current-values; it is no token. */
export function isReference(value: string): boolean {
  return /^\/?[A-Za-z_][\w./%?&=, -]*#(?:\/[^\n]*)?$/.test(value);
}
