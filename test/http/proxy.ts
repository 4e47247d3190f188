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
  /** What it was asked so far: `CONNECT acme.example:443`. */
  requests(): Promise<readonly string[]>;
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
  const heard: string[] = [];
  let saidAll = Promise.withResolvers<undefined>();
  const listening = Promise.withResolvers<number>();
  createInterface(child.stdout).on('line', (line) => {
    const said = JSON.parse(line) as { port?: number; request?: string; saidAll?: boolean };
    if (said.port !== undefined) listening.resolve(said.port);
    if (said.request !== undefined) heard.push(said.request);
    if (said.saidAll === true) saidAll.resolve(undefined);
  });
  const port = await Promise.race([
    listening.promise,
    exited.then(() => Promise.reject(new Error('the proxy ended before it listened'))),
  ]);
  const scheme = behaviour.tls === undefined ? 'http' : 'https';
  const requests = async (): Promise<readonly string[]> => {
    // What it prints may come later than what it answers.
    saidAll = Promise.withResolvers();
    child.stdin.write('?');
    await saidAll.promise;
    return [...heard];
  };
  return { port, url: `${scheme}://127.0.0.1:${port}`, requests, kill };
}
