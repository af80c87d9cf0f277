// Sends a payment as its provider does: again and again, each time with a new signature, until the response is a
// success, and then once more. Prints a line of JSON for each attempt: the status of the response, its body,
// and whether it was a replay.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import Stripe from 'stripe';

const { HOOKLINE_URL, STRIPE_SECRET } = process.env;
const stripe = new Stripe('sk_test_unused');
// The bank is down for three seconds from now.
const payload = JSON.stringify({ id: `evt_${randomUUID()}`, object: 'event', type: 'payment_intent.succeeded', bankDownUntil: Date.now() + 3000 });

async function attempt() {
  const res = await fetch(`${HOOKLINE_URL}/api/webhooks/payment`, {
    method: 'POST', body: payload,
    headers: {
      'Content-Type': 'application/json',
      'Stripe-Signature': stripe.webhooks.generateTestHeaderString({ payload, secret: STRIPE_SECRET }),
    },
  });
  const body = await res.text();
  console.log(JSON.stringify({
    status: res.status, body, replayed: res.headers.get('idempotent-replayed') === 'true', execution: res.headers.get('hookline-execution'),
  }));
  return res.ok;
}

while (!(await attempt())) await pause(500);
await attempt();
