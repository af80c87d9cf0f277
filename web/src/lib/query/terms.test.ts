import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldOf, queryOf, quoted, termsOf, withField, without, withTerms } from './terms';

test.each([
  ['', []],
  ['  ', []],
  ['status:failed', [['status:', 'failed']]],
  [
    '-workflow:a,b  "free text"',
    [
      ['-workflow:', 'a,b'],
      ['', '"free text"'],
    ],
  ],
  ['data."a.b":42', [['data."a.b":', '42']]],
  [
    'key:"a b\\" c:d" x',
    [
      ['key:', '"a b\\" c:d"'],
      ['', 'x'],
    ],
  ],
  ['"a:b"', [['', '"a:b"']]],
  [
    'status: failed',
    [
      ['status:', ''],
      ['', 'failed'],
    ],
  ],
  ['"open text to the end', [['', '"open text to the end']]],
])('termsOf(%j)', (query, want) => {
  expect(termsOf(query).map((t) => [t.field, t.value])).toEqual(want);
});

test('splitting and joining loses nothing but spaces between terms', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', ':', '"', '\\', ' ', '-', '.', '字') }), (query) => {
      const joined = queryOf(termsOf(query));
      expect(queryOf(termsOf(joined))).toBe(joined);
      expect(joined.replaceAll(/\s/g, '')).toBe(query.replaceAll(/\s/g, ''));
    }),
  );
});

test('a quoted text is one term, whatever it contains', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(termsOf(`a ${quoted(text)} b`)).toHaveLength(3);
    }),
  );
});

test('terms are added, replaced and removed', () => {
  expect(withTerms('status:failed', 'since:1h "x y"')).toBe('status:failed since:1h "x y"');
  expect(without('a:1 b:2 c:3', 1)).toBe('a:1 c:3');
  expect(withField('status:failed since:1h', 'status', 'queued')).toBe('since:1h status:queued');
  expect(withField('status:failed since:1h', 'status', undefined)).toBe('since:1h');
  expect(fieldOf('since:1h status:failed', 'status')).toBe('failed');
  expect(fieldOf('-status:failed', 'status')).toBeUndefined();
});
