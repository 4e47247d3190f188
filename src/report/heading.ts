/** The one line that says how things are, and the line below it. */
import type { Outcome } from '../rotation/model.ts';
import { type Settings } from '../rotation/settings.ts';
import type { Holding, Standing } from '../rotation/standing.ts';
import { vtexAdmin } from './links.ts';
import { escapeHtml, link, strong } from './markup.ts';
import { counted, dateText, daysAfter, durationText, numberText } from './times.ts';

/** For the top of the summary and the last line of the log. */
export interface Headline {
  readonly icon: string;
  readonly text: string;
}

export function headlineOf(settings: Settings, outcome: Outcome): Headline {
  const { standing, result } = outcome;
  switch (result) {
    case 'rotated':
      return { icon: '✅', text: `VTEX token rotated: ${holding(standing, 'new')}` };
    case 'pending':
      return { icon: '⏳', text: `Both VTEX tokens work: ${holding(standing, 'new')}` };
    case 'finished':
      return { icon: '✅', text: `Old VTEX token deleted: ${holding(standing, 'new')}` };
    case 'skipped':
      return outcome.noteIsWarning
        ? { icon: '⚠️', text: 'Nothing was done' }
        : { icon: '⏭️', text: 'Nothing to do' };
    case 'checked':
      return { icon: '✅', text: 'Check passed: nothing wrong was seen, nothing was changed' };
    case 'restored':
      return { icon: '↩️', text: `VTEX token rotation taken back: ${holding(standing, 'old')}` };
    case 'undone':
      return { icon: '↩️', text: `Old VTEX token written back: ${holding(standing, 'old')}` };
    case 'failed':
      return { icon: '❌', text: failure(settings, outcome) };
  }
}

function failure({ operation }: Settings, { standing, errors }: Outcome): string {
  if (operation === 'check') {
    return `Check: ${counted(errors.length, 'thing')} ${errors.length === 1 ? 'is' : 'are'} wrong, nothing was changed`;
  }
  const what = operation === 'finish' ? 'VTEX token rotation not finished' : 'VTEX token rotation stopped';
  return `${what}: ${whatIsTrue(standing)}`;
}

function whatIsTrue(standing: Standing): string {
  switch (standing.renewal) {
    case 'none':
      return 'nothing was renewed';
    case 'elsewhere':
      return 'another renewal is pending at VTEX';
    case 'lost':
      return 'a new token may be lost';
    case 'unclear':
      return 'the old token may be deleted';
    case 'undone':
    case 'over':
    case 'pending':
      return holding(standing, 'new');
  }
}

/** `2 of 3 secrets hold the new token` */
function holding({ secrets }: Standing, holds: Holding): string {
  const count = secrets.filter((secret) => secret.holds === holds).length;
  const token = `the ${holds} token`;
  if (secrets.length === 1) return `the secret ${count === 1 ? 'holds' : 'is not known to hold'} ${token}`;
  if (count === secrets.length) return `all ${numberText(secrets.length)} secrets hold ${token}`;
  const verb = count === 1 ? 'holds' : 'hold';
  return `${numberText(count)} of ${counted(secrets.length, 'secret')} ${verb} ${token}`;
}

/** VTEX advises 90 or 180 days: https://developers.vtex.com/docs/guides/rotating-vtex-api-tokens */
const longestAdvisedDays = 180;

/** Whose token it is, and when the next one is due. HTML. */
export function subline(account: string, settings: Settings, outcome: Outcome): string {
  const { steps } = outcome;
  const [first, last] = [steps[0], steps.at(-1)];
  const took = first === undefined || last === undefined ? '' : durationText(last.endedAt - first.startedAt);
  return [
    strong(settings.apiKey),
    `account ${link(account, vtexAdmin(account))}`,
    escapeHtml(took),
    nextDue(settings, outcome),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** By the oldest of the listed secrets. */
function nextDue({ renewAfterMs }: Settings, { standing, result }: Outcome): string {
  if (['failed', 'restored', 'undone'].includes(result)) return '';
  const dates = standing.secrets.flatMap(({ updatedAt }) => updatedAt ?? []);
  if (dates.length < standing.secrets.length || dates.length === 0) return '';
  const oldest = Math.min(...dates);
  return renewAfterMs > 0
    ? `next rotation due ${strong(dateText(oldest + renewAfterMs))}`
    : `VTEX advises the next one by ${strong(dateText(daysAfter(oldest, longestAdvisedDays)))}`;
}
