import { describe, expect, test } from 'vitest';
import { Quoter } from '../../src/common/quoter.ts';
import { secretForms } from '../../src/paths/secret-forms.ts';
import type { Reply } from '../../src/github/request.ts';
import { type Purpose, gitHubFailure } from '../../src/github/failure.ts';

const environment = secretForms.find(({ store }) => store === 'environment') ?? 'repositories';
const purpose: Purpose = {
  to: 'write the secret X',
  needs: environment,
  token: 'github-token',
  quoter: new Quoter(),
};
const integration = 'Resource not accessible by integration';

function reply(status: number | undefined, headers: Reply['headers'] = {}, message = ''): Reply {
  return { status, headers, data: { message } };
}

describe('a failure of GitHub', () => {
  test.each([
    ['a bad token', reply(401), 'github-forbidden'],
    ['a missing permission', reply(403, { 'x-ratelimit-remaining': '4999' }), 'github-forbidden'],
    ['the primary limit', reply(403, { 'x-ratelimit-remaining': '0' }), 'github-unavailable'],
    ['a limit that says when', reply(403, { 'retry-after': '60' }), 'github-unavailable'],
    [
      'a limit by its words',
      reply(403, {}, 'You have exceeded a secondary rate limit'),
      'github-unavailable',
    ],
    ['429', reply(429), 'github-unavailable'],
    ['408', reply(408), 'github-unavailable'],
    ['a fault', reply(503), 'github-unavailable'],
    ['a repository that was renamed', reply(301), 'secret-write-failed'],
    ['another redirect', reply(302), 'github-unavailable'],
    ['no reply', reply(undefined), 'github-unavailable'],
    ['404', reply(404), 'secret-write-failed'],
    ['422', reply(422), 'secret-write-failed'],
  ])('%s', (_what, given, code) => {
    expect(gitHubFailure(given, purpose, 'secret-write-failed').code).toBe(code);
  });

  test('names the permission that GitHub names', () => {
    const header = { 'x-accepted-github-permissions': 'environments=write; secrets=read,metadata=read' };
    expect(gitHubFailure(reply(403, header, integration), purpose).message).toContain(
      'needs the permission environments=write; secrets=read,metadata=read.',
    );
  });

  test.each(['::error::owned', 'a=b\nc=d', `${'a'.repeat(120)}=${'b'.repeat(120)}`, '<b>=x'])(
    'names its own where the header is %j',
    (value) => {
      const { message, hint } = gitHubFailure(
        reply(403, { 'x-accepted-github-permissions': value }, integration),
        purpose,
      );
      expect(message).toContain('"Environments" (not "Secrets") (environments=write');
      expect(message).not.toContain(value);
      expect(hint).toContain('GITHUB_TOKEN? It cannot touch secrets');
    },
  );

  test('says what a 404 may mean', () => {
    expect(gitHubFailure(reply(404), purpose).message).toContain('GitHub answers 404 to both');
  });

  test.each([
    [
      { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?authorization_request=A' },
      'Resource protected by organization SAML enforcement.',
      'single sign-on',
    ],
    [
      {},
      'Although you appear to have the correct authorization credentials, the organization has an IP allow list enabled.',
      'IP allow list',
    ],
    [{}, 'This token exceeds the maximum lifetime.', 'lifetime'],
    [{}, 'This installation has been suspended', 'suspended'],
    [{}, 'Repository was archived so is read-only.', 'Unarchive'],
  ])('a 403 with a reason of its own is told as GitHub tells it (%o, %s)', (headers, said, move) => {
    const { code, message, hint } = gitHubFailure(reply(403, headers, said), purpose);
    expect(code).toBe('github-forbidden');
    expect(message).toContain(said);
    expect(hint).toContain(move);
    expect(message + hint).not.toMatch(/permission|GITHUB_TOKEN|authorization_request/);
  });
});
