// The primitives, from node's own crypto, and the ways in which keys and signatures are written.
import { createCipheriv, createHash, createHmac, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

const pem = (name) => readFileSync(new URL(`keys/${name}.pem`, import.meta.url), 'utf8');

/** join concatenates strings (as UTF-8) and buffers. */
export const join = (...parts) => Buffer.concat(parts.map((p) => Buffer.from(p)));
export const hmac = (alg, key, text) => createHmac(alg, key).update(text).digest();
export const hash = (alg, text) => createHash(alg).update(text).digest();

/** encode writes a signature as text, and decode reads it. */
export const encode = (bytes, how) => (how === 'text' ? bytes.toString() : bytes.toString(how));
export const decode = (text, how) => (how === 'text' ? Buffer.from(text) : Buffer.from(text, how));

/** flip returns a copy with one bit of one byte changed; at may count from the end. */
export function flip(bytes, at = -1) {
  const copy = Buffer.from(bytes);
  copy[at < 0 ? copy.length + at : at] ^= 1;
  return copy;
}

/** privateKey and certificate read a test key; they protect nothing. */
export const privateKey = (name) => createPrivateKey(pem(name));
export const certificate = (name) => pem(`${name}-cert`);

const spki = (name) => createPublicKey(privateKey(name)).export({ type: 'spki', format: 'der' });
/** rawPublicKey is the 32 bytes of an Ed25519 key, which end its SPKI. */
export const rawPublicKey = (name) => spki(name).subarray(-32);
export const spkiBase64 = (name) => spki(name).toString('base64');

/** signWith signs with a private key: Ed25519, ECDSA with SHA-256 in DER, or RSA PKCS #1 v1.5 with SHA-256. */
export const signWith = (name, text) => sign(name.startsWith('ed25519') ? null : 'sha256', text, privateKey(name));

/** whsec writes a Standard Webhooks secret; its key is 24 bytes made from a label. */
export const whsec = (label) => `whsec_${hash('sha256', label).subarray(0, 24).toString('base64')}`;
export const whsecKey = (secret) => Buffer.from(secret.replace(/^whsec_/, ''), 'base64');

/** sealGCM encrypts with AES-256-GCM; the tag ends the ciphertext. */
export function sealGCM(key, nonce, associated, text) {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(associated));
  return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64');
}
