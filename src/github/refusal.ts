/**
 * Why GitHub answered 403. It has many reasons, and says which: only where it says that a permission is missing is one
 * named, for whoever is sent after a permission that is there already looks in the wrong place.
 */
import { type Purpose, permissionOf } from './purpose.ts';
import { property, type Reply } from './request.ts';

export interface Refused {
  /** Completes "GitHub refused to … (HTTP 403): ". */
  readonly why: string;
  readonly hint: string;
}

const integrationHint =
  'Is it GITHUB_TOKEN? It cannot touch secrets, whatever its permissions. Use an installation token of a GitHub App ' +
  '(actions/create-github-app-token) or a fine-grained personal access token.';
const actionsHint =
  'GITHUB_TOKEN serves within its own repository, with `permissions: actions: write` (`read` to wait for runs); ' +
  'another repository needs an installation token of a GitHub App or a personal access token.';
const personalHint =
  'Edit the token in the settings of its owner; an organization may have to approve the change.';

/** GitHub's sentences for what is no missing permission, and the next move for each. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [
    /\bSAML\b|single sign-?on|\bSSO\b/i,
    'Authorize the token for the organization (single sign-on), in the settings of its owner.',
  ],
  [
    /\bIP (?:allow list|address)/i,
    'Run the job on a runner whose address is in the IP allow list, or have it added.',
  ],
  [/\blifetime\b/i, 'Make a token with the lifetime that the organization or enterprise allows.'],
  [/\bsuspended\b/i, "Have the App's installation or the account unsuspended."],
  [/\barchived\b/i, 'Unarchive the repository, or take it out of `secrets`.'],
];

const acceptedPermissions = /^[A-Za-z_]+=[A-Za-z_]+(?:[,;] ?[A-Za-z_]+=[A-Za-z_]+)*$/;

export function refusal(reply: Reply, purpose: Purpose): Refused {
  const said: unknown = property(reply.data, 'message');
  const message = typeof said === 'string' ? said : '';
  const sso = reply.headers['x-github-sso'];
  const [, holder] = /^Resource not accessible by (integration|personal access token)\b/i.exec(message) ?? [];
  if (holder !== undefined && sso === undefined) {
    const why = `the token of \`${purpose.token}\` needs ${neededBy(reply, purpose)}.`;
    return { why, hint: /integration/i.test(holder) ? hintFor(purpose) : personalHint };
  }
  const why = wordsOf(message, sso, purpose);
  const known = reasons.find(([pattern]) => pattern.test(sso === undefined ? message : 'SSO'));
  return {
    why,
    hint: known?.[1] ?? `Ask whoever gave out the token of \`${purpose.token}\` what this means for it.`,
  };
}

function wordsOf(message: string, sso: unknown, { quoter }: Purpose): string {
  const quote = (text: unknown): string => quoter.quote(text, 300);
  // The address in the header is a personal one, made for this request.
  const header = typeof sso === 'string' ? quote(sso.split('?')[0]) : '';
  const words = [quote(message), header && `x-github-sso: ${header}`].filter((part) => part !== '');
  return words.length === 0 ? 'it gave no reason.' : `it says "${words.join('; ')}".`;
}

/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
export function isRateLimit(reply: Reply): boolean {
  if (reply.status === 429) return true;
  if (reply.status !== 403) return false;
  const message = property(reply.data, 'message');
  return (
    reply.headers['x-ratelimit-remaining'] === '0' ||
    reply.headers['retry-after'] !== undefined ||
    (typeof message === 'string' && /\bsecondary rate\b/i.test(message))
  );
}

function hintFor({ needs }: Purpose): string {
  if (typeof needs !== 'string') return integrationHint;
  return needs === 'repositories' ? 'The token must be able to see the repository.' : actionsHint;
}

/** GitHub names what the operation needs in a header; without one the table must do. */
function neededBy(reply: Reply, { needs }: Purpose): string {
  const accepted = reply.headers['x-accepted-github-permissions'];
  const own = permissionOf(needs);
  if (typeof accepted !== 'string' || accepted.length > 200 || !acceptedPermissions.test(accepted))
    return own;
  // What suffices to look at a secret would fail at the first write.
  const alsoWrites = typeof needs !== 'string' && !accepted.includes('write');
  return `the permission ${accepted}${alsoWrites ? ` for that, and to write ${own}` : ''}`;
}
