// Has the server call each workflow as its sender does, and verifies what was sent with the providers' own client
// libraries. Prints a line of JSON for each call: what it was, whether the library accepts it, and the status of the answer.
import { verify } from '@octokit/webhooks-methods';
import Stripe from 'stripe';
import { Webhook as Standard } from 'standardwebhooks';
import { Webhook as Svix } from 'svix';

const { HOOKLINE_URL, HOOKLINE_TOKEN, GITHUB_SECRET, OLD_STRIPE_SECRET, WEBHOOK_SECRET } = process.env;

const throws = (check) => { try { check(); return false; } catch { return true; } };
const stripe = new Stripe('sk_test_unused');
const libraries = {
  octokit: (body, headers) => verify(GITHUB_SECRET, body, headers['x-hub-signature-256'] ?? 'sha256=00'),
  stripe: (body, headers) => !throws(() => stripe.webhooks.constructEvent(body, headers['stripe-signature'], OLD_STRIPE_SECRET)),
  svix: (body, headers) => !throws(() => new Svix(WEBHOOK_SECRET).verify(body, headers)),
  standardwebhooks: (body, headers) => !throws(() => new Standard(WEBHOOK_SECRET).verify(body, headers)),
};

for (const [workflow, accepts] of Object.entries(libraries)) {
  for (const kind of ['signed', 'unsigned', 'tampered', 'stale']) {
    if (workflow === 'octokit' && kind === 'stale') continue; // GitHub signs no time
    const content = ['octokit', 'stripe'].includes(workflow) ? {} : { request: { body: '{"type":"user.created","data":{"name":"Grüße, 你好"}}' } };
    const res = await fetch(`${HOOKLINE_URL}/api/workflows/${workflow}/send`, {
      method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${HOOKLINE_TOKEN}` }, body: JSON.stringify({ kind, ...content }),
    });
    const sent = await res.json();
    if (!res.ok) throw new Error(`${workflow}, ${kind}: ${JSON.stringify(sent)}`);
    const headers = Object.fromEntries(sent.request.headers.map(({ name, value }) => [name.toLowerCase(), value]));
    console.log(JSON.stringify({ workflow, what: kind, accepted: await accepts(sent.request.body.text, headers), status: sent.calls[0].answer.status }));
  }
}
