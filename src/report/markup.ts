/**
 * Text made safe for a page. GitHub renders the summary as Markdown, in which an HTML block is left alone up to the
 * next blank line (https://github.github.com/gfm/#html-blocks): no Markdown, no links. So all text that is not a
 * literal of ours stands in such a block, on one line, and what means something in HTML is escaped; what Markdown is
 * made of too, should a renderer think otherwise.
 */

/** One line that shows as itself inside an element. */
export function escapeHtml(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[&<>"'@*`[\]]/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function paragraph(text: string): string {
  return `<p>${escapeHtml(text)}</p>`;
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
