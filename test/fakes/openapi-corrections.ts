// Where the package's description of GitHub's API is not GitHub's own, and how it differs by version.

export type Json = Record<string, unknown>;

/**
 * Two bodies in this package are old hand-kept copies (octokit/openapi, `scripts/overrides`): GitHub itself also
 * requires the value and the key id of an organization's Actions secret, and takes ids as integers only; for
 * Dependabot secrets that came with version 2026-03-10. And GitHub refuses keys that it does not know at the top of a
 * body, which the description leaves open.
 */
export function corrected(method: string, template: string, version: string, schema: Json): Json {
  const strict: Json = schema.additionalProperties === undefined ? { additionalProperties: false } : {};
  const [, store] =
    /^PUT \/orgs\/\{org\}\/(actions|dependabot)\/secrets\/\{secret_name\}$/.exec(`${method} ${template}`) ??
    [];
  if (store === undefined) return { ...schema, ...strict };
  const isActions = store === 'actions';
  const ids = { type: 'array', items: { type: 'integer' } };
  return {
    ...schema,
    ...strict,
    properties: {
      ...(schema.properties as Json),
      ...(isActions || version >= '2026-03-10' ? { selected_repository_ids: ids } : {}),
    },
    required: isActions ? ['encrypted_value', 'key_id', 'visibility'] : ['visibility'],
  };
}

interface BreakingChange {
  readonly version: string;
  readonly patch: readonly { readonly op: string; readonly path: string; readonly value?: unknown }[];
}

/** The description is of 2022-11-28 and carries the changes of later versions as JSON patches. */
export function atVersion(operation: Json, version: string): Json {
  const all = (operation['x-github-breaking-changes'] as BreakingChange[] | undefined) ?? [];
  const changes = all.filter((change) => change.version <= version);
  if (changes.length === 0) return operation;
  const patched = structuredClone(operation);
  for (const { op, path, value } of changes.flatMap(({ patch }) => patch)) {
    const steps = path.slice(1).split('/').map(unescaped);
    const last = steps.pop() ?? '';
    const parent = steps.reduce<Json | undefined>((node, step) => node?.[step] as Json | undefined, patched);
    if (parent === undefined) continue;
    if (op === 'remove') Reflect.deleteProperty(parent, last);
    else parent[last] = value;
  }
  return patched;
}

export const unescaped = (step: string): string => step.replaceAll('~1', '/').replaceAll('~0', '~');
