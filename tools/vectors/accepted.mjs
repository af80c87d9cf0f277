// The calls that a provider sends, and variants that a receiver must take as well.
import { bodies } from './bodies.mjs';
import { call, now, place, signatureOf, signed } from './schemes.mjs';
import { vector } from './vector.mjs';

export function accepted(p) {
  const list = [];
  const add = (name, c, more) => list.push(vector(p, name, c, 'accept', more));
  add('an event', signed(p), { expected: true });
  if (p.brief) return list;
  if (!p.onlyJSON) {
    for (const [name, b] of Object.entries(bodies)) add(name, signed(p, { body: b.bytes ?? b.text, type: b.type }));
  }
  if (p.kind === 'public') {
    if (p.rotatedKeys) add('the second of two public keys', signed(p), { keys: p.rotatedKeys });
  } else {
    add('the second of two secrets', signed(p), { secrets: [p.otherSecret, p.secret] });
  }
  if (p.encoding === 'hex' && p.header && !p.pair) add('hex in upper case', place(p, call(p), signatureOf(p).toUpperCase()));
  if (p.header) add('header names in lower case', lowerCased(signed(p)));
  if (p.kind === 'hmac' && p.key('x') === 'x') {
    const secret = `${'long secret of a harbour, '.repeat(6)}ключ 🔑`; // longer than a hash's block, so HMAC hashes it first
    add('a secret longer than a block, with text outside ASCII', signed({ ...p, secret }), { secret });
  }
  if (p.separator) add('a list of signatures, the second of which is right', listed(p));
  if (p.pair) addPairs(p, add);
  if (p.time) {
    add('at the old edge of the window', signed(p), { now: now + p.time.tolerance });
    add('at the new edge of the window', signed(p), { now: now - p.time.tolerance });
  }
  for (const [name, path] of Object.entries(p.paths ?? {})) add(name, signed(p, { path }));
  addOwn(p, add);
  return list;
}

const lowerCased = (c) => ({ ...c, headers: Object.fromEntries(Object.entries(c.headers).map(([n, v]) => [n.toLowerCase(), v])) });

/** listed puts signatures of other versions and of another secret beside the right one. */
function listed(p) {
  const c = call(p);
  const wrong = signed(p, {}, { by: p.otherSecret }).headers[p.header];
  return { ...place(p, c, ''), headers: { ...place(p, c, '').headers, [p.header]: [wrong, p.prefix + signatureOf(p), 'v9,AAAA'].join(p.separator) } };
}

function addPairs(p, add) {
  const c = call(p);
  const right = signatureOf(p);
  const { time, sig, separator } = p.pair;
  const with_ = (...entries) => ({ ...place(p, c, ''), headers: { ...place(p, c, '').headers, [p.header]: entries.join(separator) } });
  const wrong = '0'.repeat(right.length);
  add('several signatures, the last of which is right', with_(`${time}=${c.ts}`, `${sig}=${wrong}`, `${sig}=${right}`));
  add('entries of other versions', with_(`${time}=${c.ts}`, `v0=${wrong}`, `${sig}=${right}`, 'x=y'));
  add('the time behind the signature', with_(`${sig}=${right}`, `${time}=${c.ts}`));
  add('blanks around the entries', with_(`${time}=${c.ts} `, ` ${sig}=${right}`));
}

/** addOwn adds what only one provider does. */
function addOwn(p, add) {
  const rename = (from, to) => { const c = signed(p); const { [from]: value, ...rest } = c.headers; return { ...c, headers: { ...rest, [to]: value } }; };
  switch (p.name) {
    case 'shopify': add('the header family without X-', rename('X-Shopify-Hmac-Sha256', 'shopify-hmac-sha256')); break;
    case 'box': {
      add('only the secondary signature', rename('Box-Signature-Primary', 'Box-Signature-Secondary'), {});
      const c = signed(p);
      add('the primary key was changed, the secondary one not yet', { ...c, headers: { ...c.headers, 'Box-Signature-Primary': signed(p, {}, { by: p.otherSecret }).headers[p.header], 'Box-Signature-Secondary': c.headers[p.header] } });
      break;
    }
    case 'hubspot-v2': add('a GET', signed(p, { method: 'GET', body: '' })); break;
    case 'mailgun': add('another event with the same proof', { ...signed(p), body: Buffer.from(p.embed(call(p), signatureOf(p)).replace('opened', 'clicked')) }); break;
    default:
  }
}
