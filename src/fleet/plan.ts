/** Makes of the list of a fleet what the matrix holds: one entry a key, with all that its job has to know. */
import { Duplicates } from './duplicates.ts';
import { type Key, KeyReader, type Run } from './key.ts';
import { readList } from './list.ts';

export interface PlanOptions extends Run {
  readonly list: string;
  /** Names of keys, `*` for any characters; empty: all. */
  readonly only: string;
}

export interface Plan {
  readonly keys: readonly Key[];
  /** Of all keys of the list, whatever `only` says. */
  readonly ids: readonly string[];
  readonly warnings: readonly string[];
}

export type Planned = (Plan & { readonly problems?: never }) | { readonly problems: readonly string[] };

/** https://docs.github.com/actions/reference/limits: so many jobs can come of a matrix. */
const mostKeys = 256;

export function plan(options: PlanOptions): Planned {
  const { keys: listed, problems: malformed } = readList(options.list);
  if (malformed !== undefined) return { problems: malformed };
  const duplicates = new Duplicates();
  const read = listed.map((key, index) => new KeyReader(key, index, options, duplicates).read());
  const problems = [...read.flatMap((one) => one.problems), ...duplicates.problems];
  if (problems.length > 0) return { problems };
  const all = read.flatMap(({ key }) => key ?? []);
  const keys = chosen(all, options.only);
  if (keys.length === 0) {
    const names = all.slice(0, 20).map(({ id }) => id);
    return {
      problems: [
        `"only" chooses no key. Allowed: names of the list, as ${names.join(', ')}; * for any characters.`,
      ],
    };
  }
  if (keys.length > mostKeys) {
    return {
      problems: [
        `There are ${keys.length} keys. Allowed: at most ${mostKeys}, which is what a matrix holds; choose some with "only", or make two lists.`,
      ],
    };
  }
  return { keys, ids: all.map(({ id }) => id), warnings: read.flatMap(({ warnings }) => warnings) };
}

function chosen(keys: readonly Key[], only: string): readonly Key[] {
  const patterns = only.split(/[\s,]+/).filter((pattern) => pattern !== '');
  if (patterns.length === 0) return keys;
  const expressions = patterns.map((pattern) => {
    const literal = pattern.split(/\*+/).map((piece) => piece.replaceAll(/[^\w-]/g, String.raw`\$&`));
    return new RegExp(`^${literal.join('.*')}$`, 'i');
  });
  return keys.filter(({ id }) => expressions.some((expression) => expression.test(id)));
}
