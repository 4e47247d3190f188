/** The headers by which the support of a server finds a request; the first is that of VTEX's own APIs, the last GitHub's. */
const idHeaders = ['x-vtex-operation-id', 'x-vtex-request-id', 'x-request-id', 'x-github-request-id'];

/** As the server wrote it, so it must be quoted; undefined if the reply has none. */
export function requestIdIn(headers: Readonly<Record<string, string>>): string | undefined {
  const name = idHeaders.find((header) => headers[header] !== undefined);
  return name === undefined ? undefined : headers[name];
}
