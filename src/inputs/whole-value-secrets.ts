/** What has to be hidden of the whole values of secrets that hold more than the token. */

/** Shorter parts are words that occur by chance. */
const leastLength = 8;

/**
 * The input itself, every whole value in it, and the parts that could be printed by themselves: the texts in a JSON
 * value and the lines of a longer one. A text of several lines is hidden line by line, for the runner would hide its
 * short lines too, and with them every brace of the outputs.
 */
export function secretsIn(text: string): readonly string[] {
  if (text === '') return [];
  const parsed = parseJson(text);
  const values = isObject(parsed)
    ? Object.values(parsed).filter((value) => typeof value === 'string')
    : [text];
  const parts = [text, ...values].flatMap(partsOf).filter((part) => part.length >= leastLength);
  const wholes = [text, ...values].filter((whole) => !/[\r\n]/.test(whole));
  return [...new Set([...wholes, ...parts])];
}

function partsOf(value: string): readonly string[] {
  const parsed = parseJson(value);
  const leaves = typeof parsed === 'object' && parsed !== null ? leavesOf(parsed) : [];
  const lines = value.split(/\r\n|\r|\n/).map((line) => line.trim());
  return [...leaves, ...(lines.length > 1 ? lines : [])];
}

function leavesOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [];
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
