import { randomBytes } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import { describe, expect, test } from 'vitest';
import { RotationError } from '../../src/common/errors.ts';
import { GitHubSecretStore } from '../../src/github/secrets/secret-store.ts';
import { Quoter } from '../../src/common/quoter.ts';
import type { SecretFacts } from '../../src/rotation/ports/secret-store.ts';
import { parseSecretTarget } from '../../src/paths/parse-secret-path.ts';
import {
  type EnvironmentSecretPath,
  type OrganizationSecretPath,
  placeOf,
  type RepositorySecretPath,
  type SecretPath,
} from '../../src/paths/secret-path.ts';
import { Secret } from '../../src/common/secret.ts';
import { type Answer, type Asked, notFound, quickClock, rejectionOf, ToldServer } from './told-server.ts';

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
): Promise<AsyncDisposable & { server: ToldServer; store: GitHubSecretStore }> {
  const server = await ToldServer.open((asked) => {
    const answer = table[asked.line] ?? (asked.line.endsWith('/public-key') ? publicKey : notFound);
    return typeof answer === 'function' ? answer(asked) : answer;
  });
  const options = { octokit: server.client(), clock: quickClock(), quoter: new Quoter(), log: server.log };
  const store = new GitHubSecretStore(options);
  return { server, store, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** What a look at one secret found, or throws. */
async function inspect(store: GitHubSecretStore, path: SecretPath): Promise<SecretFacts> {
  const [found] = await store.inspectAll([path]);
  if (found === undefined || found instanceof RotationError) throw found ?? new Error('nothing was found');
  return found;
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
  test("gives the time of its last write and GitHub's clock", async () => {
    await using on = await storeOn({
      'GET /repos/acme/store/environments/prod%2Feu/secrets/TOKEN': {
        status: 200,
        body: { updated_at },
        headers: { date },
      },
    });

    expect(await inspect(on.store, ofEnvironment)).toEqual({
      path: ofEnvironment,
      updatedAt: Date.parse(updated_at),
      readAt: Date.parse(date),
    });
    expect(on.server.lines).toContain('GET /repos/acme/store/environments/prod%2Feu/secrets/public-key');
  });

  test('tells a secret that is not there from a place that is not', async () => {
    await using on = await storeOn({ 'GET /orgs/acme/actions/secrets/public-key': notFound });

    expect((await inspect(on.store, ofRepository)).updatedAt).toBeUndefined();
    expect(await rejectionOf(inspect(on.store, ofOrganization))).toMatchObject({ code: 'secret-missing' });
  });

  test.each([
    ['a date that is none', { status: 200, body: { updated_at: 'yesterday' } }],
    ['no date', { status: 200, body: {} }],
    ['a page of a proxy', { status: 200, body: '<html>' }],
  ])('does not believe %s', async (_what, answer) => {
    await using on = await storeOn({ 'GET /repos/acme/store/actions/secrets/TOKEN': answer });

    expect(await rejectionOf(inspect(on.store, ofRepository))).toMatchObject({ code: 'github-unavailable' });
  });

  test('finds a public key that cannot seal before anything depends on it', async () => {
    await using on = await storeOn({
      'GET /repos/acme/store/actions/secrets/public-key': { status: 200, body: { key_id: '1', key: 'AAAA' } },
    });

    expect(await rejectionOf(inspect(on.store, ofRepository))).toMatchObject({ code: 'github-unavailable' });
  });

  test('refuses an organization secret of which it cannot see all readers', async () => {
    await using on = await storeOn({
      'GET /orgs/acme/actions/secrets/TOKEN': selected,
      'GET /orgs/acme/actions/secrets/TOKEN/repositories': repositories(3, 4),
    });

    const error = await rejectionOf(inspect(on.store, ofOrganization));
    expect(error).toMatchObject({ code: 'github-forbidden' });
    expect(String(error)).toContain('4 repositories');
  });
});

describe('writing a secret', () => {
  const put = 'PUT /orgs/acme/actions/secrets/TOKEN';

  function sentBody({ asked }: ToldServer): unknown {
    return asked.find(({ line }) => line.startsWith('PUT'))?.body;
  }

  test('sends what only GitHub can open', async () => {
    await using on = await storeOn({
      'PUT /repos/acme/store/actions/secrets/TOKEN': { status: 201, body: {}, headers: { date } },
    });
    const value = new Secret(randomBytes(30).toString('hex'));
    const receipt = await on.store.write(ofRepository, value);

    expect(receipt).toEqual({ created: true, answeredAt: Date.parse(date) });
    const { encrypted_value, key_id } = sentBody(on.server) as Record<string, string>;
    const box = sodium.from_base64(encrypted_value ?? '', sodium.base64_variants.ORIGINAL);
    const opened = sodium.crypto_box_seal_open(box, keys.publicKey, keys.privateKey);
    expect(key_id).toBe('568250167242549743');
    expect(sodium.to_string(opened) === value.reveal()).toBe(true);
  });

  test.each([
    ['all its readers', 205, Array.from({ length: 205 }, (_, index) => index + 1)],
    ['none, where it has none', 0, []],
  ])('keeps %s, as they are at that moment', async (_what, count, ids) => {
    await using on = await storeOn({
      'GET /orgs/acme/actions/secrets/TOKEN': selected,
      'GET /orgs/acme/actions/secrets/TOKEN/repositories': repositories(count),
      [put]: { status: 204 },
    });
    expect(await on.store.write(ofOrganization, new Secret('x'))).toMatchObject({ created: false });
    expect(sentBody(on.server)).toMatchObject({ visibility: 'selected', selected_repository_ids: ids });
  });

  test('sends nothing when some readers are invisible', async () => {
    await using on = await storeOn({
      'GET /orgs/acme/actions/secrets/TOKEN': selected,
      'GET /orgs/acme/actions/secrets/TOKEN/repositories': repositories(100, 101),
    });
    expect(await rejectionOf(on.store.write(ofOrganization, new Secret('x')))).toMatchObject({
      code: 'github-forbidden',
    });
    expect(sentBody(on.server)).toBeUndefined();
  });

  test.each([
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
    await on.store.write(path, new Secret('x'));

    const { encrypted_value, key_id, ...rest } = sentBody(on.server) as Record<string, unknown>;
    expect([typeof encrypted_value, typeof key_id, rest]).toEqual(['string', 'string', readers]);
  });

  test.each([
    [401, 'github-forbidden'],
    [403, 'github-forbidden'],
    [404, 'secret-write-failed'],
    [409, 'secret-write-failed'],
    [422, 'secret-write-failed'],
    [500, 'github-unavailable'],
    [200, 'github-unavailable'],
    [301, 'secret-write-failed'],
    [302, 'github-unavailable'],
  ])('takes %i for %s', async (status, code) => {
    await using on = await storeOn({
      'PUT /repos/acme/store/actions/secrets/TOKEN': { status, body: { message: 'no' } },
    });
    expect(await rejectionOf(on.store.write(ofRepository, new Secret('x')))).toMatchObject({ code });
  });
});

test('does not call a reply that it cannot make sense of a redirect', async () => {
  await using on = await storeOn({
    'PUT /repos/acme/store/actions/secrets/TOKEN': { status: 200, body: '<html>' },
  });
  expect(String(await rejectionOf(on.store.write(ofRepository, new Secret('x'))))).toContain(
    'cannot be read',
  );
});

describe('removing a secret', () => {
  test.each([204, 404])('is done with %i', async (status) => {
    await using on = await storeOn({ 'DELETE /repos/acme/store/actions/secrets/TOKEN': { status } });
    await expect(on.store.remove(ofRepository)).resolves.toBeUndefined();
  });

  test('fails with 403', async () => {
    await using on = await storeOn({ 'DELETE /repos/acme/store/actions/secrets/TOKEN': { status: 403 } });
    expect(await rejectionOf(on.store.remove(ofRepository))).toMatchObject({ code: 'github-forbidden' });
  });
});

test('asks for the public key of a place once', async () => {
  await using on = await storeOn({});
  await on.store.inspectAll([
    ofRepository,
    { ...ofRepository, name: 'OTHER', path: `${placeOf(ofRepository)}/OTHER` },
  ]);
  await on.store.seal(ofRepository, new Secret('x'));

  expect(on.server.lines.filter((line) => line.endsWith('public-key'))).toHaveLength(1);
});

describe('several secrets', () => {
  const place = placeOf(ofRepository);
  const named = (name: string): RepositorySecretPath => ({ ...ofRepository, name, path: `${place}/${name}` });
  const listing = {
    status: 200,
    body: {
      total_count: 2,
      secrets: [
        { name: 'TOKEN', updated_at },
        { name: 'OTHER', updated_at },
      ],
    },
  };

  test('of one place are read with one request', async () => {
    await using on = await storeOn({ [`GET /${place}`]: listing });
    const answers = await on.store.readAll([ofRepository, named('ABSENT'), named('OTHER')]);

    expect(answers).toMatchObject([
      { updatedAt: Date.parse(updated_at) },
      { updatedAt: undefined },
      { updatedAt: Date.parse(updated_at) },
    ]);
    expect(on.server.lines).toEqual([`GET /${place}`]);
  });

  test('are read once from a server that gives all of them, whatever page it is asked for', async () => {
    const all = Array.from({ length: 100 }, (_, index) => ({ name: `S${index}`, updated_at }));
    await using on = await storeOn({
      'GET /repos/acme/store/actions/secrets': { status: 200, body: { secrets: all } },
    });
    const paths = ['S1', 'S2'].map((name) => ({
      ...ofRepository,
      name,
      path: `repos/acme/store/actions/secrets/${name}`,
    }));
    expect(await on.store.readAll(paths)).toMatchObject(
      paths.map(() => ({ updatedAt: Date.parse(updated_at) })),
    );
    expect(on.server.asked.map(({ query }) => query.get('page'))).toEqual([null, '2']);
  });

  test('that do not fit are a problem before anything is written', async () => {
    const secrets = Array.from({ length: 99 }, (_, index) => ({ name: `S${index}`, updated_at }));
    await using on = await storeOn({
      [`GET /${place}`]: { status: 200, body: { total_count: 99, secrets } },
    });
    const answers = await on.store.inspectAll([named('S1'), named('A'), named('B')]);

    expect(answers).toMatchObject([
      { updatedAt: Date.parse(updated_at) },
      { code: 'secret-write-failed' },
      { code: 'secret-write-failed' },
    ]);
    expect(answers[1]).toHaveProperty('message', expect.stringContaining('no room for 2 more'));
  });

  test('of an archived or renamed repository are refused for that', async () => {
    await using archived = await storeOn({
      'GET /repos/acme/store': { status: 200, body: { archived: true } },
    });
    expect(await rejectionOf(inspect(archived.store, ofRepository))).toMatchObject({
      code: 'github-forbidden',
    });
    const moved = { status: 301, headers: { location: 'https://api.github.com/repositories/1' } };
    await using renamed = await storeOn({ 'GET /repos/acme/store': moved });
    expect(await rejectionOf(inspect(renamed.store, ofRepository))).toMatchObject({ code: 'secret-missing' });
  });
});

test('a public key that GitHub has replaced does not keep a value from being written', async () => {
  let served = 0;
  const key = (): Answer => ({
    status: 200,
    body: { ...(publicKey.body as object), key_id: `key ${(served += 1)}` },
  });
  await using on = await storeOn({
    [`GET /${placeOf(ofRepository)}/public-key`]: key,
    'PUT /repos/acme/store/actions/secrets/TOKEN': ({ body }) =>
      (body as Record<string, unknown>).key_id === 'key 2'
        ? { status: 204 }
        : { status: 422, body: { message: 'no' } },
  });

  expect(await on.store.write(ofRepository, new Secret('x'))).toMatchObject({ created: false });
  expect(on.server.lines.filter((line) => line.startsWith('PUT'))).toHaveLength(2);
});

test('readers that change while the run works are warned of, and never widened by what was read before', async () => {
  const visibilities = ['all', 'private', 'private'];
  const secret = (): Answer => ({
    status: 200,
    body: { updated_at, visibility: visibilities.shift() ?? 'private' },
  });
  await using on = await storeOn({
    'GET /orgs/acme/actions/secrets/TOKEN': secret,
    'PUT /orgs/acme/actions/secrets/TOKEN': { status: 204 },
  });
  await inspect(on.store, ofOrganization);
  await on.store.write(ofOrganization, new Secret('x'));

  expect(on.server.asked.find(({ line }) => line.startsWith('PUT'))?.body).toMatchObject({
    visibility: 'private',
  });
  expect(on.server.said.join()).toContain('was changed by somebody');
});

test('the command for a person holds what only GitHub can open, and the readers', async () => {
  await using on = await storeOn({
    'GET /orgs/acme/actions/secrets/TOKEN': selected,
    'GET /orgs/acme/actions/secrets/TOKEN/repositories': repositories(2),
  });
  await inspect(on.store, ofOrganization);
  const sealed = await on.store.seal(ofOrganization, new Secret('x'));

  expect(on.store.commandToWrite(sealed)).toBe(
    `gh api --method PUT /orgs/acme/actions/secrets/TOKEN -f encrypted_value=${sealed.value} -f key_id=${sealed.keyId} ` +
      "-f visibility=selected -F 'selected_repository_ids[]=1' -F 'selected_repository_ids[]=2'",
  );
});

test('an id of a public key that is no number ends no word of the command', async () => {
  await using on = await storeOn({});
  const sealed = { path: ofRepository, keyId: "1' $(x)", value: 'A==' };
  expect(on.store.commandToWrite(sealed)).toBe(
    `gh api --method PUT /${ofRepository.path} -f encrypted_value=A== -f 'key_id=1'\\'' $(x)'`,
  );
});

describe('a pattern', () => {
  const pattern = parseSecretTarget('repos/acme/store-*/actions/secrets/TOKEN', 'acme/store');
  const repository = (name: string, archived = false): object => ({ full_name: `acme/${name}`, archived });
  const found = { status: 200, body: { updated_at } };

  test('finds the unarchived repositories that match and have the secret', async () => {
    if (pattern.level !== 'pattern') throw new Error('it is no pattern');
    const body = [
      repository('store-b'),
      repository('store-a'),
      repository('store-old', true),
      repository('store-c'),
      repository('blog'),
    ];
    await using on = await storeOn({
      'GET /orgs/acme/repos': { status: 200, body },
      'GET /repos/acme/store-a/actions/secrets/TOKEN': found,
      'GET /repos/acme/store-b/actions/secrets/TOKEN': found,
    });
    const answer = await on.store.find(pattern);

    expect(answer.found.map(({ path }) => path.path)).toEqual([
      'repos/acme/store-a/actions/secrets/TOKEN',
      'repos/acme/store-b/actions/secrets/TOKEN',
    ]);
    expect(answer.skipped.map(({ repository: name }) => name).toSorted()).toEqual([
      'acme/store-c',
      'acme/store-old',
    ]);
    expect(on.server.asked).toHaveLength(4);
  });

  test('that matches nothing is secret-missing', async () => {
    if (pattern.level !== 'pattern') throw new Error('it is no pattern');
    await using on = await storeOn({ 'GET /orgs/acme/repos': { status: 200, body: [repository('blog')] } });
    expect(await rejectionOf(on.store.find(pattern))).toMatchObject({ code: 'secret-missing' });
  });
});
