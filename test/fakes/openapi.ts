// GitHub's own description of its REST API, as a judge of requests and of the fake's replies.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import { atVersion, corrected, unescaped, type Json } from './openapi-corrections.ts';

/** github.com, or the release of GitHub Enterprise Server whose description is at hand. */
export type Edition = 'api.github.com' | 'ghes-3.17' | 'ghes-3.18' | 'ghes-3.19';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Json;
}

interface Asked {
  readonly method: string;
  readonly template: string;
  readonly version: string;
  readonly operation: Json;
}

export interface Match {
  /** `/repos/{owner}/{repo}/actions/secrets/{secret_name}` */
  readonly template: string;
  readonly params: Readonly<Record<string, string>>;
  readonly operation: Json;
}

const editions = new Map<Edition, OpenApi>();
const require = createRequire(import.meta.url);

/** GitHub's own description of its REST API: which requests exist, and what they may carry. */
export class OpenApi {
  readonly #document: Json;
  readonly #templates = new Map<number, { template: string; segments: string[] }[]>();
  readonly #ajv = new Ajv({ strict: false, allErrors: true, logger: false, validateFormats: false });
  readonly #validators = new Map<string, ValidateFunction>();

  private constructor(edition: Edition) {
    const file = require.resolve(`@octokit/openapi/generated/${edition}.json`);
    this.#document = JSON.parse(readFileSync(file, 'utf8')) as Json;
    for (const template of Object.keys(this.#document.paths as Json)) {
      const segments = template.split('/');
      const same = this.#templates.get(segments.length);
      if (same === undefined) this.#templates.set(segments.length, [{ template, segments }]);
      else same.push({ template, segments });
    }
  }

  /** Thirteen megabytes: read at the first request, once a process. */
  static of(edition: Edition): OpenApi {
    const known = editions.get(edition);
    if (known !== undefined) return known;
    const read = new OpenApi(edition);
    editions.set(edition, read);
    return read;
  }

  match(method: string, pathname: string): Match | undefined {
    // The one path whose last parameter spans segments.
    const [, prefix, path] = /^(\/repos\/[^/]+\/[^/]+\/contents)\/(.+)$/.exec(pathname) ?? [];
    const segments = (prefix === undefined ? pathname : `${prefix}/x`).split('/');
    const candidates = (this.#templates.get(segments.length) ?? []).filter(({ segments: wanted }) =>
      wanted.every((part, index) => part.startsWith('{') || part === segments[index]),
    );
    // A literal segment goes before a parameter: `public-key` is not the name of a secret.
    candidates.sort((one, other) => parameterCount(one.segments) - parameterCount(other.segments));
    for (const { template, segments: wanted } of candidates) {
      const operation = ((this.#document.paths as Json)[template] as Json)[method.toLowerCase()];
      if (operation === undefined) continue;
      const params: Record<string, string> = {};
      for (const [index, part] of wanted.entries()) {
        if (part.startsWith('{')) params[part.slice(1, -1)] = decodeURIComponent(segments[index] ?? '');
      }
      if (path !== undefined) params.path = decodeURIComponent(path);
      return { template, params, operation: operation as Json };
    }
    return undefined;
  }

  /** Everything about a request that the description does not allow. */
  problems(method: string, match: Match, query: URLSearchParams, body: string, version: string): string[] {
    const operation = atVersion(match.operation, version);
    const id = `${method} ${match.template} ${version}`;
    const declared = (operation.parameters as Json[] | undefined) ?? [];
    const parameters = declared.map((parameter) => this.#resolve(parameter) as unknown as Parameter);
    const found: string[] = [];
    for (const parameter of parameters) {
      const { name, required, schema } = parameter;
      const text = parameter.in === 'path' ? match.params[name] : query.get(name);
      if (text === null || text === undefined) {
        if (required === true) found.push(`${name} is missing`);
      } else if (schema !== undefined) {
        found.push(...this.#validate(`${id} ${name}`, schema, typed(text, this.#resolve(schema)), name));
      }
    }
    const known = new Set(parameters.filter((one) => one.in === 'query').map(({ name }) => name));
    for (const name of query.keys()) if (!known.has(name)) found.push(`unknown query parameter ${name}`);
    return [
      ...found,
      ...this.#bodyProblems(id, { method, template: match.template, version, operation }, body),
    ];
  }

  /** What a reply of a fake lacks of what GitHub documents; for the fakes' own tests. */
  replyProblems(method: string, match: Match, status: number, body: unknown): string[] {
    const response = this.#resolve((match.operation.responses as Json)[String(status)] as Json | undefined);
    if (response === undefined) return [`${status} is not a documented answer`];
    const schema = jsonSchema(response);
    return schema === undefined
      ? []
      : this.#validate(`${method} ${match.template} ${status}`, schema, body, '');
  }

  #bodyProblems(id: string, asked: Asked, body: string): string[] {
    const { method, template, version, operation } = asked;
    const declared = this.#resolve(operation.requestBody as Json | undefined);
    if (declared === undefined) return body === '' || body === '{}' ? [] : ['no body is declared'];
    if (body === '') return declared.required === true ? ['the body is missing'] : [];
    const schema = corrected(method, template, version, this.#deep(jsonSchema(declared) ?? {}) as Json);
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch {
      return ['the body is not JSON'];
    }
    return this.#validate(`${id} body`, schema, value, 'body');
  }

  #validate(id: string, schema: Json, value: unknown, where: string): string[] {
    let validate = this.#validators.get(id);
    if (validate === undefined) {
      validate = this.#ajv.compile(this.#deep(schema) as Json);
      this.#validators.set(id, validate);
    }
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${where}${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
    );
  }

  #resolve(value: Json): Json;
  #resolve(value: Json | undefined): Json | undefined;
  #resolve(value: Json | undefined): Json | undefined {
    if (typeof value?.$ref !== 'string') return value;
    const steps = value.$ref.slice(2).split('/');
    return steps.reduce((node, step) => node[unescaped(step)] as Json, this.#document);
  }

  /** The schema with every reference replaced by what it refers to; those used here do not recur. */
  #deep(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#deep(item));
    if (typeof value !== 'object' || value === null) return value;
    const whole = withNull(this.#resolve(value as Json));
    return Object.fromEntries(
      Object.entries(whole)
        .filter(([key]) => key !== 'example' && key !== 'examples')
        .map(([key, inner]) => [key, this.#deep(inner)]),
    );
  }
}

/** OpenAPI's `nullable` admits null whatever `enum` and the rest say; JSON Schema wants it listed. */
function withNull(schema: Json): Json {
  if (schema.nullable !== true) return schema;
  const { nullable, ...rest } = schema;
  if (rest.type === undefined) return { anyOf: [rest, { type: 'null' }] };
  if (!Array.isArray(rest.enum)) return schema;
  return { ...rest, nullable, enum: [...new Set([...(rest.enum as unknown[]), null])] };
}

const parameterCount = (segments: readonly string[]): number =>
  segments.filter((segment) => segment.startsWith('{')).length;

function jsonSchema(holder: Json): Json | undefined {
  const content = holder.content as Json | undefined;
  const json = content?.['application/json'] as Json | undefined;
  return json?.schema as Json | undefined;
}

/** Parameters arrive as text; the schema says what they stand for. */
function typed(text: string, schema: Json): unknown {
  if (schema.type === 'integer') return /^-?\d+$/.test(text) ? Number(text) : text;
  if (schema.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}
