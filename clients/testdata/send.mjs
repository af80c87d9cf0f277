// Signs calls with the providers' own client libraries, sends them, and prints a line of JSON for each: what it
// was, whether it should be accepted, the status of the response, and the SHA-256 of the body. GitHub's ping
// is accepted and starts nothing.
import { createHash, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { sign } from '@octokit/webhooks-methods';
import Stripe from 'stripe';
import { Webhook as Standard } from 'standardwebhooks';
import { Webhook as Svix } from 'svix';

const examples = createRequire(import.meta.url)('@octokit/webhooks-examples');
const { HOOKLINE_URL, GITHUB_SECRET, STRIPE_SECRET, WEBHOOK_SECRET } = process.env;

async function send(workflow, what, accepted, headers, body) {
  const res = await fetch(`${HOOKLINE_URL}/api/webhooks/${workflow}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body,
  });
  await res.arrayBuffer();
  const sha256 = createHash('sha256').update(body).digest('hex');
  console.log(JSON.stringify({ workflow, what, accepted, stored: accepted && what !== 'ping', status: res.status, sha256 }));
}

// tampered changes one character in the middle.
const tampered = (body) => {
  const at = body.length >> 1;
  return body.slice(0, at) + (body[at] === 'x' ? 'y' : 'x') + body.slice(at + 1);
};

for (const { name, examples: bodies } of examples) {
  const body = JSON.stringify(bodies[0], null, 2);
  const headers = async (secret) => ({
    'X-GitHub-Event': name, 'X-GitHub-Delivery': randomUUID(), 'X-Hub-Signature-256': await sign(secret, body),
  });
  await send('octokit', name, true, await headers(GITHUB_SECRET), body);
  await send('octokit', `${name}, tampered`, false, await headers(GITHUB_SECRET), tampered(body));
}
{
  const body = JSON.stringify(examples[0].examples[0]);
  const headers = { 'X-GitHub-Event': 'x', 'X-GitHub-Delivery': randomUUID() };
  await send('octokit', 'another secret', false, { ...headers, 'X-Hub-Signature-256': await sign('another', body) }, body);
  await send('octokit', 'no signature', false, headers, body);
}

const stripe = new Stripe('sk_test_unused');
const now = Math.floor(Date.now() / 1000);
for (const type of ['invoice.paid', 'payment_intent.succeeded', 'charge.refunded']) {
  const payload = JSON.stringify({ id: `evt_${randomUUID()}`, object: 'event', type, data: { object: { amount: 1000, note: 'Grüße, 你好' } } }, null, 2);
  const header = (more) => stripe.webhooks.generateTestHeaderString({ payload, secret: STRIPE_SECRET, ...more });
  await send('stripe', type, true, { 'Stripe-Signature': header() }, payload);
  await send('stripe', `${type}, tampered`, false, { 'Stripe-Signature': header() }, tampered(payload));
  await send('stripe', `${type}, an hour old`, false, { 'Stripe-Signature': header({ timestamp: now - 3600 }) }, payload);
  await send('stripe', `${type}, an hour ahead`, false, { 'Stripe-Signature': header({ timestamp: now + 3600 }) }, payload);
  await send('stripe', `${type}, only v0`, false, { 'Stripe-Signature': header({ scheme: 'v0' }) }, payload);
}

for (const [workflow, hook, prefix] of [['svix', new Svix(WEBHOOK_SECRET), 'svix'], ['standardwebhooks', new Standard(WEBHOOK_SECRET), 'webhook']]) {
  const call = (body, at, other) => {
    const id = `msg_${randomUUID()}`;
    return {
      [`${prefix}-id`]: other?.id ?? id, [`${prefix}-timestamp`]: String(Math.floor(at / 1000)), [`${prefix}-signature`]: hook.sign(id, new Date(at), body),
    };
  };
  for (const type of ['user.created', 'user.deleted']) {
    const body = JSON.stringify({ type, timestamp: '2026-11-03T20:26:10.344522Z', data: { id: 1, name: 'Grüße, 你好' } });
    await send(workflow, type, true, call(body, Date.now()), body);
    await send(workflow, `${type}, tampered`, false, call(body, Date.now()), tampered(body));
    await send(workflow, `${type}, an hour old`, false, call(body, Date.now() - 3600_000), body);
    await send(workflow, `${type}, another id`, false, call(body, Date.now(), { id: 'msg_other' }), body);
  }
}
