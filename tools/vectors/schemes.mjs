// What all schemes have in common: a provider says what is signed and where it is written; this file makes calls of it.
import { decode, encode, flip, hash, hmac, join, signWith } from './crypto.mjs';
import { json } from './bodies.mjs';

/** now is the time of every call, in seconds. */
export const now = 1772439330;

/** times writes an instant as a sender does. */
export const times = {
  s: (t) => String(t),
  ms: (t) => String(t * 1000),
  iso8601: (t) => new Date(t * 1000).toISOString().replace('.000Z', 'Z'),
};

/** define fills in what most providers share. */
export const define = (p) => ({
  kind: 'hmac', alg: 'sha256', encoding: 'hex', key: (secret) => secret, text: (c) => c.body, prefix: '', coversBody: true,
  secret: `harbour-${p.name}-secret-1`, otherSecret: `harbour-${p.name}-secret-2`, ...p,
});

/** digest computes the signature of a call; by is the secret, or the name of the private key. */
export function digest(p, c, by = c.secret, alg = p.alg) {
  const text = p.text({ ...c, secret: by });
  switch (p.kind) {
    case 'hmac': return hmac(alg, p.key(by), text);
    case 'hash': return hash(alg, text);
    case 'public': return signWith(by, text);
    default: return Buffer.from(by); // a token
  }
}

/** call is an unsigned call: the sample event of a provider unless changes say otherwise. */
export function call(p, changes = {}) {
  const at = changes.at ?? now;
  const c = {
    method: 'POST', path: `/hooks/${p.name}?tenant=7`, base: 'https://hooks.example.com', secret: p.secret,
    ts: p.time ? (p.time.write ?? times[p.time.unit])(at) : '', id: p.id?.value ?? '', nonce: 'n0nce-7f1c', headers: {}, ...changes,
  };
  c.url = p.url ?? c.base + c.path;
  if (c.body === undefined) c.body = p.sample(c);
  c.body = Buffer.from(c.body);
  return c;
}

/** place writes a signature's text into the headers of a call. */
export function place(p, c, text) {
  const headers = { 'Content-Type': c.type ?? p.type ?? json, ...p.headers?.(c) };
  if (p.time?.header) headers[p.time.header] = c.ts;
  if (p.id?.header) headers[p.id.header] = c.id;
  if (p.header) headers[p.header] = p.write ? p.write(text, c) : p.prefix + text;
  const body = p.embed ? Buffer.from(p.embed(c, text)) : c.body; // the signature is a part of the body
  return { ...c, body, headers: { ...headers, ...c.headers } };
}

/** signed is a call with its signature: right, unless by or alg say otherwise. */
export function signed(p, changes = {}, { by, alg, alter = (b) => b } = {}) {
  const c = call(p, changes);
  return place(p, c, encode(alter(digest(p, c, by, alg)), p.encoding));
}

/** signatureOf is the right signature's text, undecorated. */
export const signatureOf = (p, changes) => encode(digest(p, call(p, changes)), p.encoding);

export const firstBitOff = (b) => flip(b, Math.min(5, b.length - 1));
export const half = (b) => b.subarray(0, b.length >> 1);
export { decode, join };
