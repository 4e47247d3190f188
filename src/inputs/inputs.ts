/** The only reader of the action's inputs: from the environment to one readonly object, or all errors at once. */
import type { RotationError } from '../common/errors.ts';
import type { Instant } from '../rotation/ports/clock.ts';
import type { Operation, Settings } from '../rotation/settings.ts';
import type { Secret } from '../common/secret.ts';
import type { WorkflowRef } from '../paths/workflow-ref.ts';
import { readAccount, readKey, readVtexUrl } from './account.ts';
import { type Environment, inputNames, secretInputNames, secretInputs } from './names.ts';
import { InputReader } from './reader.ts';
import { readTargets } from './targets.ts';
import { readTokens } from './tokens.ts';
import { readRequests, readVerificationInputs, readWorkflows } from './verification.ts';
import { warningsAbout } from './warnings.ts';

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

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** `now` is the runner's clock, for `renewed-at`. Makes no request. */
export function parseInputs(environment: Environment, now: Instant): ParsedInputs {
  const reader = new InputReader(environment);
  const account = readAccount(reader);
  const operation = reader.choice<Operation>('operation', ['rotate', 'finish', 'check', 'undo']);
  const { warnings, ...targets } = readTargets(reader, environment);
  const githubToken = reader.requiredSecret('github-token');
  const workflows = readWorkflows(reader, environment);
  const verifyBefore = reader.boolean('verify-before-update');
  const verificationTimeoutMs = reader.integer('verification-timeout-minutes', 1, 1440) * minuteMs;
  const exposeNewToken = reader.boolean('expose-new-token');
  const settings: Settings = {
    operation,
    manager: { appKey: readKey(reader, 'app-key'), appToken: reader.requiredSecret('app-token') },
    apiKey: readKey(reader, 'api-key'),
    ...readTokens(reader, environment, operation, targets.secrets),
    ...targets,
    createMissing: reader.boolean('create-missing-secrets'),
    deleteOldToken: reader.choice('delete-old-token', ['now', 'later']),
    signInCheck: reader.boolean('sign-in-check'),
    verificationRequests: readRequests(reader),
    verification: workflows.length === 0 ? 'none' : verifyBefore ? 'before-update' : 'after-update',
    onVerificationFailure: reader.choice('on-verification-failure', ['restore', 'keep']),
    propagationTimeoutMs: reader.integer('propagation-timeout-seconds', 0, 600) * 1000,
    drainTimeoutMs: reader.integer('drain-timeout-minutes', 0, 1440) * minuteMs,
    renewAfterMs: reader.integer('renew-after-days', 0, 3650) * dayMs,
    renewedAt: readRenewedAt(reader, operation, now),
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
    verificationTimeoutMs,
    exposeNewToken,
    warnings: [
      ...warnings,
      ...warningsAbout(settings, {
        account,
        verifyBefore,
        exposeNewToken,
        verificationTimeoutMs,
        githubToken: githubToken.reveal(),
      }),
    ],
  };
  expectProof(reader);
  forbidSecretsElsewhere(reader, environment);
  return reader.problems.length > 0 ? { problems: reader.problems } : { inputs: Object.freeze(inputs) };
}

/** The clocks of the runner and of GitHub need not agree. */
const clockAllowanceMs = 5 * minuteMs;

function readRenewedAt(reader: InputReader, operation: Operation, now: Instant): Instant | undefined {
  const text = reader.text('renewed-at');
  if (text === undefined) return undefined;
  if (operation !== 'finish') {
    reader.wrong(
      'renewed-at',
      `it means nothing with operation: ${operation}`,
      'it goes with operation: finish only',
    );
    return undefined;
  }
  const isIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(text);
  const instant = isIso ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant)) {
    reader.wrong(
      'renewed-at',
      `${reader.quoted(text)} is not a time with a zone`,
      'ISO 8601 with a zone: 2026-01-31T12:00:00Z',
    );
  } else if (instant > now + clockAllowanceMs) {
    reader.wrong('renewed-at', 'it is in the future', 'the output renewed-at of the run that rotated');
  }
  return instant;
}

/** Told by the texts, so that a wrong value is not reported a second time as what it stands in for. */
function expectProof(reader: InputReader): void {
  const isOff = /^false$/i.test(reader.text('sign-in-check') ?? '');
  if (!isOff || reader.lines('verification-requests').length > 0) return;
  reader.wrong(
    'sign-in-check',
    'false leaves nothing that tells whether VTEX accepts a token',
    'true, or false with verification-requests',
  );
}

/** A token in the place of a name would end in a URL or in the log. */
function forbidSecretsElsewhere(reader: InputReader, environment: Environment): void {
  const secrets = secretInputs(environment).map((secret) => secret.reveal());
  for (const name of inputNames) {
    // What is wrong already is not told twice.
    if (secretInputNames.includes(name) || reader.isWrong(name)) continue;
    const value = reader.text(name) ?? '';
    if (secrets.some((secret) => secret.length >= 8 && value.includes(secret))) {
      reader.wrong(name, 'it contains the value of a secret input', 'a name or path, never a token');
    }
  }
}
