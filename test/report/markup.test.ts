import fc from 'fast-check';
import { marked } from 'marked';
import { expect, test } from 'vitest';
import {
  alert,
  code,
  details,
  escapeHtml,
  lines,
  link,
  list,
  paragraph,
  table,
} from '../../src/report/markup.ts';

const hostile = fc.oneof(
  fc.string(),
  fc
    .array(
      fc.constantFrom(
        '<img src=x onerror=1>',
        '</td></table>',
        '![x](http://evil.example/)',
        '[x](http://evil.example/)',
        'https://evil.example/',
        'www.evil.example',
        '\n1. one',
        '**b**',
        '`c`',
        '\n\n# h',
        '\n- l',
        '@someone',
        '&lt;b&gt;',
        '|',
        '~~s~~',
        '    code',
        '<!-- ',
      ),
      { maxLength: 5 },
    )
    .map((parts) => parts.join(' ')),
);

/** The tags that a renderer of Markdown makes of a text, and of one word in the same place. */
const tagsOf = (markdown: string) =>
  [...marked.parse(markdown, { async: false, gfm: true }).matchAll(/<\/?([a-z0-9]+)/gi)].map(
    ([, tag]) => tag,
  );

test.each([
  ['a paragraph', paragraph],
  ['a list', (text: string) => list(['one', text])],
  ['lines', (text: string) => lines(['one', text])],
  ['fixed type', (text: string) => `<p>${code(text).replaceAll('<wbr>', '')}</p>`],
  ['an alert', (text: string) => alert('WARNING', 'Lead', [paragraph(text), list(['one', text])])],
  ['what is folded', (text: string) => details(text, paragraph(text))],
  ['a cell of a table', (text: string) => table(['Head'], [[escapeHtml(text)]])],
])('text of others never becomes markup in %s', (_, place) => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(tagsOf(`# Before\n\n${place(text)}\n\nAfter.`)).toEqual(
        tagsOf(`# Before\n\n${place('word')}\n\nAfter.`),
      );
    }),
    { numRuns: 500 },
  );
});

test('text of others shows as itself', () => {
  const shown = marked.parse(paragraph('a_b <c> & "d" **e** www.example.org'), { async: false });
  expect(shown.trim()).toBe('<p>a_b &#60;c&#62; &#38; &#34;d&#34; &#42;&#42;e&#42;&#42; www.example.org</p>');
});

test('a link leaves its attribute by no address', () => {
  fc.assert(
    fc.property(hostile, hostile, (text, url) => {
      const html = link(text, `https://github.com/${url}`);
      expect(html.match(/"/g)).toHaveLength(2);
      expect(html.match(/</g)).toHaveLength(2);
    }),
  );
});
