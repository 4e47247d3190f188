/** What a look has found, as one line of the log: each token, and how old the secrets are. */
import type { Observation, TokenState } from '../model.ts';
import type { SecretFacts } from '../ports/secret-store.ts';
import type { Settings } from '../settings.ts';

/** `manager accepted · current-token accepted · VTEX_APP_TOKEN 100 days old` */
export function observedLine({ signInCheck }: Settings, seen: Observation, manager: TokenState): string {
  const tokens = [
    // Without a sign-in nothing was asked of it.
    ['manager', signInCheck ? manager : 'absent'],
    ['current-token', seen.current],
    ['old-token', seen.old],
    ['pending-token', seen.pending],
  ] as const;
  return [
    ...tokens.flatMap(([name, state]) =>
      state === 'absent' ? [] : [`${name} ${state === 'unknown' ? 'not known' : state}`],
    ),
    ...secretWords(seen.listed),
  ].join(' · ');
}

/** So many are named one by one. */
const namedAtMost = 3;

function secretWords(listed: readonly SecretFacts[]): readonly string[] {
  if (listed.length <= namedAtMost) return listed.map((facts) => `${facts.path.name} ${ageOf(facts)}`);
  const oldest = listed.reduce((one, other) =>
    (other.updatedAt ?? Infinity) < (one.updatedAt ?? Infinity) ? other : one,
  );
  return [`${listed.length} secrets, the oldest ${ageOf(oldest)}`];
}

function ageOf({ updatedAt, readAt }: SecretFacts): string {
  if (updatedAt === undefined) return readAt === 0 ? 'not seen' : 'does not exist';
  const days = Math.floor(Math.max(0, readAt - updatedAt) / 86_400_000);
  return days === 1 ? '1 day old' : `${days} days old`;
}
