/**
 * Text made safe for a page. GitHub renders the summary as Markdown, in which an HTML block is left alone up to the
 * next blank line (https://github.github.com/gfm/#html-blocks): no Markdown, no links. So all text that is not a
 * literal of ours stands in such a block, on one line, and what means something in HTML is escaped; what Markdown is
 * made of too, should a renderer think otherwise. The elements are among those that GitHub lets through.
 */

/** One line that shows as itself inside an element. */
export function escapeHtml(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[&<>"'@*`[\]]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The content is HTML, made by the functions of this file. */
export function block(html: string): string {
  return html === '' ? '' : `<p>${html}</p>`;
}

export function paragraph(text: string): string {
  return `<p>${escapeHtml(text)}</p>`;
}

export function strong(text: string): string {
  return `<b>${escapeHtml(text)}</b>`;
}

/** A few words of ours that stand on one line. */
export function unbroken(text: string): string {
  return escapeHtml(text).replaceAll(' ', '&nbsp;');
}

/** A name in fixed type, which may break at its joints where a page is narrow. */
export function code(text: string): string {
  return `<code>${escapeHtml(text).replace(/[_/-]/g, '$&<wbr>')}</code>`;
}

/** Lines that have a sign of their own at their beginning. */
export function lines(texts: readonly string[]): string {
  return block(texts.map(escapeHtml).join('<br>\n'));
}

export function list(lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return ['<ul>', ...lines.map((line) => `<li>${escapeHtml(line)}</li>`), '</ul>'].join('\n');
}

/** A link to a page whose address was built or checked by us. */
export function link(text: string, url: string): string {
  return url === ''
    ? escapeHtml(text)
    : `<a href="${url.replace(/["<>\s]/g, encodeURIComponent)}">${escapeHtml(text)}</a>`;
}

/** The cells are HTML, made by the functions above. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, row: readonly string[]) =>
    row.map((cell) => `<${tag}>${cell}</${tag}>`).join('');
  return [
    '<table>',
    `<tr>${cells('th', head)}</tr>`,
    ...rows.map((row) => `<tr>${cells('td', row)}</tr>`),
    '</table>',
  ].join('\n');
}

/** Folded until a reader opens it. */
export function details(title: string, ...parts: readonly string[]): string {
  const content = parts.filter((part) => part !== '');
  if (content.length === 0) return '';
  return ['<details>', `<summary>${escapeHtml(title)}</summary>`, ...content, '</details>'].join('\n');
}

/**
 * A box with a coloured edge: https://docs.github.com/get-started/writing-on-github#alerts. The parts are HTML blocks.
 * The lead is a sentence of ours: it stands where Markdown is read.
 */
export function alert(
  kind: 'CAUTION' | 'WARNING' | 'IMPORTANT',
  lead: string,
  parts: readonly string[],
): string {
  const lines = parts.filter((part) => part !== '').flatMap((part) => part.split('\n'));
  return [`[!${kind}]`, strong(lead), '', ...lines].map((line) => `> ${line}`.trimEnd()).join('\n');
}
