import { describe, expect, it } from 'vitest';
import { LineSplitter, parseCommand } from './workflow-commands.ts';

const known = new Set(['error', 'add-mask']);

describe('parseCommand', () => {
  it('reads name, properties and data', () => {
    expect(parseCommand('::error title=a%3Ab%2Cc%25,Line=3::x%0Ay%250A', known)).toEqual({
      name: 'error',
      properties: { title: 'a:b,c%', line: '3' },
      data: 'x\ny%0A',
    });
  });

  it('does not mind white space before it or the case of its name', () => {
    expect(parseCommand(' \t::ERROR::x', known)?.name).toBe('error');
  });

  it('reads the older form anywhere in a line', () => {
    expect(parseCommand('text ##[error a=1%3B2;b=3%5D]boom', known)).toEqual({
      name: 'error',
      properties: { a: '1;2', b: '3]' },
      data: 'boom',
    });
  });

  it.each([
    'x ::error::y',
    '::nonsense::y',
    ':error::y',
    '::error',
    '##[nonsense]y',
    '##[error y',
    '## [error]y',
  ])('leaves %s alone', (line) => {
    expect(parseCommand(line, known)).toBeUndefined();
  });
});

describe('LineSplitter', () => {
  const text = 'a\nb\r\nc\rd\n\ne';

  it.each([1, 2, 3, 100])('finds the same lines in pieces of %i', (size) => {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    for (let at = 0; at < text.length; at += size) splitter.write(text.slice(at, at + size));
    splitter.end();
    expect(lines).toEqual(['a', 'b', 'c', 'd', '', 'e']);
  });
});
