import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pretty, tokensOf } from './pretty';

test('numbers, keys and escapes stay as they were written', () => {
  const text = '{"b":1.0,"10":12345678901234567890,"a":[ ],"c":{},"d":["\\u00e9\\"", -0.50e+3, true ,null]}';
  expect(pretty(text)?.join('\n')).toBe(
    [
      '{',
      '  "b": 1.0,',
      '  "10": 12345678901234567890,',
      '  "a": [],',
      '  "c": {},',
      '  "d": [',
      '    "\\u00e9\\"",',
      '    -0.50e+3,',
      '    true,',
      '    null',
      '  ]',
      '}',
    ].join('\n'),
  );
});

test.each(['', '{', '{"a":}', 'nothing', '{"a":1}x', '[1,]'])('%j is not JSON', (text) =>
  expect(pretty(text)).toBeUndefined(),
);

test('it lays out as JSON.stringify does, whatever the spaces were', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      const text = JSON.stringify(value, undefined, space);
      expect(pretty(text)?.join('\n')).toBe(JSON.stringify(JSON.parse(text), undefined, 2));
    }),
  );
});

test('tokens lose nothing', () => {
  expect(tokensOf('  "a\\"b": [1, "x", true],').map((t) => [t.kind, t.text])).toEqual([
    ['plain', '  '],
    ['key', '"a\\"b"'],
    ['plain', ':'],
    ['plain', ' ['],
    ['number', '1'],
    ['plain', ', '],
    ['string', '"x"'],
    ['plain', ', '],
    ['word', 'true'],
    ['plain', '],'],
  ]);
  fc.assert(
    fc.property(fc.string(), (line) => {
      expect(
        tokensOf(line)
          .map((t) => t.text)
          .join(''),
      ).toBe(line);
    }),
  );
});

test('5 MB take well under a second', () => {
  const row = JSON.stringify({ id: 123456, name: 'A name of some length', tags: ['a', 'b'], price: '10.00' });
  const text = `[${Array.from({ length: 5_000_000 / row.length }, () => row).join(',')}]`;
  const before = performance.now();
  const lines = pretty(text);
  const took = performance.now() - before;
  expect(lines?.length).toBeGreaterThan(400_000);
  expect(took).toBeLessThan(5_000); // about 0.4 s on a machine that does nothing else
});
