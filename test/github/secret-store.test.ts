import { randomBytes } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import { describe, expect, it } from 'vitest';
import { GitHubSecretStore } from '../../src/github/secrets/secret-store.ts';
import { Quoter } from '../../src/quoter.ts';
import type {
  EnvironmentSecretPath,
  OrganizationSecretPath,
  RepositorySecretPath,
} from '../../src/secret-path.ts';
import { Secret } from '../../src/secret.ts';
import { type Answer, type Asked, notFound, quickClock, rejectionOf, Stage } from './stage.ts';

await sodium.ready;
const keys = sodium.crypto_box_keypair();
const publicKey: Answer = {
  status: 200,
  body: {
    key_id: '568250167242549743',
    key: sodium.to_base64(keys.publicKey, sodium.base64_variants.ORIGINAL),
  },
};
const date = 'Fri, 20 Nov 2026 10:00:07 GMT';
const updated_at = '2026-11-19T08:00:00Z';
const ofRepository: RepositorySecretPath = {
  level: 'repository',
  owner: 'acme',
  repo: 'store',
  name: 'TOKEN',
  path: 'repos/acme/store/actions/secrets/TOKEN',
};
const ofEnvironment: EnvironmentSecretPath = {
  level: 'environment',
  owner: 'acme',
  repo: 'store',
  environment: 'prod/eu',
  name: 'TOKEN',
  path: 'repos/acme/store/environments/prod%2Feu/secrets/TOKEN',
};
const ofOrganization: OrganizationSecretPath = {
  level: 'organization',
  org: 'acme',
  name: 'TOKEN',
  path: 'orgs/acme/actions/secrets/TOKEN',
};

/** Answers from a table of request lines; the public key of every place is always there. */
async function storeOn(
  table: Readonly<Record<string, Answer | ((asked: Asked) => Answer)>>,
): Promise<AsyncDisposable & { stage: Stage; store: GitHubSecretStore }> {
  const stage = await Stage.open((asked) => {
    const answer = table[asked.line] ?? (asked.line.endsWith('/public-key') ? publicKey : notFound);
    return typeof answer === 'function' ? answer(asked) : answer;
  });
  const options = { octokit: stage.client(), clock: quickClock(), quoter: new Quoter() };
  const store = new GitHubSecretStore(options);
  return { stage, store, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
}

function repositories(count: number, total = count): (asked: Asked) => Answer {
  return ({ query }) => {
    const ids = Array.from({ length: count }, (_, index) => index + 1);
    const first = (Number(query.get('page')) - 1) * 100;
    const page = ids.slice(first, first + Number(query.get('per_page')));
    const listed = page.map((id) => ({ id, full_name: `acme/r${id}` }));
    return { status: 200, body: { total_count: total, repositories: listed } };
  };
}

const selected = { status: 200, body: { updated_at, visibility: 'selected' } };

describe('inspecting a secret', () => {
  it("gives the time of its last write and GitHub's clock", async () => {
    await using on = await storeOn({
      'GET /repos/acme/store/environments/prod%2Feu/secrets/TOKEN': {
        status: 200,
        body: { updated_at },
        headers: { date },
      },
    });

    expect(await on.store.inspect(ofEnvironment)).toEqual({
      path: ofEnvironment,
      updatedAt: Date.parse(updated_at),
      readAt: Date.parse(date),
    });
    expect(on.stage.lines).toContain('GET /repos/acme/store/environments/prod%2Feu/secrets/public-key');
  });

  it('tells a secret that is not there from a place that is not', async () => {
    await using on = await storeOn({ 'GET /orgs/acme/actions/secrets/public-key': notFound });

    expect((await on.store.inspect(ofRepository)).updatedAt).toBeUndefined();
    expect(await rejectionOf(on.store.inspect(ofOrganization))).toMatchObject({ code: 'secret-missing' });
  });

  it.each([
    ['a date that is none', { status: 200, body: { updated_at: 'yesterday' } }],
    ['no date', { status: 200, body: {} }],
    ['a page of a proxy', { status: 200, body: '<html>' }],
  ])('does not believe %s', async (_what, answer) => {
    await using on = await storeOn({ 'GET /repos/acme/store/actions/secrets/TOKEN': answer });

    expect(await rejectionOf(on.store.inspect(ofRepository))).toMatchObject({ code: 'github-unavailable' });
  });

  it('finds a public key that cannot seal before anything depends on it', async () => {
    await using on = await storeOn({
      'GET /repos/acme/store/actions/secrets/public-key': { status: 200, body: { key_id: '1', key: 'AAAA' } },
    });

    expect(await rejectionOf(on.store.inspect(ofRepository))).toMatchObject({ code: 'github-unavailable' });
  });

  it('refuses an organization secret of which it cannot see all readers', async () => {
    await using on = await storeOn({
      'GET /orgs/acme/actions/secrets/TOKEN': selected,
      'GET /orgs/acme/actions/secrets/TOKEN/repositories': repositories(3, 4),
    });

    const error = await rejectionOf(on.store.inspect(ofOrganization));
    expect(error).toMatchObject({ code: 'github-forbidden' });
    expect(String(error)).toContain('4 repositories');
  });
});

describe('writing a secret', () => {
  const put = 'PUT /orgs/acme/actions/secrets/TOKEN';

  function sentBody({ asked }: Stage): unknown {
    return asked.find(({ line }) => line.startsWith('PUT'))?.body;
  }

  it('sends what only GitHub can open', async () => {
    await using on = await storeOn({
      'PUT /repos/acme/store/actions/secrets/TOKEN': { status: 201, body: {}, headers: { date } },
    });
    const value = new Secret(randomBytes(30).toString('hex'));
    const receipt = await on.store.write(await on.store.seal(ofRepository, value));

    expect(receipt).toEqual({ created: true, writtenAt: Date.parse(date) });
    const { encrypted_value, key_id } = sentBody(on.stage) as Record<string, string>;
    const box = sodium.from_base64(encrypted_value ?? '', sodium.base64_variants.ORIGINAL);
    const opened = sodium.crypto_box_seal_open(box, keys.publicKey, keys.privateKey);
    expect(key_id).toBe('568250167242549743');
    expect(sodium.to_string(opened) === value.reveal()).toBe(true);
  });

  it.each([
    ['all its readers', 205, Array.from({ length: 205 }, (_, index) => index + 1)],
    ['none, where it has none', 0, []],
  ])('keeps %s, as they are at that moment', async (_what, count, ids) => {
    await using on = await storeOn({
      'GET /orgs/acme/actions/secrets/TOKEN': selected,
      'GET /orgs/acme/actions/secrets/TOKEN/repositories': repositories(count),
      [put]: { status: 204 },
    });
    const sealed = await on.store.seal(ofOrganization, new Secret('x'));

    expect(await on.store.write(sealed)).toMatchObject({ created: false });
    expect(sentBody(on.stage)).toMatchObject({ visibility: 'selected', selected_repository_ids: ids });
  });

  it('sends nothing when some readers are invisible', async () => {
    await using on = await storeOn({
      'GET /orgs/acme/actions/secrets/TOKEN': selected,
      'GET /orgs/acme/actions/secrets/TOKEN/repositories': repositories(100, 101),
    });
    const sealed = await on.store.seal(ofOrganization, new Secret('x'));

    expect(await rejectionOf(on.store.write(sealed))).toMatchObject({ code: 'github-forbidden' });
    expect(sentBody(on.stage)).toBeUndefined();
  });

  it.each([
    ['private', undefined, { visibility: 'private' }],
    ['what the path says', { visibility: 'all' } as const, { visibility: 'all' }],
    [
      'those that the path names',
      { visibility: 'selected', repositories: ['store'] } as const,
      { visibility: 'selected', selected_repository_ids: [7] },
    ],
    [
      'those of another secret',
      { like: { ...ofOrganization, path: 'orgs/acme/actions/secrets/OTHER', name: 'OTHER' } },
      { visibility: 'selected', selected_repository_ids: [1, 2] },
    ],
  ])('creates an organization secret for %s', async (_what, audience, readers) => {
    await using on = await storeOn({
      'GET /orgs/acme/actions/secrets/OTHER': selected,
      'GET /orgs/acme/actions/secrets/OTHER/repositories': repositories(2),
      'GET /repos/acme/store': { status: 200, body: { id: 7 } },
      [put]: { status: 201 },
    });
    const path = audience === undefined ? ofOrganization : { ...ofOrganization, audience };
    await on.store.write(await on.store.seal(path, new Secret('x')));

    const { encrypted_value, key_id, ...rest } = sentBody(on.stage) as Record<string, unknown>;
    expect([typeof encrypted_value, typeof key_id, rest]).toEqual(['string', 'string', readers]);
  });

  it.each([
    [401, 'github-forbidden'],
    [403, 'github-forbidden'],
    [404, 'secret-write-failed'],
    [409, 'secret-write-failed'],
    [422, 'secret-write-failed'],
    [500, 'github-unavailable'],
    [200, 'github-unavailable'],
    [302, 'github-unavailable'],
  ])('takes %i for %s', async (status, code) => {
    await using on = await storeOn({
      'PUT /repos/acme/store/actions/secrets/TOKEN': { status, body: { message: 'no' } },
    });
    const sealed = await on.store.seal(ofRepository, new Secret('x'));

    expect(await rejectionOf(on.store.write(sealed))).toMatchObject({ code });
  });
});

it('does not call a reply that it cannot make sense of a redirect', async () => {
  await using on = await storeOn({
    'PUT /repos/acme/store/actions/secrets/TOKEN': { status: 200, body: '<html>' },
  });
  const sealed = await on.store.seal(ofRepository, new Secret('x'));

  expect(String(await rejectionOf(on.store.write(sealed)))).toContain('cannot be read');
});

describe('removing a secret', () => {
  it.each([204, 404])('is done with %i', async (status) => {
    await using on = await storeOn({ 'DELETE /repos/acme/store/actions/secrets/TOKEN': { status } });
    await expect(on.store.remove(ofRepository)).resolves.toBeUndefined();
  });

  it('fails with 403', async () => {
    await using on = await storeOn({ 'DELETE /repos/acme/store/actions/secrets/TOKEN': { status: 403 } });
    expect(await rejectionOf(on.store.remove(ofRepository))).toMatchObject({ code: 'github-forbidden' });
  });
});

it('asks for the public key of a place once', async () => {
  await using on = await storeOn({});
  await Promise.all([on.store.inspect(ofRepository), on.store.inspect({ ...ofRepository, name: 'OTHER' })]);
  await on.store.seal(ofRepository, new Secret('x'));

  expect(on.stage.lines.filter((line) => line.endsWith('public-key'))).toHaveLength(1);
});
