import fc from 'fast-check';
import { marked } from 'marked';
import { expect, test } from 'vitest';
import { escapeMarkup, link, table } from '../../src/report/markup.ts';

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
  ['a paragraph', (text: string) => `Before ${text} after.`],
  ['a list', (text: string) => `- one ${text}`],
  ['a cell of a table', (text: string) => table(['Head'], [[text]])],
])('text of others never becomes markup in %s', (_, place) => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(tagsOf(place(escapeMarkup(text)))).toEqual(tagsOf(place('word')));
    }),
    { numRuns: 500 },
  );
});

test('text of others shows as itself', () => {
  const shown = marked.parse(`x ${escapeMarkup('a_b <c> & "d" **e**')}`, { async: false });
  expect(shown.trim()).toBe('<p>x a_b &lt;c&gt; &amp; &quot;d&quot; **e**</p>');
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
