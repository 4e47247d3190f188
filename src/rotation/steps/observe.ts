/** Looks at everything the operation depends on, side by side, and changes nothing. */
import type { RotationError } from '../../common/errors.ts';
import type { Secret } from '../../common/secret.ts';
import type { SecretPath } from '../../paths/secret-path.ts';
import { isDue } from '../evidence.ts';
import { datesOf, entryOf } from '../listed-secrets.ts';
import type { Observation } from '../model.ts';
import type { Ports } from '../ports.ts';
import type { Instant } from '../ports/clock.ts';
import { tooFewRequestsLeft } from '../request-budget.ts';
import { renewsItself, type Settings } from '../settings.ts';
import { type Answer, ask, askUntil, certain, signIn } from './sign-in.ts';
import { missingSecrets, pendingSecretProblem, unauthorized, unclear, withoutRepeats } from './problems.ts';
import { observedLine } from './observed-line.ts';
import { lookAtSecrets } from './observe-secrets.ts';
import { queuedAt, wasWrittenSince } from './queued-at.ts';
import { wholeValueProblems } from './whole-value-problems.ts';
import type { PerformStep, StepContext } from './context.ts';

/** What it finds wrong is in `problems`, all of it, so that the user can put everything right at once. */
export const observe: PerformStep = async (context) => {
  const { settings, ports } = context;
  const [tokens, manager, places, workflows, runs] = await Promise.all([
    lookAtTokens(context),
    managerState(context),
    lookAtSecrets(settings, ports),
    settings.verification === 'none' ? undefined : ports.verifier.inspect(),
    runsOf(context, settings.secrets),
  ]);
  // Those that patterns found are known only now.
  const found = places.listed.slice(settings.secrets.length).map(({ facts }) => facts.path);
  const runsOfFound = await runsOf(context, found);
  for (const notice of workflows?.notices ?? []) ports.log.notice(notice);
  const seen: Observation = {
    problems: [],
    current: tokens.current.state,
    refusedRequest: tokens.current.requestId,
    old: tokens.old.state,
    pending: tokens.pending.state,
    listed: places.listed.map(({ facts }) => facts),
    pendingSecret: places.pendingSecret.facts,
    oldSecret: places.oldSecret.facts,
    skipped: places.skipped,
    isOutdated: undefined,
  };
  const queued = await queuedAt(context, seen);
  const isOutdated =
    queued.at === undefined ? (queued.isNeeded ? 'unknown' : undefined) : wasWrittenSince(seen, queued.at);
  const problems = withoutRepeats([
    ...managerProblems(settings, manager, seen),
    ...unclear({
      'app-token': manager,
      'current-token': tokens.current,
      'old-token': tokens.old,
      'pending-token': tokens.pending,
    }),
    ...places.problems,
    ...(await missingSecrets(settings, ports, places.listed, seen)),
    ...(workflows?.problems ?? []),
    ...runs,
    ...runsOfFound,
    ...wholeValueProblems(settings, seen, queued),
    ...tooFewRequestsLeft(settings, seen, ports.rateLeft()),
  ]);
  problems.push(...pendingSecretProblem(places, problems));
  ports.log.info(observedLine(settings, seen, manager.state));
  remarkOn(settings, seen, ports);
  const now = ports.clock.now();
  const acceptedAt = seen.pending === 'accepted' ? tokens.answeredAt : undefined;
  const entries = [...seen.listed, seen.pendingSecret, seen.oldSecret].map((facts) => {
    const past = context.known.pastSecrets.get(facts.path.path);
    return entryOf(facts, now, past && datesOf(past));
  });
  return {
    seen: { ...seen, isOutdated, problems },
    secrets: new Map(entries.map((entry) => [entry.path.path, entry])),
    acceptedAt,
  };
};

type Asked = Answer | { readonly state: 'absent'; readonly said: string; readonly requestId?: undefined };

interface Tokens {
  /** By the runner's clock; the looks at GitHub may take longer. */
  readonly answeredAt: Instant;
  readonly current: Asked;
  readonly old: Asked;
  readonly pending: Asked;
}

/** Each token once, though several inputs may hold it. */
async function lookAtTokens(context: StepContext): Promise<Tokens> {
  const { settings } = context;
  const asked: { readonly token: Secret; readonly answer: Promise<Answer> }[] = [];
  const stateOf = async (token: Secret | undefined): Promise<Asked> => {
    if (token === undefined) return { state: 'absent', said: '' };
    const known = asked.find((other) => other.token.equals(token));
    if (known !== undefined) return known.answer;
    const answer = ask(context, token);
    asked.push({ token, answer });
    return answer;
  };
  const [current, old, pending] = await Promise.all([
    stateOf(settings.currentToken),
    stateOf(settings.oldToken),
    stateOf(settings.pendingToken),
  ]);
  // Refused beside an accepted old token: not spread yet, or undone. It is given the time that VTEX may need.
  const { pendingToken } = settings;
  const mayCome = pending.state === 'refused' && old.state === 'accepted' && pendingToken !== undefined;
  const settled = mayCome ? await askUntil(context, pendingToken, 'accepted') : pending;
  return { current, old, pending: settled, answeredAt: context.ports.clock.now() };
}

/** By sign-in alone: `verification-requests` are for the renewed key. */
async function managerState(context: StepContext): Promise<Answer> {
  const { settings, ports } = context;
  if (!settings.signInCheck) return { state: 'accepted', said: '' };
  return certain(context, () => signIn(ports, settings.manager));
}

function managerProblems(settings: Settings, manager: Answer, seen: Observation): RotationError[] {
  // A key that renews itself may have outlived its own old token; then the pending one is the manager's.
  const isReplaced = renewsItself(settings) && seen.pending === 'accepted';
  return manager.state === 'refused' && !isReplaced ? [unauthorized(settings, manager.requestId)] : [];
}

/** What would keep the runs that use the secrets from being listed, where they are to be waited for. */
async function runsOf(
  { settings, ports }: StepContext,
  paths: readonly SecretPath[],
): Promise<readonly RotationError[]> {
  return settings.drainTimeoutMs > 0 && paths.length > 0 ? ports.queue.inspect(paths) : [];
}

/** What is allowed but probably not meant, and shows only in what the secrets are. */
function remarkOn(settings: Settings, seen: Observation, { log }: Ports): void {
  for (const { path, updatedAt } of [...seen.listed, seen.pendingSecret]) {
    const wish = path.level === 'organization' ? path.audience : undefined;
    if (wish === undefined || 'like' in wish || updatedAt === undefined) continue;
    log.notice(`${path.path} exists and keeps its readers: "?visibility=…" is ignored.`);
  }
  if (seen.pending === 'refused' && settings.operation !== 'undo' && isDue(settings, seen)) {
    log.warning('VTEX does not accept pending-token: the renewal it belongs to is over, and it is not used.');
  }
}
