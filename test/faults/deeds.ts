/** What others do at a write of a run, right before it takes effect or right after. */
import { everyMoment, type Phase, type RecordedRequest, type Store } from '../fakes/index.ts';
import { keyOf, type Flow } from './flows.ts';
import type { Target } from './story.ts';

export interface Deed {
  /** On what: GitHub's limits and keys, which a run must bear; or what it works on itself, so that it may have to stop. */
  readonly on: 'limits' | 'keys' | 'listed secret' | 'pending secret' | 'old secret' | 'key at VTEX';
  readonly act: (store: Store, flow: Flow) => void;
}

const moment =
  (name: string) =>
  (store: Store, flow: Flow): void => {
    const act = everyMoment[name];
    if (act === undefined) throw new Error(`the fakes have no "${name}"`);
    act(store, keyOf(flow, store));
  };

/** Whoever deletes the old token has seen to it that nobody uses it any more, no run that was queued before either. */
const careful =
  (act: Deed['act']): Deed['act'] =>
  (store, flow) => {
    const { pending } = store.vtex.tokens(keyOf(flow, store));
    if (flow.name === 'drain') return;
    const isEverywhere = flow.secrets.every((path) => store.github.secret(path)?.value === pending);
    if (pending !== undefined && isEverywhere) act(store, flow);
  };

const named = (name: string, on: Deed['on']): [string, Deed] => [name, { on, act: moment(name) }];

export const deeds: Readonly<Record<string, Deed>> = {
  ...Object.fromEntries([
    named('GitHub changes its public keys', 'keys'),
    named('the hour is used up for 40 minutes', 'limits'),
    named('a secondary limit for a minute', 'limits'),
    named('somebody writes the token in use into the first secret', 'listed secret'),
    named('somebody deletes the pending secret', 'pending secret'),
    named('somebody deletes the old secret', 'old secret'),
    named('a person chooses Renew Token', 'key at VTEX'),
  ]),
  'a person deletes the old token': {
    on: 'key at VTEX',
    act: careful(moment('a person chooses Delete old token')),
  },
  'a person deletes the old token and renews': {
    on: 'key at VTEX',
    act: careful((store, flow) => {
      moment('a person chooses Delete old token')(store, flow);
      moment('a person chooses Renew Token')(store, flow);
    }),
  },
};

/**
 * Whether nothing could join the two requests between which this would happen (docs/limits.md): the last look, or the
 * last question, and the request that deletes the old token; a write and the first look at the secret; a look at the
 * pending secret, or VTEX's word on the old token, and the write that brings the old token back.
 */
export function isGap({ on }: Deed, phase: Phase, { label, occurrence }: Target, flow: Flow): boolean {
  if (label.endsWith('/finish-renewal'))
    return phase === 'before' && (on === 'listed secret' || on === 'key at VTEX');
  const [first] = flow.secrets;
  if (on === 'listed secret' && phase === 'after' && label === `PUT github ${first}`) return true;
  const isWriteBack = occurrence > 0 && flow.secrets.some((path) => label === `PUT github ${path}`);
  return isWriteBack && (on === 'pending secret' || (on === 'key at VTEX' && phase === 'before'));
}

/** The same at other requests: the run has written the first secret, and no look at it has been answered since. */
export function isUnseen(requests: readonly RecordedRequest[], flow: Flow): boolean {
  const wrote = requests.findLast(({ label }) => label === `PUT github ${flow.secrets[0]}`);
  return wrote !== undefined && !isLookedAt(requests, flow, wrote);
}

/** Whether a look at the first secret was answered that began after this request. */
export function isLookedAt(
  requests: readonly RecordedRequest[],
  { secrets: [path = ''] }: Flow,
  after: RecordedRequest,
): boolean {
  const place = `${path.slice(0, path.lastIndexOf('/'))}?`;
  return requests.some(({ index, label, status }) => {
    const isLook = label === `GET github ${path}` || label.startsWith(`GET github ${place}`);
    return isLook && index > after.index && status !== undefined;
  });
}
