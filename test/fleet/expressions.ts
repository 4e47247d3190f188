/** Expressions of a workflow, as GitHub's own engine evaluates them. */
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';

/** Contexts by their names: `inputs`, `secrets`, `needs`, … */
export type Contexts = Readonly<Record<string, unknown>>;

/** Of the conditions of jobs and steps; the engine itself knows the others. */
export interface Status {
  readonly failed: boolean;
  readonly cancelled: boolean;
}

const calm: Status = { failed: false, cancelled: false };

/** The text with every `${{ … }}` in it evaluated. */
export function textOf(text: unknown, contexts: Contexts, status: Status = calm): string {
  return String(text).replaceAll(/\$\{\{([^]*?)\}\}/g, (_, expression: string) =>
    evaluate(expression, contexts, status).coerceString(),
  );
}

/** The value of a text that is one expression, or the text. */
export function valueOf(text: unknown, contexts: Contexts): unknown {
  const [, expression] = /^\$\{\{([^]*)\}\}$/.exec(String(text).trim()) ?? [];
  if (expression === undefined) return text;
  return JSON.parse(JSON.stringify(evaluate(expression, contexts, calm), data.replacer));
}

/** Whether a job or step with this `if` runs. */
export function isTrue(condition: string | undefined, contexts: Contexts, status: Status = calm): boolean {
  if (condition === undefined) return !status.failed && !status.cancelled;
  const text = condition.trim();
  const expression = /^\$\{\{([^]*)\}\}$/.exec(text)?.[1] ?? text;
  // Without a function of the status GitHub puts `success()` before it.
  const asks = /\b(?:always|cancelled|failure|success)\s*\(/.test(expression);
  const value = evaluate(asks ? expression : `success() && (${expression})`, contexts, status);
  return value.kind === data.Kind.Boolean ? value.value : value.coerceString() !== '';
}

function evaluate(expression: string, contexts: Contexts, status: Status): data.ExpressionData {
  const functions = statusFunctions(status);
  const { tokens } = new Lexer(expression).lex();
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
  const context = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(tree, context, new Map(functions.map((one) => [one.name, one]))).evaluate();
}

function statusFunctions({ failed, cancelled }: Status): FunctionDefinition[] {
  const results = {
    always: true,
    cancelled,
    failure: failed && !cancelled,
    success: !failed && !cancelled,
  };
  return Object.entries(results).map(([name, result]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(result),
  }));
}
