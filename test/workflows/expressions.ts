/** GitHub's expressions in a workflow file, evaluated by GitHub's own library. */
import { Evaluator, Lexer, Parser, data } from '@actions/expressions';

/** By name: `secrets`, `vars`, `needs`, … */
export type Contexts = Readonly<Record<string, unknown>>;

/** How the jobs or steps before have ended. */
export type Before = 'success' | 'failure';

type Value = ReturnType<Evaluator['evaluate']>;

function toData(value: unknown): Value {
  return JSON.parse(JSON.stringify(value ?? null), data.reviver) as Value;
}

/** The functions that exist in conditions only. */
function statusFunctions(before: Before) {
  const results = {
    always: true,
    cancelled: false,
    success: before === 'success',
    failure: before === 'failure',
  };
  return Object.entries(results).map(([name, result]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(result),
  }));
}

function valueOf(expression: string, contexts: Contexts, before: Before): Value {
  const { tokens } = new Lexer(expression).lex();
  const functions = statusFunctions(before);
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
  const pairs = Object.entries(contexts).map(([key, value]) => ({ key, value: toData(value) }));
  const byName = new Map(functions.map((one) => [one.name, one]));
  return new Evaluator(tree, new data.Dictionary(...pairs), byName).evaluate();
}

/** A text with `${{ … }}` in it. */
export function filled(text: unknown, contexts: Contexts): string {
  return String(text).replaceAll(/\$\{\{([^]*?)\}\}/g, (_whole, expression: string) =>
    valueOf(expression.trim(), contexts, 'success').coerceString(),
  );
}

export function filledAll(
  texts: Readonly<Record<string, unknown>> = {},
  contexts: Contexts,
): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, filled(text, contexts)]));
}

/** Whether an `if` holds. Without a status function it also wants that all went well before. */
export function holds(condition: string | boolean | undefined, contexts: Contexts, before: Before): boolean {
  if (condition === undefined) return before === 'success';
  const expression = String(condition).replace(/^\$\{\{([^]*)\}\}$/, '$1');
  if (!/\b(always|cancelled|success|failure)\(/.test(expression) && before === 'failure') return false;
  const value = valueOf(expression.trim(), contexts, before).coerceString();
  return !['', 'false', '0'].includes(value);
}
