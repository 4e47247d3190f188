/** How far a long step has come, in words. */

/** With the rate, and how long the rest will take at that rate. */
export function progressOf(what: string, count: number, total: number, elapsedMs: number): string {
  const aMinute = count / (Math.max(elapsedMs, 1) / 60_000);
  const rest = count === 0 ? '' : `, about ${duration(((total - count) / aMinute) * 60_000)} left`;
  return `${what}: ${count} of ${total} in ${duration(elapsedMs)} (${Math.round(aMinute)} a minute)${rest}`;
}

/** `45 s`, `3 min 20 s`. */
export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`;
}
