import sodium from 'libsodium-wrappers';
import { RotationError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';

/**
 * Encrypts a value so that only GitHub can open it: a libsodium sealed box in standard base64. Throws
 * `github-unavailable` if the key, which came from the server, is not the public key of a box.
 * https://docs.github.com/rest/guides/encrypting-secrets-for-the-rest-api
 */
export async function seal(publicKeyBase64: string, value: Secret): Promise<string> {
  await sodium.ready;
  const base64 = sodium.base64_variants.ORIGINAL;
  try {
    const publicKey = sodium.from_base64(publicKeyBase64, base64);
    return sodium.to_base64(sodium.crypto_box_seal(value.reveal(), publicKey), base64);
  } catch {
    throw new RotationError(
      'github-unavailable',
      'The public key that GitHub gave cannot be used to seal a secret.',
    );
  }
}
