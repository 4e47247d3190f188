/** Looks at everything the operation depends on, side by side, and changes nothing. */
import { RotationError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import type { SecretPath } from '../../secret-path.ts';
import { type Observation, type Plan, renewsItself } from '../model.ts';
import type { Ports, SecretFacts } from '../ports.ts';

type SignIn = 'accepted' | 'refused' | 'unchecked' | 'absent';

/**
 * Never throws for what it finds: that is in `problems`, all of it, so that the user can mend everything at
 * once.
 */
export async function observe(plan: Plan, ports: Ports): Promise<Observation> {
  const signIn = (appKey: string, token: Secret | undefined): Promise<SignIn> => {
    if (token === undefined) return Promise.resolve('absent');
    if (!plan.signInCheck) return Promise.resolve('unchecked');
    return ports.issuer.signIn({ appKey, appToken: token });
  };
  const [manager, current, pendingToken, pendingSecret, workflows, listed, runs] = await Promise.all([
    look(() => signIn(plan.manager.appKey, plan.manager.appToken)),
    look(() => signIn(plan.apiKey, plan.currentToken)),
    look(() => signIn(plan.apiKey, plan.pendingToken)),
    look(() => ports.store.inspect(plan.pendingSecret)),
    look(async () => (plan.verification === 'none' ? undefined : await ports.verifier.inspect())),
    Promise.all(plan.secrets.map((path) => look(() => ports.store.inspect(path)))),
    look(async () => (plan.drainTimeoutMs > 0 ? await ports.queue.inspect(plan.secrets) : [])),
  ]);
  for (const notice of workflows.found?.notices ?? []) ports.log.notice(notice);

  const pending = pendingOf(pendingToken.found);
  const problems = [manager, current, pendingToken, ...listed, workflows, runs].flatMap(problemOf);
  problems.push(...(runs.found ?? []));
  // A key that renews itself may have outlived its own old token; then the pending one is the manager's.
  const managerIsDead = manager.found === 'refused' && !(renewsItself(plan) && pending === 'usable');
  if (managerIsDead) problems.unshift(unauthorized(plan));
  problems.push(...listed.flatMap(({ found }) => (found === undefined ? [] : missing(plan, found))));
  problems.push(...(workflows.found?.problems ?? []));
  problems.push(...pendingSecretProblem(plan, pendingSecret.problem, problems));
  const unknown = (path: SecretPath): SecretFacts => ({ path, updatedAt: undefined, readAt: 0 });
  return {
    problems: withoutRepeats(problems),
    current: current.found ?? 'unchecked',
    pending,
    currentIsPending:
      plan.currentToken !== undefined &&
      plan.pendingToken !== undefined &&
      plan.currentToken.equals(plan.pendingToken),
    listed: plan.secrets.map((path, index) => listed[index]?.found ?? unknown(path)),
    pendingSecret: pendingSecret.found ?? unknown(plan.pendingSecret),
  };
}

/** What a look gave: what it found, or the problem that kept it from finding anything. */
interface Look<T> {
  readonly found?: T;
  readonly problem?: RotationError;
}

async function look<T>(action: () => Promise<T>): Promise<Look<T>> {
  try {
    return { found: await action() };
  } catch (error) {
    if (error instanceof RotationError) return { problem: error };
    throw error;
  }
}

function problemOf({ problem }: Look<unknown>): RotationError[] {
  return problem === undefined ? [] : [problem];
}

function pendingOf(signIn: SignIn | undefined): Observation['pending'] {
  switch (signIn) {
    case 'accepted':
    case 'unchecked':
      return 'usable';
    case 'refused':
      return 'refused';
    case 'absent':
    case undefined:
      return 'none';
  }
}

function unauthorized(plan: Plan): RotationError {
  return new RotationError(
    'vtex-unauthorized',
    `VTEX does not accept the manager credential (app-key ${plan.manager.appKey} with app-token).`,
    'Check that app-key and app-token belong together, that the key is active in VTEX Admin, and that it is a ' +
      'key of this account. If sign-in is closed for the account, set sign-in-check: false.',
  );
}

function missing(plan: Plan, secret: SecretFacts): RotationError[] {
  // `finish` asks for a stronger proof of its own.
  if (secret.updatedAt !== undefined || plan.createMissing || plan.operation === 'finish') return [];
  return [
    new RotationError(
      'secret-missing',
      `The secret ${secret.path.path} does not exist, or github-token may not see it (GitHub answers 404 to both).`,
      'Check the path, or set create-missing-secrets: true to have it created.',
    ),
  ];
}

function pendingSecretProblem(
  plan: Plan,
  problem: RotationError | undefined,
  others: readonly RotationError[],
): RotationError[] {
  // It usually stands beside the first listed secret; what is wrong there has been said then.
  if (problem === undefined || others.some(({ code }) => code === problem.code)) return [];
  if (problem.code !== 'secret-missing') return [problem];
  return [
    new RotationError(
      'secret-write-failed',
      `The pending secret ${plan.pendingSecret.path} cannot be reserved: ${problem.message}`,
      problem.hint,
      { cause: problem },
    ),
  ];
}

function withoutRepeats(problems: readonly RotationError[]): RotationError[] {
  return [...new Map(problems.map((problem) => [problem.code + problem.message, problem])).values()];
}
