/** What a look finds wrong, in words. */
import { attempted, RotationError } from '../../common/errors.ts';
import type { Observation, TokenState } from '../model.ts';
import type { Ports } from '../ports.ts';
import type { SecretFacts } from '../ports/secret-store.ts';
import type { Settings } from '../settings.ts';

const tryLater =
  'Run the action again later; https://status.vtex.com shows whether VTEX has a known problem.';

/** A secret as it was seen; where it could not be looked at, the problem that kept it from being seen. */
export interface Seen {
  readonly facts: SecretFacts;
  readonly problem?: RotationError;
}

export function unauthorized({ manager }: Settings, requestId = ''): RotationError {
  return new RotationError(
    'vtex-unauthorized',
    `VTEX does not accept the manager credential (app-key ${manager.appKey} with app-token).${requestId}`,
    'Check that app-key and app-token belong together, that the key is active in VTEX Admin, and that it is a ' +
      'key of this account. If sign-in is closed for the account, set sign-in-check: false.',
  );
}

/** Nothing may be concluded from a token about which VTEX gave no clear answer. What they have in common is said once. */
export function unclear(
  answers: Readonly<
    Record<string, { readonly state: TokenState; readonly said: string; readonly hint?: string }>
  >,
): RotationError[] {
  const unknown = Object.entries(answers).filter(([, { state }]) => state === 'unknown');
  const reasons = Map.groupBy(unknown, ([, { said }]) => said);
  return [...reasons].map(([said, alike]) => {
    const inputs = alike.map(([input]) => input).join(', ');
    const hint = alike[0]?.[1].hint ?? tryLater;
    const message = `Whether VTEX accepts ${inputs} is not known: ${said}`;
    return new RotationError('vtex-unavailable', message, `Nothing was changed. ${hint}`);
  });
}

/** `finish` asks for a stronger proof of its own. */
export async function missingSecrets(
  settings: Settings,
  ports: Ports,
  listed: readonly Seen[],
  seen: Observation,
): Promise<RotationError[]> {
  if (settings.operation === 'finish') return [];
  const missing = listed.filter(
    ({ facts, problem }) => problem === undefined && facts.updatedAt === undefined,
  );
  const problems = await Promise.all(missing.map(({ facts }) => missingSecret(settings, ports, facts, seen)));
  const isNoneThere =
    listed.length > 0 && missing.length === listed.length && settings.currentToken !== undefined;
  if (isNoneThere && settings.createMissing) problems.push([noneExists()]);
  return problems.flat();
}

async function missingSecret(
  settings: Settings,
  { store }: Ports,
  { path }: SecretFacts,
  { current }: Observation,
): Promise<RotationError[]> {
  const hidden = path.level === 'repository' ? await hiddenBy(store, path) : undefined;
  if (hidden instanceof RotationError) return [hidden];
  if (hidden !== undefined) {
    return [
      new RotationError(
        'secret-missing',
        `${path.path} does not exist, but the organization secret ${hidden} of that name does; a repository secret would hide it.`,
        `Write ${hidden} in secrets in the place of ${path.name}.`,
      ),
    ];
  }
  if (settings.createMissing) return [];
  // Where current-token works, its value came from another level or name: to create the secret would hide the mistake.
  const isElsewhere = current === 'accepted' || current === 'unknown';
  const create = isElsewhere ? '' : ' Or set create-missing-secrets: true to have it created.';
  return [
    new RotationError(
      'secret-missing',
      `The secret ${path.path} does not exist, or github-token may not see it (GitHub answers 404 to both).`,
      `Check its name and whether it is a secret of a repository, an environment or an organization.${create}`,
    ),
  ];
}

async function hiddenBy(
  store: Ports['store'],
  path: SecretFacts['path'],
): Promise<string | RotationError | undefined> {
  const hidden = await attempted(() => store.hiddenBy(path));
  // Without the right to look, nothing is known of it; the secret itself is reported.
  return hidden instanceof RotationError && hidden.code === 'github-forbidden' ? undefined : hidden;
}

function noneExists(): RotationError {
  return new RotationError(
    'secret-missing',
    'None of the listed secrets exists, although current-token was read from somewhere.',
    'Check the names in secrets. Where the token is to be stored for the first time, set current-token: none.',
  );
}

/** The two usually stand beside the first listed secret; what is wrong there has been said then. */
export function pendingSecretProblem(
  { pendingSecret, oldSecret }: { readonly pendingSecret: Seen; readonly oldSecret: Seen },
  others: readonly RotationError[],
): RotationError[] {
  const found = pendingSecret.problem ?? oldSecret.problem;
  if (found === undefined || others.some(({ code }) => code === found.code)) return [];
  if (found.code !== 'secret-missing') return [found];
  return [
    new RotationError(
      'secret-write-failed',
      `The pending secret ${pendingSecret.facts.path.path} cannot be reserved: ${found.message}`,
      found.hint,
      { cause: found },
    ),
  ];
}

export function withoutRepeats(problems: readonly RotationError[]): RotationError[] {
  return [...new Map(problems.map((problem) => [problem.code + problem.message, problem])).values()];
}
