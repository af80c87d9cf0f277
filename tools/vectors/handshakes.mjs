// Questions that providers ask before they send events, and the answers.
import { hmac } from './crypto.mjs';
import { signed, firstBitOff } from './schemes.mjs';
import { vector } from './vector.mjs';

const text = { 'Content-Type': 'text/plain' };
const bare = (p, changes) => ({ method: 'GET', path: `/hooks/${p.name}`, base: 'https://hooks.example.com', headers: {}, body: Buffer.alloc(0), ...changes });

/** asked are the handshakes of each provider: [case, call, verdict, answer]. */
const asked = {
  github: (p) => [['a ping', signed(p, { body: '{"zen":"Keep it tidal.","hook_id":17}', headers: { 'X-GitHub-Event': 'ping' } }), 'accept', { status: 200 }]],
  slack(p) {
    const body = JSON.stringify({ type: 'url_verification', token: 'unused', challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY' });
    return [
      ['a challenge', signed(p, { body }), 'accept', { status: 200, headers: text, body: '3eZbrw1aBm2rZgRNFdxV2595E9CY' }],
      ['a challenge with a wrong signature', signed(p, { body }, { alter: firstBitOff }), 'signature_mismatch'],
    ];
  },
  discord(p) {
    const body = '{"id":"1","application_id":"2","type":1}';
    return [
      ['a ping', signed(p, { body }), 'accept', { status: 200, body_json: { type: 1 } }],
      ['a ping with a wrong signature', signed(p, { body }, { alter: firstBitOff }), 'signature_mismatch'],
    ];
  },
  zoom(p) {
    const plainToken = 'qgg8vlvZRS6UYooatFL8Aw';
    const body = JSON.stringify({ event: 'endpoint.url_validation', payload: { plainToken }, event_ts: 1772439330123 });
    return [['a URL validation', signed(p, { body }), 'accept', { status: 200, body_json: { plainToken, encryptedToken: hmac('sha256', p.secret, plainToken).toString('hex') } }]];
  },
  twitch(p) {
    const body = JSON.stringify({ challenge: 'pogchamp-harbour-17', subscription: { id: 'f1c2', status: 'webhook_callback_verification_pending' } });
    const headers = { 'Twitch-Eventsub-Message-Type': 'webhook_callback_verification' };
    return [['a callback verification', signed(p, { body, headers }), 'accept', { status: 200, headers: text, body: 'pogchamp-harbour-17' }]];
  },
  meta(p) {
    const ask = (mode, token) => bare(p, { path: `/hooks/meta?hub.mode=${mode}&hub.challenge=1158201444&hub.verify_token=${token}` });
    return [
      ['GET verification', ask('subscribe', 'harbour-verify-token'), 'accept', { status: 200, headers: text, body: '1158201444' }],
      ['GET verification with a wrong token', ask('subscribe', 'harbour-verify-token-2'), 'wrong_token'],
      ['GET verification with another mode', ask('unsubscribe', 'harbour-verify-token'), 'missing_signature'],
    ];
  },
  'x-twitter': (p) => [['a CRC check', bare(p, { path: '/hooks/x-twitter?crc_token=challenge_17' }), 'accept',
    { status: 200, body_json: { response_token: `sha256=${hmac('sha256', p.secret, 'challenge_17').toString('base64')}` } }]],
  dropbox: (p) => [['GET challenge', bare(p, { path: '/hooks/dropbox?challenge=harbour-17' }), 'accept', { status: 200, headers: { ...text, 'X-Content-Type-Options': 'nosniff' }, body: 'harbour-17' }]],
  asana: (p) => [['X-Hook-Secret', bare(p, { method: 'POST', headers: { 'X-Hook-Secret': 'b537207f20cbfa02357cf448134da559' } }), 'accept', { status: 200, headers: { 'X-Hook-Secret': 'b537207f20cbfa02357cf448134da559' } }]],
  trello: (p) => [['HEAD at creation', bare(p, { method: 'HEAD' }), 'accept', { status: 200 }]],
  intercom: (p) => [['HEAD when the URL is saved', bare(p, { method: 'HEAD' }), 'accept', { status: 200 }]],
};

export const handshakes = (p) => (asked[p.name]?.(p) ?? []).map(([name, c, expect, response]) => vector(p, name, c, expect, { response }));
