/** Reads the list of a fleet: its form, with all that is wrong told at once. What the values mean is for `key.ts`. */
import { parseDocument } from 'yaml';
import { type Kind, fields, inputText, isObject } from './fields.ts';

/** One key of the list, with what its account and the defaults say of it. */
export interface ListedKey {
  /** `accounts[0].keys[2]`, with the name of the key where it has one. */
  readonly place: string;
  /** Every field, the nearest one of each name, as text. */
  readonly values: ReadonlyMap<string, string>;
  /** `secrets`, one by one. */
  readonly secrets: readonly string[];
}

export type ReadList =
  | { readonly keys: readonly ListedKey[]; readonly problems?: never }
  | { readonly problems: readonly string[]; readonly keys?: never };

type Part = Readonly<Record<string, unknown>>;

export function readList(text: string): ReadList {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    return { problems: [`The list is not JSON${whereIn(error)}. Allowed: one JSON object.`] };
  }
  const twice = repeatedNames(text);
  if (twice.length > 0) return { problems: twice };
  const reader = new Reader();
  const keys = reader.list(list);
  return reader.problems.length > 0 ? { problems: reader.problems } : { keys };
}

/** The parser's own message quotes the text, which may be anything. */
function whereIn(error: unknown): string {
  const [, line, column] = /line (\d+) column (\d+)/.exec(String(error)) ?? [];
  return line === undefined || column === undefined ? '' : ` (line ${line}, column ${column})`;
}

/** Of two fields of one name JSON keeps the last, so a key could be lost without a word. YAML, which JSON is, refuses. */
function repeatedNames(text: string): string[] {
  const { errors } = parseDocument(text, { prettyErrors: true, uniqueKeys: true });
  return errors
    .filter(({ code }) => code === 'DUPLICATE_KEY')
    .map(
      ({ linePos }) =>
        `Line ${linePos?.[0].line ?? '?'} of the list repeats a field. Allowed: each field once.`,
    );
}

class Reader {
  readonly problems: string[] = [];

  list(list: unknown): ListedKey[] {
    if (!this.#isPart('The list', list)) return [];
    this.#allow('The list', list, ['$schema', 'defaults', 'accounts']);
    const defaults = this.#values('defaults', list.defaults ?? {}, fields.defaults);
    return this.#items('accounts', list.accounts).flatMap(([place, account]) =>
      this.#account(place, account, defaults),
    );
  }

  #account(place: string, account: unknown, defaults: ReadonlyMap<string, string>): ListedKey[] {
    if (!this.#isPart(place, account)) return [];
    const named = typeof account.account === 'string' ? `${place} (${shown(account.account)})` : place;
    const { keys, ...own } = account;
    const values = this.#values(named, own, fields.account, ['keys']);
    this.#need(named, account, ['account']);
    return this.#items(`${place}.keys`, keys).flatMap(([inner, key]) =>
      this.#key(inner, key, new Map([...defaults, ...values])),
    );
  }

  #key(place: string, key: unknown, above: ReadonlyMap<string, string>): ListedKey[] {
    if (!this.#isPart(place, key)) return [];
    const name = [key.name, key.environment, key['api-key']].find((one) => typeof one === 'string');
    const named = name === undefined ? place : `${place} (${shown(name)})`;
    const values = this.#values(named, key, fields.key);
    this.#need(named, key, ['api-key', 'environment']);
    if (!above.has('app-key') && !('app-key' in key))
      this.#say(named, '"app-key" is missing', 'the app key of the manager, here or in the account');
    const secrets = Array.isArray(key.secrets) ? key.secrets.filter((one) => typeof one === 'string') : [];
    return [{ place: named, values: new Map([...above, ...values]), secrets }];
  }

  #items(place: string, value: unknown): (readonly [string, unknown])[] {
    if (Array.isArray(value) && value.length > 0)
      return value.map((item: unknown, index) => [`${place}[${index}]`, item]);
    this.#say(
      place,
      value === undefined ? 'it is missing' : 'it has nothing in it, or is no array',
      'an array with at least one object',
    );
    return [];
  }

  #values(
    place: string,
    part: unknown,
    known: Readonly<Record<string, Kind>>,
    others: readonly string[] = [],
  ): Map<string, string> {
    const values = new Map<string, string>();
    if (!this.#isPart(place, part)) return values;
    this.#allow(place, part, [...Object.keys(known), ...others]);
    for (const [name, kind] of Object.entries(known)) {
      if (!Object.hasOwn(part, name)) continue;
      const read = inputText(part[name], kind);
      if ('text' in read) values.set(name, read.text);
      else this.#say(place, `"${name}" has a value of another kind`, read.wanted);
    }
    return values;
  }

  #allow(place: string, part: Part, known: readonly string[]): void {
    for (const name of Object.keys(part).filter((one) => !known.includes(one))) {
      const isSecret = /token|private/i.test(name) && name.length < 40;
      this.#say(
        place,
        isSecret
          ? `"${shown(name)}" does not belong into a list: a secret stands in the key's environment`
          : `"${shown(name)}" is unknown`,
        known.filter((one) => !one.startsWith('$')).join(', '),
      );
    }
  }

  #need(place: string, part: Part, names: readonly string[]): void {
    for (const name of names)
      if (!Object.hasOwn(part, name)) this.#say(place, `"${name}" is missing`, 'a text');
  }

  #isPart(place: string, value: unknown): value is Part {
    if (isObject(value)) return true;
    this.#say(place, 'it is no object', 'an object: {…}');
    return false;
  }

  #say(place: string, what: string, allowed: string): void {
    this.problems.push(`${place}: ${what}. Allowed: ${allowed}.`);
  }
}

/** A name from the list, as it may stand in a message. */
export function shown(text: string): string {
  return /^[\x20-\x7e]{1,80}$/.test(text) ? text : 'not printable';
}
