// Providers whose proof does not cover the body.
import { event } from './bodies.mjs';
import { join } from './crypto.mjs';
import { define } from './schemes.mjs';

const gitlab = { 'X-Gitlab-Event': 'Push Hook', 'Idempotency-Key': '6f1c9a52-0b7e' };

export const unsignedBody = [
  {
    name: 'mailgun', docs: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks', time: { json: 'signature.timestamp', unit: 's', tolerance: 300 },
    token: 'a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0', onlyJSON: true,
    text(c) { return join(c.ts, c.token ?? this.token); },
    sample: () => '', // the signature is a part of it
    embed(c, text) {
      const signature = { token: c.shownToken ?? c.token ?? this.token, timestamp: c.shownTime ?? c.ts };
      if (text !== undefined) signature.signature = text;
      return event({ signature, 'event-data': { event: 'opened', id: 'DACSsAdVSeGpLid7TN03WA', recipient: 'guest@example.com' } });
    },
    deliveryID: 'a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0', eventType: 'opened',
  },
  {
    name: 'dingtalk-robot', docs: 'https://open.dingtalk.com/document/orgapp/receive-message', header: 'sign', encoding: 'base64', time: { header: 'timestamp', unit: 'ms', tolerance: 3600 },
    text: (c) => join(c.ts, '\n', c.secret), sample: () => event({ msgId: 'msg7f1c', msgtype: 'text', text: { content: ' 潮汐表' } }), deliveryID: 'msg7f1c', eventType: 'text',
  },
  {
    name: 'gitlab-token', kind: 'token', encoding: 'text', docs: 'https://docs.gitlab.com/user/project/integrations/webhooks/', header: 'X-Gitlab-Token', headers: () => gitlab,
    sample: () => event({ object_kind: 'push', ref: 'refs/heads/main', project: { path_with_namespace: 'harbour/tide' } }), deliveryID: '6f1c9a52-0b7e', eventType: 'Push Hook',
  },
  {
    name: 'telegram', kind: 'token', encoding: 'text', docs: 'https://core.telegram.org/bots/api#setwebhook', header: 'X-Telegram-Bot-Api-Secret-Token',
    sample: () => event({ update_id: 914000017, message: { message_id: 17, text: '/tide 🌊' } }), deliveryID: '914000017',
  },
  {
    name: 'generic-token', kind: 'token', encoding: 'text', docs: 'the documentation of Hookline', header: 'Authorization', prefix: 'Bearer ',
    keys: { header: 'Authorization', prefix: 'Bearer ' }, sample: () => event({ type: 'tide.high' }),
  },
].map(define);
for (const p of unsignedBody) p.coversBody = false;
