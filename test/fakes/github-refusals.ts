// The ways in which GitHub refuses a request that is right in itself: each 403 has a reason of its own.
import { secondaryLimitMessage, status, type Fault } from './faults.ts';

const refused = (message: string, headers?: Readonly<Record<string, string>>): Fault =>
  status(403, { message, documentation_url: 'https://docs.github.com/rest', status: '403' }, headers);

/** The plain sentence that is in the body; for single sign-on there is a header too. */
export const forbiddenReasons: Readonly<Record<string, Fault>> = {
  // https://docs.github.com/rest/authentication/authenticating-to-the-rest-api#authenticating-in-a-saml-sso-organization
  'single sign-on': refused(
    'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.',
    { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?authorization_request=AZSCKL' },
  ),
  'IP allow list': refused(
    'Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.',
  ),
  'token lifetime': refused(
    "The 'acme' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 366 days. Please adjust your token's lifetime at the following URL: https://github.com/settings/personal-access-tokens/1",
  ),
  'suspended installation': refused('This installation has been suspended'),
  archived: refused('Repository was archived so is read-only.'),
};

export interface LimitOptions {
  /** Now, by the clock of the world. */
  readonly now: number;
  /** When the next hour begins, in minutes from now. */
  readonly minutes: number;
  /** GitHub documents both. */
  readonly code?: 403 | 429;
}

/** The hour's requests are used up: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
export const primaryLimit = ({ now, minutes, code = 403 }: LimitOptions): Fault =>
  status(
    code,
    {
      message: 'API rate limit exceeded for installation.',
      documentation_url: 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api',
    },
    {
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-used': '5000',
      'x-ratelimit-resource': 'core',
      'x-ratelimit-reset': String(Math.ceil((now + minutes * 60_000) / 1000)),
    },
  );

/** The same in the words of 429; and without a word on when to try again. */
export const otherLimits: Readonly<Record<string, Fault>> = {
  'secondary limit, 429': status(429, { message: secondaryLimitMessage }, { 'retry-after': '1' }),
  'secondary limit without a time': status(403, { message: secondaryLimitMessage }),
};

/** A renamed or moved repository, or a host that is no longer there: never to be followed. */
export const redirects: Readonly<Record<string, Fault>> = Object.fromEntries(
  [301, 302, 307, 308].map((code) => [`redirect ${code}`, { kind: 'redirect', status: code }] as const),
);

/** Replies that say 200 and cannot be read. */
export const unreadable: Readonly<Record<string, Fault>> = {
  'not JSON': { kind: 'malformed', status: 200 },
  'nothing at all': { kind: 'empty', status: 200 },
  'a page of a proxy': { kind: 'html', status: 200 },
  'cut off': { kind: 'truncated', status: 200 },
  'an empty object': { kind: 'status', status: 200, body: {} },
  'another shape': { kind: 'status', status: 200, body: [null] },
  null: { kind: 'status', status: 200, body: 'null' },
};
