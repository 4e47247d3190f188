/** A translation has what the English page has: its headings, its tables row by row, its code, each error code. */
import { describe, expect, test } from 'vitest';
import { errorCodes } from '../../src/common/errors.ts';
import { exists, read } from './files.ts';
import { headingsOf, linksOf } from './markdown.ts';

const languages = ['pt-BR', 'es'];
const pages = languages.flatMap((language) =>
  ['README.md', 'docs/setup.md', 'docs/troubleshooting.md'].map((english) => ({
    english,
    language,
    translated: translationOf(english, language),
  })),
);

function translationOf(english: string, language: string): string {
  return english.startsWith('docs/')
    ? english.replace('docs/', `docs/${language}/`)
    : english.replace('.md', `.${language}.md`);
}

/** What stands in code, and so is the same in every language: a heading of an error code, the name of an input. */
const codeIn = (text: string): string | undefined => /^`[^`]+`/.exec(text)?.[0];

interface Section {
  readonly heading: string;
  /** What each row of its tables begins with, where that is code. */
  readonly rows: readonly (string | undefined)[];
}

function sectionsOf(markdown: string): readonly Section[] {
  return markdown.split(/^(?=#{1,6} )/m).map((text) => ({
    heading: text.split('\n')[0] ?? '',
    rows: [...text.matchAll(/^[ >]*\| (.*) \|$/gm)].map(([, cells = '']) => codeIn(cells)),
  }));
}

/** Comments may be translated, and a `sh` block shows no more than commands. */
function codeBlocksOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^ *```(\w*)\n([^]*?)^ *```$/gm)].map(
    ([, language = '', code = '']) => `${language}\n${code.replaceAll(/ *#.*$/gm, '')}`,
  );
}

describe.each(pages)('$translated', ({ english, language, translated }) => {
  const [original, translation] = [read(english), read(translated)];

  test('has each heading of the English page, on its level and in its place', () => {
    const outline = (markdown: string) =>
      headingsOf(markdown).map(({ level, text }) => `${'#'.repeat(level)} ${codeIn(text) ?? '…'}`);
    expect(outline(translation)).toEqual(outline(original));
  });

  test('has each row of its tables', () => {
    const [theirs, ours] = [sectionsOf(original), sectionsOf(translation)];
    for (const [index, { heading, rows }] of theirs.entries()) {
      expect(ours[index]?.rows, heading).toEqual(rows);
    }
  });

  test('has its code, but for comments', () => {
    expect(codeBlocksOf(translation)).toEqual(codeBlocksOf(original));
  });

  test('leads to a page of its own language where there is one', () => {
    const foreign = linksOf(translation.split('\n## ').slice(1).join('\n## ')).filter((target) => {
      if (/^[a-z]+:|^#|^\.\.\/\.\.\/actions/.test(target)) return false;
      const path = new URL(target.split('#')[0] ?? '', `file:///${translated}`).pathname.slice(1);
      return path.endsWith('.md') && exists(translationOf(path, language));
    });
    expect(foreign.filter((target) => !/^README\.md#inputs$/.test(target))).toEqual([]);
  });

  test('and the English page lead to one another', () => {
    const own = translated.replace('docs/', '');
    expect(linksOf(original)).toContain(own);
    expect(linksOf(translation)).toContain(
      english.replace('docs/', translated.startsWith('docs/') ? '../' : ''),
    );
  });
});

test.each(languages)('docs/%s/troubleshooting.md says of each code the same three things', (language) => {
  const sections = read(`docs/${language}/troubleshooting.md`).split(/^### /m).slice(1);
  expect(sections.map(codeIn)).toEqual(errorCodes.map((code) => `\`${code}\``));
  const words = { 'pt-BR': ['Significa', 'Situação', 'Faça'], es: ['Significa', 'Estado', 'Haz'] }[language];
  for (const section of sections) {
    expect([...section.matchAll(/^\*\*(.+)\.\*\* /gm)].map(([, word]) => word)).toEqual(words);
  }
});

test('the two moves of VTEX Admin that can do harm carry their three names where they are explained', () => {
  for (const language of ['', ...languages]) {
    const page = read(translationOf('docs/troubleshooting.md', language).replace('//', '/'));
    for (const label of [
      'Undo Renewal',
      'Desfazer renovação',
      'Deshacer renovación',
      'Delete old token',
      'Excluir token antigo',
      'Eliminar token antiguo',
    ]) {
      expect(page).toContain(`*${label}*`);
    }
  }
});
