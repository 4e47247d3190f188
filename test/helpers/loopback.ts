import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { onTestFinished } from 'vitest';
import { createHttp, type Http, type ProxySettings } from '../../src/http/http.ts';

/** Listens on a free port of the loopback interface until the test ends; gives the port. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
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

/** Closed when the test ends. */
export function openHttp(proxies: Partial<ProxySettings> = {}): Http {
  const settings = { httpProxy: '', httpsProxy: '', noProxy: '', ...proxies };
  const http = createHttp({ proxies: settings, userAgent: 'rotate-vtex-token/0.0.0-test' });
  onTestFinished(() => http.close());
  return http;
}
