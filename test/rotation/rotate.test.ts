import { beforeEach, describe, expect, test } from 'vitest';
import { RotationError } from '../../src/errors.ts';
import type { Outcome, Plan } from '../../src/rotation/model.ts';
import { graceMs, rotate } from '../../src/rotation/rotate.ts';
import { Secret } from '../../src/secret.ts';
import { makeAppToken } from '../fakes/tokens.ts';
import { Memory } from './memory.ts';
import { first, makePlan, minute, noon, second } from './values.ts';

let memory: Memory;
let stop: AbortController;

beforeEach(() => {
  const old = makeAppToken();
  memory = new Memory(old);
  stop = new AbortController();
  memory.put('TOKEN', old);
  memory.put('OTHER_TOKEN', old);
});

/** The inputs as a run that begins now would get them. */
function plan(overrides: Partial<Plan> = {}): Plan {
  const pending = memory.secrets.get('TOKEN_PENDING')?.value;
  const known = pending === undefined || pending === 'reserved' ? undefined : new Secret(pending);
  return makePlan({
    secrets: [first, second],
    currentToken: new Secret(memory.secrets.get('TOKEN')?.value ?? ''),
    pendingToken: known,
    pendingReserved: pending === 'reserved',
    ...overrides,
  });
}

async function run(overrides: Partial<Plan> = {}): Promise<Outcome> {
  const wishes = plan(overrides);
  memory.steps.length = 0;
  memory.calls.length = 0;
  return rotate(wishes, memory.ports(wishes), memory, stop.signal);
}

const held = (name: string) => memory.secrets.get(name)?.value;

describe('the order of the steps', () => {
  test('rotate, now', async () => {
    const before = memory.old;
    const { result, errors, steps } = await run();
    expect({ result, errors }).toEqual({ result: 'rotated', errors: [] });
    expect(memory.steps).toEqual([
      'observe',
      'reserve',
      'renew',
      'stage',
      'check-token',
      'store',
      'confirm',
      'finish',
      'prove',
      'clean-up',
    ]);
    expect(steps.map(({ step }) => step)).toEqual(memory.steps);
    expect(memory.calls).toEqual([
      'write TOKEN_PENDING',
      'renew',
      'write TOKEN_PENDING',
      'write TOKEN',
      'write OTHER_TOKEN',
      'finish',
      'remove TOKEN_PENDING',
    ]);
    expect(memory.old).not.toBe(before);
    expect([held('TOKEN'), held('OTHER_TOKEN'), held('TOKEN_PENDING')]).toEqual([
      memory.old,
      memory.old,
      undefined,
    ]);
    expect(memory.masked).toEqual([memory.old]);
    expect(memory.saved).toBeUndefined();
  });

  test('rotate, later, then the next rotate, then finish', async () => {
    expect((await run({ deleteOldToken: 'later' })).result).toBe('pending');
    expect(memory.steps).toEqual(['observe', 'reserve', 'renew', 'stage', 'check-token', 'store']);
    expect((await run({ deleteOldToken: 'later' })).result).toBe('pending');
    expect(memory.steps).toEqual(
      ['observe', 'take-up', 'check-token', 'confirm', 'finish', 'prove', 'begin-next'].concat([
        'reserve',
        'renew',
        'stage',
        'check-token',
        'store',
      ]),
    );
    expect((await run({ operation: 'finish' })).result).toBe('finished');
    expect(memory.steps).toEqual([
      'observe',
      'take-up',
      'check-token',
      'confirm',
      'finish',
      'prove',
      'clean-up',
    ]);
    expect(held('TOKEN')).toBe(memory.old);
  });

  test('a renewal taken up', async () => {
    await run({ deleteOldToken: 'later' });
    expect((await run()).result).toBe('rotated');
    expect(memory.steps).toEqual([
      'observe',
      'take-up',
      'check-token',
      'store',
      'confirm',
      'finish',
      'prove',
      'clean-up',
    ]);
  });

  test('verified before the update, and after it', async () => {
    await run({ verification: 'before-update' });
    expect(memory.steps.indexOf('verify')).toBe(memory.steps.indexOf('store') - 1);
    await run({ verification: 'after-update', drainTimeoutMs: minute });
    expect(memory.steps.slice(memory.steps.indexOf('store'))).toEqual([
      'store',
      'verify',
      'drain',
      'confirm',
      'finish',
      'prove',
      'clean-up',
    ]);
  });

  test('check writes nothing', async () => {
    expect((await run({ operation: 'check' })).result).toBe('checked');
    expect(memory.steps).toEqual(['observe']);
    expect(memory.calls).toEqual([]);
  });

  test('a failed verification writes the old token back and leaves the pending secret the youngest', async () => {
    const before = memory.old;
    memory.verified = false;
    const { result, errors } = await run({ verification: 'after-update' });
    expect(result).toBe('restored');
    expect(errors.map(({ code }) => code)).toEqual(['verification-failed']);
    expect(memory.steps.slice(-3)).toEqual(['store', 'verify', 'restore']);
    expect([held('TOKEN'), held('OTHER_TOKEN'), held('TOKEN_PENDING')]).toEqual([
      before,
      before,
      memory.fresh,
    ]);
    const pendingAt = memory.secrets.get('TOKEN_PENDING')?.at ?? 0;
    for (const name of ['TOKEN', 'OTHER_TOKEN']) expect(memory.secrets.get(name)?.at).toBeLessThan(pendingAt);
    expect(memory.saved).toBeUndefined();
  });
});

describe('what a step throws', () => {
  test('ends the run with its code, and is remembered beside what was known', async () => {
    memory.before = (call) => {
      if (call === 'finish') throw new RotationError('finish-failed', 'VTEX does not answer.');
    };
    const { result, errors, knowledge } = await run();
    expect(result).toBe('failed');
    expect(errors.map(({ code }) => code)).toEqual(['finish-failed']);
    expect(knowledge.token?.secret.reveal()).toBe(memory.fresh);
    expect(memory.failed).toEqual(['finish']);
    expect(held('TOKEN_PENDING')).toBe(memory.fresh);
  });

  test('a bug of our own is told as one, without its text, and never ends in a finish', async () => {
    memory.before = (call) => {
      if (call === 'write TOKEN') throw new TypeError(`secret ${memory.old}`);
    };
    const { result, errors } = await run();
    expect(result).toBe('failed');
    expect(JSON.stringify(errors.map(({ message, hint }) => message + hint))).not.toContain(memory.old);
    expect(memory.calls).not.toContain('finish');
    memory.before = () => undefined;
    expect((await run()).result).toBe('rotated');
  });

  test('a token that is saved nowhere yet is in the state', async () => {
    memory.before = (call) => {
      if (call === 'write TOKEN_PENDING' && memory.fresh !== undefined) {
        throw new RotationError('github-forbidden', 'No.');
      }
    };
    const { errors } = await run();
    expect(errors.map(({ code }) => code)).toEqual(['github-forbidden']);
    expect(memory.saved).toBe(memory.fresh);
    expect(memory.calls).not.toContain('write TOKEN');
  });
});

describe('asked to stop', () => {
  /** The step that is under way goes on to its end, so far as it ends at all. */
  const stopBefore = (name: string) => {
    memory.before = (call) => {
      if (call === name) stop.abort();
    };
  };

  test('before the renewal: nothing is renewed', async () => {
    stop.abort();
    const { result, errors } = await run();
    expect(result).toBe('failed');
    expect(errors.map(({ code }) => code)).toEqual(['cancelled']);
    expect(memory.calls).toEqual([]);
  });

  test('while VTEX renews: the token is made durable, then the run ends', async () => {
    stopBefore('renew');
    const { errors } = await run();
    expect(errors.map(({ code }) => code)).toEqual(['cancelled']);
    expect(memory.steps).toEqual(['observe', 'reserve', 'renew', 'stage']);
    expect(held('TOKEN_PENDING')).toBe(memory.fresh);
    expect(memory.saved).toBeUndefined();
  });

  test.each(['write TOKEN', 'write OTHER_TOKEN', 'verify'])('at %s: never a finish', async (call) => {
    stopBefore(call);
    const { result } = await run({ verification: 'after-update' });
    expect(result).toBe('failed');
    expect(memory.calls).not.toContain('finish');
    expect(held('TOKEN_PENDING')).toBe(memory.fresh);
  });

  test('while the old token is deleted: that is told', async () => {
    stopBefore('finish');
    const { result, knowledge } = await run();
    expect(knowledge.finish).toBe('finished');
    expect(held('TOKEN')).toBe(memory.old);
    expect(result).toBe('rotated');
  });

  test('a step that hangs is left when the time of grace is over', async () => {
    memory.before = (call) => {
      if (call !== 'write TOKEN_PENDING' || memory.fresh === undefined) return undefined;
      stop.abort();
      return new Promise<never>(() => undefined);
    };
    const { result, errors } = await run();
    expect(result).toBe('failed');
    expect(errors.map(({ code }) => code)).toEqual(['cancelled']);
    expect(errors[0]?.message).toContain('"stage"');
    expect(memory.clock.waits).toContain(graceMs);
    expect(memory.clock.now()).toBeLessThan(noon + 5 * minute);
    // `post` has it.
    expect(memory.saved).toBe(memory.fresh);
  });

  test('the time of grace leaves room to report within the ten seconds that the runner gives', () => {
    expect(graceMs).toBeLessThanOrEqual(8000);
    expect(graceMs).toBeGreaterThanOrEqual(5000);
  });
});
