// One account's host of the fake VTEX: what it answers over HTTP.
import { randomUUID } from 'node:crypto';
import type { Reply } from './faults.ts';
import { jsonObject, LoopbackServer, type Incoming } from './server.ts';
import { makeSessionToken } from './tokens.ts';
import type { ApiKey, VtexKeys } from './vtex-keys.ts';
import type { World } from './world.ts';

/** The License Manager resource without which VTEX answers 403 to both renewal calls. */
export const renewApiToken = 'RenewApiToken';

export type Answer = Reply | ((pairAccepted: boolean) => Reply);

/** What the hosts of all accounts share. */
export interface VtexManners {
  readonly apiKeys: VtexKeys;
  readonly signInManner: 'open' | 'refuses politely' | 'closed';
  readonly hostileNewToken: ((current: string) => unknown) | undefined;
  readonly errorBody: (status: number) => unknown;
  readonly answers: ReadonlyMap<string, Answer>;
  readonly everySessionToken: string[];
  readonly sessions: Map<string, ApiKey>;
  readonly violations: string[];
}

const renewalPath = /^\/api\/vtexid\/apikey\/([^/]+)\/apitoken\/(renew|finish-renewal)$/;
const signInPath = '/api/vtexid/apptoken/login';

export class VtexHost {
  readonly server: LoopbackServer;
  readonly #world: World;
  readonly #account: string;
  readonly #vtex: VtexManners;

  constructor(world: World, account: string, vtex: VtexManners) {
    this.#world = world;
    this.#account = account;
    this.#vtex = vtex;
    this.server = new LoopbackServer(world, {
      upstream: 'vtex',
      handle: (request) => withRequestId(this.#handle(request)),
      label: ({ pathname }) =>
        pathname.replace(/^\/api\/vtexid\/apikey\/[^/]+\//, '/api/vtexid/apikey/:key/'),
    });
  }

  #handle(request: Incoming): Reply {
    if (request.pathname === signInPath && request.method === 'POST') return this.#signIn(request);
    const [, name, verb] = renewalPath.exec(request.pathname) ?? [];
    if (name !== undefined && request.method === 'PATCH') {
      return this.#renewal(request, decodeURIComponent(name), verb === 'renew');
    }
    if (request.method === 'GET') return this.#read(request);
    this.#vtex.violations.push(`no such operation: ${request.method} ${request.pathname}`);
    return this.#refuse(404);
  }

  #signIn(request: Incoming): Reply {
    if (this.#vtex.signInManner === 'closed') return this.#refuse(404);
    const [pair, problems] = signInBody(request);
    this.#vtex.violations.push(...problems.map((problem) => `POST ${signInPath}: ${problem}`));
    if (pair === undefined) return this.#refuse(400);
    const { appkey, apptoken } = pair;
    const key = this.#keyWith(appkey, apptoken);
    if (key === undefined) {
      const status = this.#vtex.signInManner === 'refuses politely' ? 200 : 401;
      return { status, body: { authStatus: 'WrongCredentials' } };
    }
    const expires = Math.floor(this.#world.now() / 1000) + 6 * 60 * 60;
    const token = makeSessionToken(appkey, expires);
    this.#vtex.sessions.set(token, key);
    this.#vtex.everySessionToken.push(token);
    return { status: 200, body: { authStatus: 'Success', token, expires } };
  }

  #renewal(request: Incoming, name: string, begins: boolean): Reply {
    const manager = this.#caller(request);
    if (manager === undefined) return this.#refuse(401);
    if (request.body !== '' || request.query.size > 0) {
      this.#vtex.violations.push(
        `PATCH ${begins ? 'renew' : 'finish-renewal'}: neither a body nor a query is declared`,
      );
      return this.#refuse(400);
    }
    if (!manager.resources.has(renewApiToken)) return this.#refuse(403);
    const key = this.#vtex.apiKeys.find(name);
    if (key?.account !== this.#account) return this.#refuse(400);
    return begins ? this.#renew(key) : this.#finish(key);
  }

  #renew(key: ApiKey): Reply {
    if (key.pending !== undefined) return this.#refuse(409);
    const hostile = this.#vtex.hostileNewToken;
    const answered = hostile?.(key.current.value);
    const renewed = this.#vtex.apiKeys.renew(key, typeof answered === 'string' ? answered : undefined);
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

  #finish(key: ApiKey): Reply {
    if (!this.#vtex.apiKeys.finish(key)) return this.#refuse(404);
    return { status: 200, body: { ...datesOf(key), creationDateNewToken: null } };
  }

  #read(request: Incoming): Reply {
    const accepted = this.#caller(request) !== undefined;
    const path =
      request.query.size > 0 ? `${request.pathname}?${request.query.toString()}` : request.pathname;
    const answer = this.#vtex.answers.get(path) ?? this.#vtex.answers.get(request.pathname);
    if (answer === undefined) return accepted ? { status: 200, body: {} } : this.#refuse(401);
    return typeof answer === 'function' ? answer(accepted) : answer;
  }

  /** Whose credentials these are: a pair of app key and token, or the session that a sign-in gave. */
  #caller({ headers }: Incoming): ApiKey | undefined {
    const session = headers.vtexidclientautcookie;
    if (typeof session === 'string') {
      const key = this.#vtex.sessions.get(session);
      return key?.account === this.#account ? key : undefined;
    }
    const name = headers['x-vtex-api-appkey'];
    const token = headers['x-vtex-api-apptoken'];
    if (typeof name !== 'string' || typeof token !== 'string') return undefined;
    return this.#keyWith(name, token);
  }

  #keyWith(name: string, token: string): ApiKey | undefined {
    const key = this.#vtex.apiKeys.find(name);
    if (key?.account !== this.#account) return undefined;
    return this.#vtex.apiKeys.answers(name, token) ? key : undefined;
  }

  #refuse(status: number): Reply {
    return { status, body: this.#vtex.errorBody(status) };
  }
}

interface Pair {
  readonly appkey: string;
  readonly apptoken: string;
}

function signInBody({ headers, query, body }: Incoming): [Pair | undefined, string[]] {
  const problems: string[] = [];
  if (headers['content-type']?.startsWith('application/json') !== true) problems.push('no JSON');
  if (headers.accept === undefined) problems.push('no Accept header');
  if ([...query.keys()].some((name) => name !== 'an')) problems.push('unknown query parameter');
  const parsed = jsonObject(body);
  if (Object.keys(parsed).sort().join() !== 'appkey,apptoken') problems.push('wrong keys in the body');
  const { appkey, apptoken } = parsed;
  if (typeof appkey !== 'string' || typeof apptoken !== 'string') {
    return [undefined, [...problems, 'values are not strings']];
  }
  return [problems.length > 0 ? undefined : { appkey, apptoken }, problems];
}

/** By these VTEX's support finds a request. */
const withRequestId = (reply: Reply): Reply => ({
  ...reply,
  headers: { 'x-request-id': randomUUID(), 'x-vtex-operation-id': randomUUID(), ...reply.headers },
});

function datesOf(key: ApiKey): { id: string; creationDateToken: string } {
  return { id: key.id, creationDateToken: new Date(key.current.createdAt).toISOString() };
}
