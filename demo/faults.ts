/** What goes wrong at each step, and how it comes right again. */
import { permissionDenied, status, type Fault, type Phase } from '../test/fakes/index.ts';
import type { FailStep } from './arguments.ts';
import type { Shop } from './shop.ts';

export interface Trouble {
  readonly tells: string;
  /** Begins the trouble. */
  readonly begins: (shop: Shop) => void;
  /** What happens before the next run, and how. */
  readonly mends: string;
  readonly ends?: (shop: Shop) => void;
  /** The code that the run fails with; none where it only warns. */
  readonly code?: string;
  /** Results of the run that meets the trouble and of the next one. */
  readonly results: readonly [string, string];
}

/** Requests to suffer, by their labels; `past` tells whether one with such a label has come already. */
type Choose = (label: string, phase: Phase, past: (part: string) => boolean) => boolean;

/** Lets the requests that `choose` picks suffer. */
function suffering(fault: Fault, choose: Choose): (shop: Shop) => void {
  return (shop) => {
    const { world } = shop.store;
    const first = world.requests.length;
    world.intercept = ({ label, index }, phase) => {
      const before = world.requests.slice(first, index);
      return choose(label, phase, (part) => before.some((one) => one.label.includes(part)))
        ? fault
        : undefined;
    };
  };
}

const down = status(503);
const signIn = 'apptoken/login';
const renewal = 'apitoken/renew';
const finishing = 'apitoken/finish-renewal';
const pendingSecret = 'actions/secrets/VTEX_APP_TOKEN_PENDING';
const oldSecret = 'actions/secrets/VTEX_APP_TOKEN_OLD';
const organizationSecret = 'PUT github orgs/';

const mended = 'The fault is mended. The same workflow runs again.';

export const troubles: Readonly<Record<FailStep, Trouble>> = {
  observe: {
    tells: 'VTEX does not answer sign-ins: 503, each time.',
    begins: suffering(down, (label, phase) => phase === 'before' && label.includes(signIn)),
    mends: mended,
    code: 'vtex-unavailable',
    results: ['failed', 'rotated'],
  },
  reserve: {
    tells: 'The GitHub token may read secrets but not write them.',
    begins: suffering(
      permissionDenied(),
      (label, phase) => phase === 'before' && label.startsWith('PUT') && label.endsWith(oldSecret),
    ),
    mends: 'Somebody grants the App "Secrets: write". The same workflow runs again.',
    code: 'github-forbidden',
    results: ['failed', 'rotated'],
  },
  renew: {
    tells: 'VTEX renews the token, but the connection breaks before its reply arrives.',
    begins: suffering(
      { kind: 'reset' },
      (label, phase, past) => phase === 'after' && label.endsWith(renewal) && !past(renewal),
    ),
    mends:
      'A person opens VTEX Admin > Account Settings > API Keys > Generated and chooses "Undo Renewal" in the menu of ' +
      "the key's row. The same workflow runs again.",
    ends: ({ store }) => {
      if (store.vtex.isPending(store.targetKey)) store.vtex.adminUndo(store.targetKey);
    },
    code: 'renewal-lost',
    results: ['failed', 'rotated'],
  },
  stage: {
    tells: 'GitHub goes down right after the renewal, and comes back just as the job ends.',
    begins: (shop) => {
      const stop = suffering(
        down,
        (label, phase, past) =>
          phase === 'before' && label.includes(' github ') && past(renewal) && shop.running?.stage !== 'post',
      );
      stop(shop);
    },
    mends: 'The post step has saved the new token. The same workflow runs again.',
    code: 'secret-write-failed',
    results: ['failed', 'rotated'],
  },
  'check-token': {
    tells: 'VTEX goes on refusing the new token.',
    begins: suffering(
      status(401, { authStatus: 'WrongCredentials' }),
      (label, phase, past) => phase === 'before' && label.includes(signIn) && past(renewal),
    ),
    mends: 'VTEX accepts the new token at last. The same workflow runs again.',
    code: 'new-token-rejected',
    results: ['failed', 'rotated'],
  },
  verify: {
    tells: 'The verification workflow fails.',
    begins: ({ store }) => {
      for (const workflow of store.github.workflows.all) workflow.behaviour = { conclusion: 'failure' };
    },
    ends: ({ store }) => {
      for (const workflow of store.github.workflows.all)
        workflow.behaviour = (inputs) => ({ reads: [inputs['secret-name'] ?? ''] });
    },
    mends: 'Somebody corrects the verification workflow. The same workflow runs again.',
    code: 'verification-failed',
    results: ['failed', 'rotated'],
  },
  store: {
    tells: 'GitHub takes no write to the organization secret: 503, for minutes.',
    begins: suffering(down, (label, phase) => phase === 'before' && label.startsWith(organizationSecret)),
    mends: mended,
    code: 'secret-write-failed',
    results: ['failed', 'rotated'],
  },
  drain: {
    tells: 'A deployment that holds the old token hangs.',
    begins: (shop) => {
      shop.deploy(Infinity);
    },
    mends: 'Somebody cancels the deployment. The same workflow runs again.',
    ends: ({ store }) => {
      for (const run of store.github.runs.all)
        if (run.workflowName === 'Deploy') store.github.runs.end(run, 'cancelled');
    },
    code: 'drain-timeout',
    results: ['failed', 'rotated'],
  },
  confirm: {
    tells: 'GitHub stops answering when the secrets are read once more, right before the point of no return.',
    begins: suffering(
      down,
      (label, phase, past) =>
        phase === 'before' &&
        label.startsWith('GET') &&
        label.endsWith(pendingSecret) &&
        past(organizationSecret),
    ),
    mends: mended,
    code: 'github-unavailable',
    results: ['failed', 'rotated'],
  },
  finish: {
    tells: 'VTEX does not finish the renewal: 503, each time.',
    begins: suffering(down, (label, phase) => phase === 'before' && label.endsWith(finishing)),
    mends: mended,
    code: 'finish-failed',
    results: ['failed', 'rotated'],
  },
  prove: {
    tells: 'VTEX finishes the renewal, and then answers no sign-in any more.',
    begins: suffering(
      down,
      (label, phase, past) => phase === 'before' && label.includes(signIn) && past(finishing),
    ),
    mends: mended,
    code: 'new-token-rejected',
    results: ['failed', 'finished'],
  },
  'clean-up': {
    tells:
      'GitHub does not delete the pending secret: 503, each time. All else is done, so this is a warning.',
    begins: suffering(
      down,
      (label, phase) => phase === 'before' && label.startsWith('DELETE') && label.endsWith(pendingSecret),
    ),
    mends: mended,
    results: ['rotated', 'finished'],
  },
};
