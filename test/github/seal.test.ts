import { randomBytes } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import { describe, expect, it } from 'vitest';
import { seal } from '../../src/github/secrets/seal.ts';
import { Secret } from '../../src/common/secret.ts';

describe('a sealed value', () => {
  it('can be opened with the private key, and only hides what it was given', async () => {
    await sodium.ready;
    const base64 = sodium.base64_variants.ORIGINAL;
    const keys = sodium.crypto_box_keypair();
    const value = `${randomBytes(30).toString('hex')} – ü`;
    const sealed = await seal(sodium.to_base64(keys.publicKey, base64), new Secret(value));
    const opened = sodium.crypto_box_seal_open(
      sodium.from_base64(sealed, base64),
      keys.publicKey,
      keys.privateKey,
    );

    expect(sodium.to_string(opened)).toBe(value);
  });

  it.each(['', 'not base64!', randomBytes(31).toString('base64'), Buffer.alloc(32).toString('base64')])(
    'is refused to the key %j',
    async (key) => {
      await expect(seal(key, new Secret('x'))).rejects.toMatchObject({ code: 'github-unavailable' });
    },
  );
});
