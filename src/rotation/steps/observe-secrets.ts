/** Looks at the secrets that the inputs name and that patterns find, and at the two of the renewal. */
import { attempted, RotationError } from '../../common/errors.ts';
import { keyOf, type SecretPath } from '../../paths/secret-path.ts';
import type { Observation } from '../model.ts';
import type { Ports } from '../ports.ts';
import type { SecretFacts } from '../ports/secret-store.ts';
import type { Settings } from '../settings.ts';
import type { Seen } from './problems.ts';

interface Places {
  readonly listed: readonly Seen[];
  readonly pendingSecret: Seen;
  readonly oldSecret: Seen;
  readonly skipped: Observation['skipped'];
  readonly problems: readonly RotationError[];
}

export async function lookAtSecrets(settings: Settings, ports: Ports): Promise<Places> {
  const own = [settings.pendingSecret, settings.oldSecret];
  const paths = [...settings.secrets, ...own];
  const [looks, ...patterns] = await Promise.all([
    ports.store.inspectAll(paths),
    ...settings.patterns.map((pattern) => attempted(() => ports.store.find(pattern))),
  ]);
  const seen = paths.map((path, index) => seenOf(path, looks[index]));
  const named = seen.slice(0, settings.secrets.length);
  const found = patterns.flatMap((one) => (one instanceof RotationError ? [] : one.found));
  const isNamed = new Set(paths.map(keyOf));
  const byPattern = found.filter(({ path }) => !isNamed.has(keyOf(path))).map((facts): Seen => ({ facts }));
  const [pendingSecret, oldSecret] = seen.slice(settings.secrets.length);
  if (pendingSecret === undefined || oldSecret === undefined) throw new Error('a look has no answer');
  return {
    listed: [...named, ...uniqueByPath(byPattern)],
    pendingSecret,
    oldSecret,
    skipped: patterns.flatMap((one) => (one instanceof RotationError ? [] : one.skipped)),
    problems: [
      ...named.flatMap(({ problem }) => problem ?? []),
      ...patterns.filter((one) => one instanceof RotationError),
    ],
  };
}

function uniqueByPath(seen: readonly Seen[]): readonly Seen[] {
  return [...new Map(seen.map((one) => [keyOf(one.facts.path), one])).values()];
}

function seenOf(path: SecretPath, look: SecretFacts | RotationError | undefined): Seen {
  if (look === undefined || look instanceof RotationError) {
    return { facts: { path, updatedAt: undefined, readAt: 0 }, ...(look && { problem: look }) };
  }
  return { facts: look };
}
