// A vector as the file has it.

/** vector writes a call and its verdict: expect is 'accept' or the reason of a reject. */
export function vector(p, name, c, expect, more = {}) {
  const v = {
    id: `${p.name}-${(p.label ?? '') + name}`.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/-$/, ''),
    provider: p.name, case: (p.label ?? '') + name, source: p.docs, method: c.method, path_and_query: c.path, headers: c.headers,
  };
  if (c.base) v.base_url = c.base;
  const text = c.body.toString();
  if (Buffer.from(text).equals(c.body)) v.body = text;
  else v.body_base64 = c.body.toString('base64');
  if (more.secrets) v.secrets = more.secrets;
  else if (p.kind !== 'public') v.secret = more.secret ?? p.secret;
  const keys = more.keys ?? p.keys;
  if (keys) v.keys = keys;
  if (p.time) v.now = more.now ?? 1772439330;
  v.expect = expect === 'accept' ? 'accept' : 'reject';
  if (expect !== 'accept') v.reject_reason = expect;
  if (more.expected) {
    if (p.deliveryID ?? p.id?.value) v.expect_delivery_id = p.deliveryID ?? p.id.value;
    if (p.eventType) v.expect_event_type = p.eventType;
    if (p.plaintext) v.expect_plaintext = p.plaintext;
  }
  if (more.response) v.expect_response = more.response;
  return v;
}
