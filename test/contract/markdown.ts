/** What the contract tests read from a page: its headings, its anchors, its links. Code is no part of any of them. */

export interface Heading {
  readonly level: number;
  readonly text: string;
}

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^( *)(`{3,})[^\n]*\n[^]*?^\1\2 *$/gm, '');
}

export function headingsOf(markdown: string): readonly Heading[] {
  return [...withoutCode(markdown).matchAll(/^(#+) (.+)$/gm)].map(([, marks = '', text = '']) => ({
    level: marks.length,
    text,
  }));
}

/** Of links and pictures, in Markdown and in HTML. */
export function linksOf(markdown: string): readonly string[] {
  const text = withoutCode(markdown).replaceAll(/`[^`\n]*`/g, '``');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g), ...text.matchAll(/\b(?:href|src|srcset)="([^"\s]+)"/g)].map(
    ([, target = '']) => target,
  );
}

/** GitHub's way of making an anchor of a heading; one that comes again gets a number. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const { text } of headingsOf(markdown)) {
    const anchor = text
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    let unique = anchor;
    for (let number = 1; anchors.has(unique); number++) unique = `${anchor}-${number}`;
    anchors.add(unique);
  }
  return anchors;
}
