/** The only reader of the action's inputs: from the environment to one readonly object, or all errors at once. */
import type { RotationError } from '../errors.ts';
import type { WorkflowRef } from '../workflow-ref.ts';
import { readPendingSecret, readSecrets } from './secrets.ts';
import { secretInputNames, secretInputs } from './names.ts';
import { readRequests, readVerificationInputs, readWorkflows } from './verification.ts';
import { type Environment, InputReader, quoted } from './reader.ts';
import { noToken, type Operation, type Settings } from '../rotation/settings.ts';
import type { Instant } from '../rotation/ports.ts';
import { oldSecretPathOf } from '../secret-path.ts';
import type { Secret } from '../secret.ts';

/** What action.yml says; repeated here because a workflow may pass an input as empty, which means absent. */
export const inputDefaults = {
  operation: 'rotate',
  'create-missing-secrets': 'false',
  'delete-old-token': 'now',
  'verify-before-update': 'false',
  'verification-timeout-minutes': '30',
  'sign-in-check': 'true',
  'on-verification-failure': 'restore',
  'propagation-timeout-seconds': '60',
  'drain-timeout-minutes': '0',
  'renew-after-days': '0',
  'expose-new-token': 'false',
} as const;

export const inputNames: readonly string[] = [
  'operation',
  'account',
  'app-key',
  'app-token',
  'api-key',
  'current-token',
  'pending-token',
  'old-token',
  'run-token',
  'vtex-url',
  'github-token',
  'secrets',
  'pending-secret',
  'create-missing-secrets',
  'delete-old-token',
  'verification-workflow',
  'verify-before-update',
  'verification-inputs',
  'verification-token',
  'verification-timeout-minutes',
  'sign-in-check',
  'verification-requests',
  'on-verification-failure',
  'propagation-timeout-seconds',
  'drain-timeout-minutes',
  'renew-after-days',
  'renewed-at',
  'expose-new-token',
];

export interface Inputs {
  readonly settings: Settings;
  readonly account: string;
  /** Without a trailing slash. */
  readonly vtexUrl: string;
  readonly githubToken: Secret;
  readonly runToken: Secret | undefined;
  readonly verificationToken: Secret;
  readonly workflows: readonly WorkflowRef[];
  readonly verificationInputs: ReadonlyMap<string, string>;
  readonly verificationTimeoutMs: number;
  readonly exposeNewToken: boolean;
  /** What is allowed but probably not meant. */
  readonly warnings: readonly string[];
}

export type ParsedInputs =
  | { readonly inputs: Inputs; readonly problems?: never }
  | { readonly problems: readonly RotationError[]; readonly inputs?: never };

/** `now` is the runner's clock, for `renewed-at`. Makes no request. */
export function parseInputs(environment: Environment, now: Instant): ParsedInputs {
  const reader = new InputReader(environment, inputDefaults);
  const account = readAccount(reader);
  const token = (name: string): Secret | undefined =>
    reader.text(name) === noToken ? undefined : reader.secret(name);
  const secrets = readSecrets(reader, environment);
  const githubToken = reader.requiredSecret('github-token');
  const workflows = readWorkflows(reader, environment);
  const verifyBefore = reader.boolean('verify-before-update');
  const pendingSecret = readPendingSecret(reader, environment, secrets);
  const settings: Settings = {
    operation: reader.choice<Operation>('operation', ['rotate', 'finish', 'check', 'undo']),
    manager: { appKey: readKey(reader, 'app-key'), appToken: reader.requiredSecret('app-token') },
    apiKey: readKey(reader, 'api-key'),
    currentToken: token('current-token'),
    pendingToken: token('pending-token'),
    oldToken: token('old-token'),
    oldTokenPassed: reader.text('old-token') !== undefined,
    secrets,
    patterns: [],
    pendingSecret,
    oldSecret: oldSecretPathOf(pendingSecret),
    currentValues: new Map(),
    createMissing: reader.boolean('create-missing-secrets'),
    deleteOldToken: reader.choice('delete-old-token', ['now', 'later']),
    signInCheck: reader.boolean('sign-in-check'),
    verificationRequests: readRequests(reader),
    verification: workflows.length === 0 ? 'none' : verifyBefore ? 'before-update' : 'after-update',
    onVerificationFailure: reader.choice('on-verification-failure', ['restore', 'keep']),
    propagationTimeoutMs: reader.integer('propagation-timeout-seconds', 0, 600) * 1000,
    drainTimeoutMs: reader.integer('drain-timeout-minutes', 0, 1440) * 60_000,
    renewAfterMs: reader.integer('renew-after-days', 0, 3650) * 86_400_000,
    renewedAt: readRenewedAt(reader, now),
  };
  const inputs: Inputs = {
    settings,
    account,
    vtexUrl: readVtexUrl(reader, account),
    githubToken,
    runToken: reader.secret('run-token'),
    verificationToken: reader.secret('verification-token') ?? githubToken,
    workflows,
    verificationInputs: readVerificationInputs(reader, workflows),
    verificationTimeoutMs: reader.integer('verification-timeout-minutes', 1, 1440) * 60_000,
    exposeNewToken: reader.boolean('expose-new-token'),
    warnings: warningsAbout(settings, account, verifyBefore),
  };
  // Told by the texts, so that a wrong value is not reported a second time as what it stands in for.
  const given = (name: string) => reader.lines(name).length > 0;
  const proves = given('verification-workflow') || given('verification-requests');
  const isOff = /^false$/i.test(reader.text('sign-in-check') ?? '');
  if (isOff && reader.text('delete-old-token') === 'now' && !proves) {
    reader.wrong(
      'sign-in-check',
      'false leaves nothing that proves the new token before the old one is deleted',
      'true, or verification-requests or verification-workflow beside it, or delete-old-token: later',
    );
  }
  forbidSecretsElsewhere(reader, environment);
  return reader.problems.length > 0 ? { problems: reader.problems } : { inputs: Object.freeze(inputs) };
}

function readAccount(reader: InputReader): string {
  const account = reader.required('account');
  // It becomes a label of the host name, so nothing else may be smuggled in.
  if (account !== '' && !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(account)) {
    reader.wrong(
      'account',
      `${quoted(account)} is not a VTEX account name`,
      'lower-case letters, digits and -',
    );
  }
  return account;
}

function readKey(reader: InputReader, name: string): string {
  const key = reader.required(name);
  if (key !== '' && !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(key)) {
    reader.wrong(
      name,
      'it is not an app key',
      'the key as VTEX Admin shows it: vtexappkey-{account}-{letters}',
    );
  }
  return key;
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function readVtexUrl(reader: InputReader, account: string): string {
  const given = reader.text('vtex-url');
  if (given === undefined) return `https://${account}.vtexcommercestable.com.br`;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.test(url.hostname));
  const plain = url?.username === '' && url.password === '' && !/[?#]/.test(given);
  if (!secure || !plain) {
    reader.wrong(
      'vtex-url',
      'it is not such a URL',
      'an https URL without user, query and fragment (http only for loopback)',
    );
  }
  return given.replace(/\/+$/, '');
}

function readRenewedAt(reader: InputReader, now: Instant): Instant | undefined {
  const text = reader.text('renewed-at');
  if (text === undefined) return undefined;
  const isIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(text);
  const instant = isIso ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant)) {
    reader.wrong(
      'renewed-at',
      `${quoted(text)} is not such a time`,
      'ISO 8601 with a zone: 2026-01-31T12:00:00Z',
    );
  } else if (instant > now + 5 * 60_000) {
    reader.wrong('renewed-at', 'it is in the future', 'the output renewed-at of the run that rotated');
  }
  return instant;
}

function warningsAbout(settings: Settings, account: string, verifyBefore: boolean): string[] {
  const warnings: string[] = [];
  if (settings.apiKey === settings.manager.appKey && settings.apiKey !== '') {
    warnings.push(
      'api-key equals app-key. VTEX\'s rule for renewing a token is: "You must use a valid API key (not the one being ' +
        'renewed)". The run goes on and finishes with the new token.',
    );
  }
  const owner = /^vtexappkey-(.+)-[^-]+$/.exec(settings.apiKey)?.[1];
  if (owner !== undefined && owner !== account) {
    warnings.push(
      `api-key carries the name of another account than "${account}"; VTEX renews only keys of its own account.`,
    );
  }
  const verifies = settings.verification !== 'none';
  if (verifies && settings.onVerificationFailure === 'restore' && settings.currentToken === undefined) {
    warnings.push(
      'on-verification-failure is restore, but without current-token there is nothing to restore.',
    );
  }
  if (verifyBefore && !verifies) {
    warnings.push(
      'verify-before-update is true, but without verification-workflow there is nothing to verify with.',
    );
  }
  return warnings;
}

/** A token in the place of a name would end in a URL or in the log. */
function forbidSecretsElsewhere(reader: InputReader, environment: Environment): void {
  const secrets = secretInputs(environment).map((secret) => secret.reveal());
  for (const name of inputNames) {
    if (secretInputNames.some((secretName) => secretName === name)) continue;
    const value = reader.text(name) ?? '';
    if (secrets.some((secret) => secret.length >= 8 && value.includes(secret))) {
      reader.wrong(name, 'it contains the value of a secret input', 'a name or path, never a token');
    }
  }
}
