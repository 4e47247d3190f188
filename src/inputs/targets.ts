/** The inputs that name secrets. */
import { parseSecretPath, parseSecretTarget } from '../paths/parse-secret-path.ts';
import { InvalidSecretPath } from '../paths/secret-names.ts';
import {
  keyOf,
  oldSecretPathOf,
  sameSecret,
  type SecretPath,
  type SecretPattern,
  warningAbout,
} from '../paths/secret-path.ts';
import type { Environment, InputName } from './names.ts';
import type { InputReader } from './reader.ts';

export interface Targets {
  readonly secrets: readonly SecretPath[];
  readonly patterns: readonly SecretPattern[];
  readonly pendingSecret: SecretPath;
  readonly oldSecret: SecretPath;
  readonly warnings: readonly string[];
}

type Target = SecretPath | SecretPattern;

export function readTargets(reader: InputReader, environment: Environment): Targets {
  const targets = readListed(reader, environment);
  const secrets = targets.filter((target) => target.level !== 'pattern');
  const patterns = targets.filter((target) => target.level === 'pattern');
  const pendingSecret = readPendingSecret(reader, environment, targets[0]);
  const oldSecret = oldSecretPathOf(pendingSecret);
  for (const [path, what] of [
    [pendingSecret, 'it'],
    [oldSecret, 'its old secret'],
  ] as const) {
    if (secrets.some((listed) => sameSecret(listed, path)))
      reader.wrong(
        'pending-secret',
        `${what} is one of the listed secrets`,
        'a secret of its own, beside the listed ones',
      );
  }
  return {
    secrets,
    patterns,
    pendingSecret,
    oldSecret,
    warnings: targets.flatMap((target) => warningAbout(target) ?? []),
  };
}

function readListed(reader: InputReader, environment: Environment): readonly Target[] {
  const lines = reader.lines('secrets');
  if (lines.length === 0)
    reader.wrong('secrets', 'it is missing', 'at least one path of a secret, one a line');
  const targets = lines.flatMap(({ text, number }) => {
    const target = readPath(reader, 'secrets', ` in line ${number}`, text, (path) =>
      parseSecretTarget(path, environment.GITHUB_REPOSITORY ?? ''),
    );
    return target === undefined ? [] : [target];
  });
  // Listed twice counts once, as it was written first.
  return [...new Map(targets.toReversed().map((target) => [keyOf(target), target])).values()].toReversed();
}

function readPath<T>(
  reader: InputReader,
  name: InputName,
  place: string,
  text: string,
  parse: (text: string) => T,
): T | undefined {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof InvalidSecretPath)) throw error;
    reader.wrong(
      name,
      `${reader.quoted(text)}${place} is wrong: ${error.message}${reader.meant(error.suggestion)}`,
      'see "Paths of secrets" in the README',
    );
    return undefined;
  }
}

/** Only read where a problem is on record already, so the stand-in is never used. */
const standIn: SecretPath = {
  level: 'repository',
  owner: '',
  repo: '',
  name: '',
  path: 'repos///actions/secrets/',
};

function readPendingSecret(
  reader: InputReader,
  environment: Environment,
  first: Target | undefined,
): SecretPath {
  const given = reader.text('pending-secret');
  const text = given ?? (first === undefined ? undefined : `${first.name}_PENDING`);
  if (text === undefined) return standIn;
  const parse = (path: string): SecretPath => parseSecretPath(path, environment.GITHUB_REPOSITORY ?? '');
  const pending = readPath(reader, 'pending-secret', '', text, parse);
  if (pending === undefined) return standIn;
  const isShared = pending.level === 'organization' && pending.audience === undefined;
  const isBeside =
    isShared && first?.level === 'organization' && pending.org.toLowerCase() === first.org.toLowerCase();
  return isBeside ? { ...pending, audience: { like: first } } : pending;
}
