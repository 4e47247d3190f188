/** The main flows: what a store looks like before the run, and what its workflow passes. */
import { type Store } from '../fakes/index.ts';

const day = 24 * 60 * 60 * 1000;

export type FlowResult = 'rotated' | 'pending' | 'finished' | 'skipped' | 'checked' | 'restored' | 'failed';

export interface Flow {
  readonly name: string;
  /** Paths of the listed secrets. */
  readonly secrets: readonly string[];
  /** How the run ends when nothing goes wrong. */
  readonly ends: FlowResult;
  /** How a healthy run ends that finds everything done. */
  readonly endsAgain?: readonly FlowResult[];
  /** The key that renews itself. */
  readonly renewsItself?: boolean;
  readonly prepare?: (store: Store) => void;
  /** The second run is the same job once more, with the secrets of its queueing; and this is what a person starts then. */
  readonly rerun?: { readonly then: string };
  /** What a person mends before the run is tried again. */
  readonly mend?: (store: Store) => void;
  /** Beside account, keys, tokens and URLs. */
  readonly inputs: (store: Store) => Readonly<Record<string, string>>;
}

export const pendingPath = 'repos/acme/store/actions/secrets/VTEX_APP_TOKEN_PENDING';
export const oldPath = 'repos/acme/store/actions/secrets/VTEX_APP_TOKEN_OLD';
const repository = 'repos/acme/store/actions/secrets/VTEX_APP_TOKEN';
const environment = 'repos/acme/store/environments/prod/secrets/VTEX_APP_TOKEN';
const organization = 'orgs/acme/actions/secrets/VTEX_TOKEN';
const one = [repository];
const three = [repository, environment, organization];

export const keyOf = (flow: Flow, store: Store): string =>
  flow.renewsItself === true ? store.managerKey : store.targetKey;

/** The key's tokens at VTEX; a renewal that a person has begun meanwhile is no matter of the action's. */
export function ownTokens(flow: Flow, store: Store): { readonly current: string; readonly pending?: string } {
  const { current, pending } = store.vtex.tokens(keyOf(flow, store));
  const isOwn = pending !== undefined && !store.vtex.renewedByPerson.has(pending);
  return isOwn ? { current, pending } : { current };
}

/** Puts the store into the state in which the flow begins. */
export function prepare(flow: Flow, store: Store): void {
  const { current } = store.vtex.tokens(keyOf(flow, store));
  const at = store.world.now() - 100 * day;
  if (flow.secrets.includes(environment)) {
    store.github.repositories.get(store.repository).environments.add('prod');
  }
  const others = ['acme/api', 'acme/shop'].map((name) => store.github.addRepository(name).id);
  for (const path of flow.secrets) {
    const shared = { visibility: 'selected', repositoryIds: others } as const;
    store.github.setSecret(path, current, { at, ...(path.startsWith('orgs/') ? shared : {}) });
  }
  flow.prepare?.(store);
}

/** As GitHub resolves them when the run is queued. */
export function inputsOf(flow: Flow, store: Store): Record<string, string> {
  const itself = {
    'api-key': store.managerKey,
    'app-token': store.github.resolve(store.repository, 'VTEX_APP_TOKEN'),
  };
  return store.inputs({
    secrets: flow.secrets.join('\n'),
    ...(flow.renewsItself === true ? itself : {}),
    ...flow.inputs(store),
  });
}

interface Earlier {
  /** The run closed its renewal: the pending secret was written once more, after all listed ones. */
  readonly closed: boolean;
  readonly ageMs?: number;
}

/** An earlier run renewed the token, saved both, and stored the new one in these. */
function renewedEarlier(
  store: Store,
  stored: readonly string[],
  { closed, ageMs = 3600_000 }: Earlier,
): void {
  const { current } = store.vtex.tokens(store.targetKey);
  const token = store.vtex.adminRenew(store.targetKey);
  // A run of the action it was.
  store.vtex.renewedByPerson.delete(token);
  const at = store.world.now() - ageMs;
  store.github.setSecret(oldPath, current, { at: at - 4000 });
  store.github.setSecret(pendingPath, token, { at: closed ? at + 2000 : at - 2000 });
  for (const path of stored) {
    const before = store.github.secret(path);
    store.github.setSecret(path, token, { ...before, at });
  }
}

/** GitHub shows whole seconds. */
const seconds = (instant: number): number => Math.floor(instant / 1000) * 1000;

const workflow = 'verify.yml';
const passes = (store: Store): void => void store.github.addWorkflow(store.repository, workflow);
const fails = (store: Store): void =>
  void store.github.addWorkflow(store.repository, workflow, { behaviour: { conclusion: 'failure' } });
const repaired = (store: Store): void => {
  for (const one of store.github.workflows.all) one.behaviour = { reads: ['VTEX_APP_TOKEN'] };
};

const all: readonly Flow[] = [
  { name: 'rotate-now', secrets: one, ends: 'rotated', inputs: () => ({}) },
  { name: 'rotate-now-3', secrets: three, ends: 'rotated', inputs: () => ({}) },
  {
    name: 'rotate-later',
    secrets: one,
    ends: 'pending',
    endsAgain: ['pending', 'skipped'],
    inputs: () => ({ 'delete-old-token': 'later', 'renew-after-days': '30' }),
  },
  {
    name: 'later-finish',
    secrets: three,
    ends: 'finished',
    endsAgain: ['finished', 'skipped'],
    prepare: (store) => {
      renewedEarlier(store, three, { closed: true });
    },
    inputs: () => ({ operation: 'finish' }),
  },
  {
    name: 'finish-renewed-at',
    secrets: one,
    ends: 'finished',
    endsAgain: ['finished', 'skipped'],
    rerun: { then: 'rotate-now' },
    prepare: (store) => {
      renewedEarlier(store, one, { closed: true });
    },
    inputs: (store) => ({
      operation: 'finish',
      // A later job of the run that rotated: its secrets are as they were when the run was queued.
      'current-token': store.vtex.tokens(store.targetKey).current,
      'pending-token': '',
      'old-token': '',
      'renewed-at': new Date(seconds(store.github.secret(oldPath)?.updatedAt ?? 0)).toISOString(),
    }),
  },
  {
    name: 'later-next',
    secrets: one,
    ends: 'pending',
    endsAgain: ['pending', 'skipped'],
    prepare: (store) => {
      renewedEarlier(store, one, { closed: true, ageMs: 40 * day });
    },
    inputs: () => ({ 'delete-old-token': 'later', 'renew-after-days': '30' }),
  },
  {
    name: 'resume-staged',
    secrets: one,
    ends: 'rotated',
    prepare: (store) => {
      renewedEarlier(store, [], { closed: false });
    },
    inputs: () => ({}),
  },
  {
    name: 'resume-partly',
    secrets: three,
    ends: 'rotated',
    prepare: (store) => {
      renewedEarlier(store, one, { closed: false });
    },
    inputs: () => ({}),
  },
  {
    name: 'verify-before',
    secrets: one,
    ends: 'rotated',
    prepare: passes,
    inputs: () => ({
      'verification-workflow': workflow,
      'verify-before-update': 'true',
      'verification-inputs': 'secret-name=VTEX_APP_TOKEN_PENDING',
    }),
  },
  {
    name: 'verify-after',
    secrets: one,
    ends: 'rotated',
    prepare: passes,
    inputs: () => ({ 'verification-workflow': workflow }),
  },
  {
    name: 'verify-restore',
    secrets: three,
    ends: 'restored',
    prepare: fails,
    mend: repaired,
    inputs: () => ({ 'verification-workflow': workflow }),
  },
  {
    name: 'verify-keep',
    secrets: one,
    ends: 'failed',
    prepare: fails,
    mend: repaired,
    inputs: () => ({ 'verification-workflow': workflow, 'on-verification-failure': 'keep' }),
  },
  {
    name: 'drain',
    secrets: one,
    ends: 'rotated',
    prepare: (store) => {
      store.github.queueRun(store.repository, { reads: ['VTEX_APP_TOKEN'], runsForMs: 8000 });
    },
    inputs: () => ({ 'drain-timeout-minutes': '5' }),
  },
  {
    name: 'no-sign-in',
    secrets: one,
    ends: 'rotated',
    prepare: (store) => {
      store.vtex.signInManner = 'closed';
    },
    inputs: () => ({ 'sign-in-check': 'false', 'verification-requests': '/api/oms/pvt/orders?per_page=1' }),
  },
  { name: 'renews-itself', secrets: one, ends: 'rotated', renewsItself: true, inputs: () => ({}) },
  {
    name: 'renew-after-days',
    secrets: one,
    ends: 'rotated',
    endsAgain: ['rotated', 'skipped', 'finished'],
    inputs: () => ({ 'renew-after-days': '30' }),
  },
  { name: 'check', secrets: three, ends: 'checked', inputs: () => ({ operation: 'check' }) },
];

export const flows: ReadonlyMap<string, Flow> = new Map(all.map((flow) => [flow.name, flow]));

export function flowNamed(name: string): Flow {
  const flow = flows.get(name);
  if (flow === undefined) throw new Error(`no such flow: ${name}`);
  return flow;
}
