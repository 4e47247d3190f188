/** Requests that got no reply: what happened, whose fault it most likely is, and what to do. */

/** Whose fault it is that there is no reply, as far as the error tells. */
export type Fault = 'host-name' | 'certificate' | 'proxy' | 'other';

/** A request without a reply, told in words of ours: an error of the network may quote the server. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  /** `not-sent`: the server certainly never saw the request. `unknown`: it may have carried it out. */
  readonly kind: 'not-sent' | 'unknown';
  /** Fixed words, safe to print: `connection reset`. Also the message. */
  readonly reason: string;
  readonly fault: Fault;
  /** Sentences that say what to do, safe to print; empty where only the one who asked can tell. */
  readonly hint: string;

  constructor(
    kind: 'not-sent' | 'unknown',
    reason: string,
    { fault = 'other', hint = '', ...options }: ErrorOptions & { fault?: Fault; hint?: string } = {},
  ) {
    super(reason, options);
    this.kind = kind;
    this.reason = reason;
    this.fault = fault;
    this.hint = hint;
  }
}

/** The proxy did not connect to the host. */
export class TunnelError extends Error {
  override readonly name = 'TunnelError';
  /** Of the proxy's reply; undefined if there was none. */
  readonly status: number | undefined;

  constructor(status: number | undefined, options?: ErrorOptions) {
    super('no tunnel', options);
    this.status = status;
  }
}

/** The proxy that a request was to go through. */
export interface Via {
  /** The variable of the environment that names it. */
  readonly variable: string;
  /** True for http, where the proxy gets the request itself; for https it only makes the connection. */
  readonly forwards: boolean;
}

export interface Explanation {
  readonly reason: string;
  readonly fault: Fault;
  readonly hint: string;
}

/**
 * Names an error by its code alone, never by its message; a string is a reason in words of ours already. `isSent`: the
 * request was written to a connection.
 */
export function explain(error: unknown, via: Via | undefined, isSent: boolean): Explanation {
  if (via === undefined) return explainDirect(error);
  if (error instanceof TunnelError) {
    return error.status === undefined ? brokenProxy(via, error.cause) : refusedByProxy(via, error.status);
  }
  if (via.forwards && error instanceof Error) {
    // Nothing but the proxy was to be reached.
    if (!isSent) return brokenProxy(via, error);
    // The one status that undici keeps to itself; it gives the code of a wrong argument.
    if (codeOf(error) === 'UND_ERR_INVALID_ARG') return refusedByProxy(via, 407);
  }
  const { reason, fault, hint } = explainDirect(error);
  return { reason, fault, hint: `${hint} The request went through the proxy in ${via.variable}.`.trim() };
}

/** For the status with which a proxy answered instead of the host. */
function refusedByProxy({ variable }: Via, status: number): Explanation {
  const says = (what: string): string => `the proxy in ${variable} ${what} (HTTP status ${status})`;
  if (status === 407) {
    return {
      reason: says('wants a user name and a password, or other ones than it was given'),
      fault: 'proxy',
      hint:
        `Set the environment variable ${variable} to http://user:password@host:port, special characters percent-encoded; ` +
        'no other way to sign in to a proxy (NTLM, Kerberos) is known.',
    };
  }
  if (status < 500) {
    const hint = `The proxy must allow connections to this host; or list the host in no_proxy, if it needs no proxy.`;
    return { reason: says('refuses the connection'), fault: 'proxy', hint };
  }
  return {
    reason: says('could not connect to the host'),
    fault: 'proxy',
    hint: 'A proxy also answers so if the host name is wrong.',
  };
}

function brokenProxy({ variable }: Via, error: unknown): Explanation {
  const { reason, fault, hint } = explainDirect(error);
  const check =
    `Check the environment variable ${variable} of the runner: is it the right proxy, does it run, and may the runner ` +
    'reach it?';
  return {
    reason: `the proxy in ${variable} cannot be used: ${reason}`,
    fault: 'proxy',
    hint: fault === 'certificate' ? hint : check,
  };
}

/**
 * Codes of Node (https://nodejs.org/api/errors.html), OpenSSL (X509_V_ERR_…, SSL_R_…) and undici
 * (https://undici.nodejs.org/#/docs/api/Errors), the first match wins.
 */
const reasons: readonly (readonly [code: RegExp, reason: string, fault?: Fault, hint?: string])[] = [
  [/^ECONNREFUSED$/, 'connection refused'],
  [/^(ECONNRESET|EPIPE|ECONNABORTED)$/, 'connection reset'],
  [/^(ENOTFOUND|EAI_NODATA|EAI_NONAME)$/, 'host name not found', 'host-name'],
  [/^EAI_/, 'host name could not be looked up', 'host-name'],
  [/^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/, 'host not reachable'],
  [/^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/, 'connecting timed out'],
  [/^(UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/, 'connection closed before the end of the reply'],
  [/^(UND_ERR_DESTROYED|UND_ERR_CLOSED)$/, 'connections are closed'],
  [/^UND_ERR_HEADERS_OVERFLOW$/, 'reply headers too large'],
  [/^UND_ERR_INVALID_ARG$/, 'not a valid request'],
  [
    /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    'certificate expired or not valid yet',
    'certificate',
    'Either the certificate must be renewed, or the clock of the runner is wrong.',
  ],
  [
    /ALTNAME_INVALID|HOSTNAME_MISMATCH/,
    'certificate made for another host',
    'certificate',
    'Another machine answers under this name; check the name, and the proxy if there is one.',
  ],
  [
    /CERT|LEAF_SIGNATURE|INVALID_CA|INVALID_PURPOSE/,
    'certificate not trusted',
    'certificate',
    'If your network has a certificate authority of its own, as with a proxy that opens TLS, set NODE_EXTRA_CA_CERTS to a file ' +
      "with that authority's certificate (PEM): in the `env` of the job or step, or in the runner's own environment.",
  ],
  [/^(EPROTO|ERR_SSL_|ERR_TLS_)/, 'TLS handshake failed'],
];

function explainDirect(error: unknown): Explanation {
  if (typeof error === 'string') return { reason: error, fault: 'other', hint: '' };
  // undici's parser knows some of its errors only by a text.
  const isParserError = error instanceof Error && error.name === 'HTTPParserError';
  if (isParserError) return { reason: 'reply is not HTTP', fault: 'other', hint: '' };
  const code = codeOf(error);
  const [, reason, fault, hint] = reasons.find(([pattern]) => pattern.test(code)) ?? [];
  return { reason: reason ?? 'request failed', fault: fault ?? 'other', hint: hint ?? '' };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
