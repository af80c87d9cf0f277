// Bodies that are awkward to sign: every scheme that covers the raw body must take them as they are.

export const json = 'application/json';
const form = 'application/x-www-form-urlencoded';

/** event writes a provider's event: compact, not escaped, with text outside ASCII and outside the BMP. */
export const event = (fields) => JSON.stringify({ ...fields, note: 'Größe 5 cm — 조수표 🌊 "quoted" \\ </b>' });

export const bodies = {
  'no body at all': { text: '' },
  'JSON with escapes, large numbers, CR LF and a newline at the end': {
    type: json,
    text: '{\r\n\t"id": 9007199254740993, "total": 1.10, "huge": -1.0E+400,\r\n\t"name": "M\\u00fcller \\ud83d\\ude00 \\/",\r\n\t"list": [[], [null, {"a": {}}]], "id": 12345678901234567890123\r\n}\n',
  },
  'a form': { type: form, text: 'payload=%7B%22ref%22%3A%22caf%C3%A9+au+lait%22%7D&empty=&b=2&a=1&a=%2B' },
  'bytes that are not UTF-8': { type: 'application/octet-stream', bytes: Buffer.from([0, 255, 254, 13, 10, 0x7b, 0xc3, 0x28, 0x7d, 0]) },
};
