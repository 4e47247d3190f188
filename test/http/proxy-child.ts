/** A proxy as companies have them, in a process of its own. Prints one line of JSON for its port and one for each request. */
import { createServer as createHttpServer, type IncomingMessage, request as sendRequest } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface ProxyBehaviour {
  /** The loopback ports that stand for hosts; every other host is not found. */
  readonly hosts?: Readonly<Record<string, number>>;
  /** `user:password` that must be given. */
  readonly credentials?: string;
  /** The answer to everything. */
  readonly status?: number;
  /** `silent`: takes connections and never answers. `cuts`: hangs up at once. */
  readonly manner?: 'silent' | 'cuts';
  /** Where it listens; `127.0.0.1`, if absent. */
  readonly address?: '127.0.0.1' | '::1';
  /** Speaks TLS to its clients. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
}

const {
  hosts = {},
  credentials,
  status,
  manner,
  address = '127.0.0.1',
  tls,
} = JSON.parse(process.argv[2] ?? '{}') as ProxyBehaviour;

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** The status that refuses a request; undefined if it may pass. */
function refusal(request: IncomingMessage, host: string): number | undefined {
  const given = Buffer.from(request.headers['proxy-authorization']?.split(' ')[1] ?? '', 'base64').toString();
  if (credentials !== undefined && given !== credentials) return 407;
  return status ?? (hosts[host] === undefined ? 502 : undefined);
}

const tunnels = new Set<Duplex>();
/** How many of the next tunnels are cut. */
let cuts = 0;

const server = tls === undefined ? createHttpServer() : createHttpsServer(tls);

server.on('connect', (request: IncomingMessage, client: Duplex) => {
  const { url = '' } = request;
  say({ request: `CONNECT ${url}` });
  client.on('error', () => undefined);
  if (manner === 'silent') return;
  if (manner === 'cuts' || cuts > 0) {
    cuts -= 1;
    client.destroy();
    return;
  }
  tunnels.add(client);
  const host = url.replace(/:\d+$/, '');
  const refused = refusal(request, host);
  if (refused !== undefined) {
    client.end(`HTTP/1.1 ${refused} No\r\ncontent-length: 0\r\n\r\n`);
    return;
  }
  const upstream = connect(hosts[host] ?? 0, '127.0.0.1', () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    upstream.pipe(client).pipe(upstream);
  });
  upstream.on('error', () => client.destroy());
});

server.on('request', (request, response) => {
  const { method = '', url = '', headers } = request;
  say({ request: `${method} ${url}` });
  const target = URL.parse(url);
  const refused = refusal(request, target?.hostname ?? '');
  if (refused !== undefined || target === null) {
    response.writeHead(refused ?? 400).end();
    return;
  }
  const passedOn = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('proxy-')));
  const options = { host: '127.0.0.1', port: hosts[target.hostname], method, headers: passedOn };
  const path = target.pathname + target.search;
  const upstream = sendRequest({ ...options, path }, (reply) => {
    response.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(response);
  });
  request.pipe(upstream);
});

server.listen(0, address, () => {
  say({ port: (server.address() as AddressInfo).port });
});
// A question, whose answer follows all that was said before, or the number of tunnels to cut beside those that are
// open; and the end of the test, however that ends.
process.stdin
  .on('data', (data: Buffer) => {
    const count = Number(data.toString());
    if (count > 0) {
      cuts = count;
      for (const tunnel of tunnels) tunnel.destroy();
      tunnels.clear();
    }
    say({ saidAll: true });
  })
  .on('end', () => process.exit());
