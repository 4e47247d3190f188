/** The two workflow files of a fleet: what each job may, gets and waits for, and that all of it is of one commit. */
import { existsSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readMetadata } from '../../scripts/readme-tables.ts';
import { fields, policyFields } from '../../src/fleet/fields.ts';
import { grants } from '../../src/fleet/access.ts';
import type { Key } from '../../src/fleet/key.ts';
import { plan } from '../../src/fleet/plan.ts';
import { type Contexts, isTrue, type Status, textOf } from './expressions.ts';
import { callOf, matrixOf } from './stage.ts';
import { fleet, jobOf, oneKey, readText, type Step, type Workflow } from './workflow.ts';

const root = new URL('../../', import.meta.url);
const workflows: readonly Workflow[] = [fleet, oneKey];
const stepsOf = (workflow: Workflow): readonly Step[] =>
  Object.values(workflow.jobs).flatMap(({ steps }) => steps ?? []);
const usesOf = (workflow: Workflow): readonly string[] =>
  [...stepsOf(workflow), ...Object.values(workflow.jobs)].flatMap(({ uses }) => uses ?? []);

function keyNamed(name: string, rest: Partial<Key> = {}): Key {
  return {
    number: '001',
    id: `acmestore/${name}`,
    account: 'acmestore',
    environment: `vtex-${name}`,
    'approval-environment': '',
    'job-minutes': 90,
    repositories: 'store',
    permissions: { secrets: 'write', 'organization-secrets': '', 'dependabot-secrets': '', actions: '' },
    inputs: { 'api-key': `vtexappkey-acmestore-${name}`, secrets: 'a\nb' },
    ...rest,
  };
}

const contextsOf = (key: Key): Contexts => ({ inputs: callOf(key, 'rotate'), needs: {}, github: {} });

describe('what runs', () => {
  test('is of the commit that the caller names, whoever calls', () => {
    const own = workflows.flatMap(usesOf).filter((uses) => !uses.startsWith('actions/'));
    expect([...new Set(own)].sort()).toEqual([
      '$/.github/workflows/rotate-vtex-key.yml',
      '$/fleet',
      '$/fleet/rotate',
    ]);
    for (const uses of own) {
      const place = uses.slice('$/'.length);
      expect(existsSync(new URL(place.endsWith('.yml') ? place : `${place}/action.yml`, root)), uses).toBe(
        true,
      );
    }
    // No file of the caller, and no other commit of ours, is ever run.
    for (const step of workflows
      .flatMap(stepsOf)
      .filter(({ uses }) => uses?.startsWith('actions/checkout@'))) {
      expect(Object.keys(step.with ?? {}).sort()).toEqual([
        'persist-credentials',
        'sparse-checkout',
        'sparse-checkout-cone-mode',
      ]);
    }
    for (const { run } of workflows.flatMap(stepsOf))
      expect(run ?? 'echo').toMatch(/^echo\b[^\n`$]*(?:\$KEY[^\n`$]*)?$/);
  });
});

describe('the matrix', () => {
  test('has a job for each key, and one that fails ends no other', () => {
    const { strategy } = jobOf(fleet, 'key');
    expect(strategy).toMatchObject({ 'fail-fast': false, 'max-parallel': '${{ inputs.max-parallel }}' });
    const keys = [keyNamed('ERP'), keyNamed('WEB')];
    expect(matrixOf(keys)).toEqual(keys);
    expect(textOf(jobOf(fleet, 'key').name, { matrix: { key: keys[1] } })).toBe('acmestore/WEB');
  });

  test('gives the called workflow all that it declares, and nothing else', () => {
    const { with: given = {}, secrets = {} } = jobOf(fleet, 'key');
    const { inputs, secrets: declared } = oneKey.on.workflow_call;
    expect(Object.keys(given).sort()).toEqual(Object.keys(inputs).sort());
    expect(Object.keys(secrets).sort()).toEqual(Object.keys(declared).sort());
    expect(Object.keys(fleet.on.workflow_call.secrets).sort()).toEqual(Object.keys(declared).sort());
    // A name that changed on the way would be read where the caller stands, not in the environment of the key.
    for (const [name, value] of Object.entries(secrets)) expect(value).toBe(`\${{ secrets.${name} }}`);
    expect(JSON.parse(String(callOf(keyNamed('ERP'), 'rotate').key))).toEqual(keyNamed('ERP'));
  });

  test('can be started by hand with the inputs that a caller has', () => {
    const { fleet: _list, ...called } = fleet.on.workflow_call.inputs;
    const byHand = fleet.on.workflow_dispatch?.inputs ?? {};
    expect(_list?.default).toBe('');
    expect(Object.keys(byHand)).toEqual(Object.keys(called));
    for (const [name, { default: value }] of Object.entries(byHand))
      expect(value, name).toBe(name === 'operation' ? 'check' : called[name]?.default);
  });
});

describe('a job of a key', () => {
  test('has an environment and a queue of its own key', () => {
    for (const name of ['rotate', 'finish']) {
      const { environment, concurrency } = jobOf(oneKey, name);
      const of = (key: Key) => [
        textOf(environment?.name, contextsOf(key)),
        textOf(concurrency?.group, contextsOf(key)),
      ];
      expect(of(keyNamed('ERP')), name).toEqual(['vtex-ERP', 'rotate-vtex-token-vtexappkey-acmestore-ERP']);
      expect(of(keyNamed('WEB')), name).toEqual(['vtex-WEB', 'rotate-vtex-token-vtexappkey-acmestore-WEB']);
      expect(concurrency, name).toMatchObject({ 'cancel-in-progress': false, queue: 'max' });
      expect(environment?.deployment, name).toBe(false);
    }
  });

  test('gives the action every word of the list, and its own secrets', () => {
    const withOf = (name: string) =>
      jobOf(oneKey, name).steps?.find(({ uses }) => uses === '$/fleet/rotate')?.with ?? {};
    const { operation, 'renewed-at': renewedAt, ...finish } = withOf('finish');
    const { operation: asked, ...rotate } = withOf('rotate');
    expect([asked, operation, renewedAt]).toEqual([
      '${{ inputs.operation }}',
      'finish',
      '${{ needs.rotate.outputs.renewed-at }}',
    ]);
    expect(finish).toEqual(rotate);
    const fromList = [
      'account',
      'app-key',
      'api-key',
      'secrets',
      'pending-secret',
      ...Object.keys(policyFields),
    ];
    for (const name of fromList)
      expect(rotate[name], name).toBe(`\${{ fromJSON(inputs.key).inputs.${name} }}`);
    expect(rotate).toMatchObject({
      'app-token': '${{ secrets.VTEX_MANAGER_APP_TOKEN }}',
      'current-token': '${{ secrets.VTEX_APP_TOKEN }}',
      'pending-token': '${{ secrets.VTEX_APP_TOKEN_PENDING }}',
      'old-token': '${{ secrets.VTEX_APP_TOKEN_OLD }}',
      'github-token': '${{ steps.app.outputs.token }}',
    });
    expect(Object.keys(rotate)).toHaveLength(fromList.length + 5);
    expect(Object.keys(readMetadata().inputs)).toEqual(expect.arrayContaining(Object.keys(rotate)));
  });

  test('asks the App for what the plan says, which is never all that it may', () => {
    for (const name of ['rotate', 'finish']) {
      const { with: given = {} } = jobOf(oneKey, name).steps?.find(({ id }) => id === 'app') ?? {};
      const asked = Object.keys(given).filter((input) => input.startsWith('permission-'));
      expect(asked, name).toEqual([
        'permission-environments',
        ...grants.map((grant) => `permission-${grant}`),
      ]);
      // Without any, the token would have every right of the installation.
      expect(given['permission-environments'], name).toBe('write');
    }
  });

  test('leaves its record whatever becomes of it', () => {
    for (const name of ['rotate', 'finish']) {
      const [, , record, upload] = jobOf(oneKey, name).steps ?? [];
      const status = { failed: true, cancelled: true };
      expect(isTrue(record?.if, {}, status), name).toBe(true);
      expect(isTrue(upload?.if, { steps: { record: { outputs: { file: '/x' } } } }, status), name).toBe(true);
      expect(record?.with?.job).toBe(name);
    }
  });
});

describe('permissions', () => {
  test('of the own token are the least', () => {
    const granted = Object.fromEntries(
      workflows.flatMap(({ jobs }) =>
        Object.entries(jobs).map(([name, { permissions }]) => [name, permissions]),
      ),
    );
    expect(granted).toEqual({
      plan: { contents: 'read' },
      key: { actions: 'read', issues: 'write' },
      report: { issues: 'write' },
      rotate: { actions: 'read' },
      approve: {},
      finish: { actions: 'read' },
      alert: { issues: 'write' },
    });
  });

  test('and secrets are nowhere together with what others write', () => {
    for (const name of ['approve', 'alert'])
      expect(JSON.stringify(jobOf(oneKey, name)), name).not.toContain('secrets.');
    for (const name of ['plan', 'report'])
      expect(JSON.stringify(jobOf(fleet, name)), name).not.toContain('secrets.');
    expect(
      jobOf(oneKey, 'approve').concurrency,
      'a wait of days must not keep the key from its turn',
    ).toBeUndefined();
  });
});

interface Situation {
  readonly operation: string;
  readonly approval: string;
  readonly rotate: 'success' | 'failure' | 'skipped' | 'cancelled';
  readonly result?: string;
  readonly approve?: string;
}

const calm: Status = { failed: false, cancelled: false };

function runs(
  name: string,
  { operation, approval, rotate, result = '', approve = '' }: Situation,
  status = calm,
): boolean {
  const key = keyNamed('ERP', { 'approval-environment': approval });
  return isTrue(
    jobOf(oneKey, name).if,
    {
      inputs: { ...callOf(key, operation), 'report-issue': true },
      needs: { rotate: { result: rotate, outputs: { result } }, approve: { result: approve } },
    },
    status,
  );
}

const approved = {
  rotate: 'success',
  result: 'pending',
  operation: 'rotate',
  approval: 'vtex-finish',
} as const;

describe('the second job', () => {
  test.each<[string, Situation, boolean, boolean]>([
    ['a token that waits, with approval', approved, true, true],
    ['a token that waits, and nobody to approve', { ...approved, approval: '' }, false, false],
    ['a token that is rotated', { ...approved, result: 'rotated' }, false, false],
    ['nothing due', { ...approved, result: 'skipped' }, false, false],
    ['a rotation that failed', { ...approved, rotate: 'failure', result: 'failed' }, false, false],
    ['a check', { ...approved, operation: 'check', result: 'checked' }, false, false],
    ['an undo', { ...approved, operation: 'undo', result: 'undone' }, false, false],
    [
      'finish, with approval',
      { ...approved, operation: 'finish', rotate: 'skipped', result: '' },
      true,
      true,
    ],
    ['finish, without', { operation: 'finish', approval: '', rotate: 'skipped' }, false, true],
  ])('after %s', (_, situation, asks, finishes) => {
    expect(runs('approve', situation), 'asks').toBe(asks);
    expect(runs('finish', { ...situation, approve: asks ? 'success' : 'skipped' }), 'finishes').toBe(
      finishes,
    );
    for (const refused of ['failure', 'cancelled'])
      if (asks)
        expect(runs('finish', { ...situation, approve: refused }, { ...calm, failed: true })).toBe(false);
  });

  test('does not run once the run is cancelled', () => {
    const status = { failed: false, cancelled: true };
    expect(runs('approve', approved, status)).toBe(false);
    expect(runs('finish', { ...approved, approve: 'success' }, status)).toBe(false);
  });

  test('runs not at all for the first operation of a key, unless it is finish', () => {
    expect(runs('rotate', approved)).toBe(true);
    expect(runs('rotate', { ...approved, operation: 'finish' })).toBe(false);
  });
});

describe('a failure', () => {
  test('is told at once, whatever else waits', () => {
    for (const rotate of ['failure', 'cancelled'] as const)
      expect(runs('alert', { ...approved, rotate }, { ...calm, failed: true }), rotate).toBe(true);
    expect(runs('alert', approved)).toBe(false);
    expect(runs('alert', { ...approved, rotate: 'skipped' })).toBe(false);
    expect(jobOf(oneKey, 'alert').needs).toBe('rotate');
  });

  test('is told in the end, with every key, even if the list is wrong', () => {
    const { if: condition, needs, concurrency } = jobOf(fleet, 'report');
    expect(needs).toEqual(['plan', 'key']);
    expect(isTrue(condition, {}, { ...calm, failed: true })).toBe(true);
    expect(concurrency, 'two reports at a time would write over one another').toEqual(
      jobOf(oneKey, 'alert').concurrency,
    );
  });
});

describe('docs/fleets.md', () => {
  const page = readText('docs/fleets.md');

  test('shows a list that is right', () => {
    const list = /```json\n([^]*?)```/.exec(page)?.[1] ?? '';
    const planned = plan({
      list,
      repository: 'acme/vtex-tokens',
      ref: 'refs/heads/main',
      only: '',
      renewAfterDays: '',
    });
    expect(planned).toMatchObject({ ids: ['acmestore/checkout', 'acmestore/erp', 'acmeoutlet/SEARCH'] });
    expect(new Ajv().validate(JSON.parse(readText('fleet/schema.json')), JSON.parse(list))).toBe(true);
  });

  test('names every field of a list', () => {
    const rows = [...page.matchAll(/^\| (`[^|]+) \| (?:account|key|anywhere)/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([\w-]+)`/g)].map(([, name]) => name),
    );
    const known = new Set([...Object.keys(fields.account), ...Object.keys(fields.key)]);
    expect(rows.sort()).toEqual([...known].sort());
  });

  const caller = /```yaml\n(name: Rotate VTEX tokens\n[^]*?)```/.exec(page)?.[1] ?? '';

  test('shows a caller of at most 30 lines that gives what is needed', () => {
    const { jobs, permissions } = parse(caller) as { permissions: unknown; jobs: Workflow['jobs'] };
    expect(caller.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
    expect(permissions).toEqual({});
    const [job] = Object.values(jobs);
    expect(job?.uses).toMatch(
      /^your_organization\/rotate-vtex-token\/\.github\/workflows\/rotate-vtex-token\.yml@/,
    );
    expect(Object.keys(fleet.on.workflow_call.inputs)).toEqual(
      expect.arrayContaining(Object.keys(job?.with ?? {})),
    );
    const passed = Object.keys(fleet.on.workflow_call.secrets).map((name) => [
      name,
      `\${{ secrets.${name} }}`,
    ]);
    expect(job?.secrets).toEqual(Object.fromEntries(passed));
    // A called workflow never has more than its caller.
    const needed = Object.values(fleet.jobs).map((one) => one.permissions);
    expect(job?.permissions).toEqual(Object.assign({}, ...needed));
  });
});
