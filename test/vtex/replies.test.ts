import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RotationError, type ErrorCode } from '../../src/common/errors.ts';
import type { Renewal } from '../../src/rotation/ports/vtex.ts';
import { makeAppToken } from '../fakes/tokens.ts';
import { confirmsFinish, parseRenewal, parseSignIn } from '../../src/vtex/replies.ts';

interface Parsed {
  readonly renewal?: Renewal;
  readonly code?: ErrorCode;
  readonly hint?: string;
  /** What was handed over to be masked. */
  readonly masked: readonly string[];
}

function parse(body: unknown): Parsed {
  const masked: string[] = [];
  try {
    return { renewal: parseRenewal(body, (token) => masked.push(token.reveal()), ''), masked };
  } catch (error) {
    if (!(error instanceof RotationError)) throw error;
    return { code: error.code, hint: error.hint, masked };
  }
}

describe('the reply of renew', () => {
  test('gives token, id and date', () => {
    const newToken = makeAppToken();
    const { renewal, masked } = parse({
      id: 'a-1_B',
      newToken,
      creationDateNewToken: '2025-02-25T12:00:00.1234567Z',
    });
    expect(renewal?.token.reveal()).toBe(newToken);
    expect(renewal).toMatchObject({ vtexId: 'a-1_B', createdAt: Date.UTC(2025, 1, 25, 12, 0, 0, 123) });
    expect(masked).toEqual([newToken]);
  });

  test.each([
    undefined,
    null,
    'text',
    7,
    [],
    [{ newToken: 'in a list' }],
    {},
    { newToken: null },
    { token: 'other field' },
    Object.create({ newToken: 'inherited' }),
  ])('is lost without a token: %j', (body) => {
    expect(parse(body)).toMatchObject({ code: 'renewal-lost', masked: [] });
    expect(parse(body).hint).toContain('Undo Renewal');
  });

  test.each<[unknown, string[]]>([
    ['', []],
    [12345678, ['12345678']],
    [true, []],
    ['two words', ['two words']],
    [' lead', [' lead']],
    ['line\n', ['line\n']],
    ['tab\t', ['tab\t']],
    ['nul\0', ['nul\0']],
    ['café', ['café']],
    ['zero\u200bwidth', ['zero\u200bwidth']],
    [{ value: 'wrapped', more: ['twice', 5] }, ['wrapped', 'twice', '5']],
    [[], []],
    ['x'.repeat(49_153), ['x'.repeat(49_153)]],
  ])('masks a token that cannot be used, then rejects it: %j', (newToken, masked) => {
    const parsed = parse({ newToken });
    expect(parsed.code).toBe('new-token-rejected');
    expect(parsed.masked).toEqual(masked);
  });

  test('takes the longest token that a GitHub secret can hold', () => {
    expect(parse({ newToken: 'x'.repeat(49_152) }).renewal).toBeDefined();
  });

  test.each<[unknown, number | undefined]>([
    ['2025-02-25T12:00:00Z', Date.UTC(2025, 1, 25, 12)],
    ['2025-02-25T12:00:00+01:00', Date.UTC(2025, 1, 25, 11)],
    ['2025-02-25T12:00Z', Date.UTC(2025, 1, 25, 12)],
    ['2025-02-25T12:00:00', undefined],
    ['2025-02-25', undefined],
    ['2025-13-25T12:00:00Z', undefined],
    ['yesterday', undefined],
    [1_740_484_800_000, undefined],
    [null, undefined],
  ])('reads the date %j', (creationDateNewToken, createdAt) => {
    expect(parse({ newToken: makeAppToken(), creationDateNewToken }).renewal?.createdAt).toBe(createdAt);
  });

  test.each(['', 'a b', '::add-mask::', 'x'.repeat(65), 'a\n', 7, null, {}])('takes no id from %j', (id) => {
    expect(parse({ newToken: makeAppToken(), id }).renewal?.vtexId).toBeUndefined();
  });

  test('whatever it is, gives a token fit for a header, or one of two errors', () => {
    const newToken = fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue());
    const bodies = fc.oneof(fc.jsonValue(), fc.record({ id: fc.jsonValue(), newToken }));
    fc.assert(
      fc.property(bodies, (body) => {
        const { renewal, code, masked } = parse(body);
        if (renewal === undefined) expect(['renewal-lost', 'new-token-rejected']).toContain(code);
        else {
          expect(renewal.token.reveal()).toMatch(/^[!-~]+$/);
          expect(masked).toEqual([renewal.token.reveal()]);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the reply of finish-renewal', () => {
  test('confirms only with an own null', () => {
    expect(confirmsFinish({ creationDateNewToken: null })).toBe(true);
    for (const body of [
      undefined,
      null,
      'null',
      [],
      {},
      { creationDateNewToken: undefined },
      { creationDateNewToken: '' },
      { creationDateNewToken: '2025-02-25T12:00:00Z' },
      Object.create({ creationDateNewToken: null }),
    ]) {
      expect(confirmsFinish(body)).toBe(false);
    }
  });

  test('whatever it is, never throws', () => {
    fc.assert(fc.property(fc.jsonValue(), (body) => typeof confirmsFinish(body) === 'boolean'));
  });
});

describe('the reply of apptoken/login', () => {
  function read(body: unknown): { answer: string | undefined; masked: string[] } {
    const masked: string[] = [];
    return { answer: parseSignIn(body, (token) => masked.push(token.reveal())), masked };
  }

  test('accepts Success with a token, which is masked', () => {
    const token = makeAppToken();
    expect(read({ authStatus: 'Success', token })).toEqual({ answer: 'accepted', masked: [token] });
  });

  test('refuses everything else that is an object, and masks a token all the same', () => {
    const token = makeAppToken();
    expect(read({ authStatus: 'success', token })).toEqual({ answer: 'refused', masked: [token] });
    expect(read({ token })).toEqual({ answer: 'refused', masked: [token] });
    for (const body of [
      {},
      { authStatus: 'Success' },
      { authStatus: 'Success', token: '' },
      { authStatus: 'Success', token: 1 },
    ]) {
      expect(read(body)).toEqual({ answer: 'refused', masked: [] });
    }
  });

  test('knows nothing from what is not an object', () => {
    for (const body of [undefined, null, '', 1, [], [{ authStatus: 'Success', token: 'x' }]]) {
      expect(read(body)).toEqual({ answer: undefined, masked: [] });
    }
  });
});
