// Providers that sign the raw body alone.
import { event } from './bodies.mjs';
import { define } from './schemes.mjs';

const uuid = '6f1c9a52-0b7e-4c1d-9a51-0c6f5f1d2e01';
const github = {
  docs: 'https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries',
  id: { header: 'X-GitHub-Delivery', value: uuid },
  headers: () => ({ 'X-GitHub-Event': 'push', 'User-Agent': 'GitHub-Hookshot/0000000' }),
  sample: () => event({ ref: 'refs/heads/main', repository: { full_name: 'octo-org/tide' }, pusher: { name: 'octo-deploy' } }),
  eventType: 'push',
};
const forge = (name, header) => ({
  name, header: `X-${header}-Signature`, id: { header: `X-${header}-Delivery`, value: uuid },
  headers: () => ({ [`X-${header}-Event`]: 'push' }), sample: github.sample, eventType: 'push',
});
const atlassian = { header: 'X-Hub-Signature', prefix: 'sha256=' };

export const rawBody = [
  { ...github, name: 'github', header: 'X-Hub-Signature-256', prefix: 'sha256=' },
  { ...github, name: 'github-sha1', alg: 'sha1', header: 'X-Hub-Signature', prefix: 'sha1=' },
  { ...forge('gitea', 'Gitea'), docs: 'https://docs.gitea.com/usage/webhooks' },
  { ...forge('forgejo', 'Forgejo'), docs: 'https://forgejo.org/docs/latest/user/webhooks/' },
  { ...forge('gogs', 'Gogs'), docs: 'https://gogs.io/docs/features/webhook' },
  {
    name: 'meta', docs: 'https://developers.facebook.com/docs/graph-api/webhooks/getting-started',
    header: 'X-Hub-Signature-256', prefix: 'sha256=', keys: { verify_token: 'harbour-verify-token' },
    // Meta escapes everything outside ASCII; the signature covers the escapes.
    sample: () => '{"object":"page","entry":[{"id":"1784","time":1772439330,"changes":[{"field":"feed","value":{"message":"Gr\\u00f6\\u00dfe \\ud83c\\udf0a \\/"}}]}]}',
    eventType: 'page',
  },
  {
    name: 'jira', docs: 'https://developer.atlassian.com/cloud/jira/platform/webhooks/', ...atlassian,
    id: { header: 'X-Atlassian-Webhook-Identifier', value: uuid },
    sample: () => event({ timestamp: 1772439330123, webhookEvent: 'jira:issue_updated', issue: { key: 'TIDE-12' } }), eventType: 'jira:issue_updated',
  },
  {
    name: 'bitbucket', docs: 'https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/', ...atlassian,
    id: { header: 'X-Request-UUID', value: uuid }, headers: () => ({ 'X-Event-Key': 'repo:push', 'X-Attempt-Number': '1' }),
    sample: () => event({ push: { changes: [{ new: { name: 'main', type: 'branch' } }] }, repository: { full_name: 'harbour/tide' } }), eventType: 'repo:push',
  },
  {
    name: 'bitbucket-dc', docs: 'https://confluence.atlassian.com/bitbucketserver/manage-webhooks-938025878.html', ...atlassian,
    id: { header: 'X-Request-Id', value: uuid }, headers: () => ({ 'X-Event-Key': 'repo:refs_changed' }), type: 'application/json; charset=utf-8',
    sample: () => event({ eventKey: 'repo:refs_changed', changes: [{ refId: 'refs/heads/main', type: 'UPDATE' }] }), eventType: 'repo:refs_changed',
  },
  {
    name: 'intercom', docs: 'https://developers.intercom.com/docs/webhooks/webhook-notifications', alg: 'sha1', header: 'X-Hub-Signature', prefix: 'sha1=',
    sample: () => event({ type: 'notification_event', id: 'notif_7f1c9a52', topic: 'conversation.user.created', data: { item: { id: '42' } } }),
    deliveryID: 'notif_7f1c9a52', eventType: 'conversation.user.created',
  },
  {
    name: 'shopify', docs: 'https://shopify.dev/docs/apps/build/webhooks/subscribe/https', encoding: 'base64', header: 'X-Shopify-Hmac-Sha256',
    id: { header: 'X-Shopify-Webhook-Id', value: uuid }, headers: () => ({ 'X-Shopify-Topic': 'orders/create', 'X-Shopify-Shop-Domain': 'shop.example.com' }),
    sample: () => event({ id: 820982911946154999, total_price: '387.97', line_items: [{ title: 'Rope' }] }), eventType: 'orders/create',
  },
  {
    name: 'typeform', docs: 'https://www.typeform.com/developers/webhooks/secure-your-webhooks/', encoding: 'base64', header: 'Typeform-Signature', prefix: 'sha256=',
    sample: () => event({ event_id: '01JPEXAMPLE', event_type: 'form_response', form_response: { answers: [{ type: 'text', text: '네' }] } }),
    deliveryID: '01JPEXAMPLE', eventType: 'form_response',
  },
  {
    name: 'line', docs: 'https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/', encoding: 'base64', header: 'X-Line-Signature',
    sample: () => event({ destination: 'U00000000', events: [{ type: 'message', webhookEventId: '01JPEXAMPLELINE', message: { type: 'text', text: '파도 🌊' } }] }),
    deliveryID: '01JPEXAMPLELINE', eventType: 'message',
  },
  {
    name: 'pagerduty', docs: 'https://developer.pagerduty.com/docs/verifying-webhook-signatures', header: 'X-PagerDuty-Signature', prefix: 'v1=', separator: ',',
    sample: () => event({ event: { id: '5ac64822', event_type: 'incident.priority_updated', data: { id: 'PGR0VU2' } } }),
    deliveryID: '5ac64822', eventType: 'incident.priority_updated',
  },
  {
    name: 'gocardless', docs: 'https://developer.gocardless.com/getting-started/staying-up-to-date-with-webhooks/', header: 'Webhook-Signature',
    sample: () => `${event({ events: [{ id: 'EV0017', resource_type: 'payments', action: 'confirmed', links: { payment: 'PM0017' } }] })}\n`,
    deliveryID: 'EV0017', eventType: 'payments',
  },
  {
    name: 'viber', docs: 'https://developers.viber.com/docs/api/rest-bot-api/', header: 'X-Viber-Content-Signature',
    // The token is larger than a double can hold exactly.
    sample: () => '{"event":"message","timestamp":1772439330123,"message_token":4912661846655238145,"sender":{"id":"viber-17"},"message":{"type":"text","text":"привет"}}',
    deliveryID: '4912661846655238145', eventType: 'message',
  },
  {
    name: 'pusher', docs: 'https://pusher.com/docs/channels/server_api/webhooks/', header: 'X-Pusher-Signature',
    keys: { key: 'harbour-app-key' }, headers: () => ({ 'X-Pusher-Key': 'harbour-app-key' }),
    sample: () => event({ time_ms: 1772439330123, events: [{ name: 'channel_occupied', channel: 'tides' }] }),
  },
  {
    name: 'x-twitter', docs: 'https://docs.x.com/x-api/webhooks/introduction', encoding: 'base64', header: 'X-Twitter-Webhooks-Signature', prefix: 'sha256=',
    sample: () => event({ for_user_id: '1784000000000000001', tweet_create_events: [{ id_str: '1896000000000000001', text: 'tide 🌊' }] }),
  },
  {
    name: 'woocommerce', docs: 'https://woocommerce.com/document/webhooks/', encoding: 'base64', header: 'X-WC-Webhook-Signature',
    id: { header: 'X-WC-Webhook-Delivery-ID', value: '4f2a' }, headers: () => ({ 'X-WC-Webhook-Topic': 'order.created' }),
    sample: () => event({ id: 727, status: 'processing', total: '29.35' }), eventType: 'order.created',
  },
  {
    name: 'paystack', docs: 'https://paystack.com/docs/payments/webhooks/', alg: 'sha512', header: 'X-Paystack-Signature',
    sample: () => event({ event: 'charge.success', data: { id: 302961, amount: 10000, currency: 'NGN' } }), eventType: 'charge.success',
  },
  {
    name: 'razorpay', docs: 'https://razorpay.com/docs/webhooks/validate-test/', header: 'X-Razorpay-Signature', id: { header: 'X-Razorpay-Event-Id', value: 'evt_7f1c' },
    sample: () => event({ entity: 'event', event: 'payment.captured', payload: { payment: { entity: { id: 'pay_17', amount: 50000 } } } }), eventType: 'payment.captured',
  },
  {
    name: 'vercel', docs: 'https://vercel.com/docs/webhooks/webhooks-api', alg: 'sha1', header: 'X-Vercel-Signature',
    sample: () => event({ id: 'uev_7f1c', type: 'deployment.created', createdAt: 1772439330123, payload: { deployment: { id: 'dpl_17' } } }),
    deliveryID: 'uev_7f1c', eventType: 'deployment.created',
  },
  {
    name: 'sentry', docs: 'https://docs.sentry.io/organization/integrations/integration-platform/webhooks/', header: 'Sentry-Hook-Signature',
    id: { header: 'Request-ID', value: '7f1c9a520b7e4c1d' }, headers: () => ({ 'Sentry-Hook-Resource': 'issue', 'Sentry-Hook-Timestamp': '1772439330' }),
    sample: () => event({ action: 'created', data: { issue: { id: '1170820242', title: 'TypeError: tide is undefined' } } }), eventType: 'issue',
  },
  {
    name: 'dropbox', docs: 'https://www.dropbox.com/developers/reference/webhooks', header: 'X-Dropbox-Signature',
    sample: () => event({ list_folder: { accounts: ['dbid:harbour-17'] }, delta: { users: [12345678] } }),
  },
  {
    name: 'asana', docs: 'https://developers.asana.com/docs/webhooks-guide', header: 'X-Hook-Signature',
    sample: () => event({ events: [{ action: 'changed', resource: { gid: '1209000000000001', resource_type: 'task' } }] }),
  },
  {
    name: 'adyen-header', docs: 'https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures', encoding: 'base64', header: 'HmacSignature',
    headers: () => ({ Protocol: 'HmacSHA256' }), secret: '00112233445566778899AABBCCDDEEFFffeeddccbbaa99887766554433221100', otherSecret: 'a1'.repeat(32),
    key: (secret) => Buffer.from(secret, 'hex'),
    sample: () => event({ type: 'balancePlatform.transfer.created', environment: 'test', data: { amount: { currency: 'EUR', value: 1250 } } }),
    eventType: 'balancePlatform.transfer.created',
  },
  {
    name: 'notion', docs: 'https://developers.notion.com/reference/webhooks', header: 'X-Notion-Signature', prefix: 'sha256=',
    sample: () => event({ id: uuid, type: 'page.content_updated', entity: { id: 'page-17', type: 'page' } }), deliveryID: uuid, eventType: 'page.content_updated',
  },
  ...['sha1', 'sha256', 'sha512'].flatMap((alg) => ['hex', 'base64'].map((encoding) => ({
    name: 'generic-hmac', label: `${alg} in ${encoding}: `, docs: 'the documentation of Hookline', alg, encoding, header: 'X-Harbour-Signature', prefix: 'tide ',
    keys: { header: 'X-Harbour-Signature', prefix: 'tide ', alg, encoding }, sample: () => event({ type: 'tide.high' }), brief: alg !== 'sha256',
  }))),
].map(define);
