/** What stands in the bundle for modules of libraries does what those do, as far as anybody asks; and nobody asks more. */
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as realExec from '@actions/exec';
import * as realHttpClient from '@actions/http-client';
import * as realAuth from '@actions/http-client/lib/auth';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { restEndpointMethods } from '@octokit/plugin-rest-endpoint-methods';
import * as realUndici from 'undici';
import { describe, expect, test } from 'vitest';
import { shadows } from '../scripts/shadows.ts';
import * as exec from '../src/shadows/actions-exec.ts';
import * as httpClient from '../src/shadows/actions-http-client.ts';
import Bottleneck from '../src/shadows/bottleneck.ts';
import * as plugins from '../src/shadows/octokit-plugins.ts';
import * as undici from '../src/shadows/undici.ts';

const require = createRequire(import.meta.url);
const RealBottleneck = require('bottleneck/light.js') as typeof Bottleneck;

/** Everything that is bundled of the packages that import a shadowed module. */
const users = ['@actions/core/lib', '@actions/github/lib', '@octokit/plugin-*/dist-bundle'].flatMap(
  (folder) => globSync(`node_modules/${folder}/**/*.js`),
);
const sources = users.map((file) => [file, readFileSync(file, 'utf8')] as const);

/** The names that those packages take from a module: `import { a, b }`, `import * as x` with `x.a`, `import D` with `D.a`. */
function namesTaken(module: string): readonly string[] {
  const names = sources.flatMap(([, text]) =>
    [...text.matchAll(/^import (?:(\w+)?,? ?(?:\{([^}]*)\})?|\* as (\w+)) from ['"]([^'"]+)['"]/gm)].flatMap(
      ([, whole, list, star, from]) => {
        if (from !== module) return [];
        const listed = (list ?? '').split(',').map((name) => name.trim().split(' as ')[0] ?? '');
        // plugin-throttling calls `Bottleneck` what it imports as `BottleneckLight`.
        const prefix = star ?? whole?.replace(/Light$/, '');
        const members = prefix === undefined ? [] : text.matchAll(new RegExp(`\\b${prefix}\\.(\\w+)`, 'g'));
        return [...listed, ...[...members].map(([, name]) => name ?? '')];
      },
    ),
  );
  return [...new Set(names.filter((name) => name !== ''))].sort();
}

const modules = {
  '@actions/exec': [realExec, exec],
  '@actions/http-client': [realHttpClient, httpClient],
  '@actions/http-client/lib/auth': [realAuth, httpClient],
  '@octokit/plugin-paginate-rest': [{ paginateRest }, plugins],
  '@octokit/plugin-rest-endpoint-methods': [{ restEndpointMethods }, plugins],
  'bottleneck/light.js': [RealBottleneck, Bottleneck],
  undici: [realUndici, undici],
} as unknown as Readonly<Record<string, readonly [Record<string, unknown>, Record<string, unknown>]>>;

test('every shadow is looked at here', () => {
  expect(Object.keys(modules).sort()).toEqual(Object.keys(shadows).sort());
});

test.each(Object.entries(modules))(
  '%s: what libraries take from it is there, as in the real one',
  (module, both) => {
    const [real, shadow] = both;
    const taken = namesTaken(module);
    expect(taken).not.toEqual([]);
    for (const name of taken) {
      expect(typeof real[name], name).toBe('function');
      expect(typeof shadow[name], name).toBe('function');
    }
  },
);

test('of an HTTP client they ask only what the shadow has', () => {
  const asked = sources.flatMap(([, text]) =>
    [...text.matchAll(/\b(?:hc|httpclient)\s*\.(\w+)/g)].map(([, name]) => name ?? ''),
  );
  expect(new Set(asked)).toEqual(new Set(['getAgent', 'getAgentDispatcher', 'getJson']));
  const real = new realHttpClient.HttpClient();
  const shadow = new httpClient.HttpClient();
  for (const name of asked as ('getAgent' | 'getJson')[]) {
    expect(typeof real[name]).toBe('function');
    expect(typeof shadow[name]).toBe('function');
  }
});

test('of a Bottleneck the plugins ask only what the shadow has', () => {
  const text = sources
    .filter(([file]) => /plugin-(?:retry|throttling)/.test(file))
    .map(([, source]) => source);
  const asked = [...text.join('\n').matchAll(/\b(?:retryLimiter|limiter|emitter|events)\.(\w+)\(/g)];
  expect(new Set(asked.map(([, name]) => name))).toEqual(new Set(['on', 'schedule', 'trigger']));
});

describe.each([
  ['the real Bottleneck', RealBottleneck],
  ['its shadow', Bottleneck],
])('%s', (_which, Limiter) => {
  test('hands on arguments and result', async () => {
    const limiter = new Limiter();
    expect(await limiter.schedule((...args) => Promise.resolve(args), 'a', { b: 1 })).toEqual([
      'a',
      { b: 1 },
    ]);
  });

  test('runs jobs side by side', async () => {
    const limiter = new Limiter();
    const gates = Array.from({ length: 5 }, () => Promise.withResolvers<number>());
    const jobs = gates.map(({ promise }) => limiter.schedule(() => promise));
    for (const [index, { resolve }] of [...gates.entries()].reverse()) resolve(index);
    expect(await Promise.all(jobs)).toEqual([0, 1, 2, 3, 4]);
  });

  test('tries again after the wait that a listener answers, which hears error, arguments and count', async () => {
    const limiter = new Limiter();
    const heard: unknown[] = [];
    limiter.on('failed', (error, info) => {
      const { args, retryCount } = info as { args: unknown; retryCount: number };
      heard.push([(error as Error).message, args, retryCount]);
      return Promise.resolve(retryCount === 0 ? 60 : 0);
    });
    let tries = 0;
    const start = performance.now();
    const result = await limiter.schedule((name) => {
      tries += 1;
      return tries < 3 ? Promise.reject(new Error(`fault ${tries}`)) : Promise.resolve(name);
    }, 'x');
    expect(result).toBe('x');
    expect(performance.now() - start).toBeGreaterThanOrEqual(58);
    expect(heard).toEqual([
      ['fault 1', ['x'], 0],
      ['fault 2', ['x'], 1],
    ]);
  });

  test.each([
    ['nobody listens', undefined],
    ['the listener answers nothing', () => undefined],
    ['the listener throws', () => Promise.reject(new Error('of the listener'))],
  ])('fails with the error of the job when %s', async (_what, listener) => {
    const limiter = new Limiter();
    if (listener !== undefined) limiter.on('failed', listener);
    const fault = new Error('fault');
    await expect(limiter.schedule(() => Promise.reject(fault))).rejects.toBe(fault);
  });

  test('gives an object the means to listen, and its trigger the answer of the listener', async () => {
    const events: { on?: (name: string, listener: (...args: readonly unknown[]) => unknown) => unknown } = {};
    const emitter = new Limiter.Events(events);
    const errors: unknown[] = [];
    events.on?.('limit', (seconds, options) => Promise.resolve([seconds, options]));
    events.on?.('broken', () => Promise.reject(new Error('of the listener')));
    events.on?.('error', (error) => errors.push((error as Error).message));
    expect(await emitter.trigger('limit', 60, 'options')).toEqual([60, 'options']);
    expect(await emitter.trigger('unheard')).toBeFalsy();
    expect(await emitter.trigger('broken')).toBeFalsy();
    expect(errors).toEqual(['of the listener']);
  });

  test('has groups that can be made', () => {
    const Group = Limiter.Group as unknown as new (options: object) => object;
    expect(() => new Group({ id: 'x', maxConcurrent: 1, minTime: 1000 })).not.toThrow();
  });
});

test('this project asks nothing that the bundle lacks', () => {
  const own = globSync('src/**/*.ts').filter((file) => !/[\\/]shadows[\\/]/.test(file));
  for (const file of own) {
    const text = readFileSync(file, 'utf8');
    expect(text, file).not.toMatch(/\bgetIDToken\b|\bcore\.platform\b|\bplatform\.getDetails\b/);
    expect(text, file).not.toMatch(/\.rest\.|\.paginate\b|\.graphql\b|@actions\/(?:exec|http-client)/);
    expect(text, file).not.toMatch(/^import (?!type\b)[^;]*from 'undici';/m);
  }
});

test('the bundle holds none of the shadowed modules', () => {
  const bundle = globSync('dist/**/*.js').map((file) => readFileSync(file, 'utf8'));
  expect(bundle.length).toBeGreaterThan(1);
  // A name from inside of each, and of undici's `fetch`.
  const inside = [
    'HttpClientResponse',
    'ExecState',
    'BottleneckError',
    'listSelfHostedRunnersForRepo',
    'normalizePaginatedListResponse',
    'fetchFinale',
  ];
  for (const name of inside) {
    expect(
      bundle.filter((text) => text.includes(name)),
      name,
    ).toEqual([]);
  }
});
