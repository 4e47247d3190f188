/**
 * Draws the picture of the two tokens over time, in each language of the README and for both colour schemes: GitHub shows
 * the one that fits the reader's scheme, which an SVG by itself cannot know.
 *
 *   node scripts/two-tokens.ts           writes docs/images/two-tokens*.svg
 */
import { writeFileSync } from 'node:fs';

const folder = new URL('../docs/images/', import.meta.url);

interface Words {
  readonly title: string;
  readonly rows: readonly [old: string, fresh: string, secrets: string];
  readonly steps: readonly [renew: string, store: string, verify: string, finish: string];
  readonly works: string;
  readonly deleted: string;
  readonly holdOld: string;
  readonly holdNew: string;
  readonly both: string;
}

const languages: Readonly<Record<string, Words>> = {
  '': {
    title:
      'The old token works until the last step; the new one from the first. In between both work, and the secrets change from one to the other.',
    rows: ['Old token', 'New token', 'Your secrets'],
    steps: ['renew', 'store', 'verify', 'finish'],
    works: 'works',
    deleted: 'deleted',
    holdOld: 'hold the old one',
    holdNew: 'hold the new one',
    both: 'both tokens work: a failure here stops nothing',
  },
  '.pt-BR': {
    title:
      'O token antigo funciona até o último passo; o novo, desde o primeiro. Entre os dois ambos funcionam, e os segredos passam de um para o outro.',
    rows: ['Token antigo', 'Token novo', 'Seus segredos'],
    steps: ['renovar', 'gravar', 'verificar', 'concluir'],
    works: 'funciona',
    deleted: 'excluído',
    holdOld: 'com o antigo',
    holdNew: 'com o novo',
    both: 'os dois tokens funcionam: uma falha aqui não para nada',
  },
  '.es': {
    title:
      'El token antiguo funciona hasta el último paso; el nuevo, desde el primero. Entre ambos funcionan los dos, y los secretos pasan de uno a otro.',
    rows: ['Token antiguo', 'Token nuevo', 'Tus secretos'],
    steps: ['renovar', 'guardar', 'verificar', 'finalizar'],
    works: 'funciona',
    deleted: 'eliminado',
    holdOld: 'con el antiguo',
    holdNew: 'con el nuevo',
    both: 'funcionan los dos tokens: un fallo aquí no detiene nada',
  },
};

interface Colours {
  readonly text: string;
  readonly faint: string;
  readonly line: string;
  readonly old: string;
  readonly fresh: string;
  readonly onBar: string;
}

const schemes: Readonly<Record<string, Colours>> = {
  light: {
    text: '#1f2328',
    faint: '#59636e',
    line: '#d1d9e0',
    old: '#57606a',
    fresh: '#1a7f37',
    onBar: '#ffffff',
  },
  dark: {
    text: '#f0f6fc',
    faint: '#9198a1',
    line: '#3d444d',
    old: '#9198a1',
    fresh: '#3fb950',
    onBar: '#0d1117',
  },
};

/** Where each step happens, from left to right. */
const at = { start: 120, renew: 235, store: 370, verify: 505, finish: 640, end: 760 };
const rows = { old: 66, fresh: 112, secrets: 158, height: 30 };

function bar(row: number, from: number, to: number, fill: string, label: string, onBar: string): string {
  return (
    `<rect x="${from}" y="${row}" width="${to - from}" height="${rows.height}" rx="4" fill="${fill}"/>` +
    `<text x="${from + 12}" y="${row + 20}" fill="${onBar}">${label}</text>`
  );
}

function draw(words: Words, colours: Colours): string {
  const { text, faint, line, old, fresh, onBar } = colours;
  const moments = [at.renew, at.store, at.verify, at.finish];
  const right = `<path d="M${at.end} 0l14 15-14 15z"`;
  const arrow = (row: number): string => `<g transform="translate(-2 ${row})">${right} fill="${fresh}"/></g>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 780 250" role="img" aria-labelledby="t" ` +
      `font-family="-apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif" font-size="14">`,
    `<title id="t">${words.title}</title>`,
    ...moments.map(
      (x, index) =>
        `<path d="M${x} 44V198" stroke="${line}" stroke-width="2" stroke-dasharray="4 4"/>` +
        `<text x="${x}" y="32" fill="${text}" text-anchor="middle" font-weight="600">${index + 1}. ${words.steps[index] ?? ''}</text>`,
    ),
    ...[rows.old, rows.fresh, rows.secrets].map(
      (row, index) => `<text x="0" y="${row + 20}" fill="${text}">${words.rows[index] ?? ''}</text>`,
    ),
    bar(rows.old, at.start, at.finish, old, words.works, onBar),
    `<text x="${at.finish + 12}" y="${rows.old + 20}" fill="${faint}">${words.deleted}</text>`,
    bar(rows.fresh, at.renew, at.end, fresh, words.works, onBar),
    arrow(rows.fresh),
    bar(rows.secrets, at.start, at.store, old, words.holdOld, onBar),
    bar(rows.secrets, at.store, at.end, fresh, words.holdNew, onBar),
    arrow(rows.secrets),
    `<path d="M${at.renew} 210v8h${at.finish - at.renew}v-8" fill="none" stroke="${faint}" stroke-width="1.5"/>`,
    `<text x="${(at.renew + at.finish) / 2}" y="240" fill="${faint}" text-anchor="middle">${words.both}</text>`,
    '</svg>',
    '',
  ].join('\n');
}

/** Each file's name and text. */
export function pictures(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(languages).flatMap(([language, words]) =>
      Object.entries(schemes).map(([scheme, colours]): [string, string] => [
        `two-tokens${language}-${scheme}.svg`,
        draw(words, colours),
      ]),
    ),
  );
}

if (import.meta.main) {
  for (const [name, svg] of pictures()) writeFileSync(new URL(name, folder), svg);
}
