/** Times, ages and durations as a reader wants them: no more exact than they are of use. All in UTC. */
import type { Instant } from '../rotation/ports/clock.ts';

const dayMs = 86_400_000;

/** `2026-11-25` */
export function dateText(instant: Instant): string {
  return new Date(instant).toISOString().slice(0, 10);
}

/** `02:40:19` */
function clockText(instant: Instant): string {
  return new Date(instant).toISOString().slice(11, 19);
}

/** The time of day for what happened today, else the date. */
export function momentText(instant: Instant, now: Instant): string {
  const [date, today] = [dateText(instant), dateText(now)];
  if (date === today) return clockText(instant);
  return now - instant < dayMs ? `${date} ${clockText(instant)}` : date;
}

/** `1 day`, `100 days`; empty on the first day. */
export function ageText(instant: Instant, now: Instant): string {
  const days = Math.floor((now - instant) / dayMs);
  return days < 1 ? '' : counted(days, 'day');
}

/** `4 min 24 s` */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return 'less than 1 s';
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1,000`. The locale-aware function of JavaScript takes milliseconds to load what it knows of all languages. */
export function numberText(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

export function counted(count: number, thing: string): string {
  return `${numberText(count)} ${thing}${count === 1 ? '' : 's'}`;
}

export function daysAfter(instant: Instant, days: number): Instant {
  return instant + days * dayMs;
}
