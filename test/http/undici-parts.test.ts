/** The parts of undici that are imported one by one are those that its front door gives, and nothing brings in a second one. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Agent, Dispatcher, Pool, ProxyAgent } from 'undici';
import connect from 'undici/lib/api/api-connect.js';
import AgentPart from 'undici/lib/dispatcher/agent.js';
import PoolPart from 'undici/lib/dispatcher/pool.js';
import ProxyAgentPart from 'undici/lib/dispatcher/proxy-agent.js';
import { expect, test } from 'vitest';
import { serve } from '../helpers/loopback.ts';

test('each part is the one of the package', () => {
  expect(AgentPart).toBe(Agent);
  expect(PoolPart).toBe(Pool);
  expect(ProxyAgentPart).toBe(ProxyAgent);
  expect(connect).toBe(Dispatcher.prototype.connect);
});

test('a request is sent without the globals that load the undici of Node', async () => {
  const base = await serve((_request, response) => response.end('{}'));
  const module = new URL('../../src/http/http.ts', import.meta.url).href;
  const script = `
    for (const name of ['fetch', 'Request', 'Response', 'Headers', 'FormData']) {
      Object.defineProperty(globalThis, name, { get: () => { throw new Error(name + ' was used'); } });
    }
    const { createHttp } = await import(${JSON.stringify(module)});
    const http = createHttp({ userAgent: 'test' });
    const reply = await http.fetch(${JSON.stringify(base)}, { method: 'PUT', headers: {}, body: '{}' });
    console.log(reply.status, await reply.text(), reply.headers.get('content-length'));
    await http.close();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  expect(stdout.trim()).toBe('200 {} 2');
});
