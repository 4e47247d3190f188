/** What a reply of GitHub's that is not a success means, as one of the action's errors. */
import { type ErrorCode, RotationError } from '../common/errors.ts';
import { type Purpose, permissionOf } from './purpose.ts';
import { isRateLimit, refusal } from './refusal.ts';
import { property, type Reply } from './request.ts';

export type { Purpose };

const expiredHint =
  'It may have expired or been revoked: an installation token of a GitHub App lives for one hour.';
const movedHint =
  'Open the page of the repository or organization under the name that was given: GitHub leads from there to where it is ' +
  'now. Then write the new name.';

/**
 * The error for a reply that is not a success. 401 and 403 are `github-forbidden`; a rate limit, a fault of
 * GitHub's, a redirect and a lost reply are `github-unavailable`; 301, 307 and 308 are the purpose's `ifMoved`; what
 * remains (404, 409, 422, …) is `otherwise`, with `detail`, which must be harmless text and is GitHub's own
 * message if it is left out.
 */
export function gitHubFailure(
  reply: Reply,
  purpose: Purpose,
  otherwise: ErrorCode = 'github-unavailable',
  detail = quoted(reply, purpose),
): RotationError {
  const { code, text, hint = '' } = meaningOf(reply, purpose, otherwise, detail);
  return new RotationError(code, text + requestOf(reply, purpose), hint);
}

interface Meaning {
  readonly code: ErrorCode;
  readonly text: string;
  readonly hint?: string | undefined;
}

function meaningOf(reply: Reply, purpose: Purpose, otherwise: ErrorCode, detail: string): Meaning {
  const { status, lost } = reply;
  if (status === undefined) {
    const reason = lost === undefined ? '' : `: ${lost.reason}`;
    const text = `GitHub gave no reply to the attempt to ${purpose.to}${reason}.`;
    return { code: 'github-unavailable', text, hint: lost?.hint };
  }
  if (status >= 500 || status === 408) {
    return { code: 'github-unavailable', text: `GitHub could not ${purpose.to} (HTTP ${status}).` };
  }
  const failed = `GitHub refused to ${purpose.to} (HTTP ${status})`;
  if (isRateLimit(reply))
    return { code: 'github-unavailable', text: `${failed}: its rate limit is used up.` };
  return (
    refusalOf(status, failed, reply, purpose) ??
    redirectOf(status, failed, purpose, otherwise) ?? {
      code: otherwise,
      text: textOfOther(status, failed, purpose, detail),
    }
  );
}

function refusalOf(status: number, failed: string, reply: Reply, purpose: Purpose): Meaning | undefined {
  if (status === 401) {
    const text = `${failed}: it does not accept the token of \`${purpose.token}\`.`;
    return { code: 'github-forbidden', text, hint: expiredHint };
  }
  if (status !== 403) return undefined;
  const { why, hint } = refusal(reply, purpose);
  return { code: 'github-forbidden', text: `${failed}: ${why}`, hint };
}

function redirectOf(
  status: number,
  failed: string,
  purpose: Purpose,
  otherwise: ErrorCode,
): Meaning | undefined {
  if (status >= 400) return undefined;
  if (![301, 307, 308].includes(status)) {
    return {
      code: 'github-unavailable',
      text: `${failed}: it answered with a redirect, and none is followed.`,
    };
  }
  const text = `${failed}: the repository or organization has been renamed or moved.`;
  return { code: purpose.ifMoved ?? otherwise, text, hint: movedHint };
}

function textOfOther(status: number, failed: string, purpose: Purpose, detail: string): string {
  if (status === 404) return `${failed}: ${absentOrForbidden(purpose)}`;
  return detail === '' ? `${failed}.` : `${failed}: "${detail}".`;
}

/** What a 404 means: https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#404-not-found-for-an-existing-resource */
export function absentOrForbidden({ token, needs }: Purpose): string {
  return (
    'it does not exist, or the token may not see it; GitHub answers 404 to both. ' +
    `The token of \`${token}\` needs ${permissionOf(needs)}.`
  );
}

export function unreadable(reply: Reply, purpose: Purpose): RotationError {
  return new RotationError(
    'github-unavailable',
    `GitHub's reply to the attempt to ${purpose.to} cannot be read.${requestOf(reply, purpose)}`,
  );
}

/** GitHub's support finds a request by its id. With a space before it; empty if there is none to show. */
export function requestOf({ headers }: Reply, { quoter }: Purpose): string {
  const id = quoter.quote(headers['x-github-request-id'], 64);
  return id === '' ? '' : ` (GitHub's request "${id}")`;
}

function quoted(reply: Reply, { quoter }: Purpose): string {
  return quoter.quote(property(reply.data, 'message'));
}
