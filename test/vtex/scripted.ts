import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { RotationError } from '../../src/common/errors.ts';
import { Quoter } from '../../src/common/quoter.ts';
import { grantFinish, type FinishPermit } from '../../src/rotation/finish-guard.ts';
import type { Clock } from '../../src/rotation/ports/clock.ts';
import type { Credential } from '../../src/rotation/ports/vtex.ts';
import { Secret } from '../../src/common/secret.ts';
import { VtexClient } from '../../src/vtex/client.ts';
import { makeAppToken } from '../fakes/tokens.ts';
import { closedPort, openHttp, serve } from '../helpers/loopback.ts';

/** What the server does with one request. `reset`: it hangs up without a word. */
export type Step =
  'reset' | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown };

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Scripted {
  readonly client: VtexClient;
  readonly manager: Credential;
  readonly token: string;
  readonly seen: Seen[];
  /** Milliseconds. */
  readonly waits: number[];
  readonly lines: string[];
  readonly masked: Secret[];
  readonly quoter: Quoter;
  /** As the journal of a run does it: notes in `masked`, and has the quoter withhold it. */
  readonly mask: (secret: Secret) => void;
  readonly stop: AbortController;
}

export const apiKey = 'vtexappkey-acme/ABCDEF';
export const now = Date.UTC(2026, 7, 21, 12);

/** A client against a server that takes the steps in turn, and the last one again and again. */
export async function scripted(
  steps: readonly Step[],
  options: { stopInWait?: number; unreachable?: boolean; baseUrl?: string } = {},
): Promise<Scripted> {
  const seen: Seen[] = [];
  const served = await serve((request, response) => {
    void request.toArray().then((chunks: Buffer[]) => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      const step = steps[Math.min(seen.length, steps.length) - 1] ?? 'reset';
      if (step === 'reset') hangUp(request.socket);
      else {
        const body = typeof step.body === 'string' ? step.body : JSON.stringify(step.body);
        response.writeHead(step.status, step.headers).end(body);
      }
    });
  });
  const stop = new AbortController();
  const waits: number[] = [];
  const clock: Clock = {
    now: () => now,
    sleep(ms) {
      waits.push(ms);
      if (waits.length === options.stopInWait) stop.abort();
      return Promise.resolve();
    },
  };
  const lines: string[] = [];
  const masked: Secret[] = [];
  const log = (message: string): void => void lines.push(message);
  const quoter = new Quoter();
  const mask = (secret: Secret): void => {
    masked.push(secret);
    quoter.know(secret);
  };
  const client = new VtexClient({
    baseUrl:
      options.baseUrl ?? (options.unreachable === true ? `http://127.0.0.1:${await closedPort()}` : served),
    apiKey,
    http: openHttp(),
    clock,
    log: { info: log, notice: log, warning: log },
    quoter,
    mask,
  });
  const token = makeAppToken();
  const manager = { appKey: 'vtexappkey-acme-MANAGE', appToken: new Secret(token) };
  return { client, manager, token, seen, waits, lines, masked, mask, quoter, stop };
}

function hangUp(socket: Socket): void {
  socket.resetAndDestroy();
}

export function permit(): FinishPermit {
  const granted = grantFinish({
    interrupted: false,
    oldToken: 'accepted',
    newToken: 'accepted',
    tokensDiffer: true,
    secrets: [{ path: 'repos/acme/store/actions/secrets/VTEX_APP_TOKEN', confirmed: true }],
    verification: 'none',
    drain: 'none',
  });
  if (granted === undefined) throw new Error('the guard grants nothing');
  return granted;
}

/** The coded error that the work fails with. */
export async function failureOf(work: Promise<unknown>): Promise<RotationError> {
  const outcome = await work.catch((error: unknown) => error);
  if (outcome instanceof RotationError) return outcome;
  throw new Error(`expected a coded error, got ${String(outcome)}`);
}
