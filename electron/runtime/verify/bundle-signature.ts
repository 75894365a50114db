import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE_FILES, type BundleSignature, signedText } from '../../../shared/bundle-format.ts';
import { need } from './check-list.ts';

/** Checks the Ed25519 signature over the sums with the public key beside it; answers the key's id. */
export function checkSignature(folder: string, trustedKey: string | undefined): string {
  const signature = JSON.parse(readFileSync(join(folder, BUNDLE_FILES.signature), 'utf8')) as Partial<BundleSignature>;
  const { algorithm, keyId, publicKey, createdAt, signature: value } = signature;
  need(algorithm === 'Ed25519', `${BUNDLE_FILES.signature} is of algorithm ${String(algorithm)}, not Ed25519.`);
  need(
    typeof keyId === 'string' &&
      typeof publicKey === 'string' &&
      typeof createdAt === 'string' &&
      typeof value === 'string',
    `${BUNDLE_FILES.signature} lacks a key, a time or a signature.`,
  );
  const der = Buffer.from(publicKey, 'base64');
  const found = createHash('sha256').update(der).digest('hex').slice(0, 16);
  need(found === keyId, `${BUNDLE_FILES.signature} names key ${keyId}, but its key is ${found}.`);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const sums = readFileSync(join(folder, BUNDLE_FILES.sums), 'utf8');
  const isSigned = verify(null, Buffer.from(signedText(createdAt, sums)), key, Buffer.from(value, 'base64'));
  need(isSigned, `${BUNDLE_FILES.signature} does not sign ${BUNDLE_FILES.sums}: one of the two was changed.`);
  const whose =
    trustedKey === undefined
      ? ''
      : trustedKey === keyId
        ? ', a key of this workspace'
        : ', not a key of this workspace';
  return `signed ${createdAt} by key ${keyId}${whose}`;
}
