/** VTEX's answers that are no success, as errors of the action. */
import { RotationError } from '../common/errors.ts';
import { HttpFailure } from '../http/failure.ts';
import type { HttpReply } from '../http/http.ts';
import { requestIdIn } from '../http/request-id.ts';
import type { Quoter } from '../common/quoter.ts';
import { checkApiKey, grantRenewToken, undoLostRenewal } from '../rotation/next-moves.ts';
import type { Effect, GaveUp, TryResult } from './retry.ts';

const tryLater = 'Run again later; https://status.vtex.com shows whether VTEX has a known problem.';

/** VTEX's id of a request, with a space before it, for the end of a message; empty if the reply had none. */
export function requestIdOf(result: TryResult | undefined, quoter: Quoter): string {
  if (result === undefined || result instanceof HttpFailure) return '';
  const id = quoter.quote(requestIdIn(result.headers), 64);
  return id === '' ? '' : ` (VTEX request id ${id})`;
}

/** What came, in words of ours. */
export function tell(result: TryResult, quoter: Quoter): string {
  if (result instanceof HttpFailure) return result.reason;
  const isRedirect = result.status >= 300 && result.status < 400;
  const redirect = isRedirect ? ', a redirect, and none is followed' : '';
  return `HTTP status ${result.status}${redirect}${requestIdOf(result, quoter)}`;
}

/** `what` completes "VTEX gave no clear answer to …". */
export function unavailable(
  what: string,
  last: TryResult | undefined,
  quoter: Quoter,
  { first = '', madeNoToken = false } = {},
): RotationError {
  if (!(last instanceof HttpFailure)) {
    const came = last === undefined ? 'it was not asked' : tell(last, quoter);
    const message = `VTEX gave no clear answer to ${what}: ${came}.`;
    return new RotationError('vtex-unavailable', message, advise(first, tryLater), { madeNoToken });
  }
  const message =
    last.kind === 'not-sent'
      ? `VTEX was not reached for ${what}: ${last.reason}.`
      : `VTEX gave no clear answer to ${what}: ${last.reason}.`;
  const options = { cause: last, madeNoToken };
  return new RotationError('vtex-unavailable', message, advise(first, adviceOn(last)), options);
}

/** A renewal that was given up after tries without a clear answer. */
export function renewalGivenUp({ reason, effect, last }: GaveUp, quoter: Quoter): RotationError {
  const madeNoToken = effect === 'none';
  const first = madeNoToken ? '' : undoLostRenewal;
  if (reason === 'exhausted') return unavailable('the renewal', last, quoter, { first, madeNoToken });
  const message = 'The run was asked to stop during the renewal.';
  return new RotationError('cancelled', message, first, { madeNoToken });
}

/** For a reply to `renew` that is neither a success nor one to ask again after. */
export function renewalRefused(reply: HttpReply, earlier: Effect, quoter: Quoter): RotationError {
  const { status } = reply;
  const undo = earlier === 'unknown' && undoLostRenewal;
  const options = { madeNoToken: earlier === 'none' };
  const id = requestIdOf(reply, quoter);
  switch (status) {
    case 400: {
      const message =
        'VTEX does not know the key in api-key, or it belongs to another account (HTTP status 400).';
      return new RotationError('vtex-key-invalid', message + id, advise(checkApiKey, undo), options);
    }
    case 401:
    case 403: {
      const message = `VTEX does not let the key in app-key renew a token (HTTP status ${status}).`;
      return new RotationError('vtex-forbidden', message + id, advise(grantRenewToken, undo), options);
    }
    case 409:
      return renewalConflict(earlier, id);
    default:
      // No answer that VTEX documents, so nobody knows what it did.
      return unavailable('the renewal', reply, quoter, { first: undoLostRenewal });
  }
}

/** After an unknown effect the pending renewal is most likely ours, and its token went with the lost reply. */
function renewalConflict(earlier: Effect, id: string): RotationError {
  if (earlier === 'none') {
    const message = 'VTEX already has a renewed token pending for this key (HTTP status 409).';
    // What to do about it depends on the names of the workflow, which the caller knows.
    return new RotationError('renewal-pending', message + id);
  }
  const message =
    'An earlier try of the renewal had no clear outcome, and now VTEX says that a renewal is pending (HTTP status ' +
    '409): its new token was lost on the way.';
  return new RotationError('renewal-lost', message + id, undoLostRenewal);
}

/** For a reply to `finish-renewal` that is neither a success, nor a 404, nor one to ask again after. */
export function finishRefused(reply: HttpReply, quoter: Quoter): RotationError {
  const isForbidden = reply.status === 401 || reply.status === 403;
  const message = `VTEX refused finish-renewal, so nothing was deleted: ${tell(reply, quoter)}.`;
  return new RotationError('finish-failed', message, isForbidden ? grantRenewToken : tryLater);
}

/** Where the network tells whose fault it is, VTEX's status page is of no use. */
function adviceOn({ fault, hint }: HttpFailure): string {
  if (fault === 'other') return advise(hint, tryLater);
  const host =
    fault === 'host-name' &&
    'The host name comes from the input account (or vtex-url), so that is probably wrong: it is the {account} in ' +
      'https://{account}.myvtex.com, the address of VTEX Admin. If it is right, the runner cannot look up names.';
  return advise(host, hint);
}

/** Joins sentences that apply, and leaves out those that do not. */
function advise(...sentences: (string | false)[]): string {
  return sentences.filter((sentence) => sentence !== false && sentence !== '').join(' ');
}
