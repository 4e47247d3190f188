/**
 * What GitHub says about its limits in the headers of its replies.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
import type { RateLeft } from '../rotation/ports.ts';
import type { Instant } from '../rotation/ports/clock.ts';

/** Names in lower case. */
type Headers = Readonly<Record<string, unknown>>;

/** For a refusal that names no time GitHub asks to wait for at least a minute. */
const unnamedPauseSeconds = 60;

/** The limit an hour of all that this project asks; search and others have limits of their own. */
export function rateLeftOf(headers: Headers): RateLeft | undefined {
  const [remaining, limit, reset] = ['remaining', 'limit', 'reset'].map((name) =>
    wholeNumber(headers[`x-ratelimit-${name}`]),
  );
  if (remaining === undefined || limit === undefined || reset === undefined) return undefined;
  if ((headers['x-ratelimit-resource'] ?? 'core') !== 'core') return undefined;
  return { remaining, limit, resetAt: reset * 1000 };
}

export interface AskedPause {
  /** Whole seconds. */
  readonly seconds: number;
  /** The limit an hour is used up; else a secondary one, which writes that come too fast may meet. */
  readonly isPrimary: boolean;
}

/**
 * How long GitHub asks to send nothing; undefined if the reply is no refusal of a limit. The time of a reset is
 * compared with GitHub's own clock, for the runner's may be off.
 */
export function askedPause(
  status: number,
  headers: Headers,
  message: string,
  now: Instant,
): AskedPause | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const isPrimary = headers['x-ratelimit-remaining'] === '0';
  const named = wholeNumber(headers['retry-after']) ?? (isPrimary ? secondsToReset(headers, now) : undefined);
  const isUnnamed = isPrimary || status === 429 || /\bsecondary rate\b/i.test(message);
  const seconds = named ?? (isUnnamed ? unnamedPauseSeconds : undefined);
  return seconds === undefined ? undefined : { seconds, isPrimary };
}

function secondsToReset(headers: Headers, now: Instant): number | undefined {
  const reset = wholeNumber(headers['x-ratelimit-reset']);
  if (reset === undefined) return undefined;
  const date = typeof headers.date === 'string' ? Date.parse(headers.date) : Number.NaN;
  // A second more: both times are whole seconds.
  return Math.max(0, reset - Math.floor((Number.isNaN(date) ? now : date) / 1000)) + 1;
}

function wholeNumber(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
