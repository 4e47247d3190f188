import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a server answers: a string is sent as it is, anything else as JSON, `undefined` as no body. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * Everything that can go wrong between a client and an effect. Injected `before`, the effect does not happen;
 * injected `after`, it has happened and only the reply is lost. Kinds that cut or slow a body down use the
 * real one where there is one.
 */
export type Fault =
  /** The connection is torn down with RST. */
  | { readonly kind: 'reset' }
  /** The connection is closed without a word. */
  | { readonly kind: 'close' }
  /** No answer until the client or the server goes away. */
  | { readonly kind: 'hang' }
  | ({ readonly kind: 'status' } & Reply)
  | { readonly kind: 'empty'; readonly status?: number }
  | { readonly kind: 'malformed'; readonly status?: number }
  | { readonly kind: 'html'; readonly status?: number }
  | { readonly kind: 'huge'; readonly status?: number; readonly bytes?: number }
  | { readonly kind: 'drip'; readonly status?: number; readonly everyMs?: number }
  | { readonly kind: 'redirect'; readonly status?: number; readonly location?: string }
  | { readonly kind: 'truncated'; readonly status?: number };

export const status = (code: number, body?: unknown, headers?: Readonly<Record<string, string>>): Fault => ({
  kind: 'status',
  status: code,
  body: body ?? { message: `Simulated ${code}` },
  ...(headers === undefined ? {} : { headers }),
});

/** `Retry-After` comes as a number of seconds or as a date (RFC 9110, section 10.2.3). */
export const tooManyRequests = (retryAfter: number | Date): Fault =>
  status(
    429,
    { message: 'Too many requests' },
    {
      'retry-after': typeof retryAfter === 'number' ? String(retryAfter) : retryAfter.toUTCString(),
    },
  );

export const secondaryLimitMessage =
  'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';

/** GitHub answers a secondary limit and a missing permission with the same 403: only text and headers differ. */
export const secondaryLimit = (retryAfter?: number): Fault =>
  status(
    403,
    {
      message: secondaryLimitMessage,
      documentation_url: 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api',
    },
    retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
  );

export const permissionDenied = (): Fault =>
  status(403, {
    message: 'Resource not accessible by integration',
    documentation_url: 'https://docs.github.com/rest',
    status: '403',
  });

/** Every fault that the matrix tries on every request, by the name it has in a report. */
export const everyFault: Readonly<Record<string, Fault>> = {
  reset: { kind: 'reset' },
  close: { kind: 'close' },
  hang: { kind: 'hang' },
  ...Object.fromEntries(
    [400, 401, 403, 404, 409, 410, 422, 500, 502, 503, 504].map((code) => [`status ${code}`, status(code)]),
  ),
  '429 in seconds': tooManyRequests(1),
  '429 at a date': tooManyRequests(new Date(Date.now() + 1000)),
  'secondary limit': secondaryLimit(1),
  'permission denied': permissionDenied(),
  empty: { kind: 'empty' },
  malformed: { kind: 'malformed' },
  html: { kind: 'html' },
  huge: { kind: 'huge' },
  drip: { kind: 'drip' },
  redirect: { kind: 'redirect' },
  truncated: { kind: 'truncated' },
};

/** The text of a reply, as it goes over the wire. */
export function bodyText(body: unknown): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
}

export function send(response: ServerResponse, reply: Reply): void {
  const text = bodyText(reply.body);
  response.writeHead(reply.status, {
    ...(text === '' ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    ...(reply.status === 204 || reply.status === 304 ? {} : { 'content-length': Buffer.byteLength(text) }),
    ...reply.headers,
  });
  response.end(text);
}

const json = { 'content-type': 'application/json' };

/** Makes the client suffer. Returns the status that was sent, if one was. `real` is the reply it replaces. */
export function suffer(
  fault: Fault,
  response: ServerResponse,
  elsewhere: string,
  real?: Reply,
): number | undefined {
  if (fault.kind === 'hang') return undefined;
  if (fault.kind === 'reset' || fault.kind === 'close') {
    if (fault.kind === 'reset') response.socket?.resetAndDestroy();
    else response.socket?.destroy();
    return undefined;
  }
  if (fault.kind === 'status') {
    send(response, fault);
    return fault.status;
  }
  const code = fault.status ?? (fault.kind === 'redirect' ? 307 : 200);
  const text = bodyText(real?.body) || JSON.stringify({ id: 'simulated', message: 'x'.repeat(100) });
  switch (fault.kind) {
    case 'empty':
      send(response, { status: code, headers: json });
      break;
    case 'malformed':
      send(response, { status: code, headers: json, body: text.slice(0, -5) });
      break;
    case 'html':
      send(response, {
        status: code,
        headers: { 'content-type': 'text/html' },
        body: '<!DOCTYPE html><html><body><h1>Welcome to the proxy</h1></body></html>',
      });
      break;
    case 'redirect':
      send(response, { status: code, headers: { location: fault.location ?? `${elsewhere}/stolen` } });
      break;
    case 'truncated':
      response.writeHead(code, { ...json, 'content-length': Buffer.byteLength(text) });
      response.write(text.slice(0, text.length >> 1), () => response.socket?.destroy());
      break;
    case 'huge':
      void sendHuge(response, code, fault.bytes ?? 50 * 1024 * 1024);
      break;
    case 'drip':
      void sendSlowly(response, code, text, fault.everyMs ?? 100);
      break;
  }
  return code;
}

async function sendHuge(response: ServerResponse, code: number, bytes: number): Promise<void> {
  const opening = '{"message":"';
  const closing = '"}';
  response.writeHead(code, { ...json, 'content-length': bytes });
  response.write(opening);
  const chunk = 'x'.repeat(64 * 1024);
  const gone = once(response, 'close');
  for (let left = bytes - opening.length - closing.length; left > 0; left -= chunk.length) {
    if (response.destroyed) return;
    if (!response.write(chunk.slice(0, left))) await Promise.race([once(response, 'drain'), gone]);
  }
  response.end(closing);
}

async function sendSlowly(response: ServerResponse, code: number, text: string, ms: number): Promise<void> {
  response.writeHead(code, { ...json, 'content-length': Buffer.byteLength(text) });
  for (const character of text) {
    if (response.destroyed) return;
    response.write(character);
    // Unreferenced: a reply that drips must not keep the process of a test alive.
    await sleep(ms, undefined, { ref: false });
  }
  response.end();
}
