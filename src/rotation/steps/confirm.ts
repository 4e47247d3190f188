/** The round right before the point of no return. */
import { RotationError } from '../../common/errors.ts';
import type { Secret } from '../../common/secret.ts';
import { isConfirmed } from '../evidence.ts';
import { entriesOf } from '../listed-secrets.ts';
import type { Knowledge, TokenState } from '../model.ts';
import { nextRunResumes } from '../next-moves.ts';
import { stateOf, undoneMeanwhile, watchBoth } from './both-tokens.ts';
import { type Learned, needRenewal, needSeen, type PerformStep, type StepContext } from './context.ts';
import { lookFor, type Looks } from './looks.ts';
import { Notebook } from './writes.ts';

type Round = Looks & { readonly states: Knowledge['tokens'] };

/** Where the looks take longer, for a limit of GitHub's or for their number, VTEX is asked once more after them. */
const oneMomentMs = 10_000;

/** Everything that must be true before the old token may die, asked in one round. */
export const confirm: PerformStep = async (context) => {
  const { settings, known, ports, stop } = context;
  const { newToken, oldToken } = needRenewal(context);
  const notebook = new Notebook(context);
  const listed = needSeen(context).listed.map(({ path }) => path);
  let looks = await roundOf();
  // A machine of VTEX may disagree for a while; then the whole round is asked again, for it must be of one moment.
  if (isUnsettled(context, looks.states)) {
    const watched = await watchBoth(context, (both) => !isUnsettled(context, both));
    if (watched.isOver && looks.states.old === 'refused') return ended(context, notebook);
    if (watched.isUndone && looks.states.new === 'refused')
      return undoneMeanwhile(context, notebook, 'Nothing was sent.');
    looks = await roundOf();
  }
  const { states } = looks;
  if (stop.aborted) return undefined;
  const doubts = doubtsOf({ ...known, secrets: notebook.secrets }, looks);
  if (doubts.length > 0) throw notConfirmed(doubts);
  return { secrets: notebook.secrets, tokens: states, confirmed: true, acceptedAt: ports.clock.now() };

  async function roundOf(): Promise<Round> {
    const began = ports.clock.now();
    const [found, states] = await Promise.all([
      lookFor(context, notebook, [...listed, settings.pendingSecret]),
      bothStates(),
    ]);
    const isOfOneMoment = ports.clock.now() - began < oneMomentMs || stop.aborted;
    return { ...found, states: isOfOneMoment ? states : await bothStates() };
  }

  async function bothStates(): Promise<Knowledge['tokens']> {
    const [old, fresh] = await Promise.all([
      stateOf(context, oldToken, 'absent'),
      stateOf(context, newToken, known.tokens.new),
    ]);
    return { old, new: fresh };
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

/** A token that is not in hand cannot be asked for. */
function isUnsettled(context: StepContext, both: Knowledge['tokens']): boolean {
  const { newToken, oldToken } = needRenewal(context);
  const isMissing = (token: Secret | undefined, state: TokenState): boolean =>
    token !== undefined && state !== 'accepted';
  return isMissing(oldToken, both.old) || isMissing(newToken, both.new);
}

/** By somebody else, or by an earlier try of this run whose answer was lost. */
function ended({ known, ports }: StepContext, notebook: Notebook): Learned {
  const isOurs = known.unclearTries > 0;
  if (!isOurs) {
    ports.log.warning(
      'VTEX refuses the old token and accepts the new one: somebody has ended this renewal already. Nothing was sent.',
    );
  }
  return {
    secrets: notebook.secrets,
    finish: isOurs && known.renewal?.origin === 'renewed' ? 'finished' : 'ended',
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
