// Calls that must be refused, each with the reason.
import { flip } from './crypto.mjs';
import { call, firstBitOff, half, now, place, signatureOf, signed } from './schemes.mjs';
import { vector } from './vector.mjs';

const mismatch = 'signature_mismatch';
const missing = 'missing_signature';
const malformed = 'bad_signature_format';

export function rejected(p) {
  const list = [];
  const add = (name, c, reason, more) => list.push(vector(p, name, c, reason, more));
  if (p.kind === 'token') rejectTokens(p, add);
  else {
    rejectSignatures(p, add);
    if (p.header) rejectHeaders(p, add);
  }
  if (p.time) rejectTimes(p, add);
  rejectRest(p, add);
  return list;
}

const withHeader = (c, name, value) => {
  const { [name]: _, ...rest } = c.headers;
  return { ...c, headers: value === undefined ? rest : { ...rest, [name]: value } };
};

function rejectSignatures(p, add) {
  const good = signed(p);
  if (p.coversBody) {
    add('one bit of the body changed', { ...good, body: flip(good.body, good.body.length >> 1) }, mismatch);
    add('the signature of another body', { ...good, body: Buffer.from(good.body.toString().replace('{', '{ ')) }, mismatch);
    add('the body cut off', { ...good, body: good.body.subarray(0, -1) }, p.time?.json ? 'missing_timestamp' : mismatch);
  }
  add('one bit of the signature changed', signed(p, {}, { alter: firstBitOff }), mismatch);
  add('half a signature', signed(p, {}, { alter: half }), mismatch);
  add('signed with another secret', signed(p, {}, { by: p.otherSecret }), mismatch);
  if (p.kind !== 'public') {
    add('signed with the secret and a newline', signed(p, {}, { by: p.key === undefined || p.key('x') === 'x' ? `${p.secret}\n` : p.otherSecret }), mismatch);
    add('signed with an empty secret', signed(p, {}, { by: '' }), mismatch);
    add('another algorithm', signed(p, {}, { alg: p.alg === 'sha1' ? 'sha256' : 'sha1' }), mismatch);
  }
}

function rejectHeaders(p, add) {
  const good = signed(p);
  const right = good.headers[p.header];
  const put = (value) => withHeader(good, p.header, value);
  add('no signature', put(undefined), missing);
  add('an empty signature', put(''), missing);
  add('the signature twice', put([right, right]), malformed);
  add('a wrong and a right signature in two lines', put([signed(p, {}, { by: p.otherSecret }).headers[p.header], right]), malformed);
  add('a signature without its last character', place(p, call(p), signatureOf(p).slice(0, -1)), malformed);
  add('a signature that is not in its encoding', place(p, call(p), `!${signatureOf(p).slice(1)}`), malformed);
  if (p.prefix) {
    add('no prefix', put(right.slice(p.prefix.length)), malformed);
    add('the prefix of another version', put(right.replace(p.prefix, p.prefix.endsWith('=') ? 'v9=' : 'v9,')), malformed);
  }
  if (p.pair) add('the signature only under the name of another version', put(right.replace(`${p.pair.sig}=`, 'v0=')), malformed);
  if (p.kind === 'hmac') add('hex instead of base64, or base64 instead of hex', place(p, call(p), Buffer.from(signatureOf(p), p.encoding).toString(p.encoding === 'hex' ? 'base64' : 'hex')), p.encoding === 'hex' ? malformed : mismatchOfHex(p));
}

/** mismatchOfHex: hex is base64 by its alphabet, and by its length when that is a multiple of four. */
const mismatchOfHex = (p) => (Buffer.from(signatureOf(p), 'base64').length * 2 % 4 === 0 ? mismatch : malformed);

function rejectTimes(p, add) {
  const beyond = p.time.tolerance + 1;
  add('a second too old', signed(p), 'stale_timestamp', { now: now + beyond });
  add('a second too far ahead', signed(p), 'stale_timestamp', { now: now - beyond });
  add('a day old', signed(p), 'stale_timestamp', { now: now + 86400 });
  if (!p.time.json) {
    const good = signed(p);
    const later = call(p, { at: now + 1 });
    add('the time changed', place(p, later, signatureOf(p)), mismatch);
    add('a time that is none', signed(p, { ts: 'yesterday' }), 'bad_timestamp');
    if (p.time.header) {
      add('no time', withHeader(good, p.time.header, undefined), 'missing_timestamp');
      add('the time twice', withHeader(good, p.time.header, [good.headers[p.time.header], good.headers[p.time.header]]), 'bad_timestamp');
    } else {
      const { time, sig, separator } = p.pair;
      add('no time', withHeader(good, p.header, `${sig}=${signatureOf(p)}`), 'missing_timestamp');
      add('the time twice', withHeader(good, p.header, [`${time}=${later.ts}`, `${time}=${call(p).ts}`, `${sig}=${signatureOf(p)}`].join(separator)), malformed);
    }
  }
}

function rejectRest(p, add) {
  const good = signed(p);
  if (p.id?.signed) {
    add('no id', withHeader(good, p.id.header, undefined), 'missing_id');
    add('another id', withHeader(good, p.id.header, `${p.id.value}0`), mismatch);
    add('the id twice', withHeader(good, p.id.header, [p.id.value, p.id.value]), malformed);
  }
  if (p.coversMethod) add('another method', { ...good, method: 'PUT' }, mismatch);
  if (p.coversURL && !p.url) add('another path', { ...good, path: `${good.path}8` }, mismatch);
  if (p.url) add('another URL is configured', good, mismatch, { keys: { notification_url: `${p.url}8` } });
  if (good.headers['X-Lark-Request-Nonce']) {
    add('another nonce', withHeader(good, 'X-Lark-Request-Nonce', 'another'), mismatch);
    add('no nonce', withHeader(good, 'X-Lark-Request-Nonce', undefined), malformed);
  }
  if (p.serial) {
    add('a serial number that is not configured', withHeader(good, p.serial, '00'.repeat(20)), 'unknown_key_id');
    add('a probe with a wrong signature', withHeader(good, p.header, `WECHATPAY/SIGNTEST/${signatureOf(p).slice(19)}`), mismatch);
  }
  if (p.name === 'pusher') {
    add('the key of another app', withHeader(good, 'X-Pusher-Key', 'another-app'), 'wrong_key_id');
    add('no app key', withHeader(good, 'X-Pusher-Key', undefined), missing);
  }
  if (p.name === 'linear') add('no time', signed(p, { body: '{"action":"update"}' }), 'missing_timestamp');
  if (p.name === 'mailgun') {
    const right = signatureOf(p);
    const put = (changes, text) => ({ ...good, body: Buffer.from(p.embed(call(p, changes), text)) });
    add('no signature', put({}, undefined), missing);
    add('an empty signature', put({}, ''), missing);
    add('a signature that is not in its encoding', put({}, 'zz'), malformed);
    add('another token', put({ shownToken: `${p.token}0` }, right), mismatch);
    add('the time changed', put({ shownTime: String(now + 1) }, right), mismatch);
  }
}

function rejectTokens(p, add) {
  const good = signed(p);
  const put = (value) => withHeader(good, p.header, value);
  add('another token', put(p.prefix + p.otherSecret), 'wrong_token');
  add('the token and one character more', put(`${p.prefix}${p.secret}1`), 'wrong_token');
  add('the token without its last character', put(p.prefix + p.secret.slice(0, -1)), 'wrong_token');
  add('the token in upper case', put(p.prefix + p.secret.toUpperCase()), 'wrong_token');
  add('no token', put(undefined), missing);
  add('an empty token', put(''), missing);
  add('the token twice', put([p.prefix + p.secret, p.prefix + p.secret]), malformed);
  if (p.prefix) add('no prefix', put(p.secret), malformed);
}
