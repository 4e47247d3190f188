/** Starts proxies for tests, each a real process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { ProxyBehaviour } from './proxy-child.ts';

export interface ProxyProcess {
  readonly port: number;
  readonly url: string;
  /** What it was asked: `CONNECT acme.example:443`. */
  readonly requests: readonly string[];
  /** Kills it; nobody listens there any more. */
  kill(): Promise<void>;
}

/** Runs until the test ends. */
export async function startProxy(behaviour: ProxyBehaviour = {}): Promise<ProxyProcess> {
  const script = fileURLToPath(new URL('proxy-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(behaviour)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill();
    await exited;
  };
  onTestFinished(kill);
  const requests: string[] = [];
  const listening = Promise.withResolvers<number>();
  createInterface(child.stdout).on('line', (line) => {
    const { port, request } = JSON.parse(line) as { port?: number; request?: string };
    if (port !== undefined) listening.resolve(port);
    if (request !== undefined) requests.push(request);
  });
  const port = await Promise.race([
    listening.promise,
    exited.then(() => Promise.reject(new Error('the proxy ended before it listened'))),
  ]);
  const scheme = behaviour.tls === undefined ? 'http' : 'https';
  return { port, url: `${scheme}://127.0.0.1:${port}`, requests, kill };
}
