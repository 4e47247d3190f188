/**
 * The ports of the rotation on the model's world, one call after the other. A step that was begun is begun anew
 * for each of its calls: what it was answered before is replayed, so the real code can be stopped between any two
 * calls and gone on with from there.
 */
import { RotationError } from '../../src/common/errors.ts';
import { isGenuinePermit } from '../../src/rotation/finish-guard.ts';
import type { Ports } from '../../src/rotation/ports.ts';
import type { Instant } from '../../src/rotation/ports/clock.ts';
import type { SecretFacts, WriteReceipt } from '../../src/rotation/ports/secret-store.ts';
import type { VerificationRun } from '../../src/rotation/ports/verifier.ts';
import { Secret } from '../../src/common/secret.ts';
import type { SecretPath } from '../../src/paths/secret-path.ts';
import {
  type Content,
  finished,
  isAccepted,
  later,
  removed,
  renewed,
  somethingElse,
  type Token,
  type ModelWorld,
  wrote,
} from './world.ts';

export type Reply = string | number | boolean | { readonly at: number | undefined; readonly readAt: number };
export type Replies = ReadonlyMap<string, Reply>;

/** `calls`: every call is a step of its own. `effects`: reads go together with the effect before them. */
export type Grain = 'calls' | 'effects';

const texts = new Map<Token, Secret>();

export function secretOf(token: Token): Secret {
  const secret = texts.get(token) ?? new Secret(`token ${token}`);
  texts.set(token, secret);
  return secret;
}

export function tokenOf(secret: Secret): Token {
  return Number(secret.reveal().slice('token '.length));
}

function contentOf(secret: Secret): Content {
  return secret.reveal() === 'none' ? 'none' : tokenOf(secret);
}

export function nameOf(content: Content): string {
  if (content === somethingElse) return 'something else';
  return content === 'none' ? content : `t${content}`;
}

export const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

interface Beginning {
  readonly world: ModelWorld;
  readonly replies: Replies;
  readonly journal: Token | undefined;
  readonly manager: string;
  readonly verification: 'passes' | 'fails';
  /** So many replies after the beginning of the step the runner asked to stop. */
  readonly stopAfter: number | undefined;
  readonly grain: Grain;
  readonly trouble: Trouble | undefined;
}

/** What is not as it should be during a stretch, until the run has waited so often. */
export type Trouble =
  /** The copies of this secret lag behind. */
  | { readonly lags: string }
  /** The nodes of VTEX that are asked for this token have not heard. */
  | { readonly doubts: Token; readonly waits: number };

/** One stretch of a step: from where it stands to just before the next call that others may come before. */
export class Stretch {
  world: ModelWorld;
  /** The token in the state that `post` would write. */
  journal: Token | undefined;
  readonly replies: Map<string, Reply>;
  /** What this stretch changed, in words. */
  effect = '';
  readonly #replayed: Replies;
  readonly #occurrences = new Map<string, number>();
  readonly #abort = new AbortController();
  readonly #options: Beginning;
  #calls = 0;
  #served = 0;
  #waits = 0;
  /** The trouble made a difference. */
  isTroubled = false;

  constructor(options: Beginning) {
    this.world = options.world;
    this.journal = options.journal;
    this.replies = new Map(options.replies);
    this.#replayed = options.replies;
    this.#options = options;
    if (options.stopAfter === 0) this.#abort.abort('stop');
  }

  get isQuiet(): boolean {
    return this.#calls === 0;
  }

  get stop(): AbortSignal {
    return this.#abort.signal;
  }

  /** Gives the replayed reply, or performs the call if it is this stretch's turn, or never comes back. */
  async #call<T extends Reply>(name: string, effect: boolean, perform: () => T): Promise<T> {
    const occurrence = (this.#occurrences.get(name) ?? 0) + 1;
    this.#occurrences.set(name, occurrence);
    const key = `${name}/${occurrence}`;
    this.#served++;
    const { stopAfter } = this.#options;
    if (stopAfter !== undefined && this.#served > stopAfter) this.#abort.abort('stop');
    const known = this.#replayed.get(key);
    if (known !== undefined) return known as T;
    const mustWait = effect || this.#options.grain === 'calls';
    if (mustWait && this.#calls > 0) return new Promise<never>(() => undefined);
    this.#calls++;
    const reply = perform();
    this.replies.set(key, reply);
    return Promise.resolve(reply);
  }

  #signIn(token: Token): Promise<'accepted' | 'refused'> {
    return this.#call(`sign-in #${token};`, false, () =>
      isAccepted({ vtex: this.#vtexFor(token) }, token) ? 'accepted' : 'refused',
    );
  }

  #vtexFor(token: Token): ModelWorld['vtex'] {
    const { trouble } = this.#options;
    const { vtex, unheard } = this.world;
    if (trouble === undefined || !('doubts' in trouble) || unheard === undefined) return vtex;
    if (trouble.doubts !== token || this.#waits > trouble.waits) return vtex;
    this.isTroubled = true;
    return unheard;
  }

  /** Replayed as it was, or a deadline would move on with every replay. */
  #now(): Instant {
    const occurrence = (this.#occurrences.get('now') ?? 0) + 1;
    this.#occurrences.set('now', occurrence);
    const key = `now/${occurrence}`;
    const known = this.#replayed.get(key);
    if (typeof known === 'object') return known.readAt;
    this.replies.set(key, { at: undefined, readAt: this.world.now });
    return this.world.now;
  }

  #dateOf(path: string): Instant | undefined {
    const { trouble } = this.#options;
    const { secrets, earlier } = this.world;
    const lags = trouble !== undefined && 'lags' in trouble && trouble.lags === path;
    if (!lags || this.#waits > 0 || !(path in earlier)) return secrets[path]?.at;
    this.isTroubled = true;
    return earlier[path];
  }

  async #renew(): Promise<Token> {
    const token = await this.#call('renew', true, () => {
      const after = renewed(this.world);
      if (after === undefined) return -1;
      this.effect = `VTEX makes t${this.world.next}`;
      this.world = after;
      return this.world.next - 1;
    });
    if (token < 0) throw new RotationError('renewal-pending', 'A renewal is pending.');
    return token;
  }

  #finish(): Promise<'finished' | 'not-pending'> {
    return this.#call('finish', true, () => {
      const after = finished(this.world);
      if (after === undefined) return 'not-pending';
      this.effect = `VTEX deletes t${this.world.vtex.old}`;
      this.world = after;
      return 'finished';
    });
  }

  #readAll(paths: readonly SecretPath[]): Promise<readonly SecretFacts[]> {
    return Promise.all(
      paths.map(async (path) => {
        const { at, readAt } = await this.#call(`read ${path.path}`, false, () => ({
          at: this.#dateOf(path.path),
          readAt: this.world.now,
        }));
        return { path, updatedAt: at, readAt };
      }),
    );
  }

  async #write({ path }: SecretPath, value: Secret): Promise<WriteReceipt> {
    const holds = contentOf(value);
    const { at, readAt } = await this.#call(`write ${path}`, true, () => {
      const before = this.world.secrets[path]?.at;
      this.effect = `${lastPart(path)} := ${nameOf(holds)}`;
      this.world = wrote(this.world, path, holds);
      return { at: before, readAt: this.world.now };
    });
    return { created: at === undefined, answeredAt: readAt };
  }

  async #remove({ path }: SecretPath): Promise<void> {
    await this.#call(`remove ${path}`, true, () => {
      this.effect = `${lastPart(path)} is removed`;
      this.world = removed(this.world, path);
      return true;
    });
  }

  async #verify(): Promise<readonly VerificationRun[]> {
    const passed = await this.#call('verify', true, () => {
      this.effect = `it ${this.#options.verification}`;
      return this.#options.verification === 'passes';
    });
    const failure = passed ? undefined : new RotationError('verification-failed', 'The workflow failed.');
    return [
      { workflow: 'verify.yml', url: '', runId: 1, conclusion: passed ? 'success' : 'failure', failure },
    ];
  }

  ports(): Ports {
    const nothing = (): void => undefined;
    return {
      issuer: {
        // Nobody touches the manager's own key, so its sign-in is no event.
        signIn: ({ appKey, appToken }) =>
          appKey === this.#options.manager ? Promise.resolve('accepted') : this.#signIn(tokenOf(appToken)),
        renew: async () => ({
          token: secretOf(await this.#renew()),
          vtexId: undefined,
          createdAt: this.world.now,
        }),
        finish: async (permit) => {
          if (!isGenuinePermit(permit)) throw new Error('the permit is forged');
          return { kind: await this.#finish() };
        },
        status: () => Promise.reject(new Error('no verification-requests in the model')),
      },
      store: {
        inspectAll: (paths) => this.#readAll(paths),
        readAll: (paths) => this.#readAll(paths),
        find: () => Promise.reject(new Error('no patterns in the model')),
        hiddenBy: () => Promise.resolve(undefined),
        seal: (path, value) => Promise.resolve({ path, keyId: '', value: value.reveal() }),
        commandToWrite: ({ path }) => `write ${path.path}`,
        write: async (path, value, { onTurn } = {}) => {
          await onTurn?.();
          return this.#write(path, value);
        },
        remove: (path) => this.#remove(path),
      },
      verifier: {
        inspect: () => Promise.resolve({ problems: [], notices: [] }),
        verify: () => this.#verify(),
      },
      queue: {
        inspect: () => Promise.resolve([]),
        unfinished: () => Promise.resolve([]),
        queuedAt: () => Promise.resolve(0),
      },
      clock: {
        now: () => this.#now(),
        sleep: async (ms) => {
          if (ms <= 0) return;
          await this.#call('sleep', false, () => {
            this.world = later(this.world, ms);
            this.#waits++;
            return true;
          });
        },
      },
      log: { info: nothing, notice: nothing, warning: nothing },
      rateLeft: () => undefined,
      journal: {
        mask: nothing,
        renewed: ({ value }) => {
          this.journal = tokenOf(new Secret(value));
        },
        staged: () => {
          this.journal = undefined;
        },
      },
    };
  }
}
