/** VTEX and GitHub in memory, for the loop: what was called in which order, and whatever a test wants to go wrong. */
import { RotationError } from '../../src/common/errors.ts';
import type { Step, StepTimes } from '../../src/rotation/model.ts';
import type { Ports } from '../../src/rotation/ports.ts';
import type { SecretFacts } from '../../src/rotation/ports/secret-store.ts';
import type { VerificationRun } from '../../src/rotation/ports/verifier.ts';
import type { Progress } from '../../src/rotation/rotate.ts';
import type { Settings } from '../../src/rotation/settings.ts';
import { Secret } from '../../src/common/secret.ts';
import type { SecretPath } from '../../src/paths/secret-path.ts';
import { makeAppToken } from '../fakes/tokens.ts';
import { WaitingClock } from './clock.ts';

export class Memory implements Progress {
  readonly clock = new WaitingClock();
  /** `write TOKEN`, `renew`, …; reads are left out. */
  readonly calls: string[] = [];
  readonly lines: string[] = [];
  readonly steps: Step[] = [];
  readonly failed: Step[] = [];
  /** By name; values and dates. */
  readonly secrets = new Map<string, { readonly value: string; readonly at: number }>();
  readonly masked: string[] = [];
  /** In the state that outlives the process. */
  saved: string | undefined;
  old: string;
  fresh: string | undefined;
  verified = true;
  /** Comes before each call; may throw, stop the run, or never come back. `token` is that of a sign-in. */
  before: (call: string, token?: string) => void | Promise<void> = () => undefined;

  constructor(old: string) {
    this.old = old;
  }

  put(name: string, value: string): void {
    this.clock.advance(1000);
    this.secrets.set(name, { value, at: this.clock.now() });
  }

  started(step: Step): void {
    this.steps.push(step);
  }

  ended({ step, failed }: StepTimes): void {
    if (failed) this.failed.push(step);
  }

  async #call(name: string): Promise<void> {
    this.calls.push(name);
    await this.before(name);
  }

  #accepts(token: string): boolean {
    return token === this.old || token === this.fresh;
  }

  #facts(paths: readonly SecretPath[]): Promise<readonly SecretFacts[]> {
    return Promise.resolve(
      paths.map((path) => ({ path, updatedAt: this.secrets.get(path.name)?.at, readAt: this.clock.now() })),
    );
  }

  ports(settings: Settings): Ports {
    const note = (line: string): void => void this.lines.push(line);
    return {
      issuer: this.#issuer(settings),
      store: this.#store(),
      verifier: {
        inspect: () => Promise.resolve({ problems: [], notices: [] }),
        verify: async (): Promise<VerificationRun[]> => {
          await this.#call('verify');
          const failure = this.verified ? undefined : new RotationError('verification-failed', 'It failed.');
          return [{ workflow: 'verify.yml', url: '', runId: 1, conclusion: 'success', failure }];
        },
      },
      queue: {
        inspect: () => Promise.resolve([]),
        unfinished: () => Promise.resolve([]),
        queuedAt: () => Promise.resolve(this.clock.now()),
      },
      clock: this.clock,
      log: { info: note, notice: note, warning: note },
      rateLeft: () => undefined,
      journal: {
        mask: (value) => void this.masked.push(value.reveal()),
        renewed: ({ value }) => {
          this.saved = value;
        },
        staged: () => {
          this.saved = undefined;
        },
      },
    };
  }

  #issuer(settings: Settings): Ports['issuer'] {
    return {
      signIn: async ({ appKey, appToken }) => {
        await this.before('sign-in', appToken.reveal());
        const accepted = appKey !== settings.apiKey || this.#accepts(appToken.reveal());
        return accepted ? 'accepted' : 'refused';
      },
      renew: async (_, onToken) => {
        await this.#call('renew');
        if (this.fresh !== undefined) throw new RotationError('renewal-pending', 'A renewal is pending.');
        this.fresh = makeAppToken();
        const token = new Secret(this.fresh);
        onToken(token);
        return { token, vtexId: undefined, createdAt: this.clock.now() };
      },
      finish: async () => {
        await this.#call('finish');
        if (this.fresh === undefined) return { kind: 'not-pending' };
        this.old = this.fresh;
        this.fresh = undefined;
        return { kind: 'finished' };
      },
      status: () => Promise.resolve(200),
    };
  }

  #store(): Ports['store'] {
    return {
      inspectAll: (paths) => this.#facts(paths),
      readAll: (paths) => this.#facts(paths),
      find: () => Promise.reject(new Error('no patterns here')),
      hiddenBy: () => Promise.resolve(undefined),
      seal: (path, value) => Promise.resolve({ path, keyId: '1', value: value.reveal() }),
      commandToWrite: ({ path }) => `write ${path.path}`,
      write: async ({ name }, value, { onTurn } = {}) => {
        await onTurn?.();
        await this.#call(`write ${name}`);
        const created = !this.secrets.has(name);
        this.put(name, value.reveal());
        return { created, answeredAt: this.clock.now() };
      },
      remove: async ({ name }) => {
        await this.#call(`remove ${name}`);
        this.secrets.delete(name);
      },
    };
  }
}
