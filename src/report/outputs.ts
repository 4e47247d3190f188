/** The outputs of the action and the record, from the outcome. Free of secrets. */
import type { RotationError } from '../common/errors.ts';
import type { Outcome } from '../rotation/model.ts';
import type { Instant } from '../rotation/ports/clock.ts';
import type { Settings } from '../rotation/settings.ts';

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

function isoOrNull(instant: Instant | undefined): string | null {
  return instant === undefined ? null : isoTime(instant);
}

export function outputsOf(account: string, settings: Settings, outcome: Outcome): Outputs {
  const { knowledge, standing, result, errors, earlier } = outcome;
  const beginning = renewedAt(outcome);
  const runs = [...(earlier?.runs ?? []), ...knowledge.runs];
  const verification = runs.map(({ workflow, url, conclusion }) => ({ workflow, url, conclusion }));
  const record = {
    operation: settings.operation,
    account,
    'api-key': settings.apiKey,
    'vtex-id': knowledge.renewal?.vtexId ?? null,
    'renewed-at': isoOrNull(beginning),
    'vtex-renewed-at': isoOrNull(knowledge.renewal?.createdAt),
    steps: outcome.steps.map(({ step, startedAt, endedAt }) => ({
      step,
      started: isoTime(startedAt),
      ended: isoTime(endedAt),
    })),
    secrets: standing.secrets.map(({ path, holds, updatedAt }) => ({
      path,
      holds,
      updated_at: isoOrNull(updatedAt),
    })),
    verification,
    result,
    'old-token-deleted': isOldTokenDeleted(outcome),
    ...errorsOf(errors),
  };
  const updated = standing.secrets.filter(({ holds }) => holds === 'new').map(({ path }) => path);
  return {
    result,
    'renewed-at': beginning === undefined ? '' : isoTime(beginning),
    'old-token-deleted': String(isOldTokenDeleted(outcome)),
    'updated-secrets': JSON.stringify(updated),
    'verification-runs': JSON.stringify(verification),
    record: JSON.stringify(record),
  };
}

/** Only with the results whose renewal a later `finish` may go by, or is over. */
function renewedAt({ result, standing }: Outcome): Instant | undefined {
  return ['rotated', 'pending', 'finished'].includes(result) ? standing.beginning : undefined;
}

/** Of the earlier renewal too, where the run finished one before it failed at the next. */
function isOldTokenDeleted({ standing, earlier, knowledge }: Outcome): boolean {
  return standing.oldTokenDeleted || (earlier !== undefined && knowledge.renewal === undefined);
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
