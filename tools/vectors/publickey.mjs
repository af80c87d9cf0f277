// Providers that sign with a private key.
import { event } from './bodies.mjs';
import { certificate, join, rawPublicKey, sealGCM, spkiBase64 } from './crypto.mjs';
import { define } from './schemes.mjs';

const key = (name, write) => ({ kind: 'public', secret: name, otherSecret: `${name}-other`, keys: { public_key: write(name) }, rotatedKeys: { public_key: `${write(`${name}-other`)} ${write(name)}` } });
const hex = (name) => rawPublicKey(name).toString('hex');
const whpk = (name) => `whpk_${rawPublicKey(name).toString('base64')}`;
const apiKey = 'harbour-apiv3-key-0123456789abcd';
const payment = '{"trade_state":"SUCCESS","out_trade_no":"harbour-17","amount":{"total":1250,"currency":"CNY"},"attach":"码头泊位"}';
const resource = {
  algorithm: 'AEAD_AES_256_GCM', original_type: 'transaction', associated_data: 'transaction', nonce: 'harbournonce',
  ciphertext: sealGCM(apiKey, 'harbournonce', 'transaction', payment),
};
const serial = '5157F09EFDC096DE15EBE81A47057A7232F1B8E1';

export const publicKey = [
  {
    name: 'discord', docs: 'https://discord.com/developers/docs/interactions/overview', header: 'X-Signature-Ed25519', ...key('ed25519', hex),
    time: { header: 'X-Signature-Timestamp', unit: 's', tolerance: 300 }, text: (c) => join(c.ts, c.body),
    sample: () => event({ id: '1345000000000000017', application_id: '1340000000000000001', type: 2, data: { name: 'tide' } }), deliveryID: '1345000000000000017', eventType: '2',
  },
  {
    name: 'standard-webhooks-ed25519', docs: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
    header: 'webhook-signature', encoding: 'base64', prefix: 'v1a,', separator: ' ', ...key('ed25519', whpk),
    id: { header: 'webhook-id', value: 'msg_7f1c9a520b7e', signed: true }, time: { header: 'webhook-timestamp', unit: 's', tolerance: 300 },
    text: (c) => join(c.id, '.', c.ts, '.', c.body), sample: () => event({ type: 'tide.low', data: { height_cm: 38 } }), deliveryID: 'msg_7f1c9a520b7e', eventType: 'tide.low',
  },
  {
    name: 'sendgrid', docs: 'https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features',
    header: 'X-Twilio-Email-Event-Webhook-Signature', encoding: 'base64', ...key('p256', spkiBase64),
    time: { header: 'X-Twilio-Email-Event-Webhook-Timestamp', unit: 's', tolerance: 300 }, text: (c) => join(c.ts, c.body),
    // SendGrid ends its lines with CR LF.
    sample: () => '[{"email":"guest@example.com","timestamp":1772439330,"event":"delivered","sg_event_id":"ZGVsaXZlcmVkLTE3","note":"Größe 🌊"}]\r\n',
    deliveryID: 'ZGVsaXZlcmVkLTE3', eventType: 'delivered',
  },
  {
    name: 'wechatpay-v3', docs: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791861', header: 'Wechatpay-Signature', encoding: 'base64', kind: 'public', secret: 'rsa', otherSecret: 'rsa-other',
    keys: { certificates: { [serial]: certificate('rsa') }, api_v3_key: apiKey },
    headers: (c) => ({ 'Wechatpay-Nonce': c.nonce, 'Wechatpay-Serial': serial }), serial: 'Wechatpay-Serial',
    time: { header: 'Wechatpay-Timestamp', unit: 's', tolerance: 300 }, text: (c) => join(c.ts, '\n', c.nonce, '\n', c.body, '\n'), onlyJSON: true,
    sample: () => event({ id: 'EV-2026030200000017', event_type: 'TRANSACTION.SUCCESS', resource_type: 'encrypt-resource', resource }), deliveryID: 'EV-2026030200000017', eventType: 'TRANSACTION.SUCCESS', plaintext: payment,
  },
].map(define);
