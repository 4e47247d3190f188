import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from '../../src/rotation/decide.ts';
import { grantFinish } from '../../src/rotation/finish-guard.ts';
import { type Decision, type Knowledge, type Plan, type Step, steps } from '../../src/rotation/model.ts';
import { finishEvidence } from '../../src/rotation/evidence.ts';
import { anySituation } from './values.ts';

const results = ['rotated', 'pending', 'finished', 'skipped', 'checked', 'restored', 'failed'];

/** Holds for every plan with every knowledge that the types allow, reachable or not. */
function always(statement: (plan: Plan, known: Knowledge, decision: Decision) => void): void {
  fc.assert(
    fc.property(anySituation, ([plan, known]) => {
      statement(plan, known, decide(plan, known));
    }),
    { numRuns: 5000 },
  );
}

function orders(decision: Decision, ...names: Step[]): boolean {
  return 'do' in decision && names.includes(decision.do);
}

test('names exactly one step or one end, and never throws', () => {
  always((_, known, decision) => {
    if ('do' in decision) {
      expect(steps).toContain(decision.do);
      expect(decision).not.toHaveProperty('end');
    } else {
      expect(results).toContain(decision.end);
      for (const error of known.errors) expect(decision.errors).toContain(error);
    }
  });
});

test('the arbitrary situations lead to every step and every end', () => {
  const seen = new Map<string, number>();
  for (const [plan, known] of fc.sample(anySituation, 20_000)) {
    const decision = decide(plan, known);
    const name = 'do' in decision ? decision.do : decision.end;
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  expect([...seen.keys()].toSorted()).toEqual([...steps, ...results].toSorted());
});

test('is pure: the same facts give the same decision, and frozen ones do no harm', () => {
  always((plan, known, decision) => {
    const again = decide(Object.freeze(plan), Object.freeze(known));
    expect(JSON.stringify(again)).toBe(JSON.stringify(decision));
  });
});

describe('the point of no return', () => {
  test('finish is ordered only with what the guard gives a permit for', () => {
    always((plan, known, decision) => {
      if (!orders(decision, 'finish')) return;
      expect(grantFinish(finishEvidence(plan, known))).toBeDefined();
    });
  });

  test('finish needs every listed secret confirmed, the token accepted, nothing failed, and nobody to say stop', () => {
    always((plan, known, decision) => {
      if (!orders(decision, 'finish')) return;
      expect(known.interrupted).toBe(false);
      expect(known.errors).toEqual([]);
      expect(known.finish).toBe('not-sent');
      expect(plan.secrets.every(({ path }) => known.confirmed.has(path))).toBe(true);
      expect(known.accepted || (plan.operation === 'finish' && plan.renewedAt !== undefined)).toBe(true);
      if (plan.verification !== 'none') expect(known.verification).toBe('passed');
      if (plan.drainTimeoutMs > 0) expect(known.drained).toBe(true);
      if (plan.operation === 'rotate') {
        expect(known.staged).toBe(true);
        expect(known.stored || known.predecessor).toBe(true);
        expect(plan.deleteOldToken === 'now' || known.predecessor).toBe(true);
      }
    });
  });

  test('finish is never ordered twice', () => {
    always((_, known, decision) => {
      if (known.finish !== 'not-sent') expect(orders(decision, 'finish', 'confirm', 'drain')).toBe(false);
    });
  });
});

describe('renewing', () => {
  test('never with a usable pending token, unless its renewal was just finished', () => {
    always((_, known, decision) => {
      if (!orders(decision, 'renew', 'reserve')) return;
      expect(known.seen?.pending !== 'usable' || known.successor).toBe(true);
    });
  });

  test('never with a token in hand, never unreserved, and only to rotate', () => {
    always((plan, known, decision) => {
      if (!orders(decision, 'renew')) return;
      expect(known.token).toBeUndefined();
      expect(known.reservation).not.toBe('none');
      expect(plan.operation).toBe('rotate');
      expect(known.seen?.problems).toEqual([]);
      expect(known.errors).toEqual([]);
    });
  });

  test('a token in hand is staged before anything else, a signal or not', () => {
    always((_, known, decision) => {
      const unsaved = known.token !== undefined && !known.staged && known.errors.length === 0;
      expect(orders(decision, 'stage')).toBe(unsaved);
    });
  });
});

describe('a run that was asked to stop', () => {
  test('saves its token, removes its placeholder, or ends', () => {
    always((_, known, decision) => {
      if (!known.interrupted || known.finish !== 'not-sent') return;
      if ('do' in decision) expect(['stage', 'release']).toContain(decision.do);
      else expect(['failed', 'restored']).toContain(decision.end);
    });
  });

  test('after the finish it only proves, mends and tidies', () => {
    always((_, known, decision) => {
      if (!known.interrupted || known.finish === 'not-sent') return;
      if ('do' in decision) expect(['stage', 'prove', 'restore', 'clean-up']).toContain(decision.do);
    });
  });
});

describe('a run that met an error', () => {
  test('takes back what must not stay, and ends red', () => {
    always((_, known, decision) => {
      if (known.errors.length === 0) return;
      if ('do' in decision) expect(['release', 'restore', 'clean-up']).toContain(decision.do);
      else expect(['failed', 'restored']).toContain(decision.end);
    });
  });

  test('removes only a placeholder of its own, and only where VTEX made no token', () => {
    always((_, known, decision) => {
      if (!orders(decision, 'release')) return;
      expect(known.reservation).toBe('created');
      expect(known.token).toBeUndefined();
      expect(known.errors.some(({ code }) => code === 'vtex-key-invalid' || code === 'vtex-forbidden')).toBe(
        true,
      );
    });
  });

  test('writes the old token back only if one works, and only once', () => {
    always((plan, known, decision) => {
      if (!orders(decision, 'restore')) return;
      expect(known.oldToken).toBeDefined();
      expect(known.restore).toBe('not-tried');
      if (known.finish === 'not-sent') {
        expect(plan.onVerificationFailure).toBe('restore');
        expect(known.verification).toBe('failed');
        expect(known.interrupted).toBe(false);
      } else expect(known.finish).toBe('undone');
    });
  });
});

describe('a result', () => {
  const greens = ['rotated', 'pending', 'finished', 'skipped', 'checked'];

  test('is green only without errors', () => {
    always((_, known, decision) => {
      if ('end' in decision && greens.includes(decision.end)) expect(known.errors).toEqual([]);
    });
  });

  test('says that the old token is deleted only after VTEX said so', () => {
    always((_, known, decision) => {
      if (!('end' in decision) || !['rotated', 'finished'].includes(decision.end)) return;
      expect(['finished', 'already-finished']).toContain(known.finish);
      expect(known.proved && known.cleanedUp).toBe(true);
    });
  });

  test('is pending only with the new token accepted, everywhere, and verified', () => {
    always((plan, known, decision) => {
      if (!('end' in decision) || decision.end !== 'pending') return;
      expect(plan.deleteOldToken).toBe('later');
      expect(known.staged && known.accepted && known.stored).toBe(true);
      if (plan.verification !== 'none') expect(known.verification).not.toBe('outstanding');
    });
  });

  test('of check is found without a single write', () => {
    always((plan, known, decision) => {
      const untouched =
        known.token === undefined && known.finish === 'not-sent' && known.reservation === 'none';
      if (plan.operation !== 'check' || !untouched || known.errors.length > 0) return;
      if ('do' in decision) expect(decision.do).toBe('observe');
    });
  });
});
