/** The tokens of the renewed key, and the whole values of secrets that hold more than the token. */
import { noToken, type Operation } from '../rotation/settings.ts';
import { Secret } from '../common/secret.ts';
import { parseSecretTarget } from '../paths/parse-secret-path.ts';
import { keyOf, type SecretPath } from '../paths/secret-path.ts';
import { type Environment, isReference } from './names.ts';
import { flawOf, type InputReader } from './reader.ts';
import { isObject, parseJson } from './whole-value-secrets.ts';

export interface Tokens {
  readonly currentToken: Secret | undefined;
  readonly pendingToken: Secret | undefined;
  readonly oldToken: Secret | undefined;
  readonly oldTokenPassed: boolean;
  readonly currentValues: ReadonlyMap<string, Secret>;
}

export function readTokens(
  reader: InputReader,
  environment: Environment,
  operation: Operation,
  secrets: readonly SecretPath[],
): Tokens {
  const values = readCurrentValues(reader, environment, secrets);
  return {
    currentToken: readCurrentToken(reader, operation, values),
    pendingToken: tokenOrNone(reader, 'pending-token'),
    oldToken: tokenOrNone(reader, 'old-token'),
    oldTokenPassed: reader.text('old-token') !== undefined,
    currentValues: values.byPath,
  };
}

function tokenOrNone(reader: InputReader, name: 'pending-token' | 'old-token'): Secret | undefined {
  return reader.text(name) === noToken ? undefined : reader.secret(name);
}

const tokenOrNoneAllowed = `the token that is in use now, or ${noToken} if there is none`;

function readCurrentToken(
  reader: InputReader,
  operation: Operation,
  values: CurrentValues,
): Secret | undefined {
  const name = 'current-token';
  const text = reader.text(name);
  if (text === undefined) {
    if (operation === 'rotate' || operation === 'check')
      reader.wrong(name, 'it is empty', tokenOrNoneAllowed);
    return undefined;
  }
  if (text === noToken) return undefined;
  if (isReference(text) || values.byKey.has(keyIn(text))) return readReference(reader, text, values);
  if (flawOf(text) !== undefined && /^[[{]|[\r\n]/.test(text)) {
    const flaw = `${flawOf(text) ?? ''}: the secret holds more than the token`;
    const allowed = `${tokenOrNoneAllowed}; for a secret that holds more, its whole value in current-values, and here NAME#/json/pointer`;
    reader.wrong(name, flaw, allowed);
    return undefined;
  }
  return reader.secret(name);
}

interface CurrentValues {
  /** By the key as written. */
  readonly byKey: ReadonlyMap<string, string>;
  /** By the canonical path. */
  readonly byPath: ReadonlyMap<string, Secret>;
}

function readCurrentValues(
  reader: InputReader,
  environment: Environment,
  secrets: readonly SecretPath[],
): CurrentValues {
  const name = 'current-values';
  const nothing = { byKey: new Map<string, string>(), byPath: new Map<string, Secret>() };
  const text = reader.text(name);
  if (text === undefined) return nothing;
  const parsed = parseJson(text);
  if (!isObject(parsed)) {
    reader.wrong(name, 'it is not a JSON object', '{"NAME": ${{ toJSON(secrets.NAME) }} }');
    return nothing;
  }
  const byKey = new Map<string, string>();
  const byPath = new Map<string, Secret>();
  for (const [key, value] of Object.entries(parsed)) {
    const path = listedPath(key, environment, secrets);
    if (path === undefined)
      reader.wrong(
        name,
        `${reader.quoted(key)} is not a line of secrets`,
        'listed secrets, as written there, without *',
      );
    else if (typeof value !== 'string' || value === '')
      reader.wrong(
        name,
        `the value of ${reader.quoted(key)} is not a text`,
        'the whole value of that secret, from toJSON(secrets.NAME)',
      );
    else {
      byKey.set(key, value);
      byPath.set(path.path, new Secret(value));
    }
  }
  return { byKey, byPath };
}

function listedPath(
  key: string,
  environment: Environment,
  secrets: readonly SecretPath[],
): SecretPath | undefined {
  try {
    const target = parseSecretTarget(key, environment.GITHUB_REPOSITORY ?? '');
    return secrets.find((path) => keyOf(path) === keyOf(target));
  } catch {
    return undefined;
  }
}

/** `VTEX_QE#/vtex/apiToken`: a JSON pointer (RFC 6901) into a whole value. */
function readReference(reader: InputReader, text: string, { byKey }: CurrentValues): Secret | undefined {
  const name = 'current-token';
  const key = keyIn(text);
  const pointer = text.slice(key.length + 1);
  const whole = byKey.get(key);
  if (whole === undefined) {
    reader.wrong(
      name,
      `current-values has no entry ${reader.quoted(key)}`,
      'NAME#/json/pointer with NAME as in current-values',
    );
    return undefined;
  }
  const found = valueAt(parseJson(whole), pointer);
  if (typeof found === 'string' && flawOf(found) === undefined) return new Secret(found);
  reader.wrong(
    name,
    `in the value of ${reader.quoted(key)} there is no token at ${reader.quoted(pointer)}`,
    'a JSON pointer to the token, as /vtex/apiToken',
  );
  return undefined;
}

/** What stands before the `#`. */
function keyIn(reference: string): string {
  return reference.split('#', 1)[0] ?? '';
}

function valueAt(document: unknown, pointer: string): unknown {
  if (pointer === '') return document;
  if (!pointer.startsWith('/')) return undefined;
  let value = document;
  for (const part of pointer.slice(1).split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
