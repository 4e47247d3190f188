import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Inputs, parseInputs } from '../src/inputs/inputs.ts';
import {
  type InputName,
  inputNames,
  inputVariable,
  secretInputNames,
  secretInputs,
} from '../src/inputs/names.ts';
import { makeAppKey, makeAppToken, makeGitHubToken } from './fakes/tokens.ts';

const now = Date.UTC(2026, 7, 21, 12);
const runner = { GITHUB_REPOSITORY: 'acme/store', GITHUB_REF: 'refs/heads/main' };

const least = {
  account: 'acme',
  'app-key': makeAppKey('acme'),
  'app-token': makeAppToken(),
  'api-key': makeAppKey('acme'),
  'current-token': makeAppToken(),
  'github-token': makeGitHubToken('ghs_'),
  secrets: 'VTEX_APP_TOKEN',
};

function environment(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const given = Object.entries(inputs).map(([name, value]) => [inputVariable(name as InputName), value]);
  return { ...runner, ...(Object.fromEntries(given) as Record<string, string>) };
}

function accepted(inputs: Readonly<Record<string, string>> = {}): Inputs {
  const parsed = parseInputs(environment({ ...least, ...inputs }), now);
  expect(parsed.problems?.map(({ message }) => message)).toBeUndefined();
  if (parsed.inputs === undefined) throw new Error('the inputs were refused');
  return parsed.inputs;
}

function refused(inputs: Readonly<Record<string, string>>): string[] {
  const { problems = [] } = parseInputs(environment({ ...least, ...inputs }), now);
  expect(problems.map(({ code }) => code)).toEqual(problems.map(() => 'input-invalid'));
  return problems.map(({ message }) => message);
}

describe('the least that must be given', () => {
  test('gives the defaults of the contract', () => {
    const { settings, ...inputs } = accepted();
    expect(settings).toMatchObject({
      operation: 'rotate',
      pendingToken: undefined,
      oldToken: undefined,
      oldTokenPassed: false,
      createMissing: false,
      deleteOldToken: 'now',
      signInCheck: true,
      verificationRequests: [],
      verification: 'none',
      onVerificationFailure: 'restore',
      propagationTimeoutMs: 60_000,
      drainTimeoutMs: 0,
      renewAfterMs: 0,
      renewedAt: undefined,
    });
    expect(settings.secrets.map(({ path }) => path)).toEqual([
      'repos/acme/store/actions/secrets/VTEX_APP_TOKEN',
    ]);
    expect(settings.pendingSecret.path).toBe('repos/acme/store/actions/secrets/VTEX_APP_TOKEN_PENDING');
    expect(inputs).toMatchObject({
      vtexUrl: 'https://acme.vtexcommercestable.com.br',
      workflows: [],
      verificationTimeoutMs: 30 * 60_000,
      exposeNewToken: false,
      warnings: [],
    });
    expect(inputs.verificationToken.equals(inputs.githubToken)).toBe(true);
  });

  test('cannot be changed afterwards', () => {
    expect(Object.isFrozen(accepted())).toBe(true);
  });

  test('an empty or blank input is an absent one', () => {
    const blank = Object.fromEntries(
      inputNames.filter((name) => !(name in least)).map((name) => [name, ' ']),
    );
    expect(JSON.stringify(accepted(blank))).toBe(JSON.stringify(accepted()));
  });

  test.each(Object.keys(least))('%s is required', (name) => {
    expect(refused({ [name]: '' }).join()).toContain(`"${name}"`);
  });
});

describe('values', () => {
  test.each(['true', 'True', 'TRUE'])('%s is true', (value) => {
    expect(accepted({ 'expose-new-token': value }).exposeNewToken).toBe(true);
  });

  test.each(['yes', '1', 'tRUE', 'on', 'y'])('%s is no boolean', (value) => {
    expect(refused({ 'expose-new-token': value })).toHaveLength(1);
  });

  test.each(['1e2', '0x10', '5.0', '+5', '-1', 'NaN', '٥', '999999999999999999999'])(
    '%s is no number of days',
    (value) => {
      expect(refused({ 'renew-after-days': value })).toHaveLength(1);
    },
  );

  test.each([
    ['propagation-timeout-seconds', ['0', '600'], ['601']],
    ['drain-timeout-minutes', ['0', '1440'], ['1441']],
    ['renew-after-days', ['0', '3650', '007'], ['3651']],
    ['verification-timeout-minutes', ['1', '1440'], ['0', '1441']],
  ])('%s has its limits', (name, good, bad) => {
    for (const value of good) accepted({ [name]: value });
    for (const value of bad) expect(refused({ [name]: value }), value).toHaveLength(1);
  });

  test.each(['acme', 'a', 'acme-2', '2acme'])('%s is an account', (account) => {
    accepted({ account, 'vtex-url': '' });
  });

  test.each(['Acme', 'a_b', 'a.b', 'a/b', 'a@b', 'a:1', 'a?b', 'a#b', '-a', 'a-', 'a b', 'á', 'a\nb'])(
    '%j is none: nothing can be smuggled into the host',
    (account) => {
      expect(refused({ account })).toHaveLength(1);
    },
  );

  test.each(['http://127.0.0.1:8080', 'http://localhost:1', 'http://[::1]:1', 'https://proxy.example/vtex/'])(
    '%s is a base URL',
    (url) => {
      expect(accepted({ 'vtex-url': url }).vtexUrl).toBe(url.replace(/\/$/, ''));
    },
  );

  test.each([
    'http://vtex.example',
    'http://127.0.0.1.example',
    'http://localhost.example',
    'https://user@vtex.example',
    'https://vtex.example?x',
    'https://vtex.example#x',
    'ftp://127.0.0.1',
    '127.0.0.1',
  ])('%s is none', (url) => {
    expect(refused({ 'vtex-url': url })).toHaveLength(1);
  });

  test('none and nothing are no token, and an old-token that is passed is told from one that is not', () => {
    const none = { 'current-token': 'none', 'pending-token': 'none', 'old-token': 'none' };
    const absent = { currentToken: undefined, pendingToken: undefined, oldToken: undefined };
    expect(accepted(none).settings).toMatchObject({ ...absent, oldTokenPassed: true });
    expect(accepted({ 'current-token': 'none' }).settings).toMatchObject({
      ...absent,
      oldTokenPassed: false,
    });
  });

  test('current-token is wanted where a renewal may begin, and the error says both ways', () => {
    for (const operation of ['rotate', 'check']) {
      const [message = ''] = refused({ operation, 'current-token': '' });
      expect(message).toContain('the token that is in use now, or none');
    }
    for (const operation of ['finish', 'undo']) accepted({ operation, 'current-token': '' });
  });

  test.each([
    ['***', 'asterisks'],
    ['"token"', 'quote'],
    ["'token'", 'quote'],
    ['{"a":"b"}', 'JSON'],
    ['a\nb', 'several lines'],
    ['a b', 'white space'],
  ])('the token %j is refused for what it looks like', (token, what) => {
    for (const name of ['current-token', 'old-token', 'app-token']) {
      const messages = refused({ [name]: token });
      expect(messages).toHaveLength(1);
      expect(messages[0]).toContain(what);
    }
    if (what === 'JSON') expect(refused({ 'current-token': token })[0]).toContain('current-values');
  });

  test.each(['2026-08-21T11:00:00Z', '2026-08-21T13:00:00.1234567+02:00', '2026-08-21T12:04:59Z'])(
    '%s is a time of renewal',
    (time) => {
      expect(accepted({ operation: 'finish', 'renewed-at': time }).settings.renewedAt).toBe(Date.parse(time));
    },
  );

  test.each([
    '2026-08-21T11:00:00',
    '2026-08-21',
    '1755770400',
    '2026-13-01T00:00:00Z',
    '2027-01-01T00:00:00Z',
  ])('%s is none', (time) => {
    expect(refused({ operation: 'finish', 'renewed-at': time })).toHaveLength(1);
  });

  test.each(['/api/x', '/api/x?y=1&z=%20'])('%s is a request', (path) => {
    expect(accepted({ 'verification-requests': path }).settings.verificationRequests).toEqual([path]);
  });

  test.each(['api/x', '//evil.example/x', '/\\evil.example', 'https://evil.example/', '/a b', '/x#y', '/é'])(
    '%s is none',
    (path) => {
      expect(refused({ 'verification-requests': path })).toHaveLength(1);
    },
  );
});

describe('lists', () => {
  test('skip blank lines and comments, and count duplicates once', () => {
    const secrets = '\n# the store\nTOKEN\n  /repos/Acme/store/actions/secrets/token  \r\nOTHER\n';
    expect(accepted({ secrets }).settings.secrets.map(({ name }) => name)).toEqual(['TOKEN', 'OTHER']);
  });

  test('tell the line that is wrong as the user counts it', () => {
    expect(refused({ secrets: 'TOKEN\n\n1BAD' }).join()).toContain('line 3');
  });

  test('inputs of the workflows keep what stands behind the first =', () => {
    const { verificationInputs } = accepted({
      'verification-workflow': 'verify.yml',
      'verification-inputs': 'path=/api?a=b\nempty=',
    });
    expect([...verificationInputs]).toEqual([
      ['path', '/api?a=b'],
      ['empty', ''],
    ]);
  });

  test('25 inputs are the most that GitHub takes', () => {
    const lines = (count: number) => Array.from({ length: count }, (_, index) => `i${index}=x`).join('\n');
    const workflow = { 'verification-workflow': 'verify.yml' };
    accepted({ ...workflow, 'verification-inputs': lines(25) });
    expect(refused({ ...workflow, 'verification-inputs': lines(26) })).toHaveLength(1);
  });
});

describe('rules that join inputs', () => {
  test('sign-in-check: false leaves the question whether VTEX accepts a token to verification-requests', () => {
    expect(refused({ 'sign-in-check': 'false' })).toHaveLength(1);
    expect(refused({ 'sign-in-check': 'false', 'delete-old-token': 'later' })).toHaveLength(1);
    expect(refused({ 'sign-in-check': 'false', 'verification-workflow': 'verify.yml' })).toHaveLength(1);
    accepted({ 'sign-in-check': 'false', 'verification-requests': '/api/x' });
  });

  test('renewed-at goes with finish only', () => {
    for (const operation of ['rotate', 'check', 'undo'])
      expect(refused({ operation, 'renewed-at': '2026-08-21T11:00:00Z' })).toHaveLength(1);
  });

  test('the pending and the old secret stand in this repository, whatever is listed first', () => {
    const { settings } = accepted({ secrets: 'orgs/acme/actions/secrets/TOKEN\nOTHER' });
    expect(settings.pendingSecret.path).toBe('repos/acme/store/actions/secrets/TOKEN_PENDING');
    expect(settings.oldSecret.path).toBe('repos/acme/store/actions/secrets/TOKEN_OLD');
    expect(refused({ secrets: 'TOKEN\nTOKEN_OLD' })).toHaveLength(1);
  });

  test('a pattern stands for secrets that are found when the run looks', () => {
    const { settings } = accepted({ secrets: 'TOKEN\nrepos/acme/store-*/actions/secrets/TOKEN' });
    expect(settings.secrets).toHaveLength(1);
    expect(settings.patterns.map(({ repo }) => repo)).toEqual(['store-*']);
  });

  test('inputs without a workflow are an error', () => {
    expect(refused({ 'verification-inputs': 'a=b' })).toHaveLength(1);
  });

  test('the pending secret must not be listed, in any spelling', () => {
    expect(refused({ secrets: 'TOKEN\ntoken_pending' })).toHaveLength(1);
    expect(refused({ 'pending-secret': 'vtex_app_token' })).toHaveLength(1);
  });

  test('a pending secret of the same organization is read by those who read the first', () => {
    const { settings } = accepted({
      secrets: 'orgs/acme/actions/secrets/TOKEN',
      'pending-secret': 'orgs/acme/actions/secrets/NEXT',
    });
    expect(settings.pendingSecret).toMatchObject({ audience: { like: settings.secrets[0] } });
  });

  test('what is allowed but hardly meant is a warning', () => {
    const key = least['app-key'];
    expect(accepted({ 'api-key': key }).warnings.join()).toContain('not the one being renewed');
    expect(accepted({ 'api-key': makeAppKey('other') }).warnings.join()).toContain('another account');
    const verified = { 'verification-workflow': 'verify.yml', 'current-token': 'none' };
    expect(accepted(verified).warnings.join()).toContain('nothing to restore');
    expect(accepted({ 'expose-new-token': 'true' }).warnings.join()).toContain('the old token is dead');
    const long = { 'drain-timeout-minutes': '55' };
    expect(accepted(long).warnings.join()).toContain('lives one hour');
    expect(accepted({ ...long, 'github-token': makeGitHubToken('github_pat_') }).warnings).toEqual([]);
    expect(accepted({ 'verify-before-update': 'true' }).warnings.join()).toContain('nothing to verify with');
  });

  test('a token in the place of a name is refused before it is in a URL', () => {
    const messages = refused({ secrets: least['app-token'] });
    expect(messages.join()).toContain('"secrets"');
    expect(messages.join()).not.toContain(least['app-token']);
  });

  test('all that is wrong is told at once', () => {
    const messages = refused({
      operation: 'x',
      account: 'X',
      secrets: '',
      'renew-after-days': 'x',
      'vtex-url': 'x',
    });
    expect(messages).toHaveLength(5);
  });
});

test.each([
  ['account', 'AcmeStore', '"acmestore" is probably meant'],
  ['account', 'acme.myvtex.com', '"acme" is probably meant'],
  ['account', 'https://acme.vtexcommercestable.com.br/', '"acme" is probably meant'],
  ['secrets', 'secrets.TOKEN', '"TOKEN" is probably meant'],
  ['secrets', '- VTEX_APP_TOKEN', '"VTEX_APP_TOKEN" is probably meant'],
  ['secrets', "'VTEX_APP_TOKEN'", '"VTEX_APP_TOKEN" is probably meant'],
  ['secrets', 'vtex-app-token', '"vtex_app_token" is probably meant'],
  ['secrets', 'VTEX_TÓKEN', 'letters, digits and _ only'],
  ['secrets', 'repos/acme/store/secrets/X', '"repos/acme/store/actions/secrets/X" is probably meant'],
  ['secrets', 'orgs/acme/secrets/X', '"orgs/acme/actions/secrets/X" is probably meant'],
  ['secrets', 'acme/store/secrets/X', '"repos/acme/store/actions/secrets/X" is probably meant'],
  [
    'secrets',
    'https://github.com/acme/store/settings/secrets/actions/X',
    '"repos/acme/store/actions/secrets/X" is probably meant',
  ],
  [
    'secrets',
    'repos/acme/store/environment/prod/actions/secrets/X',
    '"repos/acme/store/environments/prod/secrets/X" is probably meant',
  ],
  ['secrets', 'ONE,TWO', 'one a line'],
])('the near miss %s: %s is named', (name, value, what) => {
  const messages = refused({ [name]: value });
  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain(`"${value}"`);
  expect(messages[0]).toContain(what);
});

test.each(['secrets', 'pending-secret', 'account', 'verification-workflow'])(
  'a value in %s that looks like that of a secret is not repeated, though no input holds it',
  (name) => {
    const value = makeAppToken();
    const messages = refused({ [name]: value, 'current-token': 'none' });
    expect(messages.length).toBeGreaterThan(0);
    for (const message of messages) expect(message.toLowerCase()).not.toContain(value.toLowerCase());
  },
);

test('what was meant is not told where it would repeat a secret', () => {
  const messages = refused({ account: 'SECRETTOKEN', 'app-token': 'SECRETTOKEN' });
  expect(messages.join().toLowerCase()).not.toContain('secrettoken');
});

describe('whole values', () => {
  const token = makeAppToken();
  const password = makeAppToken();
  const whole = JSON.stringify({ vtex: { apiToken: token, 'a/b': [token] }, password });
  const given = { secrets: 'VTEX_QE', 'current-values': JSON.stringify({ VTEX_QE: whole }) };

  test('the token is read from its place', () => {
    for (const pointer of ['/vtex/apiToken', '/vtex/a~1b/0']) {
      const { settings } = accepted({ ...given, 'current-token': `VTEX_QE#${pointer}` });
      expect(settings.currentToken?.reveal()).toBe(token);
      expect(settings.currentValues.get('repos/acme/store/actions/secrets/VTEX_QE')?.reveal()).toBe(whole);
    }
  });

  test.each(['/VTEX_QE', 'repos/acme/store/environments/prod eu/secrets/X'])('the entry %s', (key) => {
    const over = { secrets: key, 'current-values': JSON.stringify({ [key]: whole }) };
    const { settings } = accepted({ ...over, 'current-token': `${key}#/vtex/apiToken` });
    expect(settings.currentToken?.reveal()).toBe(token);
  });

  test.each(['VTEX_QE#/vtex', 'VTEX_QE#/no', 'VTEX_QE#vtex', 'OTHER#/vtex'])('%s leads nowhere', (at) => {
    const messages = refused({ ...given, 'current-token': at });
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain('current-token');
  });

  test.each([
    ['[]', 'not a JSON object'],
    ['not JSON', 'not a JSON object'],
    [JSON.stringify({ OTHER: 'x' }), 'is not a line of secrets'],
    [JSON.stringify({ VTEX_QE: { a: 1 } }), 'is not a text'],
    [JSON.stringify({ VTEX_QE: '' }), 'is not a text'],
  ])('%s is refused, and not repeated', (values, what) => {
    const messages = refused({ ...given, 'current-values': values });
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain(what);
  });

  test('all of a whole value is to be masked, but not what other inputs say openly', () => {
    const open = JSON.stringify({ token, account: 'acmestore' });
    const values = JSON.stringify({ VTEX_QE: open, LINES: `FIRST=${password}\n  SECOND=x` });
    const masked = secretInputs(environment({ account: 'acmestore', 'current-values': values }));
    const texts = masked.map((secret) => secret.reveal());
    expect(texts).toEqual(expect.arrayContaining([values, open, token, `FIRST=${password}`]));
    expect(texts).not.toContain('acmestore');
  });
});

test('every secret input is to be masked, right or wrong; none and a reference are not', () => {
  const values = Object.fromEntries(secretInputNames.map((name) => [name, `${makeAppToken()} `]));
  const found = secretInputs(environment(values)).map((secret) => secret.reveal());
  expect(found).toEqual(Object.values(values).map((value) => value.trim()));
  expect(secretInputs(environment({ 'old-token': 'none', 'current-token': 'VTEX_QE#/a/b' }))).toEqual([]);
});

test('whatever is given, the parser gives inputs or problems, and no problem repeats a secret', () => {
  const secrets = Object.fromEntries(secretInputNames.map((name) => [name, makeAppToken()]));
  const word = fc.constantFrom(
    'true',
    'now',
    'later',
    'finish',
    'verify.yml',
    'TOKEN',
    '0',
    '/api',
    'a=b',
    '\n',
    '#',
  );
  const value = fc.oneof(
    fc.string(),
    fc.array(word, { maxLength: 4 }).map((words) => words.join('')),
  );
  const swapped = fc.constantFrom(...Object.values(secrets));
  const given = fc.dictionary(fc.constantFrom(...inputNames), fc.oneof(value, swapped));
  fc.assert(
    fc.property(given, (inputs) => {
      const parsed = parseInputs(environment({ ...least, ...secrets, ...inputs }), now);
      expect((parsed.inputs === undefined) === (parsed.problems === undefined)).toBe(false);
      expect(parsed.problems?.length).not.toBe(0);
      const text = JSON.stringify(parsed.problems ?? parsed.inputs.warnings);
      for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
    }),
    { numRuns: 300 },
  );
});
