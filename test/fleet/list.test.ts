/** The list of a fleet: what is right, what is wrong and how that is told; the schema says the same. */
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMetadata } from '../../scripts/readme-tables.ts';
import { fields, policyFields } from '../../src/fleet/fields.ts';
import { plan, type Plan, type PlanOptions } from '../../src/fleet/plan.ts';
import { readText } from './workflow.ts';
import { account, erp, type Json, listOf, web, wrongLists } from './wrong-lists.ts';

interface Schema {
  readonly definitions: Readonly<
    Record<string, { readonly properties: Readonly<Record<string, Rule>> } & Rule>
  >;
}

interface Rule {
  readonly $ref?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly type?: string;
}

const schema = JSON.parse(readText('fleet/schema.json')) as Schema;
const isValid = new Ajv({ allErrors: true }).compile(schema);

function planOf(list: unknown, options: Partial<PlanOptions> = {}): ReturnType<typeof plan> {
  return plan({
    list: typeof list === 'string' ? list : JSON.stringify(list),
    repository: 'acme/store',
    ref: 'refs/heads/main',
    only: '',
    renewAfterDays: '',
    ...options,
  });
}

function right(list: unknown, options?: Partial<PlanOptions>): Plan {
  const planned = planOf(list, options);
  if (planned.problems !== undefined) throw new Error(planned.problems.join('\n'));
  return planned;
}

describe('a list that is right', () => {
  test('becomes one entry a key, with the nearest word of each policy', () => {
    const list = {
      defaults: {
        'renew-after-days': 90,
        'delete-old-token': 'later',
        'approval-environment': 'vtex-finish',
      },
      accounts: [
        { ...account, 'renew-after-days': 60, keys: [{ ...erp, 'renew-after-days': 30 }, web] },
        {
          account: 'acmeoutlet',
          keys: [
            {
              ...erp,
              'api-key': 'vtexappkey-acmeoutlet-K',
              'app-key': 'vtexappkey-acmeoutlet-M',
              environment: 'a b/ü',
            },
          ],
        },
      ],
    };
    expect(isValid(list)).toBe(true);
    const { keys, ids } = right(list);
    expect(ids).toEqual(['acmestore/ERPERP', 'acmestore/WEBWEB', 'acmeoutlet/K']);
    expect(keys.map((key) => key.inputs['renew-after-days'])).toEqual(['30', '60', '90']);
    expect(keys.map((key) => key.inputs['app-key'])).toEqual([
      account['app-key'],
      account['app-key'],
      'vtexappkey-acmeoutlet-M',
    ]);
    expect(keys[0]).toEqual({
      number: '001',
      id: 'acmestore/ERPERP',
      account: 'acmestore',
      environment: 'vtex-acmestore-erp',
      'approval-environment': 'vtex-finish',
      'job-minutes': 90,
      repositories: 'store',
      permissions: { secrets: '', 'organization-secrets': '', 'dependabot-secrets': '', actions: '' },
      inputs: {
        'delete-old-token': 'later',
        'renew-after-days': '30',
        'app-key': account['app-key'],
        'api-key': erp['api-key'],
        account: 'acmestore',
        secrets: 'repos/acme/store/environments/vtex-acmestore-erp/secrets/VTEX_APP_TOKEN',
        'pending-secret': 'repos/acme/store/environments/vtex-acmestore-erp/secrets/VTEX_APP_TOKEN_PENDING',
      },
    });
    expect(keys[2]?.inputs.secrets).toBe(
      'repos/acme/store/environments/a%20b%2F%C3%BC/secrets/VTEX_APP_TOKEN',
    );
  });

  test('tells the action every policy in its own words', () => {
    const policy = {
      'vtex-url': 'https://acmestore.vtexcommercestable.com.br',
      'delete-old-token': 'now',
      'renew-after-days': 90,
      'create-missing-secrets': true,
      'verification-workflow': ['verify.yml', 'acme/web/.github/workflows/verify.yml@main'],
      'verify-before-update': true,
      'verification-inputs': { 'secret-name': 'VTEX_APP_TOKEN_PENDING', note: 'a=b' },
      'verification-timeout-minutes': 20,
      'sign-in-check': false,
      'verification-requests': ['/api/catalog_system/pvt/brand/list'],
      'on-verification-failure': 'keep',
      'propagation-timeout-seconds': 120,
      'drain-timeout-minutes': 15,
    };
    expect(Object.keys(policy).sort()).toEqual(Object.keys(policyFields).sort());
    const list = listOf({ ...erp, ...policy });
    expect(isValid(list)).toBe(true);
    const [key] = right(list).keys;
    expect(key?.inputs).toMatchObject({
      'create-missing-secrets': 'true',
      'verification-workflow': 'verify.yml\nacme/web/.github/workflows/verify.yml@main',
      'verification-inputs': 'secret-name=VTEX_APP_TOKEN_PENDING\nnote=a=b',
      'sign-in-check': 'false',
      'drain-timeout-minutes': '15',
    });
    expect(key?.['job-minutes']).toBe(90 + 20 + 15);
  });

  test('asks for no more of the App than the secrets of the key need', () => {
    const accessOf = (extra: Json): unknown => {
      const [key] = right(listOf({ ...erp, ...extra })).keys;
      return { repositories: key?.repositories, ...key?.permissions };
    };
    const none = { secrets: '', 'organization-secrets': '', 'dependabot-secrets': '', actions: '' };
    expect(accessOf({})).toEqual({ ...none, repositories: 'store' });
    expect(
      accessOf({
        secrets: [
          'VTEX_APP_TOKEN',
          'repos/acme/web/actions/secrets/T',
          'repos/acme/WEB/dependabot/secrets/T',
        ],
      }),
    ).toEqual({
      ...none,
      repositories: 'store,WEB',
      secrets: 'write',
      'dependabot-secrets': 'write',
    });
    expect(accessOf({ secrets: ['orgs/acme/actions/secrets/T'] })).toEqual({
      ...none,
      repositories: '',
      'organization-secrets': 'write',
    });
    expect(accessOf({ secrets: ['repos/acme/store-*/actions/secrets/T'] })).toEqual({
      ...none,
      repositories: '',
      secrets: 'write',
    });
    expect(accessOf({ 'drain-timeout-minutes': 5 })).toEqual({
      ...none,
      repositories: 'store',
      actions: 'read',
    });
    expect(accessOf({ 'verification-workflow': ['acme/web/.github/workflows/v.yml'] })).toEqual({
      ...none,
      repositories: 'store,web',
      actions: 'write',
    });
  });

  test('tells the warnings of the action before anything runs', () => {
    const list = listOf({ ...erp, 'api-key': account['app-key'] }, { ...web, 'drain-timeout-minutes': 300 });
    expect(right(list).warnings).toEqual([
      expect.stringMatching(/^acmestore\/MANAGE: api-key equals app-key/),
      expect.stringMatching(
        /^acmestore\/WEBWEB: github-token is an installation token, which lives one hour/,
      ),
    ]);
  });
});

describe('the keys that a run chooses', () => {
  const list = listOf(erp, { ...web, name: 'web.shop' });

  test.each([
    ['acmestore/ERPERP', ['acmestore/ERPERP']],
    ['ACMESTORE/*', ['acmestore/ERPERP', 'acmestore/web.shop']],
    ['*/web.*, nothing/*', ['acmestore/web.shop']],
  ])('%s', (only, ids) => {
    const planned = right(list, { only });
    expect(planned.keys.map(({ id }) => id)).toEqual(ids);
    expect(planned.ids).toEqual(['acmestore/ERPERP', 'acmestore/web.shop']);
    // A key keeps its number, so that its artifacts are told from those of another.
    expect(planned.keys.at(-1)?.number).toBe(ids.at(-1) === 'acmestore/ERPERP' ? '001' : '002');
  });

  test('are never none', () => {
    expect(planOf(list, { only: 'acmestore/webXshop' }).problems).toEqual([
      '"only" chooses no key. Allowed: names of the list, as acmestore/ERPERP, acmestore/web.shop; * for any characters.',
    ]);
  });

  test('take the age of this run in the place of theirs', () => {
    expect(right(list, { renewAfterDays: '0' }).keys[0]?.inputs['renew-after-days']).toBe('0');
    expect(planOf(list, { renewAfterDays: 'soon' }).problems?.[0]).toBe(
      'accounts[0].keys[0] (vtex-acmestore-erp): Input "renew-after-days": "soon" is not a valid number. ' +
        'Allowed: a whole number from 0 to 3650, digits only.',
    );
  });

  test('are at most 256', () => {
    const many = (count: number): Json =>
      listOf(
        ...Array.from({ length: count }, (_, index) => ({
          'api-key': `vtexappkey-acmestore-K${index}`,
          environment: `vtex-${index}`,
        })),
      );
    expect(right(many(256)).keys).toHaveLength(256);
    expect(planOf(many(257)).problems?.[0]).toMatch(/^There are 257 keys\. Allowed: at most 256/);
    expect(right(many(257), { only: '*/K1*' }).keys.length).toBeGreaterThan(100);
  });
});

describe('a list that is wrong', () => {
  test.each(wrongLists)('$says', ({ list, says, schema: seen }) => {
    const problems = planOf(list).problems ?? [];
    expect(problems.filter((problem) => problem.startsWith(says))).toHaveLength(1);
    expect(problems.join('\n')).not.toContain('never to be repeated');
    if (seen !== false) expect(isValid(list), 'the schema sees it too').toBe(false);
    else if (typeof list !== 'string') expect(isValid(list), 'only the reader sees it').toBe(true);
  });

  test('is told whole, not one thing at a time', () => {
    const list = listOf({ ...erp, 'renew-after-days': -1, 'delete-old-token': 'x' }, { environment: 7 });
    expect(planOf(list).problems).toHaveLength(2);
    expect(planOf(listOf({ ...erp, 'renew-after-days': -1, 'delete-old-token': 'x' })).problems).toHaveLength(
      2,
    );
  });
});

describe('the schema', () => {
  test('refuses nothing that the reader takes, whatever is written', () => {
    const odd = fc.constantFrom<unknown>(
      ...[
        '',
        ' ',
        'now',
        'later',
        'keep',
        'never',
        'verify.yml',
        '/api/a',
        '# x',
        'a\nb',
        'VTEX_APP_TOKEN',
        'prod/eu',
      ],
      ...[
        'vtexappkey-acmestore-X',
        'https://a.vtexcommercestable.com.br',
        -1,
        0,
        1,
        90,
        1.5,
        4000,
        true,
        false,
        null,
      ],
      ...[
        [],
        ['verify.yml'],
        ['/api/a', '/api/b'],
        ['VTEX_APP_TOKEN'],
        [' '],
        [7],
        {},
        { a: 'b' },
        { a: 1 },
        { 'a b': 'c' },
      ],
    );
    const part = (known: Readonly<Record<string, unknown>>) =>
      fc.dictionary(fc.constantFrom(...Object.keys(known), 'other'), odd, { maxKeys: 2 });
    let taken = 0;
    fc.assert(
      fc.property(part(fields.defaults), part(fields.account), part(fields.key), (defaults, own, key) => {
        // The reader does not look at a value that a narrower part replaces; the schema looks at each.
        const given = [defaults, own, key].flatMap(Object.keys);
        fc.pre(new Set(given).size === given.length);
        const list = { defaults, accounts: [{ ...account, ...own, keys: [{ ...erp, ...key }] }] };
        if (planOf(list).problems !== undefined) return;
        taken += 1;
        expect(isValid(list), JSON.stringify(isValid.errors)).toBe(true);
      }),
      { numRuns: 2000 },
    );
    expect(taken, 'lists that were right').toBeGreaterThan(50);
  });

  test('knows the fields that the reader knows', () => {
    for (const [part, known] of Object.entries(fields)) {
      const properties = Object.keys(schema.definitions[part]?.properties ?? {}).filter(
        (name) => name !== 'keys',
      );
      expect(properties.sort(), part).toEqual(Object.keys(known).sort());
    }
  });

  test('draws the limits where the action draws them', () => {
    const numbers = Object.keys(policyFields).flatMap((name) => {
      const { minimum, maximum } = schema.definitions[name] ?? {};
      return minimum === undefined || maximum === undefined ? [] : [{ name, minimum, maximum }];
    });
    expect(numbers).toHaveLength(4);
    for (const { name, minimum, maximum } of numbers) {
      for (const value of [minimum, maximum])
        expect(planOf(listOf({ ...erp, [name]: value })).problems, name).toBeUndefined();
      for (const value of [minimum - 1, maximum + 1])
        expect(planOf(listOf({ ...erp, [name]: value })).problems, name).toHaveLength(1);
    }
    for (const name of ['delete-old-token', 'on-verification-failure']) {
      const allowed = schema.definitions[name]?.enum ?? [];
      expect(planOf(listOf({ ...erp, [name]: 'x' })).problems?.[0]).toContain(
        `Allowed: ${allowed.join(', ')}.`,
      );
    }
  });

  test('has every input of the action that is no secret and not given by the workflow', () => {
    const elsewhere = [
      ...['operation', 'renewed-at', 'pending-secret', 'run-token', 'github-token', 'verification-token'],
      ...['app-token', 'current-token', 'pending-token', 'old-token', 'current-values', 'expose-new-token'],
    ];
    const inputs = Object.keys(readMetadata().inputs).filter((name) => !elsewhere.includes(name));
    const known = new Set([...Object.keys(fields.account), ...Object.keys(fields.key)]);
    expect(inputs.filter((name) => !known.has(name))).toEqual([]);
  });
});
