// VTEX as its OpenAPI describes it: sign-ins, renewals, and paths of the store that a pair may read.
import type { LoopbackServer } from './server.ts';
import { VtexHost, type Answer } from './vtex-host.ts';
import { VtexKeys, type ApiKey, type KeyOptions, type TokenState } from './vtex-keys.ts';
import type { NodeLag } from './vtex-nodes.ts';
import type { World } from './world.ts';

export { renewApiToken } from './vtex-host.ts';

/** VTEX with one account, or with several of them: each has a host of its own, here a port. */
export class FakeVtex {
  /** The first one. */
  readonly account: string;
  readonly server: LoopbackServer;
  /** `refuses politely`: 200 with `WrongCredentials`, as VTEX's own tools expect. `closed`: no such route here. */
  signInManner: 'open' | 'refuses politely' | 'closed' = 'open';
  /** What `renew` answers as `newToken`, whatever JSON that is. A usable string becomes the token. */
  hostileNewToken: ((current: string) => unknown) | undefined;
  /** The body of an error reply; VTEX documents none. */
  errorBody: (status: number) => unknown = (status) => ({ message: `Simulated error ${status}` });
  /** Answers to other GET paths; where nothing is said, 200 to a pair that is accepted and 401 to any other. */
  readonly answers = new Map<string, Answer>();
  readonly everySessionToken: string[] = [];
  /** The new tokens that persons got in the Admin. */
  readonly renewedByPerson = new Set<string>();
  /** Which key a session belongs to. */
  readonly sessions = new Map<string, ApiKey>();
  /** Requests that VTEX's OpenAPI does not allow. */
  readonly violations: string[] = [];
  readonly #world: World;
  /** For its hosts. */
  readonly apiKeys: VtexKeys;
  readonly #hosts = new Map<string, VtexHost>();

  private constructor(world: World, account: string) {
    this.#world = world;
    this.apiKeys = new VtexKeys(world);
    this.account = account;
    this.server = this.#hostOf(account).server;
  }

  static async start(world: World, account = 'acmestore'): Promise<FakeVtex> {
    const vtex = new FakeVtex(world, account);
    await vtex.server.up();
    return vtex;
  }

  /** Another account; its keys are unknown to the hosts of the others. */
  async addAccount(account: string): Promise<void> {
    await this.#hostOf(account).server.up();
  }

  get url(): string {
    return this.server.url;
  }

  urlOf(account: string): string {
    const host = this.#hosts.get(account);
    if (host === undefined) throw new Error(`the fake VTEX has no account ${account}`);
    return host.server.url;
  }

  get acceptanceDelayMs(): number {
    return this.apiKeys.acceptanceDelayMs;
  }

  /** How long a new token takes to be accepted. */
  set acceptanceDelayMs(ms: number) {
    this.apiKeys.acceptanceDelayMs = ms;
  }

  get deathDelayMs(): number {
    return this.apiKeys.deathDelayMs;
  }

  /** How long an old token takes to die. */
  set deathDelayMs(ms: number) {
    this.apiKeys.deathDelayMs = ms;
  }

  /** The nodes that questions about a token come to, one after the other; what they say is VTEX's answer. */
  set nodes(lags: readonly NodeLag[]) {
    this.apiKeys.nodes.lags = lags;
  }

  /** For so long one node (from 0) takes or refuses a token, whatever is true. */
  rule(
    token: string,
    ruling: { readonly node: number; readonly accepts: boolean; readonly forMs: number },
  ): void {
    this.apiKeys.nodes.rule(token, ruling);
  }

  /** A new key with one token; returns its name, `vtexappkey-{account}-…`. */
  addKey(options: KeyOptions = {}): string {
    return this.apiKeys.add(options.account ?? this.account, options).name;
  }

  /** The names of all keys. */
  get keys(): readonly string[] {
    return this.apiKeys.names;
  }

  /** Every token ever made here, for leak searches. */
  get everyToken(): readonly string[] {
    return this.apiKeys.everyToken;
  }

  /** Every token that a key ever had, the oldest first. */
  tokensEver(key: string): string[] {
    return this.apiKeys.lives(key).map(({ value }) => value);
  }

  /** The key that a token belongs or belonged to. */
  keyOf(token: string): string | undefined {
    return this.apiKeys.keyOf(token);
  }

  /** Whether this pair works at this moment, apart from nodes that have not heard. */
  accepts(key: string, token: string): boolean {
    return this.state(key, token) === 'accepted';
  }

  state(key: string, token: string): TokenState {
    return this.apiKeys.state(key, token);
  }

  isPending(key: string): boolean {
    return this.apiKeys.get(key).pending !== undefined;
  }

  tokens(key: string): { readonly current: string; readonly pending?: string } {
    const { current, pending } = this.apiKeys.get(key);
    return pending === undefined
      ? { current: current.value }
      : { current: current.value, pending: pending.value };
  }

  /** A person renews the token in the Admin. Returns the new token. */
  adminRenew(key: string): string {
    const { value } = this.apiKeys.renew(this.apiKeys.get(key));
    this.renewedByPerson.add(value);
    return value;
  }

  /** *Undo Renewal*: the new token dies. The API has no such call. */
  adminUndo(key: string): void {
    if (!this.apiKeys.undo(this.apiKeys.get(key))) throw new Error('nothing to undo');
  }

  /** *Delete old token*: what `finish-renewal` does. */
  adminDeleteOld(key: string): void {
    if (!this.apiKeys.finish(this.apiKeys.get(key))) throw new Error('no old token to delete');
  }

  /** A path answers with these statuses in turn, and with the last of them from then on. */
  answerInTurn(path: string, ...statuses: readonly number[]): void {
    let asked = 0;
    this.answers.set(path, () => {
      const status = statuses[Math.min(asked, statuses.length - 1)] ?? 200;
      asked += 1;
      return { status, body: {} };
    });
  }

  #hostOf(account: string): VtexHost {
    const host = new VtexHost(this.#world, account, this);
    this.#hosts.set(account, host);
    return host;
  }
}
