/** A run as a text that reads like a specification and is the same each time. */
import type { Store } from '../fakes/index.ts';
import type { ActionRun } from '../runner/runner.ts';
import { nameOf, tokensOf } from '../world/token-names.ts';

export class Storyteller {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  tell(run: ActionRun, requests: readonly string[]): string {
    const lines = Object.entries(run.outputs)
      .filter(([name]) => name !== 'record' && name !== 'new-token')
      .map(([name, value]) => `${name}: ${value}`.trimEnd());
    const parts = {
      'exit code': String(run.exitCode),
      log: withoutBeats(run.log).trimEnd(),
      outputs: lines.join('\n'),
      summary: textOf(run.summary),
      requests: requests.join('\n'),
      'in the end': this.state(),
    };
    const told = Object.entries(parts).map(([title, text]) => `--- ${title} ---\n${this.#normalise(text)}\n`);
    return told.join('\n');
  }

  /** Requests that may overtake one another are sorted: looks in a row, and the renewal that goes out beside them. */
  requests(lines: readonly string[]): readonly string[] {
    const sorted: string[] = [];
    let batch: string[] = [];
    for (const line of looksFirst(lines)) {
      if (/^GET |\/apptoken\/login |\/renew /.test(line)) {
        batch.push(line);
        continue;
      }
      sorted.push(...batch.sort(), line);
      batch = [];
    }
    sorted.push(...batch.sort());
    return collapse(sorted.map((line) => this.#normalise(line)));
  }

  /** Which tokens VTEX accepts, and which of them each secret holds. */
  state(): string {
    const { vtex, github, targetKey } = this.#store;
    const tokens = tokensOf(this.#store).map(
      (token) => `VTEX: ${nameOf(this.#store, token)} is ${vtex.state(targetKey, token)}`,
    );
    if (vtex.isPending(targetKey)) tokens.push('VTEX: a renewal is pending');
    const secrets = [...github.secrets.all()].map(([path, secret]) => {
      const { visibility, repositoryIds } = secret;
      const readers = repositoryIds === undefined ? '' : `, ${repositoryIds.length} repositories`;
      return `${path}: ${nameOf(this.#store, secret.value)}${visibility === undefined ? '' : ` (${visibility}${readers})`}`;
    });
    return [...tokens, ...secrets.sort()].join('\n');
  }

  #normalise(text: string): string {
    const { managerKey, targetKey, run } = this.#store;
    const changing: readonly (readonly [string | RegExp, string])[] = [
      [managerKey, 'vtexappkey-acmestore-MANAGER'],
      [targetKey, 'vtexappkey-acmestore-RENEWED'],
      [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '{time}'],
      [/127\.0\.0\.1:\d+/g, '{host}'],
      [/request "[^"]+"/g, 'request "{id}"'],
      [/VTEX request id [\w-]+/g, 'VTEX request id {id}'],
      [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '{id}'],
      [/\b(?:less than \d+|\d+(?: min \d+)?) s\b/g, '{n} s'],
      [/\b\d{4}-\d\d-\d\d\b/g, '{date}'],
      [/ on Node [\d.]+/g, ' on Node {version}'],
      [/\(\d+ tries\)/g, '({n} tries)'],
      [/\b\d\d:\d\d:\d\d\b/g, '{clock}'],
      [/for \d+ s more/g, 'for {n} s more'],
      [new RegExp(`\\b${run.id}\\b`, 'g'), '{run}'],
    ];
    return changing.reduce((result, [from, to]) => result.replaceAll(from, to), text);
  }
}

/** How many beats a wait has depends on the machine, and so does a group that holds nothing else; other tests want them. */
function withoutBeats(log: string): string {
  const lines = log.split('\n').filter((line) => !line.includes(': still at it after '));
  const isEmptyGroup = (line: string, next = ''): boolean =>
    line !== '' && next.slice(2).startsWith(`${line} (`);
  return lines.filter((line, index) => !isEmptyGroup(line, lines[index + 1])).join('\n');
}

/** A look at a secret that goes out beside the writes of others may overtake them: it is told before them. */
function looksFirst(lines: readonly string[]): readonly string[] {
  const secretOf = (line: string, method: string): string | undefined =>
    new RegExp(`^${method} github (\\S+/secrets/\\w+) `).exec(line)?.[1];
  const told: string[] = [];
  for (const line of lines) {
    const looked = secretOf(line, 'GET');
    const last = told.findLastIndex((one) => [undefined, looked].includes(secretOf(one, 'PUT')));
    told.splice(looked === undefined ? told.length : last + 1, 0, line);
  }
  return told;
}

/** How often a poll asks depends on the machine. */
function collapse(lines: readonly string[]): string[] {
  return lines.flatMap((line, index) => {
    if (line === lines[index - 1] && line === lines[index - 2]) return [];
    return line === lines[index - 1] && line === lines[index + 1] ? ['(again and again)'] : [line];
  });
}

const entities = /&#(\d+);/g;

/** The summary as a person reads it. */
function textOf(summary: string): string {
  return summary
    .replace(/<details>\n<summary>Timeline[\s\S]*?<\/details>/g, '')
    .replace(/<\/t[dh]>(?=<t[dh]>)/g, ' | ')
    .replace(/<a href="([^"]*)">([^<]*)<\/a>/g, '$2 ($1)')
    .replaceAll('&nbsp;', ' ')
    .replace(/<[^>]+>/g, '')
    .replace(entities, (_entity, code: string) => String.fromCharCode(Number(code)))
    .split('\n')
    .filter((line) => line !== '')
    .join('\n')
    .trimEnd();
}
