/** Text made safe for a page: GitHub renders the summary as Markdown with HTML in it. */

/**
 * Turns any text into one line that shows as itself. Entities are not read as Markdown, so whatever could begin
 * markup, a link or a mention is written as one.
 */
export function escapeMarkup(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[&<>"'`*_{}[\]()#+!|~@\\:$=^-]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A link to a page whose address was built or checked by us. */
export function link(text: string, url: string): string {
  return url === ''
    ? escapeMarkup(text)
    : `<a href="${url.replace(/["<>\s]/g, encodeURIComponent)}">${escapeMarkup(text)}</a>`;
}

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
