/** What the bench rotates: a key whose token stands in so many secrets, on fakes that answer as late as one likes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startStore, type Store } from '../test/fakes/index.ts';

const day = 86_400_000;

export const firstSecret = 'VTEX_APP_TOKEN';

/** What `secrets` says, and what is held to be there. */
export interface Shop {
  readonly store: Store;
  readonly secrets: string;
}

/** The secrets are old enough to be written at once. */
function put(store: Store, paths: readonly string[]): void {
  const { current } = store.vtex.tokens(store.targetKey);
  for (const path of paths) store.github.setSecret(path, current, { at: store.world.now() - 100 * day });
}

/** All in one repository. */
export async function oneRepository(count: number): Promise<Shop> {
  const store = await startStore();
  const names = [firstSecret, ...Array.from({ length: count - 1 }, (_, index) => `VTEX_APP_TOKEN_${index}`)];
  // Two more stand there while a renewal is pending, and a repository holds a hundred.
  const fitting = names.slice(0, 98);
  const environment = names.slice(98).map((name) => `repos/acme/store/environments/more/secrets/${name}`);
  if (environment.length > 0) store.github.repositories.get('acme/store').environments.add('more');
  put(store, [...fitting.slice(1).map((name) => store.path(name)), ...environment]);
  return { store, secrets: [...fitting, ...environment].join('\n') };
}

/** One in each of so many repositories: found by a pattern, or named one by one. */
export async function manyRepositories(count: number, by: 'pattern' | 'name'): Promise<Shop> {
  const store = await startStore();
  const names = Array.from({ length: count - 1 }, (_, index) => `acme/store-${index}`);
  for (const name of names) store.github.addRepository(name);
  const paths = names.map((name) => `repos/${name}/actions/secrets/${firstSecret}`);
  put(store, paths);
  const secrets = by === 'name' ? paths : ['repos/acme/*/actions/secrets/VTEX_APP_TOKEN'];
  return { store, secrets: [firstSecret, ...secrets].join('\n') };
}

/** Every reply comes so late, its effect at once. */
export function delayReplies({ world }: Store, ms: number): void {
  world.intercept = async (_request, phase) => {
    if (phase === 'after' && ms > 0) await sleep(ms);
    return undefined;
  };
}

/** The job ends, a day passes, and another one is queued. */
export function nextDay(store: Store): void {
  store.nextRun();
  store.world.advance(day);
}

/** Whether the run did what is measured; a fast failure is no result. */
export function expectResult(output: string, result: string): void {
  if (!output.includes(`Result: ${result}`)) throw new Error(`not ${result}, but:\n${output}`);
}
