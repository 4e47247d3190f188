/** The outputs of the action and the record, from the outcome. Free of secrets. */
import type { RotationError } from '../errors.ts';
import type { Outcome, Plan } from '../rotation/model.ts';
import type { Instant } from '../rotation/ports.ts';
import { isOldTokenDeleted, renewedAt, secretStates } from './state.ts';

/** Every output but `new-token`, which is not text for a report. */
export type Outputs = Readonly<
  Record<
    'result' | 'renewed-at' | 'old-token-deleted' | 'updated-secrets' | 'verification-runs' | 'record',
    string
  >
>;

/** ISO 8601 in UTC; whole seconds without a fraction, as VTEX and GitHub write them. */
export function isoTime(instant: Instant): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}

export function outputsOf(account: string, plan: Plan, outcome: Outcome): Outputs {
  const { knowledge: known, result, errors } = outcome;
  const states = secretStates(plan, outcome);
  const renewed = renewedAt(plan, outcome);
  const verification = known.runs.map(({ workflow, url, conclusion }) => ({ workflow, url, conclusion }));
  const record = {
    operation: plan.operation,
    account,
    'api-key': plan.apiKey,
    'vtex-id': known.token?.vtexId ?? null,
    'renewed-at': renewed === undefined ? null : isoTime(renewed),
    steps: outcome.steps.map(({ step, startedAt, endedAt }) => ({
      step,
      started: isoTime(startedAt),
      ended: isoTime(endedAt),
    })),
    secrets: states.map(({ path, holds, updatedAt }) => ({
      path,
      holds,
      updated_at: updatedAt === undefined ? null : isoTime(updatedAt),
    })),
    verification,
    result,
    'old-token-deleted': isOldTokenDeleted(outcome),
    ...errorsOf(errors),
  };
  return {
    result,
    'renewed-at': renewed === undefined ? '' : isoTime(renewed),
    'old-token-deleted': String(isOldTokenDeleted(outcome)),
    'updated-secrets': JSON.stringify(states.filter(({ holds }) => holds === 'new').map(({ path }) => path)),
    'verification-runs': JSON.stringify(verification),
    record: JSON.stringify(record),
  };
}

/** The outputs of a run that never began. */
export function outputsOfInvalidInputs(errors: readonly RotationError[]): Outputs {
  return {
    result: 'failed',
    'renewed-at': '',
    'old-token-deleted': 'false',
    'updated-secrets': '[]',
    'verification-runs': '[]',
    record: JSON.stringify({ result: 'failed', ...errorsOf(errors) }),
  };
}

function errorsOf(errors: readonly RotationError[]): object {
  return { error: errors[0]?.code ?? null, errors: errors.map(({ code }) => code) };
}
