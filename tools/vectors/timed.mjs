// Providers whose signature covers a timestamp.
import { event } from './bodies.mjs';
import { join, whsec, whsecKey } from './crypto.mjs';
import { define, times } from './schemes.mjs';

const standard = (name, header, docs) => ({
  name, docs, header: `${header}-signature`, encoding: 'base64', prefix: 'v1,', separator: ' ',
  secret: whsec(`harbour ${name} 1`), otherSecret: whsec(`harbour ${name} 2`), key: whsecKey,
  id: { header: `${header}-id`, value: 'msg_7f1c9a520b7e', signed: true },
  time: { header: `${header}-timestamp`, unit: 's', tolerance: 300 },
  text: (c) => join(c.id, '.', c.ts, '.', c.body),
  sample: () => event({ type: 'tide.high', timestamp: '2026-03-02T08:15:30Z', data: { height_cm: 412 } }),
  deliveryID: 'msg_7f1c9a520b7e', eventType: 'tide.high',
});
const pairs = (time, sig, separator, unit, tolerance) => ({
  time: { pair: time, unit, tolerance }, pair: { time, sig, separator },
  write: (text, c) => `${time}=${c.ts}${separator}${sig}=${text}`,
});

export const timed = [
  {
    name: 'slack', docs: 'https://docs.slack.dev/authentication/verifying-requests-from-slack', header: 'X-Slack-Signature', prefix: 'v0=',
    time: { header: 'X-Slack-Request-Timestamp', unit: 's', tolerance: 300 }, text: (c) => join('v0:', c.ts, ':', c.body),
    sample: () => event({ type: 'event_callback', event_id: 'Ev7F1C9A52', event: { type: 'app_mention', text: '<@U0> tide? 🌊' } }),
    deliveryID: 'Ev7F1C9A52', eventType: 'app_mention',
  },
  {
    name: 'zoom', docs: 'https://developers.zoom.us/docs/api/webhooks/', header: 'x-zm-signature', prefix: 'v0=',
    time: { header: 'x-zm-request-timestamp', unit: 's', tolerance: 300 }, text: (c) => join('v0:', c.ts, ':', c.body),
    sample: () => event({ event: 'meeting.started', event_ts: 1772439330123, payload: { object: { id: '123456789' } } }), eventType: 'meeting.started',
  },
  {
    name: 'stripe', docs: 'https://docs.stripe.com/webhooks#verify-manually', header: 'Stripe-Signature', secret: 'whsec_harbourStripeSecret1', otherSecret: 'whsec_harbourStripeSecret2',
    ...pairs('t', 'v1', ',', 's', 300), text: (c) => join(c.ts, '.', c.body),
    sample: () => event({ id: 'evt_1Example', object: 'event', type: 'invoiceitem.created', data: { object: { amount: 1250 } } }),
    deliveryID: 'evt_1Example', eventType: 'invoiceitem.created',
  },
  {
    name: 'calendly', docs: 'https://developer.calendly.com/api-docs/4c305798a61d3-webhook-signatures', header: 'Calendly-Webhook-Signature',
    ...pairs('t', 'v1', ',', 's', 180), text: (c) => join(c.ts, '.', c.body),
    sample: () => event({ event: 'invitee.created', created_at: '2026-03-02T08:15:30Z', payload: { uri: 'https://api.calendly.com/scheduled_events/17' } }), eventType: 'invitee.created',
  },
  {
    name: 'workos', docs: 'https://workos.com/docs/events/data-syncing/webhooks', header: 'WorkOS-Signature',
    ...pairs('t', 'v1', ', ', 'ms', 180), text: (c) => join(c.ts, '.', c.body),
    sample: () => event({ id: 'event_01JP', event: 'dsync.user.created', data: { id: 'directory_user_17' } }), deliveryID: 'event_01JP', eventType: 'dsync.user.created',
  },
  {
    name: 'paddle', docs: 'https://developer.paddle.com/webhooks/signature-verification', header: 'Paddle-Signature',
    ...pairs('ts', 'h1', ';', 's', 5), text: (c) => join(c.ts, ':', c.body),
    sample: () => event({ event_id: 'evt_01jp', event_type: 'transaction.paid', notification_id: 'ntf_01jp', data: { id: 'txn_01jp' } }), deliveryID: 'evt_01jp', eventType: 'transaction.paid',
  },
  {
    name: 'zendesk', docs: 'https://developer.zendesk.com/documentation/webhooks/verifying/', header: 'X-Zendesk-Webhook-Signature', encoding: 'base64',
    secret: 'aGFyYm91cl96ZW5kZXNrX3NlY3JldF8x', otherSecret: 'aGFyYm91cl96ZW5kZXNrX3NlY3JldF8y', // looks like base64, but is used as text
    id: { header: 'X-Zendesk-Webhook-Invocation-Id', value: '01JPEXAMPLEZENDESK' },
    time: { header: 'X-Zendesk-Webhook-Signature-Timestamp', unit: 'iso8601', tolerance: 300 }, text: (c) => join(c.ts, c.body),
    sample: () => event({ type: 'zen:event-type:user.created', detail: { id: '7' } }), eventType: 'zen:event-type:user.created',
  },
  {
    name: 'box', docs: 'https://developer.box.com/guides/webhooks/v2/signatures-v2/', header: 'Box-Signature-Primary', encoding: 'base64',
    id: { header: 'Box-Delivery-Id', value: 'f96bb54b-ee16-4fc5-aa65-8c2d9e5b546f' }, headers: () => ({ 'Box-Signature-Version': '1', 'Box-Signature-Algorithm': 'HmacSHA256' }),
    // Box writes an offset instead of Z.
    time: { header: 'Box-Delivery-Timestamp', unit: 'iso8601', tolerance: 600, write: (t) => times.iso8601(t - 8 * 3600).replace('Z', '-08:00') },
    text: (c) => join(c.body, c.ts), sample: () => event({ type: 'webhook_event', id: '0f1e', trigger: 'FILE.UPLOADED', source: { name: '조수표.pdf' } }), eventType: 'FILE.UPLOADED',
  },
  {
    name: 'twitch', docs: 'https://dev.twitch.tv/docs/eventsub/handling-webhook-events/', header: 'Twitch-Eventsub-Message-Signature', prefix: 'sha256=',
    id: { header: 'Twitch-Eventsub-Message-Id', value: 'e76c6bd4-55c9-4987-8304-da1588d8988b', signed: true },
    headers: () => ({ 'Twitch-Eventsub-Subscription-Type': 'channel.follow', 'Twitch-Eventsub-Message-Type': 'notification' }),
    // Twitch writes nanoseconds.
    time: { header: 'Twitch-Eventsub-Message-Timestamp', unit: 'iso8601', tolerance: 600, write: (t) => times.iso8601(t).replace('Z', '.000000000Z') },
    text: (c) => join(c.id, c.ts, c.body), sample: () => event({ subscription: { id: 'f1c2', type: 'channel.follow' }, event: { user_login: 'octo-deploy' } }),
    deliveryID: 'e76c6bd4-55c9-4987-8304-da1588d8988b', eventType: 'channel.follow',
  },
  {
    name: 'linear', docs: 'https://linear.app/developers/webhooks', header: 'Linear-Signature', id: { header: 'Linear-Delivery', value: '234d1a4e-b617-4388-90fe-adc3633d6b72' },
    headers: () => ({ 'Linear-Event': 'Issue' }), time: { json: 'webhookTimestamp', unit: 'ms', tolerance: 60 },
    sample: (c) => `{"action":"update","type":"Issue","webhookTimestamp":${c.ts},"data":{"title":"Größe 🌊","number":9007199254740993}}`, eventType: 'Issue', onlyJSON: true,
  },
  standard('standard-webhooks', 'webhook', 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md'),
  standard('svix', 'svix', 'https://docs.svix.com/receiving/verifying-payloads/how-manual'),
  {
    ...standard('gitlab-signed', 'webhook', 'https://docs.gitlab.com/user/project/integrations/webhooks/'),
    headers: (c) => ({ 'X-Gitlab-Event': 'Pipeline Hook', 'Idempotency-Key': c.id }), eventType: 'Pipeline Hook',
    sample: () => event({ object_kind: 'pipeline', object_attributes: { id: 90210042, status: 'failed' } }),
  },
  ...[['feishu-sign', 'sha256', 'https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/encrypt-key-encryption-configuration-case'],
    ['feishu-card', 'sha1', 'https://open.feishu.cn/document/ukTMukTMukTM/uYzM3QjL2MzN04iNzcDN']].map(([name, alg, docs]) => ({
    name, alg, docs, kind: 'hash', header: 'X-Lark-Signature', headers: (c) => ({ 'X-Lark-Request-Nonce': c.nonce }),
    time: { header: 'X-Lark-Request-Timestamp', unit: 's', tolerance: 300 }, text: (c) => join(c.ts, c.nonce, c.secret, c.body),
    sample: () => event({ schema: '2.0', header: { event_id: '5e3702a84e84', event_type: 'im.message.receive_v1' }, open_id: 'ou_17' }),
  })),
].map(define);
