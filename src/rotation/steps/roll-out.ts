/** From a token that is durable to one that is everywhere: check it, and verify. `store.ts` does the rest. */
import { RotationError } from '../../common/errors.ts';
import type { Secret } from '../../common/secret.ts';
import { giveUpNewToken, nextRunResumes } from '../next-moves.ts';
import { needRenewal, needSeen, type PerformStep, type StepContext } from './context.ts';
import { type Answer, askUntil, isSuccess, statusOf } from './sign-in.ts';
import { pollUntil } from './patience.ts';
import { Notebook, sideBySide, takeMarks } from './writes.ts';

/** Asks VTEX itself whether it accepts the new token, for as long as VTEX may need to spread it. */
export const checkToken: PerformStep = async (context) => {
  const { settings, ports, stop, known } = context;
  const { newToken, origin } = needRenewal(context);
  const notebook = new Notebook(context);
  const mark = takeMarks(context, notebook, [settings.oldSecret, settings.pendingSecret]);
  if (newToken === undefined) {
    await mark;
    return {};
  }
  // Where an earlier run staged it, it was asked for a moment ago.
  const isFresh = origin === 'resumed' && known.tokens.new === 'accepted';
  // Of the moment of VTEX's answer: the look at GitHub beside it may have to wait for a limit.
  let acceptedAt = known.acceptedAt;
  const askVtex = async (): Promise<Answer> => {
    const last = await askUntil(context, newToken, 'accepted');
    acceptedAt = ports.clock.now();
    const { state, tries = 1 } = last;
    if (state === 'accepted') {
      ports.log.info(`VTEX accepts the new token (${tries === 1 ? '1 try' : `${tries} tries`}).`);
    }
    return last;
  };
  const [answer] = await Promise.all([
    isFresh ? ({ state: 'accepted', said: '' } as const) : askVtex(),
    mark,
  ]);
  if (answer.state !== 'accepted') {
    if (stop.aborted) return undefined;
    throw notAccepted(context, settings.signInCheck ? `sign-in: ${answer.said}` : answer.said);
  }
  const failures = settings.signInCheck ? await failuresOfRequests(context, newToken) : [];
  if (failures.length > 0) {
    if (stop.aborted) return undefined;
    throw notAccepted(context, failures.join('; '));
  }
  return { tokens: { ...known.tokens, new: 'accepted' }, acceptedAt };
};

/** The paths of `verification-requests`, each for as long as VTEX may need. */
async function failuresOfRequests({ settings, ports, stop }: StepContext, token: Secret): Promise<string[]> {
  const credential = { appKey: settings.apiKey, appToken: token };
  const failures = await Promise.all(
    settings.verificationRequests.map(async (path) => {
      let last = '';
      const once = async (): Promise<boolean> => {
        const { status, said: words } = await statusOf(ports, path, credential);
        last = words;
        return isSuccess(status);
      };
      const passed = await pollUntil(once, settings.propagationTimeoutMs, ports.clock, stop);
      return passed ? [] : [`GET ${path}: ${last}`];
    }),
  );
  return failures.flat();
}

function notAccepted(context: StepContext, last: string): RotationError {
  return rejected(context, `within ${context.settings.propagationTimeoutMs / 1000} s (${last})`);
}

/** `how` ends the sentence that VTEX did not accept the token. */
export function rejected({ settings, known }: StepContext, how: string): RotationError {
  const isTouched =
    known.renewal?.origin === 'resumed' ||
    [...known.secrets.values()].some(
      ({ write: w, path }) =>
        w !== undefined && path.path !== settings.pendingSecret.path && path.path !== settings.oldSecret.path,
    );
  const touched = isTouched ? '' : ' No consumer was touched.';
  return new RotationError(
    'new-token-rejected',
    `VTEX did not accept the new token ${how}.${touched}`,
    `${nextRunResumes}${isTouched ? '' : ` If VTEX goes on refusing it: ${giveUpNewToken}`}`,
  );
}

export const verify: PerformStep = async (context) => {
  const { known, ports, stop } = context;
  const [runs] = await Promise.all([ports.verifier.verify(stop), markMeanwhile(context)]);
  const failures = runs.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
  const passed = runs.length > 0 && failures.length === 0;
  return {
    runs: [...known.runs, ...runs],
    verification: passed ? 'passed' : 'failed',
    errors: [...known.errors, ...failures],
    // Whoever waits asks again before the next write.
    acceptedAt: undefined,
  };
};

/** The dates of a few writes, while something else is waited for: the sooner, the surer they are ours. */
async function markMeanwhile(context: StepContext): Promise<void> {
  const paths = needSeen(context).listed.map(({ path }) => path);
  if (paths.length <= sideBySide) await takeMarks(context, new Notebook(context), paths);
}
