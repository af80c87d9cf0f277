import { expect, test } from 'vitest';
import { hexLine, hexLines } from './hex';

test('a hex dump', () => {
  const bytes = new TextEncoder().encode('{"id":1}\n0123456789é');
  expect(hexLines(bytes)).toBe(2);
  expect(hexLine(bytes, 0)).toEqual({
    offset: '00000000',
    hex: '7b 22 69 64 22 3a 31 7d  0a 30 31 32 33 34 35 36',
    text: '{"id":1}·0123456',
  });
  expect(hexLine(bytes, 1)).toEqual({
    offset: '00000010',
    hex: '37 38 39 c3 a9                                  ',
    text: '789··',
  });
});
