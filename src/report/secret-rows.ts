/** Which secret holds which token: those that are not as they should be first. */
import type { Outcome } from '../rotation/model.ts';
import { entriesOf } from '../rotation/listed-secrets.ts';
import type { Settings } from '../rotation/settings.ts';
import type { Holding, SecretStanding } from '../rotation/standing.ts';
import type { SecretPath } from '../paths/secret-path.ts';
import { type Links, placeOfSecret } from './links.ts';
import { block, code, details, escapeHtml, link, table, unbroken } from './markup.ts';
import { ageText, counted, momentText, numberText } from './times.ts';

/** A reader looks at so many; the others are folded. */
const shownRows = 30;

/** GitHub takes 1 MiB of summary from a step; the rest of the page needs little of it. Characters. */
const foldedLimit = 600_000;

interface Row {
  readonly secret: SecretStanding;
  readonly state: string;
  /** Lower ones come first. */
  readonly rank: number;
  readonly readers?: string;
}

/** HTML. */
export function secretTable(settings: Settings, outcome: Outcome, links: Links): string {
  const now = outcome.steps.at(-1)?.endedAt ?? 0;
  const cells = (row: Row): readonly string[] => cellsOf(row, now, links);
  const rows = listedRows(outcome).toSorted((a, b) => a.rank - b.rank);
  const shown = rows.slice(0, shownRows);
  const folded = rows.slice(shownRows);
  const head = ['Holds', 'Secret', 'Where', 'Written (UTC)'];
  return [
    folded.length === 0 ? '' : block(countsOf(rows)),
    table(head, [...shown, ...ownRows(settings, outcome)].map(cells)),
    folded.length === 0 ? '' : foldedTable(head, folded.map(cells)),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Every row that fits, and how many do not. */
function foldedTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  let length = 0;
  const fitting = rows.filter((row) => (length += row.join('').length + 50) < foldedLimit);
  const left = rows.length - fitting.length;
  const more = left === 0 ? '' : block(`and ${left} more: see the output <code>record</code>`);
  return details(counted(rows.length, 'more secret'), table(head, fitting), more);
}

function countsOf(rows: readonly Row[]): string {
  const byState = Map.groupBy(rows, ({ state }) => state);
  return [...byState].map(([state, { length }]) => `${state} ${numberText(length)}`).join(' · ');
}

function cellsOf({ secret, state, readers }: Row, now: number, links: Links): readonly string[] {
  const { name, where, url } = placeOfSecret(secret.path, links);
  const note = readers === undefined ? '' : ` (${escapeHtml(readers.replace(/^selected: /, ''))})`;
  return [state.replace(' ', '&nbsp;'), code(name), link(where, url) + note, writtenText(secret, now)];
}

function writtenText({ updatedAt }: SecretStanding, now: number): string {
  if (updatedAt === undefined) return '–';
  const age = ageText(updatedAt, now);
  return momentText(updatedAt, now) + (age === '' ? '' : ` · ${unbroken(age)}`);
}

function listedRows({ standing, knowledge, result }: Outcome): readonly Row[] {
  const isTakenBack = result === 'restored' || result === 'undone';
  const wanted: Holding = isTakenBack ? 'old' : 'new';
  const isAtWork = standing.secrets.some(({ holds }) => holds === wanted) || standing.renewal === 'pending';
  const readers = new Map(knowledge.seen?.listed.map(({ path, readers: who }) => [path.path, who]));
  return standing.secrets.map((secret): Row => {
    const who = readers.get(secret.path);
    return {
      secret,
      ...stateOf(secret.holds, wanted, isAtWork && !isTakenBack),
      ...(who === undefined ? {} : { readers: who }),
    };
  });
}

/** Green: as it should be. Yellow: somebody should look. White: there is nothing to say. */
function stateOf(holds: Holding, wanted: Holding, isAtWork: boolean): Pick<Row, 'state' | 'rank'> {
  switch (holds) {
    case 'unknown':
      return { state: '🟡 not known', rank: 0 };
    case 'unchanged':
      return isAtWork ? { state: '🟡 not updated', rank: 1 } : { state: '⚪ unchanged', rank: 3 };
    case 'none':
      return { state: '⚪ does not exist', rank: 2 };
    case 'new':
    case 'old':
      return holds === wanted ? { state: `🟢 ${holds}`, rank: 4 } : { state: `🟡 ${holds}`, rank: 1 };
  }
}

/** The renewal's own two, where they exist, or did before this run removed them. */
function ownRows(settings: Settings, { standing, knowledge }: Outcome): readonly Row[] {
  const rows: readonly (readonly [SecretPath, SecretStanding])[] = [
    [settings.pendingSecret, standing.pending],
    [settings.oldSecret, standing.old],
  ];
  return rows.flatMap(([path, secret]): readonly Row[] => {
    const [entry] = entriesOf(knowledge.secrets, [path]);
    if (entry === undefined) return [];
    if (secret.holds !== 'none') return [{ secret, ...ownState(secret.holds) }];
    const existed = entry.write !== undefined || entry.seen.updatedAt !== undefined;
    return existed ? [{ secret, state: '⚪ removed', rank: 5 }] : [];
  });
}

function ownState(holds: Holding): Pick<Row, 'state' | 'rank'> {
  return holds === 'new' || holds === 'old'
    ? { state: `${holds === 'new' ? '🟢' : '🔵'} ${holds}`, rank: 5 }
    : { state: '🟡 not known', rank: 5 };
}
