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

/**
 * A certificate for this machine and the named hosts that nobody signed but itself, made at run time so that no private key lies in a
 * repository. A client turns away from it unless it was told to trust this very one.
 */
export async function selfSigned(): Promise<Certificate> {
  const altNames = [
    { type: 2 as const, value: 'localhost' },
    { type: 7 as const, ip: '127.0.0.1' },
    ...[...Object.values(namedHosts), ...Object.values(hostsOfShells)].map((value) => ({
      type: 2 as const,
      value,
    })),
  ];
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames }],
  });
  return { key: made.private, cert: made.cert };
}

/** A certificate in a file, as the administrator of a runner gives one to `NODE_EXTRA_CA_CERTS`. */
export class TrustedCertificate implements Disposable {
  readonly certificate: Certificate;
  readonly file: string;
  readonly #directory: string;

  private constructor(certificate: Certificate) {
    this.certificate = certificate;
    this.#directory = mkdtempSync(path.join(tmpdir(), 'certificate-'));
    this.file = path.join(this.#directory, 'ca.pem');
    writeFileSync(this.file, certificate.cert);
  }

  static async make(): Promise<TrustedCertificate> {
    return new TrustedCertificate(await selfSigned());
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
