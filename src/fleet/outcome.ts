/** How each key of a run came out, from the records of its jobs. */
import { isGood, type JobRecord, type Verdict, verdictOf } from './record.ts';

/** What the report has to know of a key. */
export interface KeyName {
  readonly number: string;
  readonly id: string;
}

export interface KeyOutcome extends KeyName {
  readonly state: 'good' | 'waits' | 'bad';
  /** The last job that left a record; undefined: none did. */
  readonly last: Verdict | undefined;
  /** Of the first job, for the error of a second one does not say when the token was renewed. */
  readonly renewedAt: string | undefined;
  /** In a few words, without anything that comes from a server. */
  readonly text: string;
}

export function outcomesOf(keys: readonly KeyName[], records: readonly JobRecord[]): KeyOutcome[] {
  return keys.map(({ number, id }) => {
    const own = records.filter((record) => record.number === number && record.id === id).map(verdictOf);
    const last = own.find(({ job }) => job === 'finish') ?? own.find(({ job }) => job === 'rotate');
    const state = stateOf(last);
    const renewedAt = own.flatMap((verdict) => verdict.renewedAt ?? [])[0];
    return { number, id, state, last, renewedAt, text: textOf(last, state) };
  });
}

/** The list itself, beside its keys. */
export function outcomeOfList(isGood: boolean): KeyOutcome {
  return {
    number: '000',
    id: 'the list',
    state: isGood ? 'good' : 'bad',
    last: undefined,
    renewedAt: undefined,
    text: isGood ? 'right' : 'it is wrong, or could not be read, so no key was looked at: see the job "plan"',
  };
}

function stateOf(last: Verdict | undefined): KeyOutcome['state'] {
  if (last === undefined || !isGood(last)) return 'bad';
  return last.result === 'pending' ? 'waits' : 'good';
}

function textOf(last: Verdict | undefined, state: KeyOutcome['state']): string {
  if (last === undefined) return 'no record: its job did not run, or was lost';
  const what = last.result ?? 'the action did not begin';
  if (state === 'waits') return 'pending: both tokens are valid';
  return last.job === 'finish' && state === 'bad' ? `${what}, when the renewal was to be finished` : what;
}
