/** What is wrong with the whole values of secrets that hold more than the token. */
import { RotationError } from '../../common/errors.ts';
import { isUsable } from '../evidence.ts';
import type { Observation } from '../model.ts';
import type { Settings } from '../settings.ts';
import { outdatedValue } from '../stale-inputs.ts';
import { holdsToken, replaceToken } from '../whole-values.ts';
import type { Queued } from './queued-at.ts';

/** https://docs.github.com/actions/reference/security/secrets#limits-for-secrets */
const mostBytes = 48 * 1024;

/** A new token is as long as the old one, as far as VTEX shows; this much longer it may be. */
const spareBytes = 1024;

export function wholeValueProblems(settings: Settings, seen: Observation, queued: Queued): RotationError[] {
  if (settings.currentValues.size === 0 || settings.operation === 'finish') return [];
  if (queued.at === undefined) return queued.problem === undefined ? [] : [queued.problem];
  const { at } = queued;
  return seen.listed.flatMap(({ path, updatedAt }) => {
    const value = settings.currentValues.get(path.path);
    if (value === undefined) return [];
    const isOutdated = updatedAt !== undefined && updatedAt >= at;
    const problem = isOutdated ? outdatedValue(path.path) : valueProblem(settings, seen, path.path);
    return problem === undefined ? [] : [problem];
  });
}

function valueProblem(settings: Settings, seen: Observation, path: string): RotationError | undefined {
  const value = settings.currentValues.get(path);
  if (value === undefined) return undefined;
  const isResumed = isUsable(settings, seen);
  const tokens = isResumed ? [settings.oldToken, settings.pendingToken] : [settings.currentToken];
  if (!tokens.some((token) => holdsToken(value, token))) {
    return new RotationError(
      'input-invalid',
      `current-values: the value of ${path} ${isResumed ? 'holds neither old-token nor pending-token' : 'does not hold current-token'}.`,
      'Allowed is the whole current value of the secret, with the token in it.',
    );
  }
  const [from] = tokens;
  const to = settings.pendingToken ?? from;
  const size = to === undefined ? 0 : Buffer.byteLength(replaceToken(value, from, to).reveal());
  if (size + (isResumed ? 0 : spareBytes) <= mostBytes) return undefined;
  const spare = isResumed
    ? ''
    : `, and ${spareBytes} are kept free for a new token that is longer than the old one`;
  return new RotationError(
    'input-invalid',
    `current-values: the value of ${path} would have ${size} bytes with the new token${spare}.`,
    `GitHub stores at most 48 KB a secret, which is ${mostBytes} bytes.`,
  );
}
