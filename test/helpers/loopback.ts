import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { onTestFinished } from 'vitest';
import { createHttp, type Http } from '../../src/http/http.ts';
import { proxiesFrom } from '../../src/http/proxies.ts';

/** Listens on a free port of the loopback interface until the test ends; gives the port. */
export async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Gives the base URL. */
export async function serve(handler: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(handler))}`;
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** With the proxies of this environment; closed when the test ends. */
export function openHttp(env: Readonly<Record<string, string>> = {}): Http {
  const http = createHttp({ proxyFor: proxiesFrom(env), userAgent: 'rotate-vtex-token/0.0.0-test' });
  onTestFinished(() => http.close());
  return http;
}
