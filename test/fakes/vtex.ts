import type { Reply } from './faults.ts';
import { jsonObject, LoopbackServer, type Incoming } from './server.ts';
import { makeAppKey, makeAppToken, makeSessionToken, makeUuid } from './tokens.ts';
import type { World } from './world.ts';

/** The License Manager resource without which VTEX answers 403 to both renewal calls. */
export const renewApiToken = 'RenewApiToken';

interface TokenLife {
  readonly value: string;
  readonly createdAt: number;
  readonly acceptedFrom: number;
  deadFrom: number;
}

interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly resources: ReadonlySet<string>;
  current: TokenLife;
  pending: TokenLife | undefined;
  /** The end of a token is kept, so that a test can show that it is dead and not merely unknown. */
  readonly past: TokenLife[];
}

export interface KeyOptions {
  /** Another account's key: VTEX answers 400 to whoever would renew it here. */
  readonly account?: string;
  readonly resources?: readonly string[];
  readonly ageDays?: number;
}

export type TokenState = 'unknown' | 'not yet accepted' | 'accepted' | 'dead';

type Answer = Reply | ((pairAccepted: boolean) => Reply);

const day = 24 * 60 * 60 * 1000;
const renewalPath = /^\/api\/vtexid\/apikey\/([^/]+)\/apitoken\/(renew|finish-renewal)$/;
const signInPath = '/api/vtexid/apptoken/login';

/** A VTEX account that renews tokens as VTEX's OpenAPI says it does. */
export class FakeVtex {
  readonly account: string;
  readonly server: LoopbackServer;
  /** How long a new token takes to be accepted, and an old one to die. VTEX documents neither. */
  acceptanceDelayMs = 0;
  deathDelayMs = 0;
  /** `refuses politely`: 200 with `WrongCredentials`, as VTEX's own tools expect. `closed`: no such route here. */
  signInManner: 'open' | 'refuses politely' | 'closed' = 'open';
  /** What `renew` answers as `newToken`, whatever JSON that is. A usable string becomes the token. */
  hostileNewToken: ((current: string) => unknown) | undefined;
  /** The body of an error reply; VTEX documents none. */
  errorBody: (status: number) => unknown = (status) => ({ message: `Simulated error ${status}` });
  /** Answers to other GET paths; where nothing is said, 200 to a pair that is accepted and 401 to any other. */
  readonly answers = new Map<string, Answer>();
  /** Every token ever made here, for leak searches. */
  readonly everyToken: string[] = [];
  readonly everySessionToken: string[] = [];
  /** Requests that VTEX's OpenAPI does not allow. */
  readonly violations: string[] = [];
  readonly #world: World;
  readonly #keys = new Map<string, ApiKey>();
  readonly #sessions = new Map<string, ApiKey>();

  private constructor(world: World, account: string) {
    this.#world = world;
    this.account = account;
    this.server = new LoopbackServer(world, {
      upstream: 'vtex',
      handle: (request) => this.#handle(request),
      label: ({ pathname }) =>
        pathname.replace(/^\/api\/vtexid\/apikey\/[^/]+\//, '/api/vtexid/apikey/:key/'),
    });
  }

  static async start(world: World, account = 'acmestore'): Promise<FakeVtex> {
    const vtex = new FakeVtex(world, account);
    await vtex.server.up();
    return vtex;
  }

  get url(): string {
    return this.server.url;
  }

  /** A new key with one token; returns its name, `vtexappkey-{account}-…`. */
  addKey({ account = this.account, resources = [], ageDays = 100 }: KeyOptions = {}): string {
    const name = makeAppKey(account);
    const createdAt = this.#world.now() - ageDays * day;
    const current = this.#life(makeAppToken(), createdAt, 0);
    this.#keys.set(name, {
      id: makeUuid(),
      name,
      account,
      resources: new Set(resources),
      current,
      pending: undefined,
      past: [],
    });
    return name;
  }

  /** The names of all keys. */
  get keys(): readonly string[] {
    return [...this.#keys.keys()];
  }

  /** Whether this pair works at this moment. */
  accepts(key: string, token: string): boolean {
    return this.state(key, token) === 'accepted';
  }

  state(key: string, token: string): TokenState {
    const now = this.#world.now();
    const lives = this.#lives(key).filter(({ value }) => value === token);
    if (lives.some(({ acceptedFrom, deadFrom }) => acceptedFrom <= now && now < deadFrom)) return 'accepted';
    if (lives.some(({ acceptedFrom }) => acceptedFrom > now)) return 'not yet accepted';
    return lives.length > 0 ? 'dead' : 'unknown';
  }

  isPending(key: string): boolean {
    return this.#key(key).pending !== undefined;
  }

  tokens(key: string): { readonly current: string; readonly pending?: string } {
    const { current, pending } = this.#key(key);
    return pending === undefined
      ? { current: current.value }
      : { current: current.value, pending: pending.value };
  }

  /** A person renews the token in the Admin. Returns the new token. */
  adminRenew(key: string): string {
    return this.#renew(this.#key(key)).value;
  }

  /** *Undo Renewal*: the new token dies. The API has no such call. */
  adminUndo(key: string): void {
    const found = this.#key(key);
    if (found.pending === undefined) throw new Error('nothing to undo');
    const undone = found.pending;
    found.pending = undefined;
    this.#kill(found, undone);
    this.#world.changed('vtex: renewal undone');
  }

  /** *Delete old token*: what `finish-renewal` does. */
  adminDeleteOld(key: string): void {
    if (!this.#finish(this.#key(key))) throw new Error('no old token to delete');
  }

  #handle(request: Incoming): Reply {
    if (request.pathname === signInPath && request.method === 'POST') return this.#signIn(request);
    const [, name, verb] = renewalPath.exec(request.pathname) ?? [];
    if (name !== undefined && request.method === 'PATCH') {
      return this.#renewal(request, decodeURIComponent(name), verb === 'renew');
    }
    if (request.method === 'GET') return this.#read(request);
    this.violations.push(`no such operation: ${request.method} ${request.pathname}`);
    return this.#refuse(404);
  }

  #signIn(request: Incoming): Reply {
    if (this.signInManner === 'closed') return this.#refuse(404);
    const pair = this.#signInBody(request);
    if (pair === undefined) return this.#refuse(400);
    const { appkey, apptoken } = pair;
    const key = this.#keys.get(appkey);
    if (key?.account !== this.account || !this.accepts(appkey, apptoken)) {
      const status = this.signInManner === 'refuses politely' ? 200 : 401;
      return { status, body: { authStatus: 'WrongCredentials' } };
    }
    const expires = Math.floor(this.#world.now() / 1000) + 6 * 60 * 60;
    const token = makeSessionToken(appkey, expires);
    this.#sessions.set(token, key);
    this.everySessionToken.push(token);
    return { status: 200, body: { authStatus: 'Success', token, expires } };
  }

  #signInBody({ headers, query, body }: Incoming): { appkey: string; apptoken: string } | undefined {
    const problems: string[] = [];
    if (headers['content-type']?.startsWith('application/json') !== true) problems.push('no JSON');
    if (headers.accept === undefined) problems.push('no Accept header');
    if ([...query.keys()].some((name) => name !== 'an')) problems.push('unknown query parameter');
    const parsed = jsonObject(body);
    if (Object.keys(parsed).sort().join() !== 'appkey,apptoken') problems.push('wrong keys in the body');
    const { appkey, apptoken } = parsed;
    if (typeof appkey !== 'string' || typeof apptoken !== 'string') problems.push('values are not strings');
    this.violations.push(...problems.map((problem) => `POST ${signInPath}: ${problem}`));
    if (problems.length > 0 || typeof appkey !== 'string' || typeof apptoken !== 'string') return undefined;
    return { appkey, apptoken };
  }

  #renewal(request: Incoming, name: string, begins: boolean): Reply {
    const manager = this.#caller(request);
    if (manager === undefined) return this.#refuse(401);
    if (request.body !== '' || request.query.size > 0) {
      this.violations.push(
        `PATCH ${begins ? 'renew' : 'finish-renewal'}: neither a body nor a query is declared`,
      );
      return this.#refuse(400);
    }
    if (!manager.resources.has(renewApiToken)) return this.#refuse(403);
    const key = this.#keys.get(name);
    if (key?.account !== this.account) return this.#refuse(400);
    if (!begins) {
      if (!this.#finish(key)) return this.#refuse(404);
      return { status: 200, body: { ...datesOf(key), creationDateNewToken: null } };
    }
    if (key.pending !== undefined) return this.#refuse(409);
    const hostile = this.hostileNewToken;
    const answered = hostile?.(key.current.value);
    const renewed = this.#renew(key, typeof answered === 'string' ? answered : undefined);
    return {
      status: 200,
      body: {
        ...datesOf(key),
        keyName: key.name,
        creationDateNewToken: new Date(renewed.createdAt).toISOString(),
        expirationPeriod: 90,
        newToken: hostile === undefined ? renewed.value : answered,
      },
    };
  }

  #read(request: Incoming): Reply {
    const accepted = this.#caller(request) !== undefined;
    const path =
      request.query.size > 0 ? `${request.pathname}?${request.query.toString()}` : request.pathname;
    const answer = this.answers.get(path) ?? this.answers.get(request.pathname);
    if (answer === undefined) return accepted ? { status: 200, body: {} } : this.#refuse(401);
    return typeof answer === 'function' ? answer(accepted) : answer;
  }

  /** Whose credentials these are: a pair of app key and token, or the session that a sign-in gave. */
  #caller({ headers }: Incoming): ApiKey | undefined {
    const session = headers.vtexidclientautcookie;
    if (typeof session === 'string') return this.#sessions.get(session);
    const name = headers['x-vtex-api-appkey'];
    const token = headers['x-vtex-api-apptoken'];
    if (typeof name !== 'string' || typeof token !== 'string') return undefined;
    return this.accepts(name, token) ? this.#keys.get(name) : undefined;
  }

  #renew(key: ApiKey, wanted?: string): TokenLife {
    if (key.pending !== undefined) throw new Error('a renewal is pending');
    const usable = wanted !== undefined && wanted !== '' && wanted !== key.current.value;
    key.pending = this.#life(usable ? wanted : makeAppToken(), this.#world.now(), this.acceptanceDelayMs);
    this.#world.changed('vtex: renewal begun');
    return key.pending;
  }

  #finish(key: ApiKey): boolean {
    if (key.pending === undefined) return false;
    const old = key.current;
    key.current = key.pending;
    key.pending = undefined;
    this.#kill(key, old);
    this.#world.changed('vtex: renewal finished');
    return true;
  }

  #life(value: string, createdAt: number, delay: number): TokenLife {
    // A hostile token of a few letters would be found everywhere by a leak search.
    if (value.length >= 16) this.everyToken.push(value);
    const acceptedFrom = createdAt + delay;
    if (delay > 0)
      this.#world.at(acceptedFrom, () => {
        this.#world.changed('vtex: new token accepted');
      });
    return { value, createdAt, acceptedFrom, deadFrom: Infinity };
  }

  #kill(key: ApiKey, life: TokenLife): void {
    life.deadFrom = this.#world.now() + this.deathDelayMs;
    key.past.push(life);
    if (this.deathDelayMs > 0)
      this.#world.at(life.deadFrom, () => {
        this.#world.changed('vtex: token died');
      });
  }

  #lives(name: string): TokenLife[] {
    const key = this.#keys.get(name);
    if (key === undefined) return [];
    return [key.current, ...(key.pending === undefined ? [] : [key.pending]), ...key.past];
  }

  #key(name: string): ApiKey {
    const key = this.#keys.get(name);
    if (key === undefined) throw new Error('no such key at the fake VTEX');
    return key;
  }

  #refuse(status: number): Reply {
    return { status, body: this.errorBody(status) };
  }
}

function datesOf(key: ApiKey): { id: string; creationDateToken: string } {
  return { id: key.id, creationDateToken: new Date(key.current.createdAt).toISOString() };
}
