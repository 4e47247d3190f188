/** What each job of a key leaves behind: an artifact with the action's record, for the summary and the audit. */
import { errorCodes, type ErrorCode } from '../common/errors.ts';
import { isObject } from './fields.ts';

export const jobs = ['rotate', 'finish'] as const;
export type JobName = (typeof jobs)[number];

const results = [
  'rotated',
  'pending',
  'finished',
  'skipped',
  'checked',
  'undone',
  'restored',
  'failed',
] as const;
export type Result = (typeof results)[number];

/** The content of one artifact. */
export interface JobRecord {
  readonly number: string;
  readonly id: string;
  readonly job: JobName;
  /** When the job ended, ISO 8601. */
  readonly at: string;
  readonly url: string;
  /** The action's output `record`; null: there was none, for the action did not come that far. */
  readonly record: Readonly<Record<string, unknown>> | null;
}

export interface Verdict {
  readonly job: JobName;
  /** Undefined: it is not known how the job ended. */
  readonly result: Result | undefined;
  readonly errors: readonly ErrorCode[];
  readonly renewedAt: string | undefined;
  readonly at: string;
  readonly url: string;
}

/** Undefined if the text is no record; it comes from an artifact, so nothing in it is taken on trust. */
export function parseRecord(text: string): JobRecord | undefined {
  const value = jsonOf(text);
  if (!isObject(value)) return undefined;
  const { number, id, job, at, url, record } = value;
  const known = jobs.find((one) => one === job);
  const texts = [number, id, at, url].every((one) => typeof one === 'string');
  if (known === undefined || !texts || !isTime(String(at)) || !URL.canParse(String(url))) return undefined;
  return {
    number: String(number),
    id: String(id),
    job: known,
    at: String(at),
    url: String(url),
    record: isObject(record) ? record : null,
  };
}

export function verdictOf({ job, at, url, record }: JobRecord): Verdict {
  const errors = Array.isArray(record?.errors) ? (record.errors as readonly unknown[]) : [];
  const renewedAt = record?.['renewed-at'];
  return {
    job,
    at,
    url,
    result: results.find((one) => one === record?.result),
    errors: errorCodes.filter((code) => errors.includes(code)),
    renewedAt: typeof renewedAt === 'string' && isTime(renewedAt) ? renewedAt : undefined,
  };
}

export function isGood({ result }: Verdict): boolean {
  return result !== undefined && result !== 'failed' && result !== 'restored';
}

/** As `toISOString` writes them, with or without a fraction: they compare as texts, to the second. */
function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text);
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
