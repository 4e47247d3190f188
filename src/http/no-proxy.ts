/** Which hosts are asked without a proxy: those of `no_proxy`, and this machine itself. */
import { BlockList, isIP } from 'node:net';

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

// Not by `listOf`: to tell what '::1' is, Node compiles its pattern of IPv6, which takes longer than all else here.
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Whether a host is this machine itself. `hostname` is that of a `URL`, whose parser brings the many spellings of an
 * address (`127.1`, `0x7f.0.0.1`, `[0::1]`) into one. `*.localhost` is loopback too:
 * https://www.rfc-editor.org/rfc/rfc6761#section-6.3
 */
export function isLoopback(hostname: string): boolean {
  const host = bare(hostname);
  return host === 'localhost' || host.endsWith('.localhost') || has(loopback, host);
}

/**
 * Reads `no_proxy`, which no standard describes: entries between commas or white space, each a host name (with or
 * without `.` or `*.` before it), an address, a network (`10.0.0.0/8`, `fd00::/8`) or `*`, with or without a port. A name
 * stands for its subdomains too, as in curl; `*.` before it leaves the name itself out. What cannot be read
 * matches nothing.
 */
export function parseNoProxy(text: string): (url: URL) => boolean {
  const entries = text
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(parseEntry);
  return ({ hostname, port, protocol }) => {
    const host = bare(hostname);
    const asked = port === '' ? defaultPorts[protocol] : port;
    return entries.some((entry) => (entry.port ?? asked) === asked && entry.covers(host));
  };
}

interface Entry {
  /** Undefined for every port. */
  readonly port: string | undefined;
  covers(host: string): boolean;
}

function parseEntry(entry: string): Entry {
  // An address of IPv6 has colons of its own, so with a port it stands in brackets.
  const [, bracketed, prefix = '', portAfter] = /^\[([^\]]+)\](\/\d+)?(?::(\d+))?$/.exec(entry) ?? [];
  if (bracketed !== undefined) return { port: portAfter, covers: coverageOf(bracketed + prefix) };
  const [, host = entry, port] = /^([^:]+):(\d+)$/.exec(entry) ?? [];
  return { port, covers: coverageOf(host) };
}

function coverageOf(host: string): Entry['covers'] {
  if (host === '*') return () => true;
  if (isIP(host.split('/')[0] ?? '') !== 0) {
    const network = listOf(host);
    return (asked) => has(network, asked);
  }
  const name = normalized(host.replace(/^\*?\./, ''));
  const isBelow = (asked: string): boolean => asked.endsWith(`.${name}`);
  return host.startsWith('*') ? isBelow : (asked) => asked === name || isBelow(asked);
}

/** Of addresses and networks; one whose length is impossible is left out. */
function listOf(...networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [, address = '', length] = /^([^/]+)(?:\/(\d+))?$/.exec(network) ?? [];
    const isIPv4 = isIP(address) === 4;
    const longest = isIPv4 ? 32 : 128;
    const prefix = Number(length ?? longest);
    if (isIP(address) !== 0 && prefix <= longest) list.addSubnet(address, prefix, isIPv4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

function has(list: BlockList, host: string): boolean {
  const version = isIP(host);
  return version !== 0 && list.check(host, version === 4 ? 'ipv4' : 'ipv6');
}

/** As a `URL` would spell it: lower case, letters beyond ASCII as `xn--`. */
function normalized(name: string): string {
  return bare(URL.parse(`http://${name}`)?.hostname ?? name);
}

/** Without the brackets of an IPv6 address and the dot that may end a full host name. */
function bare(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.+)\]$/, '$1')
    .replace(/(.)\.$/, '$1');
}
