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
  /** Hangs up on everybody, and on the next so many who call. */
  cuts(count: number): Promise<void>;
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
  const asks = async (what: string): Promise<void> => {
    // What it prints may come later than what it answers.
    saidAll = Promise.withResolvers();
    child.stdin.write(what);
    await saidAll.promise;
  };
  const host = behaviour.address === '::1' ? '[::1]' : '127.0.0.1';
  return {
    port,
    url: `${scheme}://${host}:${port}`,
    requests: async () => {
      await asks('?');
      return [...heard];
    },
    cuts: (count) => asks(String(count)),
    kill,
  };
}
