/** A request without a reply, told in words of ours: an error of the network may quote the server. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  /** `not-sent`: the server certainly never saw the request. `unknown`: it may have carried it out. */
  readonly kind: 'not-sent' | 'unknown';
  /** Fixed words, safe to print: `connection reset`. Also the message. */
  readonly reason: string;

  constructor(kind: 'not-sent' | 'unknown', reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.kind = kind;
    this.reason = reason;
  }
}

/**
 * Codes of Node (https://nodejs.org/api/errors.html), OpenSSL (X509_V_ERR_…, SSL_R_…) and undici
 * (https://undici.nodejs.org/#/docs/api/Errors), the first match wins.
 */
const reasons: readonly (readonly [code: RegExp, reason: string])[] = [
  [/^ECONNREFUSED$/, 'connection refused'],
  [/^(ECONNRESET|EPIPE|ECONNABORTED)$/, 'connection reset'],
  [/^(ENOTFOUND|EAI_NODATA|EAI_NONAME)$/, 'host name not found'],
  [/^EAI_/, 'host name could not be looked up'],
  [/^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/, 'host not reachable'],
  [/^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/, 'connecting timed out'],
  [/^UND_ERR_PRX_TLS$/, 'certificate of the proxy not trusted'],
  [/^UND_ERR_PRX_CONN$/, 'the proxy closed the connection'],
  // undici gives this code only to its own abort of a tunnel; our aborts carry an HttpFailure.
  [/^UND_ERR_ABORTED$/, 'the proxy refused to connect'],
  [/^(UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/, 'connection closed before the end of the reply'],
  [/^(UND_ERR_DESTROYED|UND_ERR_CLOSED)$/, 'connections are closed'],
  [/^UND_ERR_HEADERS_OVERFLOW$/, 'reply headers too large'],
  [/^UND_ERR_INVALID_ARG$/, 'not a valid request'],
  [/CERT|LEAF_SIGNATURE|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH/, 'certificate not trusted'],
  [/^(EPROTO|ERR_SSL_|ERR_TLS_)/, 'TLS handshake failed'],
];

/** Names an error by its code alone, never by its message. */
export function reasonOf(error: unknown): string {
  // undici's parser knows some of its errors only by a text.
  if (error instanceof Error && error.name === 'HTTPParserError') return 'reply is not HTTP';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons.find(([pattern]) => pattern.test(code))?.[1] ?? 'request failed';
}
