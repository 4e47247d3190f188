import { beforeEach, describe, expect, test } from 'vitest';
import { RotationError } from '../../src/common/errors.ts';
import type { Outcome } from '../../src/rotation/model.ts';
import { graceMs, rotate } from '../../src/rotation/rotate.ts';
import type { Settings } from '../../src/rotation/settings.ts';
import { Secret } from '../../src/common/secret.ts';
import { makeAppToken } from '../fakes/tokens.ts';
import { Memory } from './memory.ts';
import { first, makeSettings, minute, noon, second } from './values.ts';

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
function settings(overrides: Partial<Settings> = {}): Settings {
  const token = (name: string): Secret | undefined => {
    const value = memory.secrets.get(name)?.value;
    return value === undefined || value === 'none' ? undefined : new Secret(value);
  };
  return makeSettings({
    secrets: [first, second],
    currentToken: token('TOKEN'),
    pendingToken: token('TOKEN_PENDING'),
    oldToken: token('TOKEN_OLD'),
    oldTokenPassed: memory.secrets.has('TOKEN_OLD'),
    ...overrides,
  });
}

async function run(overrides: Partial<Settings> = {}): Promise<Outcome> {
  const wishes = settings(overrides);
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
      'write TOKEN_OLD',
      'renew',
      'write TOKEN_PENDING',
      'write TOKEN',
      'write OTHER_TOKEN',
      'finish',
      'remove TOKEN_PENDING',
      'remove TOKEN_OLD',
    ]);
    expect(memory.old).not.toBe(before);
    expect(['TOKEN', 'OTHER_TOKEN', 'TOKEN_PENDING', 'TOKEN_OLD'].map(held)).toEqual([
      memory.old,
      memory.old,
      undefined,
      undefined,
    ]);
    expect(memory.masked).toEqual([memory.old]);
    expect(memory.saved).toBeUndefined();
  });

  test('rotate, later, then the next rotate that is due, then finish', async () => {
    const later = { deleteOldToken: 'later', renewAfterMs: minute } as const;
    memory.clock.advance(2 * minute);
    const begin = ['reserve', 'renew', 'stage', 'check-token', 'store', 'close'];
    const finishing = ['observe', 'resume', 'check-token', 'confirm', 'finish', 'prove', 'clean-up'];
    expect((await run(later)).result).toBe('pending');
    expect(memory.steps).toEqual(['observe', ...begin]);
    expect((await run(later)).result).toBe('skipped');
    memory.clock.advance(2 * minute);
    const { result, earlier } = await run(later);
    expect(result).toBe('pending');
    expect(earlier?.finish).toBe('finished');
    expect(memory.steps).toEqual([...finishing, 'observe', ...begin]);
    expect((await run({ operation: 'finish' })).result).toBe('finished');
    expect(memory.steps).toEqual(finishing);
    expect(held('TOKEN')).toBe(memory.old);
  });

  test('without renew-after-days only finish ends an earlier renewal', async () => {
    await run({ deleteOldToken: 'later' });
    memory.clock.advance(100 * minute);
    const { result, note } = await run({ deleteOldToken: 'later' });
    expect(result).toBe('skipped');
    expect(note).toContain('operation: finish');
    expect(memory.calls).toEqual([]);
  });

  test('a renewal that is resumed, and was stored everywhere, is not stored again', async () => {
    await run({ deleteOldToken: 'later' });
    expect((await run()).result).toBe('rotated');
    expect(memory.calls).toEqual(['finish', 'remove TOKEN_PENDING', 'remove TOKEN_OLD']);
  });

  test('a renewal that was stored in part is resumed, and only what is left is written', async () => {
    memory.before = (call) => {
      if (call === 'write OTHER_TOKEN') throw new RotationError('github-forbidden', 'No.');
    };
    expect((await run()).errors.map(({ code }) => code)).toEqual(['github-forbidden']);
    expect(memory.steps.slice(-3)).toEqual(['store', 'keep', 'close']);
    memory.before = () => undefined;
    expect((await run()).result).toBe('rotated');
    expect(memory.calls).toEqual(['write OTHER_TOKEN', 'finish', 'remove TOKEN_PENDING', 'remove TOKEN_OLD']);
  });

  test('undo writes the old token back everywhere and never finishes', async () => {
    const before = memory.old;
    await run({ deleteOldToken: 'later' });
    const { result, standing } = await run({ operation: 'undo' });
    expect(result).toBe('undone');
    expect(memory.steps).toEqual(['observe', 'resume', 'restore', 'confirm']);
    expect(['TOKEN', 'OTHER_TOKEN', 'TOKEN_OLD'].map(held)).toEqual([before, before, before]);
    expect(held('TOKEN_PENDING')).toBe(memory.fresh);
    expect(standing.secrets.map(({ holds }) => holds)).toEqual(['old', 'old']);
    expect((await run({ operation: 'finish' })).errors.map(({ code }) => code)).toEqual(['renewal-unproven']);
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

  test('check says no more of a pending renewal than VTEX does', async () => {
    await run({ deleteOldToken: 'later' });
    memory.before = (call, token) => {
      if (call === 'sign-in' && token === memory.fresh)
        throw new RotationError('vtex-unavailable', 'VTEX did not answer.');
    };
    const { errors } = await run({ operation: 'check' });
    expect(errors.map(({ code }) => code)).toEqual(['vtex-unavailable']);
  });

  test('VTEX does not answer right before the first write: no time is told that was not waited', async () => {
    memory.before = (call) => {
      if (call === 'sign-in' && memory.steps.at(-1) === 'store')
        throw new RotationError('vtex-unavailable', 'VTEX did not answer.');
    };
    const { errors } = await run({ verification: 'before-update' });
    expect(errors.map(({ code }) => code)).toEqual(['new-token-rejected']);
    expect(errors[0]?.message).toContain('when it was asked right before a write (VTEX did not answer.)');
  });

  test.each([
    ['while VTEX is asked', 'sign-in', []],
    ['between two writes', 'write TOKEN', ['TOKEN']],
  ])('a restore that is stopped %s says so, and nothing of VTEX', async (_when, at, restored) => {
    const before = memory.old;
    memory.verified = false;
    memory.before = (call) => {
      if (call === at && memory.steps.at(-1) === 'restore') stop.abort();
    };
    const { result, errors } = await run({ verification: 'after-update' });
    expect(result).toBe('failed');
    expect(errors.map(({ code }) => code)).toEqual(['verification-failed', 'cancelled']);
    expect(errors[1]?.message).toMatch(/not seen to arrive in: .*OTHER_TOKEN\. The run had to stop\.$/);
    expect(['TOKEN', 'OTHER_TOKEN'].filter((name) => held(name) === before)).toEqual(restored);
  });

  test.each([
    ['no clear answer', undefined, /It is not known whether VTEX still accepts it: VTEX did not answer\.$/],
    ['a refusal', 'dead', /VTEX was not seen to accept it any more\.$/],
  ])('a restore that meets %s of VTEX writes nothing, and says which', async (_what, dead, words) => {
    memory.verified = false;
    memory.before = (call) => {
      if (call !== 'sign-in' || memory.steps.at(-1) !== 'restore') return;
      if (dead === undefined) throw new RotationError('vtex-unavailable', 'VTEX did not answer.');
      memory.old = dead;
    };
    const { errors } = await run({ verification: 'after-update' });
    expect(errors.map(({ code }) => code)).toEqual(['verification-failed', 'secret-write-failed']);
    expect(errors[1]?.message).toMatch(words);
    expect(errors[1]?.hint.includes('Do not write the old token anywhere')).toBe(dead !== undefined);
    expect([held('TOKEN'), held('OTHER_TOKEN')]).toEqual([memory.fresh, memory.fresh]);
  });

  test('a failed verification writes the old token back, and nothing then proves that it is the new one', async () => {
    const before = memory.old;
    memory.verified = false;
    const { result, errors } = await run({ verification: 'after-update' });
    expect(result).toBe('restored');
    expect(errors.map(({ code }) => code)).toEqual(['verification-failed']);
    expect(memory.steps.slice(-3)).toEqual(['store', 'verify', 'restore']);
    expect(['TOKEN', 'OTHER_TOKEN', 'TOKEN_PENDING'].map(held)).toEqual([before, before, memory.fresh]);
    expect((await run({ operation: 'finish' })).errors.map(({ code }) => code)).toEqual(['renewal-unproven']);
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
    expect(knowledge.renewal?.newToken?.reveal()).toBe(memory.fresh);
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
      if (call === 'write TOKEN_PENDING') {
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
      if (call !== 'write TOKEN_PENDING') return undefined;
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
