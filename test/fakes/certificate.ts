import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generate } from 'selfsigned';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Hosts whose names no server knows; a proxy may have them lead to this machine. */
export const namedHosts = { vtex: 'vtex.store.example', github: 'github.store.example' } as const;

/** Hosts that the shell scripts of workflows ask by their real names: VTEX, and a place that holds its token too. */
export const hostsOfShells = {
  vtex: 'acmestore.vtexcommercestable.com.br',
  place: 'place.store.example',
} as const;

type AltName = { readonly type: 2; readonly value: string } | { readonly type: 7; readonly ip: string };

const altNames: AltName[] = [
  { type: 2, value: 'localhost' },
  { type: 7, ip: '127.0.0.1' },
  { type: 7, ip: '::1' },
  ...[...Object.values(namedHosts), ...Object.values(hostsOfShells)].map((value) => ({
    type: 2 as const,
    value,
  })),
];

/** For this machine and the named hosts; vouched for by itself alone, if there is no authority. */
async function makeCertificate(authority?: Certificate, names = altNames): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256', // the library's own choice is one that OpenSSL refuses
    extensions: [{ name: 'subjectAltName', altNames: names }],
    ...(authority === undefined ? {} : { ca: authority }),
  });
  return { key: made.private, cert: made.cert };
}

/** A client turns away from it. Made at run time, so that no private key lies in a repository. */
export const selfSigned = (): Promise<Certificate> => makeCertificate();

/** A company's own authority, which nobody knows who was not told. */
async function makeAuthority(): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: 'Authority of the company' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { key: made.private, cert: made.cert };
}

/**
 * A certificate that a company's own authority has signed; the authority's is in a file, as the administrator of a
 * runner gives it to `NODE_EXTRA_CA_CERTS`.
 */
export class TrustedCertificate implements Disposable {
  readonly certificate: Certificate;
  /** The authority's, not the server's. */
  readonly file: string;
  readonly #authority: Certificate;
  readonly #directory: string;

  private constructor(certificate: Certificate, authority: Certificate) {
    this.certificate = certificate;
    this.#authority = authority;
    this.#directory = mkdtempSync(path.join(tmpdir(), 'certificate-'));
    this.file = path.join(this.#directory, 'ca.pem');
    writeFileSync(this.file, authority.cert);
  }

  static async make(): Promise<TrustedCertificate> {
    const authority = await makeAuthority();
    return new TrustedCertificate(await makeCertificate(authority), authority);
  }

  /** The same authority's, for another host. */
  async forHost(value: string): Promise<Certificate> {
    return makeCertificate(this.#authority, [{ type: 2, value }]);
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
