import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from '../../src/rotation/decide.ts';
import { finishEvidence } from '../../src/rotation/evidence.ts';
import { grantFinish } from '../../src/rotation/finish-guard.ts';
import {
  type Decision,
  isSuccess,
  type Knowledge,
  results,
  type Step,
  steps,
} from '../../src/rotation/model.ts';
import { planOf } from '../../src/rotation/plan.ts';
import type { Settings } from '../../src/rotation/settings.ts';
import { anySituation } from './values.ts';

/** Holds for all settings with every knowledge that the types allow, reachable or not. */
function always(statement: (settings: Settings, known: Knowledge, decision: Decision) => void): void {
  fc.assert(
    fc.property(anySituation, ([settings, known]) => {
      statement(settings, known, decide(settings, known));
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
  const seen = new Set<string>();
  for (const [settings, known] of fc.sample(anySituation, 60_000)) {
    const decision = decide(settings, known);
    seen.add('do' in decision ? decision.do : decision.end);
  }
  expect([...seen].toSorted()).toEqual([...steps, ...results].toSorted());
});

test('is pure: the same facts give the same decision, and frozen ones do no harm', () => {
  always((settings, known, decision) => {
    const again = decide(Object.freeze(settings), Object.freeze(known));
    expect(JSON.stringify(again)).toBe(JSON.stringify(decision));
  });
});

test('going on, it takes the first step of the plan that is not done', () => {
  always((settings, known, decision) => {
    const { seen } = known;
    const isExceptional =
      known.finish !== 'not-sent' || known.errors.length > 0 || orders(decision, 'stage', 'observe');
    if (seen === undefined || isExceptional || !('do' in decision)) return;
    const next = planOf(settings, seen).find((step) => !known.done.has(step));
    expect([next, next === 'finish' ? 'confirm' : next]).toContain(decision.do);
  });
});

describe('the point of no return', () => {
  test('finish is ordered only with what the guard gives a permit for', () => {
    always((settings, known, decision) => {
      if (orders(decision, 'finish')) expect(grantFinish(finishEvidence(settings, known))).toBeDefined();
    });
  });

  test('finish needs both tokens accepted just now, everything confirmed, nothing failed, and nobody to say stop', () => {
    always((settings, known, decision) => {
      if (!orders(decision, 'finish')) return;
      expect(known.interrupted).toBe(false);
      expect(known.errors).toEqual([]);
      expect(known.confirmed).toBe(true);
      const isOwnWithoutOld = known.renewal?.origin === 'renewed' && known.renewal.oldToken === undefined;
      if (!isOwnWithoutOld) expect(known.tokens.old).toBe('accepted');
      if (known.renewal?.newToken !== undefined) expect(known.tokens.new).toBe('accepted');
      if (settings.verification !== 'none') expect(known.verification).toBe('passed');
      if (settings.drainTimeoutMs > 0) expect(known.done.has('drain')).toBe(true);
      expect(['check', 'undo']).not.toContain(settings.operation);
    });
  });

  test('never after it was carried out, or may have been without a new look', () => {
    always((_, known, decision) => {
      const isOver = !['not-sent', 'unclear'].includes(known.finish);
      if (isOver) expect(orders(decision, 'finish', 'confirm', 'drain')).toBe(false);
      if (known.finish === 'unclear' && !known.confirmed) expect(orders(decision, 'finish')).toBe(false);
    });
  });
});

describe('renewing', () => {
  test('never with a renewal in hand that could be resumed, and only to rotate', () => {
    always((settings, known, decision) => {
      if (!orders(decision, 'renew', 'reserve') || known.seen === undefined) return;
      expect(settings.operation).toBe('rotate');
      expect(planOf(settings, known.seen)).not.toContain('resume');
      expect(known.seen.problems).toEqual([]);
      expect(known.errors).toEqual([]);
    });
  });

  test('never while the old secret exists that the workflow does not pass', () => {
    always((settings, known, decision) => {
      if (!orders(decision, 'reserve') || known.renewal !== undefined) return;
      if (known.seen?.oldSecret.updatedAt !== undefined) expect(settings.oldTokenPassed).toBe(true);
    });
  });

  test('never with a current-token that VTEX refuses', () => {
    always((_, known, decision) => {
      if (orders(decision, 'reserve') && known.renewal === undefined)
        expect(known.seen?.current).not.toBe('refused');
    });
  });

  test('a token in hand is staged before anything else, a signal or not', () => {
    always((_, known, decision) => {
      const isOwn = known.renewal?.origin === 'renewed';
      const unsaved = isOwn && !known.done.has('stage') && known.errors.length === 0;
      if (unsaved) expect(orders(decision, 'stage')).toBe(true);
    });
  });
});

describe('a run that was asked to stop', () => {
  test('saves its token, or ends', () => {
    always((_, known, decision) => {
      if (known.interrupted === false || !['not-sent', 'unclear'].includes(known.finish)) return;
      if ('do' in decision) expect(decision.do).toBe('stage');
      else expect(['failed', 'restored']).toContain(decision.end);
    });
  });

  test('after the finish it only proves and tidies', () => {
    always((_, known, decision) => {
      if (known.interrupted === false || ['not-sent', 'unclear'].includes(known.finish)) return;
      if ('do' in decision) expect(['stage', 'prove', 'clean-up']).toContain(decision.do);
    });
  });
});

describe('a run that met an error', () => {
  test('takes back what must not stay, and ends red', () => {
    always((_, known, decision) => {
      if (known.errors.length === 0) return;
      if ('do' in decision)
        expect(['release', 'keep', 'restore', 'close', 'clean-up']).toContain(decision.do);
      else expect(['failed', 'restored']).toContain(decision.end);
    });
  });

  test('removes its old secret only where VTEX made no token', () => {
    always((_, known, decision) => {
      if (!orders(decision, 'release')) return;
      expect(known.renewal).toBeUndefined();
      expect(known.errors.some(({ code }) => code === 'vtex-key-invalid' || code === 'vtex-forbidden')).toBe(
        true,
      );
    });
  });

  test('writes the old token back only if there is one, and only once', () => {
    always((settings, known, decision) => {
      if (!orders(decision, 'restore') || settings.operation === 'undo') return;
      expect(known.renewal?.oldToken).toBeDefined();
      expect(known.restore).toBe('not-tried');
      if (known.finish === 'undone') return;
      expect(settings.onVerificationFailure).toBe('restore');
      expect(known.verification).toBe('failed');
    });
  });
});

describe('a result', () => {
  test('is green only without errors', () => {
    always((_, known, decision) => {
      if ('end' in decision && isSuccess(decision.end)) expect(known.errors).toEqual([]);
    });
  });

  test('says that the old token is deleted only after VTEX said so or refused it', () => {
    always((_, known, decision) => {
      if (!('end' in decision) || !['rotated', 'finished'].includes(decision.end)) return;
      expect(['finished', 'ended']).toContain(known.finish);
      expect(known.done.has('prove') && known.done.has('clean-up')).toBe(true);
    });
  });

  test('is pending only with everything of the plan done', () => {
    always((settings, known, decision) => {
      if (!('end' in decision) || decision.end !== 'pending' || known.done.has('finish')) return;
      expect(settings.operation).toBe('rotate');
      for (const step of ['check-token', 'store', 'close'] as const) expect(known.done).toContain(step);
    });
  });
});
