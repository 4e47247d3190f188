/** Which account and key at VTEX. */
import type { InputReader } from './reader.ts';

/** It becomes a label of the host name, so nothing else may be smuggled in. */
const accountName = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export function readAccount(reader: InputReader): string {
  const account = reader.required('account');
  if (account !== '' && !accountName.test(account)) {
    const quoted = reader.quoted(account);
    const advice = quoted.startsWith('"') ? reader.meant(nearMiss(account)) : '';
    reader.wrong(
      'account',
      `${quoted} is not a VTEX account name${advice}`,
      'lower-case letters, digits and -',
    );
  }
  return account;
}

/** `AcmeStore`, `acme.myvtex.com` and `https://acme.vtexcommercestable.com.br/` are what people write first. */
function nearMiss(account: string): string | undefined {
  const [, host = account] = /^(?:https?:\/\/)?([A-Za-z0-9.-]+)/.exec(account) ?? [];
  const name = host
    .toLowerCase()
    .replace(/\.(?:myvtex\.com|vtexcommercestable\.com\.br|vtexcommercebeta\.com\.br).*$/, '');
  return accountName.test(name) ? name : undefined;
}

export function readKey(reader: InputReader, name: 'app-key' | 'api-key'): string {
  const key = reader.required(name);
  if (key !== '' && !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(key)) {
    reader.wrong(
      name,
      'it is not an app key',
      'the key as VTEX Admin shows it: vtexappkey-{account}-{letters}',
    );
  }
  return key;
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Without a trailing slash. */
export function readVtexUrl(reader: InputReader, account: string): string {
  const given = reader.text('vtex-url');
  if (given === undefined) return `https://${account}.vtexcommercestable.com.br`;
  if (!isBaseUrl(given)) {
    reader.wrong(
      'vtex-url',
      'it is not a valid base URL',
      'an https URL without user, query and fragment (http only for loopback)',
    );
  }
  return given.replace(/\/+$/, '');
}

function isBaseUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url?.username !== '' || url.password !== '' || /[?#]/.test(text)) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname));
}
