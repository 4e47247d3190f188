// GitHub's rate limits, each as it is documented, on the clock of the world:
// https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
import { secondaryLimitMessage } from './faults.ts';
import { Refusal, type GitHubToken } from './github-call.ts';
import { Window } from './window.ts';

const hour = 3_600_000;
const minute = 60_000;

interface Account {
  readonly perHour: number;
  remaining: number;
  resetsAt: number;
  /** Five points for a write, one for a read. */
  readonly points: Window;
  readonly content: Window;
}

/** Requests without a token, as a token that GitHub does not know. */
const anonymous: GitHubToken = { kind: 'app', permissions: {}, repositories: [], actor: '', perHour: 60 };

export class RateLimits {
  /** Requests an hour of a token that has no number of its own; `Infinity`: no limits, as on Enterprise Server. */
  perHour = 5000;
  /** More in sixty seconds meet the secondary limit: 900 are 180 writes. */
  pointsPerMinute = 900;
  /** More requests at the same time meet the secondary limit. */
  concurrent = 100;
  /** POST, PUT and PATCH. GitHub documents 80; whether a write of a secret counts, it does not say. */
  contentPerMinute = Infinity;
  /** The most that was ever asked: within a minute, and at the same time. */
  readonly peaks = { pointsPerMinute: 0, contentPerMinute: 0, concurrent: 0 };
  /** How many requests were refused because of a limit. */
  refused = 0;
  readonly #accounts = new Map<GitHubToken, Account>();
  readonly #now: () => number;
  #limitedUntil = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** As an Enterprise Server has them until an administrator switches them on. */
  switchOff(): void {
    this.perHour = this.pointsPerMinute = this.concurrent = Infinity;
  }

  /** From now on, for so long, every request meets the secondary limit. */
  limitFor(ms: number): void {
    this.#limitedUntil = this.#now() + ms;
  }

  /** Leaves a token only so many requests until its next hour. */
  leave(token: GitHubToken, remaining: number): void {
    this.#account(token).remaining = remaining;
  }

  /** Leaves a token no request for so long. */
  exhaust(token: GitHubToken, ms: number): void {
    Object.assign(this.#account(token), { remaining: 0, resetsAt: this.#now() + ms });
  }

  /** Counts a request, or refuses it. `concurrent`: how many there are at this moment, itself included. */
  spend(token: GitHubToken, method: string, concurrent = 1): void {
    const now = this.#now();
    const account = this.#account(token);
    if (account.remaining <= 0 && this.perHour !== Infinity) {
      this.refused += 1;
      throw new Refusal(403, 'API rate limit exceeded for installation.', this.headers(token));
    }
    account.remaining -= 1;
    // What is refused counts too: who goes on in spite of a refusal is not let in any sooner.
    const points = account.points.add(now, method === 'GET' ? 1 : 5);
    const isContent = /^(?:POST|PUT|PATCH)$/.test(method);
    const content = account.content.add(now, isContent ? 1 : 0);
    const { peaks } = this;
    peaks.pointsPerMinute = Math.max(peaks.pointsPerMinute, points);
    peaks.contentPerMinute = Math.max(peaks.contentPerMinute, content);
    peaks.concurrent = Math.max(peaks.concurrent, concurrent);
    const tooMuch =
      points > this.pointsPerMinute ||
      (isContent && content > this.contentPerMinute) ||
      concurrent > this.concurrent;
    const wait = Math.max(this.#limitedUntil - now, tooMuch ? minute : 0);
    if (wait > 0) {
      this.refused += 1;
      throw new Refusal(403, secondaryLimitMessage, { 'retry-after': String(Math.ceil(wait / 1000)) });
    }
  }

  /** A reply of 304 costs nothing. */
  refund(token: GitHubToken): void {
    this.#account(token).remaining += 1;
  }

  headers(token: GitHubToken = anonymous): Record<string, string> {
    if (this.perHour === Infinity) return {};
    const { perHour, remaining, resetsAt } = this.#account(token);
    return {
      'x-ratelimit-limit': String(perHour),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-used': String(perHour - remaining),
      'x-ratelimit-reset': String(Math.ceil(resetsAt / 1000)),
      'x-ratelimit-resource': 'core',
    };
  }

  #account(token: GitHubToken): Account {
    const now = this.#now();
    let account = this.#accounts.get(token);
    if (account === undefined) {
      const perHour = this.perHour === Infinity ? Infinity : (token.perHour ?? this.perHour);
      const windows = { points: new Window(minute), content: new Window(minute) };
      account = { perHour, remaining: perHour, resetsAt: now + hour, ...windows };
      this.#accounts.set(token, account);
    } else if (account.resetsAt <= now) {
      Object.assign(account, { remaining: account.perHour, resetsAt: now + hour });
    }
    return account;
  }
}
