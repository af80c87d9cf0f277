// Providers whose signature covers the URL or the method.
import { event } from './bodies.mjs';
import { join } from './crypto.mjs';
import { define } from './schemes.mjs';

const hubspotDocs = 'https://developers.hubspot.com/docs/guides/apps/authentication/validating-requests';
// HubSpot decodes exactly these escapes before it signs.
const decoded = { '%3A': ':', '%2F': '/', '%3F': '?', '%40': '@', '%21': '!', '%24': '$', '%27': "'", '%28': '(', '%29': ')', '%2A': '*', '%2C': ',', '%3B': ';' };
export const hubspotURL = (url) => url.replace(/%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (e) => decoded[e.toUpperCase()]);
const hubspot = () => '[{"objectId":1246978,"subscriptionType":"contact.creation","occurredAt":1772439330123,"portalId":17,"note":"Größe 🌊"}]';

export const withURL = [
  {
    name: 'square', docs: 'https://developer.squareup.com/docs/webhooks/step3validate', header: 'x-square-hmacsha256-signature', encoding: 'base64',
    url: 'https://hooks.example.com/hooks/square?tenant=7', keys: { notification_url: 'https://hooks.example.com/hooks/square?tenant=7' }, text: (c) => join(c.url, c.body),
    sample: () => event({ merchant_id: '6SSW', type: 'payment.updated', event_id: '13b867cf-db3d-4b1c-90b6-2f32a9d78124', data: { id: 'pmt-17' } }),
    deliveryID: '13b867cf-db3d-4b1c-90b6-2f32a9d78124', eventType: 'payment.updated',
  },
  {
    name: 'trello', docs: 'https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/', alg: 'sha1', header: 'X-Trello-Webhook', encoding: 'base64', text: (c) => join(c.body, c.url),
    sample: () => event({ action: { id: '51f9424bcd6e040f3c002412', type: 'updateCard', data: { card: { name: 'Tide' } } }, model: { id: '4d9a' } }),
    deliveryID: '51f9424bcd6e040f3c002412', eventType: 'updateCard',
  },
  { name: 'hubspot-v1', kind: 'hash', docs: hubspotDocs, header: 'X-HubSpot-Signature', text: (c) => join(c.secret, c.body), headers: () => ({ 'X-HubSpot-Signature-Version': 'v1' }), sample: hubspot },
  {
    name: 'hubspot-v2', kind: 'hash', docs: hubspotDocs, header: 'X-HubSpot-Signature', text: (c) => join(c.secret, c.method, c.url, c.body), coversMethod: true,
    headers: () => ({ 'X-HubSpot-Signature-Version': 'v2' }), sample: hubspot,
  },
  {
    name: 'hubspot-v3', docs: hubspotDocs, header: 'X-HubSpot-Signature-v3', encoding: 'base64', time: { header: 'X-HubSpot-Request-Timestamp', unit: 'ms', tolerance: 300 },
    text: (c) => join(c.method, hubspotURL(c.url), c.body, c.ts), coversMethod: true, sample: hubspot, eventType: 'contact.creation',
    paths: { 'a URL whose escapes are decoded before signing': '/hooks/hubspot%2Fv3?to=a%40example.com&q=%28x%2Cy%29%21', 'a URL with escapes that stay': '/hooks/v3?q=a%20b%25&n=caf%C3%A9' },
  },
].map(define);
for (const p of withURL) p.coversURL = p.name !== 'hubspot-v1';
