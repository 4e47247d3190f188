/** What a request to GitHub is for, as the text of its error tells it. */
import type { ErrorCode } from '../common/errors.ts';
import type { Quoter } from '../common/quoter.ts';
import type { SecretForm } from '../paths/secret-forms.ts';

export interface Purpose {
  /** Completes "GitHub refused to …". */
  readonly to: string;
  readonly needs: Need;
  /** The input that gave the token. */
  readonly token: 'github-token' | 'verification-token' | 'run-token';
  /** Tames GitHub's own words and the id of the request. */
  readonly quoter: Quoter;
  /** The code of a wrong path, for a repository that was renamed or moved; `otherwise` if there is none. */
  readonly ifMoved?: ErrorCode;
}

/** The permission that it takes: that of a form of secrets, or one of the others. */
export type Need = keyof typeof otherPermissions | SecretForm;

/** https://docs.github.com/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens */
const otherPermissions = {
  dispatch: 'the repository permission "Actions" (actions=write; classic token: scope repo)',
  runs: 'the repository permission "Actions" (actions=read; classic token: scope repo)',
  contents: 'the repository permission "Contents" (contents=read; classic token: scope repo)',
  repositories: 'the repository permission "Metadata" (metadata=read; classic token: scope repo)',
};

/** The permission in words, with its key and the scope of a classic token. */
export function permissionOf(need: Need): string {
  if (typeof need === 'string') return otherPermissions[need];
  const { permissionText, permission, classicScope } = need;
  return `the ${permissionText} (${permission}=write; classic token: scope ${classicScope})`;
}
