/** Everything that is done to a run at one request of its flow. */
import { type RunnerFile, runnerFiles } from '../runner/unwritable.ts';
import { type Deed, deeds } from './deeds.ts';
import {
  everyCondition,
  everyFault,
  forbiddenReasons,
  permissionDenied,
  primaryLimit,
  redirects,
  secondaryLimit,
  status,
  tooManyRequests,
  type Conditions,
  type Fault,
  type RecordedRequest,
  type Store,
} from '../fakes/index.ts';

export interface Moment {
  readonly store: Store;
  readonly request: RecordedRequest;
}

export type Kind =
  /** The client gets this reply, or none. `persistent`: so does every later request of the same kind. `long`: it asks for a long silence. */
  | {
      readonly does: 'reply';
      readonly persistent: boolean;
      readonly long: boolean;
      readonly fault: (moment: Moment) => Fault;
    }
  /** The server is gone: this connection is cut, later ones are refused, or shown a certificate that nobody trusts. */
  | { readonly does: 'down'; readonly forMs: number; readonly distrusted: boolean }
  /** A signal; `cancel` is SIGINT and, if need be, what the runner sends after it. `hang`: this request is never answered. `lost`: no `post` either. */
  | {
      readonly does: 'signal';
      readonly signal: 'SIGKILL' | 'SIGTERM' | 'cancel';
      readonly hang: boolean;
      readonly lost: boolean;
    }
  /** Something about the two services, or the runner's disk, is not quite right for the whole run; it ends well all the same. */
  | {
      readonly does: 'condition';
      readonly conditions: Conditions;
      readonly unwritable: readonly RunnerFile[];
    }
  /** Somebody does something at this request. */
  | ({ readonly does: 'act' } & Deed)
  /** What VTEX gives as the new token. */
  | { readonly does: 'token'; readonly token: (current: string) => unknown };

function only<T>(all: Readonly<Record<string, T>>, name: string): T {
  const found = all[name];
  if (found === undefined) throw new Error(`the fakes have no "${name}"`);
  return found;
}

const plain: Record<string, (moment: Moment) => Fault> = {
  ...Object.fromEntries(Object.entries(everyFault).map(([name, fault]) => [name, () => fault])),
  '429 in seconds': () => tooManyRequests(2),
  // By the clock of the world, which runs ahead of ours.
  '429 at a date': ({ store }) => tooManyRequests(new Date(store.world.now() + 5000)),
  'secondary limit': () => secondaryLimit(2),
  'secondary limit without a time': () => secondaryLimit(),
  'permission denied': permissionDenied,
  drip: () => ({ kind: 'drip', everyMs: 1 }),
  'redirect 301': () => only(redirects, 'redirect 301'),
  'single sign-on': () => only(forbiddenReasons, 'single sign-on'),
  'primary limit for 40 minutes': ({ store }) => primaryLimit({ now: store.world.now(), minutes: 40 }),
};

export const hostileMark = 'HOSTILE';

/** Commands of the runner, terminal controls, HTML and Markdown; short enough to be quoted whole. */
const hostileWords = [
  '<img src=x><script> **b** [a](https://evil.invalid) @octocat',
  '::stop-commands::x',
  `::error::${hostileMark}`,
  `\r::add-mask::${hostileMark}`,
  `##[error]${hostileMark}`,
  `\u001b[31m${hostileMark}`,
].join('\n');

for (const code of [200, 400, 403, 404, 409, 422, 500]) {
  const sends =
    (textOf: (store: Store) => string) =>
    ({ store }: Moment): Fault => {
      const text = textOf(store);
      return status(code, { message: text, error: text, authStatus: text, key_id: text, updated_at: text });
    };
  plain[`hostile ${code}`] = sends(() => hostileWords);
  // Text that repeats a secret is not quoted at all, so the words are tried without one.
  plain[`echo ${code}`] = sends((store) => `${hostileWords}\n${store.everyToken().join(' ')}`);
}

/** Faults of a reply, by name. */
export const replyFaults: Readonly<Record<string, (moment: Moment) => Fault>> = plain;

const minute = 60_000;
const signal = (
  name: 'SIGKILL' | 'SIGTERM' | 'cancel',
  { hang = name === 'SIGKILL', lost = false } = {},
): Kind => ({ does: 'signal', signal: name, hang, lost });

const down = (forMs: number, { distrusted = false } = {}): Kind => ({ does: 'down', forMs, distrusted });

export const signals: Readonly<Record<string, Kind>> = {
  SIGKILL: signal('SIGKILL'),
  'SIGKILL, machine lost': signal('SIGKILL', { lost: true }),
  SIGTERM: signal('SIGTERM'),
  cancel: signal('cancel'),
  'cancel, no reply': signal('cancel', { hang: true }),
};

export const outages: Readonly<Record<string, Kind>> = {
  refused: down(3000),
  'down for 4 minutes': down(4 * minute),
  'down for 10 minutes': down(10 * minute),
  down: down(Infinity),
  'certificate error': down(Infinity, { distrusted: true }),
  'certificate error for 4 minutes': down(4 * minute, { distrusted: true }),
};

/** Only at `renew`, and only as its reply. */
export const newTokens: Readonly<Record<string, Kind>> = {
  'newToken empty': { does: 'token', token: () => '' },
  'newToken a number': { does: 'token', token: () => 42 },
  'newToken absent': { does: 'token', token: () => undefined },
  'newToken an object': {
    does: 'token',
    token: (current) => ({ value: current.split('').reverse().join('') }),
  },
  'newToken with a line break': {
    does: 'token',
    token: (current) => `${current.slice(64)}\n::error::${current.slice(0, 64)}`,
  },
  'newToken the old one': { does: 'token', token: (current) => current },
  'newToken too long': {
    does: 'token',
    token: (current) => current.split('').reverse().join('').repeat(400),
  },
};

const conditions: readonly [string, Kind][] = [
  ...Object.entries(everyCondition).map(([name, one]): [string, Kind] => [
    name,
    { does: 'condition', conditions: one, unwritable: [] },
  ]),
  ...[...runnerFiles.map((file) => [file]), runnerFiles].map((unwritable): [string, Kind] => [
    `${unwritable.join(', ')} cannot be written`,
    { does: 'condition', conditions: {}, unwritable },
  ]),
];

const reach = (name: string, fault: (moment: Moment) => Fault, persistent: boolean): Kind => ({
  does: 'reply',
  persistent,
  long: name === 'primary limit for 40 minutes',
  fault,
});

const withReach = ([name, fault]: [string, (moment: Moment) => Fault]): [string, Kind][] => [
  [name, reach(name, fault, false)],
  [`${name} for good`, reach(name, fault, true)],
];

export const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...Object.entries(replyFaults).flatMap(withReach),
  ...Object.entries(outages),
  ...Object.entries(signals),
  ...Object.entries(newTokens),
  ...conditions,
  ...Object.entries(deeds).map(([name, deed]): [string, Kind] => [name, { does: 'act', ...deed }]),
]);
