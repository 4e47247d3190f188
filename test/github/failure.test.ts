import { describe, expect, it } from 'vitest';
import type { Reply } from '../../src/github/request.ts';
import { type Attempt, gitHubFailure } from '../../src/github/failure.ts';

const attempt: Attempt = { to: 'write the secret X', needs: 'environment', token: 'github-token' };

function reply(status: number | undefined, headers: Reply['headers'] = {}, message = ''): Reply {
  return { status, headers, data: { message } };
}

describe('a failure of GitHub', () => {
  it.each([
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
    ['a redirect', reply(301), 'github-unavailable'],
    ['no reply', reply(undefined), 'github-unavailable'],
    ['404', reply(404), 'secret-write-failed'],
    ['422', reply(422), 'secret-write-failed'],
  ])('%s', (_what, given, code) => {
    expect(gitHubFailure(given, attempt, 'secret-write-failed').code).toBe(code);
  });

  it('names the permission that GitHub names', () => {
    const header = { 'x-accepted-github-permissions': 'environments=write; secrets=read,metadata=read' };
    expect(gitHubFailure(reply(403, header), attempt).message).toContain(
      'needs the permission environments=write; secrets=read,metadata=read.',
    );
  });

  it.each(['::error::owned', 'a=b\nc=d', `${'a'.repeat(120)}=${'b'.repeat(120)}`, '<b>=x'])(
    'names its own where the header is %j',
    (value) => {
      const { message, hint } = gitHubFailure(
        reply(403, { 'x-accepted-github-permissions': value }),
        attempt,
      );
      expect(message).toContain('"Environments" (environments=write, not "Secrets"');
      expect(message).not.toContain(value);
      expect(hint).toContain('GITHUB_TOKEN cannot touch secrets');
    },
  );

  it('says what a 404 may mean', () => {
    expect(gitHubFailure(reply(404), attempt).message).toContain('GitHub answers 404 to both');
  });
});
