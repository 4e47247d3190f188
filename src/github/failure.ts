import { type ErrorCode, RotationError } from '../errors.ts';
import { property, type Reply } from './request.ts';

/** What was tried, in the words that complete "GitHub refused to …". */
export interface Attempt {
  readonly to: string;
  readonly needs: keyof typeof permissions;
  /** The input that gave the token. */
  readonly token: 'github-token' | 'verification-token' | 'run-token';
}

/**
 * https://docs.github.com/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens
 * An environment's secrets are governed by "Environments", not by "Secrets".
 */
const permissions = {
  repository: 'the repository permission "Secrets" (secrets=write; classic token: scope repo)',
  environment:
    'the repository permission "Environments" (environments=write, not "Secrets"; classic token: scope repo)',
  organization:
    'the organization permission "Secrets" (organization_secrets=write; classic token: scope admin:org)',
  dispatch: 'the repository permission "Actions" (actions=write; classic token: scope repo)',
  runs: 'the repository permission "Actions" (actions=read; classic token: scope repo)',
  contents: 'the repository permission "Contents" (contents=read; classic token: scope repo)',
  repositories: 'the repository permission "Metadata" (metadata=read; classic token: scope repo)',
};

const secretHint =
  'GITHUB_TOKEN cannot touch secrets, whatever its permissions. Use an installation token of a GitHub App ' +
  '(actions/create-github-app-token) or a fine-grained personal access token.';
const actionsHint =
  'GITHUB_TOKEN serves within its own repository, with `permissions: actions: write` (`read` to wait for runs); ' +
  'another repository needs an installation token of a GitHub App or a personal access token.';
const expiredHint =
  'It may have expired or been revoked: an installation token of a GitHub App lives for one hour.';

const hints: Readonly<Record<Attempt['needs'], string>> = {
  repository: secretHint,
  environment: secretHint,
  organization: secretHint,
  dispatch: actionsHint,
  runs: actionsHint,
  contents: actionsHint,
  repositories: 'The token must be able to see the repository.',
};

const acceptedPermissions = /^[A-Za-z_]+=[A-Za-z_]+(?:[,;] ?[A-Za-z_]+=[A-Za-z_]+)*$/;

/**
 * The error for a reply that is not a success. 401 and 403 are `github-forbidden`; a rate limit, a fault of
 * GitHub's, a redirect and a lost reply are `github-unavailable`; what remains (404, 409, 422, …) is
 * `otherwise`, with `detail`, which must be harmless text.
 */
export function gitHubFailure(
  reply: Reply,
  attempt: Attempt,
  otherwise: ErrorCode = 'github-unavailable',
  detail = '',
): RotationError {
  const { status } = reply;
  if (status === undefined) {
    const message = `GitHub gave no reply to the attempt to ${attempt.to}`;
    const reason = reply.lost === undefined ? '' : `: ${reply.lost.reason}`;
    return new RotationError('github-unavailable', `${message}${reason}.`);
  }
  const failed = `GitHub refused to ${attempt.to} (HTTP ${status})`;
  if (isRateLimit(reply)) {
    return new RotationError('github-unavailable', `${failed}: its rate limit is used up.`);
  }
  if (status === 401) {
    const message = `${failed}: it does not accept the token of \`${attempt.token}\`.`;
    return new RotationError('github-forbidden', message, expiredHint);
  }
  if (status === 403) {
    const message = `${failed}: the token of \`${attempt.token}\` needs ${permissionFor(reply, attempt)}.`;
    return new RotationError('github-forbidden', message, hints[attempt.needs]);
  }
  if (status >= 500 || status === 408) {
    return new RotationError('github-unavailable', `GitHub could not ${attempt.to} (HTTP ${status}).`);
  }
  if (status < 400) {
    const message = `${failed}: it answered with a redirect, and none is followed.`;
    return new RotationError('github-unavailable', message, 'Has the repository been renamed or moved?');
  }
  if (status === 404) return new RotationError(otherwise, `${failed}: ${absentOrForbidden(attempt)}`);
  return new RotationError(otherwise, detail === '' ? `${failed}.` : `${failed}: "${detail}".`);
}

/** What a 404 means: https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#404-not-found-for-an-existing-resource */
export function absentOrForbidden(attempt: Attempt): string {
  return (
    'it does not exist, or the token may not see it; GitHub answers 404 to both. ' +
    `The token of \`${attempt.token}\` needs ${permissions[attempt.needs]}.`
  );
}

export function unreadable(attempt: Attempt): RotationError {
  return new RotationError(
    'github-unavailable',
    `GitHub's reply to the attempt to ${attempt.to} cannot be read.`,
  );
}

/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
function isRateLimit(reply: Reply): boolean {
  if (reply.status === 429) return true;
  if (reply.status !== 403) return false;
  const message = property(reply.data, 'message');
  return (
    reply.headers['x-ratelimit-remaining'] === '0' ||
    reply.headers['retry-after'] !== undefined ||
    (typeof message === 'string' && /\bsecondary rate\b/i.test(message))
  );
}

/** GitHub names what the operation needs in a header; without one the table must do. */
function permissionFor(reply: Reply, attempt: Attempt): string {
  const accepted = reply.headers['x-accepted-github-permissions'];
  const own = permissions[attempt.needs];
  if (typeof accepted !== 'string' || accepted.length > 200 || !acceptedPermissions.test(accepted))
    return own;
  // What suffices to look at a secret would fail at the first write.
  const alsoWrites = hints[attempt.needs] === secretHint && !accepted.includes('write');
  return `the permission ${accepted}${alsoWrites ? ` for that, and to write ${own}` : ''}`;
}
