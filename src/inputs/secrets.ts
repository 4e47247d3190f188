/** The inputs that name secrets. */
import { InvalidSecretPath, parseSecretPath, sameSecret, type SecretPath, sibling } from '../secret-path.ts';
import type { Environment, InputReader } from './reader.ts';

export function readSecrets(reader: InputReader, environment: Environment): readonly SecretPath[] {
  const paths: SecretPath[] = [];
  const lines = reader.lines('secrets');
  if (lines.length === 0)
    reader.wrong('secrets', 'it is missing', 'at least one path of a secret, one a line');
  for (const { text, number } of lines) {
    const path = readPath(reader, 'secrets', ` in line ${number}`, text, environment);
    if (path !== undefined && !paths.some((other) => sameSecret(path, other))) paths.push(path);
  }
  return paths;
}

function readPath(
  reader: InputReader,
  name: string,
  place: string,
  text: string,
  environment: Environment,
): SecretPath | undefined {
  try {
    return parseSecretPath(text, environment.GITHUB_REPOSITORY ?? '');
  } catch (error) {
    if (!(error instanceof InvalidSecretPath)) throw error;
    reader.wrong(name, `the path${place} is wrong: ${error.message}`, 'see "Paths of secrets" in the README');
    return undefined;
  }
}

export function readPendingSecret(
  reader: InputReader,
  environment: Environment,
  secrets: readonly SecretPath[],
): SecretPath {
  const [first] = secrets;
  const given = reader.text('pending-secret');
  const path = given === undefined ? undefined : readPath(reader, 'pending-secret', '', given, environment);
  // Without a first secret a problem is on record already, so the stand-in is never used.
  const standIn: SecretPath = { level: 'repository', owner: '', repo: '', name: '', path: '' };
  let pending = path ?? (first === undefined ? standIn : sibling(first, '_PENDING'));
  if (path?.level === 'organization' && path.audience === undefined && first?.level === 'organization') {
    if (path.org.toLowerCase() === first.org.toLowerCase()) pending = { ...path, audience: { like: first } };
  }
  if (secrets.some((listed) => sameSecret(listed, pending))) {
    reader.wrong(
      'pending-secret',
      'it is one of the listed secrets',
      'a secret of its own, beside the listed ones',
    );
  }
  return pending;
}
