/**
 * What VTEX says of the two tokens of a renewal, side by side. VTEX keeps two at most, so which of them it accepts tells
 * whether the renewal is pending, over or undone, once its machines agree.
 */
import { RotationError } from '../../common/errors.ts';
import type { Secret } from '../../common/secret.ts';
import type { Knowledge, TokenState } from '../model.ts';
import { type Learned, needRenewal, type StepContext } from './context.ts';
import { pollUntil } from './patience.ts';
import { ask } from './sign-in.ts';
import type { Notebook } from './writes.ts';

type BothTokens = Knowledge['tokens'];

export async function stateOf(
  context: StepContext,
  token: Secret | undefined,
  otherwise: TokenState,
): Promise<TokenState> {
  return token === undefined ? otherwise : (await ask(context, token)).state;
}

/** A token that is not in hand counts as `absent`. */
async function bothNow(context: StepContext): Promise<BothTokens> {
  const { oldToken, newToken } = needRenewal(context);
  const [old, fresh] = await Promise.all([
    stateOf(context, oldToken, 'absent'),
    stateOf(context, newToken, 'absent'),
  ]);
  return { old, new: fresh };
}

export interface Watched {
  readonly isReached: boolean;
  readonly last: BothTokens;
  /** For the whole time VTEX refused the new token and accepted the old one. */
  readonly isUndone: boolean;
  /** For the whole time it was the other way round. */
  readonly isOver: boolean;
}

/** Asks for both until they are as wanted, for as long as VTEX may need to spread a change. */
export async function watchBoth(
  context: StepContext,
  isWanted: (tokens: BothTokens) => boolean,
): Promise<Watched> {
  const { settings, ports, stop } = context;
  const answers: BothTokens[] = [];
  const once = async (): Promise<boolean> => {
    const answer = await bothNow(context);
    answers.push(answer);
    return isWanted(answer);
  };
  const isReached = await pollUntil(once, settings.propagationTimeoutMs, ports.clock, stop);
  const always = (old: TokenState, fresh: TokenState): boolean =>
    !stop.aborted && answers.every((answer) => answer.old === old && answer.new === fresh);
  return {
    isReached,
    last: answers.at(-1) ?? { old: 'unknown', new: 'unknown' },
    isUndone: always('accepted', 'refused'),
    isOver: always('refused', 'accepted'),
  };
}

/** `reason`: what is known beside the two tokens. */
export function undone({ known }: StepContext, reason: string): RotationError {
  return new RotationError(
    'renewal-undone',
    `${reason} VTEX refuses the new token and accepts the old one: somebody undid the renewal.`,
    known.renewal?.oldToken === undefined
      ? 'The listed secrets hold a dead token. Write the token that VTEX accepts into them, then run the action again.'
      : 'Run the action again to renew anew.',
  );
}

/** `finish-renewal` was not sent, so VTEX has not said that none is pending: the renewal's two secrets stay where they are. */
export function undoneMeanwhile(
  context: StepContext,
  { secrets }: Notebook,
  reason: string,
): Learned & { readonly errors: readonly RotationError[] } {
  return {
    secrets,
    finish: 'undone',
    tokens: { old: 'accepted', new: 'refused' },
    errors: [...context.known.errors, undone(context, reason)],
  };
}
