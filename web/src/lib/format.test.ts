import { expect, test } from 'vitest';
import { formatBytes, formatDuration, formatNumber } from './format';

test.each([
  [0, '0 B'],
  [718, '718 B'],
  [999, '999 B'],
  [1_000, '1 kB'],
  [1_130, '1.1 kB'],
  [999_499, '999 kB'],
  [999_600, '1 MB'],
  [38_200_000_000, '38 GB'],
])('formatBytes(%d) = %s', (bytes, want) => expect(formatBytes(bytes, 'en')).toBe(want));

test.each([
  [0.019, '0.02 ms'],
  [0.12, '0.1 ms'],
  [8, '8 ms'],
  [212.4, '212 ms'],
  [999.4, '999 ms'],
  [999.6, '1 sec'],
  [1_240, '1.24 sec'],
  [42_420, '42.4 sec'],
  [90_000, '1.5 min'],
  [5_400_000, '1.5 hr'],
  [200_000_000, '2.3 days'],
])('formatDuration(%d) = %s', (ms, want) => expect(formatDuration(ms, 'en')).toBe(want));

test('numbers follow the language', () => {
  expect(formatNumber(15_861, 'en')).toBe('15,861');
  expect(formatNumber(15_861, 'de')).toBe('15.861');
});
