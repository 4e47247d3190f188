/** Whether what the demo promises is true, by what both fakes really hold. */
import { fingerprint } from '../test/fakes/index.ts';
import { findLeaks } from '../test/runner/leaks.ts';
import { leaksOf } from '../test/world/written.ts';
import type { Scene } from './scene.ts';
import type { Holding, Shop } from './shop.ts';
import type { Play } from './plays.ts';

export interface Claim {
  readonly text: string;
  readonly holds: boolean;
  /** What is wrong, if something is. */
  readonly detail?: string;
}

export interface TokenFate {
  readonly name: string;
  readonly fingerprint: string;
  readonly status: number;
  readonly alive: boolean;
}

export interface Proof {
  readonly tokens: readonly TokenFate[];
  readonly claims: readonly Claim[];
}

export async function prove(
  shop: Shop,
  play: Play,
  scenes: readonly Scene[],
  before: readonly Holding[],
): Promise<Proof> {
  const tokens = await tryTokens(shop);
  const isOnlyOneAlive = tokens.every(({ name, alive }) => alive === (name === play.survivor));
  const claims = [
    ...scenes.map((scene) => wentAsTold(scene)),
    {
      text: `No outage: after each of the ${shop.watch.changes} changes at VTEX and GitHub, every listed secret held a token that VTEX accepts.`,
      holds: shop.watch.outages.length === 0,
      detail: shop.watch.outages.join('; '),
    },
    ...deployments(shop),
    {
      text: 'Exit status, outputs and record of each run said what both services held when it ended.',
      holds: scenes.every(({ untrue }) => untrue.length === 0),
      detail: scenes.flatMap(({ untrue }) => untrue).join('; '),
    },
    {
      text: 'No token was lost: at the end of each run the new one was in a secret, or the log named "Undo Renewal".',
      holds: scenes.every(({ lost }) => !lost) && !shop.store.vtex.isPending(shop.store.targetKey),
    },
    {
      text:
        play.survivor === 'new'
          ? 'Signing in at VTEX shows that the old token is dead and the new one alive.'
          : 'Signing in at VTEX shows that the token is alive.',
      holds: isOnlyOneAlive && tokens.length === (play.survivor === 'new' ? 2 : 1),
    },
    play.survivor === 'new' ? everywhere(shop) : untouched(shop, before),
    sameReaders(shop),
    allowed(shop),
  ];
  return { tokens, claims };
}

/** The last claim: it needs all that was written, the page included. */
export function noLeak(shop: Shop, scenes: readonly Scene[], written: readonly string[]): Claim {
  const found = [
    ...scenes.flatMap(({ run }) => leaksOf(shop.store, run)),
    ...findLeaks(written.join('\n'), shop.store.everyToken()),
  ];
  return {
    text: 'No token, in no encoding, in the log, the summary, the outputs, the state, an address or the page.',
    holds: found.length === 0,
    detail: found.join('; '),
  };
}

async function tryTokens(shop: Shop): Promise<TokenFate[]> {
  const tokens = [['old', shop.oldToken] as const, ['new', shop.newToken] as const];
  const fates: TokenFate[] = [];
  for (const [name, token] of tokens) {
    if (token === undefined) continue;
    const status = await shop.signIn(token);
    fates.push({ name, fingerprint: fingerprint(token), status, alive: status === 200 });
  }
  return fates;
}

function wentAsTold({ number, act, run, asTold }: Scene): Claim {
  const { result, code } = act.expected;
  const expected = code === undefined ? result : `${result} (${code})`;
  const codes = run.annotations.filter(({ level }) => level === 'error').map(({ title }) => title);
  return {
    text: `Run ${number} ended as told: ${expected}.`,
    holds: asTold,
    detail: `it ended with the result ${run.outputs.result ?? 'none'} ${codes.join(', ')}`,
  };
}

function deployments({ store }: Shop): Claim[] {
  const runs = store.github.runs.all.filter(({ workflowName }) => workflowName === 'Deploy');
  if (runs.length === 0) return [];
  const signIns = runs.reduce((sum, run) => sum + run.signIns.length, 0);
  return [
    {
      text: `The deployment that held the old token signed in ${signIns} times and was never refused.`,
      holds: store.github.runs.refused.length === 0,
    },
  ];
}

function everywhere(shop: Shop): Claim {
  const holdings = shop.holdings();
  return {
    text: 'Every listed secret holds the new token, and the pending secret is gone.',
    holds: holdings.every(({ path, token }) => token === (path === shop.pendingSecret ? 'absent' : 'new')),
  };
}

function untouched(shop: Shop, before: readonly Holding[]): Claim {
  const written = shop.store.world.requests.filter(
    ({ method, label }) => method !== 'GET' && !label.endsWith('apptoken/login'),
  );
  return {
    text: 'Nothing was written: no request but reads and sign-ins, and every secret is what it was.',
    holds: written.length === 0 && JSON.stringify(before) === JSON.stringify(shop.holdings()),
  };
}

function sameReaders({ store, secrets }: Shop): Claim {
  const secret = store.github.secret(secrets.at(-1) ?? '');
  const names = store.github.repositories.all
    .filter(({ id }) => secret?.repositoryIds?.includes(id) === true)
    .map(({ name }) => name);
  return {
    text: 'The organization secret is still for the repositories checkout and feeds, and no others.',
    holds: secret?.visibility === 'selected' && names.join() === 'checkout,feeds',
  };
}

function allowed({ store }: Shop): Claim {
  const violations = [...store.github.violations, ...store.vtex.violations];
  return {
    text: 'Every request was one that GitHub’s and VTEX’s OpenAPI allow.',
    holds: violations.length === 0,
    detail: violations.join('; '),
  };
}
