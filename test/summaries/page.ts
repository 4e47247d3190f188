/** A page with one summary on it, in GitHub's style and in fonts of its own, so that it looks alike on every machine. */
import { readFileSync } from 'node:fs';
import { toHtml } from '../../demo/markdown.ts';
import { packageFile } from '../../scripts/packages.ts';

/** The letters, the signs of the steps, and the emoji of the states; a summary has no others. */
const fonts = [
  ['Noto Sans', 400, '@fontsource/noto-sans', 'files/noto-sans-latin-400-normal.woff2'],
  ['Noto Sans', 600, '@fontsource/noto-sans', 'files/noto-sans-latin-600-normal.woff2'],
  ['Liberation Mono', 400, '@fontsource/noto-sans-mono', 'files/noto-sans-mono-latin-400-normal.woff2'],
  ['Arrows', 400, '@fontsource/noto-sans-math', 'files/noto-sans-math-latin-400-normal.woff2'],
  ['Signs', 400, '@fontsource/noto-sans-symbols-2', 'files/noto-sans-symbols-2-symbols-400-normal.woff2'],
  // In the old format of colours, which the small Chromium draws too.
  ['Emoji', 400, 'twemoji-colr-font', 'twemoji.woff2'],
] as const;

const fontFaces = fonts.map(([family, weight, name, file]) => {
  const data = readFileSync(packageFile(name, file)).toString('base64');
  const ranges: Readonly<Record<string, string>> = {
    Arrows: 'unicode-range: U+2192;',
    Signs: 'unicode-range: U+2713, U+2717;',
    // Not the digits, which are emoji too.
    Emoji: 'unicode-range: U+203C-FE0F, U+1F000-1FFFF;',
  };
  return `@font-face { font-family: '${family}'; font-weight: ${weight}; ${ranges[family] ?? ''}
    src: url(data:font/woff2;base64,${data}) format('woff2'); }`;
});

const styles = [
  readFileSync(packageFile('github-markdown-css', 'github-markdown.css'), 'utf8'),
  ...fontFaces,
  `:root { --page: #ffffff; color-scheme: light dark; }
   @media (prefers-color-scheme: dark) { :root { --page: #0d1117; } }
   body { margin: 0; background: var(--page); }
   .markdown-body { padding: 16px; font-family: 'Noto Sans', 'Emoji', 'Arrows', 'Signs', sans-serif; }`,
].join('\n');

export function pageOf(markdown: string, title: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>${styles}</style></head>
<body><main class="markdown-body">${toHtml(markdown)}</main></body></html>`;
}
