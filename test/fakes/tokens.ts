import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

const word = (length: number): string =>
  Array.from({ length }, () => letters[randomInt(letters.length)] ?? '').join('');

/** VTEX's app tokens are 128 upper-case letters, in its own examples and in the wild. */
export const makeAppToken = (): string => word(128);

/** `vtexappkey-{account}-{six upper-case letters}`. */
export const makeAppKey = (account: string): string => `vtexappkey-${account}-${word(6)}`;

export const makeUuid = (): string => randomUUID();

const segment = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Looks like the session token that `apptoken/login` answers; six hours, as in VTEX's example. */
export function makeSessionToken(appKey: string, expires: number): string {
  const header = segment({ kid: word(8), alg: 'ES256', typ: 'jwt' });
  const payload = segment({ jti: randomUUID(), sub: appKey, exp: expires });
  return `${header}.${payload}.${randomBytes(64).toString('base64url')}`;
}

/** `ghs_…` is an App's installation token, `github_pat_…` a fine-grained personal one. */
export const makeGitHubToken = (prefix: 'ghs_' | 'github_pat_' = 'ghs_'): string =>
  prefix + randomBytes(27).toString('hex').slice(0, 36);

/** Tells tokens apart in logs without showing them. */
export const fingerprint = (value: string): string =>
  createHash('sha256').update(value).digest('hex').slice(0, 8);
