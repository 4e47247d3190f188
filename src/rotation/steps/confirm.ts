/** The round right before the point of no return. */
import { RotationError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import { isConfirmed } from '../evidence.ts';
import { entriesOf } from '../listed-secrets.ts';
import type { Knowledge, TokenState } from '../model.ts';
import { nextRunResumes } from '../next-moves.ts';
import { type Learned, needRenewal, needSeen, type PerformStep, type StepContext } from './context.ts';
import { lookFor, type Looks } from './looks.ts';
import { ask, askUntil } from './sign-in.ts';
import { Notebook } from './writes.ts';

/** Everything that must be true before the old token may die, asked in one round. */
export const confirm: PerformStep = async (context) => {
  const { settings, known, ports, stop } = context;
  const { newToken, oldToken } = needRenewal(context);
  const notebook = new Notebook(context);
  const listed = needSeen(context).listed.map(({ path }) => path);
  let looks = await roundOf();
  let states = looks.states;
  // A machine of VTEX may disagree for a while; then the whole round is asked again, for it must be of one moment.
  if (states.new !== 'accepted' || states.old !== 'accepted') {
    const settled = await settle(context, states);
    if (settled === 'ended') return ended(context, notebook);
    if (settled === 'settled') {
      looks = await roundOf();
      states = looks.states;
    }
  }
  if (stop.aborted) return undefined;
  const doubts = doubtsOf({ ...known, secrets: notebook.secrets }, looks);
  if (doubts.length > 0) throw notConfirmed(doubts);
  return { secrets: notebook.secrets, tokens: states, confirmed: true, acceptedAt: ports.clock.now() };

  async function roundOf(): Promise<Looks & { states: Knowledge['tokens'] }> {
    const [found, oldState, newState] = await Promise.all([
      lookFor(context, notebook, [...listed, settings.pendingSecret]),
      stateOf(context, oldToken, 'absent'),
      stateOf(context, newToken, known.tokens.new),
    ]);
    return { ...found, states: { old: oldState, new: newState } };
  }

  function doubtsOf(now: Knowledge, { doubts, shown }: Looks): readonly string[] {
    const unproved = entriesOf(now.secrets, listed).filter((entry) => {
      const look = shown.get(entry.path.path);
      return look === undefined || !isConfirmed(settings, now, entry, look);
    });
    const told = doubts.join(' ');
    const others = unproved.filter(({ path }) => !told.includes(`${path.path} `));
    return [...doubts, ...others.map(({ path }) => `${path.path} was not last written by this renewal`)];
  }
};

export async function stateOf(
  context: StepContext,
  token: Secret | undefined,
  otherwise: TokenState,
): Promise<TokenState> {
  return token === undefined ? otherwise : (await ask(context, token)).state;
}

/** What VTEX says of the two tokens once it has had time to agree with itself. */
async function settle(
  context: StepContext,
  states: Knowledge['tokens'],
): Promise<'ended' | 'settled' | 'unsettled'> {
  const { newToken, oldToken } = needRenewal(context);
  if (oldToken === undefined && states.new === 'accepted') return 'settled';
  const [old, fresh] = await Promise.all([
    oldToken === undefined ? undefined : askUntil(context, oldToken, 'accepted'),
    newToken === undefined ? undefined : askUntil(context, newToken, 'accepted'),
  ]);
  if (context.stop.aborted) return 'unsettled';
  if (old?.state === 'refused' && fresh?.state === 'accepted') return 'ended';
  return 'settled';
}

function ended({ known, ports }: StepContext, notebook: Notebook): Learned {
  ports.log.warning(
    'VTEX refuses the old token and accepts the new one: somebody has ended this renewal already. Nothing was sent.',
  );
  return {
    secrets: notebook.secrets,
    finish: 'ended',
    tokens: { ...known.tokens, old: 'refused', new: 'accepted' },
  };
}

function notConfirmed(doubts: readonly string[]): RotationError {
  const shown =
    doubts.slice(0, 10).join('; ') + (doubts.length > 10 ? `; and ${doubts.length - 10} more` : '');
  return new RotationError(
    'finish-failed',
    `The old token was not deleted, because it may still be in use: ${shown}.`,
    nextRunResumes,
  );
}
