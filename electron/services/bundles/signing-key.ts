import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type BundleSignature, signedText } from '../../../shared/bundle-format.ts';

const publicBytes = (key: KeyObject): Buffer => createPublicKey(key).export({ format: 'der', type: 'spki' });

const keyIdOf = (key: KeyObject): string => createHash('sha256').update(publicBytes(key)).digest('hex').slice(0, 16);

/** Makes the workspace's key on first use, readable by its owner alone. Answers the id of the key. */
export function ensureSigningKey(path: string): string {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const { privateKey } = generateKeyPairSync('ed25519');
    // 'wx': a key that another made a moment ago is never overwritten.
    writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600, flag: 'wx' });
    chmodSync(path, 0o600);
  }
  return keyIdOf(createPrivateKey(readFileSync(path)));
}

/** Signs the text of SHA256SUMS and the declared time. */
export function signSums(keyPath: string, sums: string, createdAt: string): BundleSignature {
  const key = createPrivateKey(readFileSync(keyPath));
  return {
    formatVersion: 1,
    algorithm: 'Ed25519',
    keyId: keyIdOf(key),
    publicKey: publicBytes(key).toString('base64'),
    createdAt,
    signature: sign(null, Buffer.from(signedText(createdAt, sums)), key).toString('base64'),
  };
}
