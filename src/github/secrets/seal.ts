import type sodium from 'libsodium-wrappers';
import { RotationError } from '../../common/errors.ts';
import type { Secret } from '../../common/secret.ts';

/** Loads libsodium, which takes its time and is not needed before a public key is there. */
export async function loadSodium(): Promise<typeof sodium> {
  const { default: loaded } = await import('libsodium-wrappers');
  await loaded.ready;
  return loaded;
}

/**
 * Encrypts a value so that only GitHub can open it: a libsodium sealed box in standard base64. Throws
 * `github-unavailable` if the key, which came from the server, is not the public key of a box.
 * https://docs.github.com/rest/guides/encrypting-secrets-for-the-rest-api
 */
export async function seal(publicKeyBase64: string, value: Secret): Promise<string> {
  const { base64_variants, crypto_box_seal, from_base64, to_base64 } = await loadSodium();
  const base64 = base64_variants.ORIGINAL;
  try {
    const publicKey = from_base64(publicKeyBase64, base64);
    return to_base64(crypto_box_seal(value.reveal(), publicKey), base64);
  } catch {
    throw new RotationError(
      'github-unavailable',
      'The public key that GitHub gave cannot be used to seal a secret.',
    );
  }
}
