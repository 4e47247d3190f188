import { describe, expect, it } from 'vitest';
import { parsePairs } from './command-files.ts';

describe('parsePairs', () => {
  it('reads values and blocks of lines', () => {
    expect(parsePairs('a=1\n\nb=x=y<<z\nc<<END\nline 1\n\nline=3\nEND\nd<<END\nEND\ne=')).toEqual({
      a: '1',
      b: 'x=y<<z',
      c: 'line 1\n\nline=3',
      d: '',
      e: '',
    });
  });

  it('ends a block only at a line that equals the delimiter', () => {
    expect(parsePairs('a<<END\n END\nENDE\nEND\n')).toEqual({ a: ' END\nENDE' });
  });

  it('reads the last line of a block that has no line break', () => {
    expect(parsePairs('a<<END\nx\nEND')).toEqual({ a: 'x' });
  });

  it.each([
    ['no sign', 'name'],
    ['no name before <<', '<<END\nx\nEND\n'],
    ['no delimiter', 'a<<\nx\n'],
    ['a delimiter that never comes', 'a<<END\nx\n'],
    ['a value that runs into the delimiter', 'a<<END\nxEND'],
  ])('refuses %s', (_name, text) => {
    expect(() => parsePairs(text)).toThrow(/^Invalid/);
  });
});
