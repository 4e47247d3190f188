// Plain requests to the fakes, for tests that are their own client.
import sodium from 'libsodium-wrappers';
import { jsonObject } from './server.ts';
import type { Store } from './store.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, if it is JSON. */
  readonly json: Record<string, unknown>;
}

interface Request {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Plain requests to the fakes, for tests that are their own client. */
export async function call(
  url: string,
  { method = 'GET', headers = {}, body }: Request = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    redirect: 'manual',
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  // Some answers are meant not to be JSON.
  const json = jsonObject(text);
  return { status: response.status, headers: response.headers, text, json };
}

/** `github(store, 'GET repos/acme/store')`, with the App's token unless `headers` name another. */
export function github(
  store: Store,
  line: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const [method = '', path = ''] = line.split(' ');
  return call(`${store.github.url}/${path}`, {
    method,
    headers: { authorization: `token ${store.githubToken}`, ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

/** Seals a value with the public key of its place and writes it, as any client must. */
export async function writeSecret(
  store: Store,
  path: string,
  value: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  await sodium.ready;
  const place = path.slice(0, path.lastIndexOf('/'));
  const { json } = await github(store, `GET ${place}/public-key`);
  const key = sodium.from_base64(String(json.key), sodium.base64_variants.ORIGINAL);
  const sealed = sodium.crypto_box_seal(value, key);
  return github(store, `PUT ${path}`, {
    encrypted_value: sodium.to_base64(sealed, sodium.base64_variants.ORIGINAL),
    key_id: json.key_id,
    ...more,
  });
}

export const signIn = (store: Store, appkey: string, apptoken: string): Promise<Answer> =>
  call(`${store.vtex.url}/api/vtexid/apptoken/login`, { method: 'POST', body: { appkey, apptoken } });

/** One of the two calls of a renewal, as the manager. */
export function renewal(
  store: Store,
  verb: 'renew' | 'finish-renewal',
  key = store.targetKey,
): Promise<Answer> {
  return call(`${store.vtex.url}/api/vtexid/apikey/${key}/apitoken/${verb}`, {
    method: 'PATCH',
    headers: {
      'X-VTEX-API-AppKey': store.managerKey,
      'X-VTEX-API-AppToken': store.vtex.tokens(store.managerKey).current,
    },
  });
}
