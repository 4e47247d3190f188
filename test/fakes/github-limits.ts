import { secondaryLimitMessage } from './faults.ts';
import { Refusal, type GitHubToken } from './github-call.ts';

const hour = 3_600_000;
const minute = 60_000;

interface Account {
  remaining: number;
  resetsAt: number;
  /** The writes and reads of the last minute: five points for a write, one for a read. */
  spent: { at: number; points: number }[];
}

/** GitHub's rate limits: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
export class RateLimits {
  /** Requests an hour; `Infinity` where limits are off, as on Enterprise Server. */
  perHour = 5000;
  /** Above this GitHub answers the secondary limit: 180 writes a minute. */
  pointsPerMinute = 900;
  readonly #accounts = new Map<GitHubToken, Account>();
  #limitedUntil = 0;
  #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** From now on, for so long, every request meets the secondary limit. */
  limitFor(ms: number): void {
    this.#limitedUntil = this.#now() + ms;
  }

  /** Leaves a token only so many requests until its next hour. */
  leave(token: GitHubToken, remaining: number): void {
    this.#account(token).remaining = remaining;
  }

  /** Counts a request, or refuses it. */
  spend(token: GitHubToken, method: string): void {
    const now = this.#now();
    const account = this.#account(token);
    if (account.remaining <= 0) {
      throw new Refusal(403, 'API rate limit exceeded for installation.', this.headers(token));
    }
    account.remaining -= 1;
    account.spent = account.spent.filter(({ at }) => at > now - minute);
    account.spent.push({ at: now, points: method === 'GET' ? 1 : 5 });
    const points = account.spent.reduce((sum, one) => sum + one.points, 0);
    const wait = Math.max(this.#limitedUntil - now, points > this.pointsPerMinute ? minute : 0);
    if (wait > 0) {
      throw new Refusal(403, secondaryLimitMessage, { 'retry-after': String(Math.ceil(wait / 1000)) });
    }
  }

  /** A reply of 304 costs nothing. */
  refund(token: GitHubToken): void {
    this.#account(token).remaining += 1;
  }

  headers(token: GitHubToken): Record<string, string> {
    if (this.perHour === Infinity) return {};
    const { remaining, resetsAt } = this.#account(token);
    return {
      'x-ratelimit-limit': String(this.perHour),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-used': String(this.perHour - remaining),
      'x-ratelimit-reset': String(Math.ceil(resetsAt / 1000)),
      'x-ratelimit-resource': 'core',
    };
  }

  #account(token: GitHubToken): Account {
    const now = this.#now();
    let account = this.#accounts.get(token);
    if (account === undefined || account.resetsAt <= now) {
      account = { remaining: this.perHour, resetsAt: now + hour, spent: account?.spent ?? [] };
      this.#accounts.set(token, account);
    }
    return account;
  }
}
