import { expect, test } from 'vitest';
import { formatAgo, formatBytes, formatDuration, formatNumber, formatShare } from './format';

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

test('numbers and shares follow the language', () => {
  expect(formatNumber(15_861, 'en')).toBe('15,861');
  expect(formatNumber(15_861, 'de')).toBe('15.861');
  expect(formatShare(0.0113, 'en')).toBe('1.1%');
  expect(formatShare(0.5, 'en')).toBe('50%');
  expect(formatShare(0.00076, 'en')).toBe('0.076%');
});

test.each([
  [0, 'now'],
  [3_400, '3 sec. ago'],
  [125_000, '2 min. ago'],
  [7_300_000, '2 hr. ago'],
  [-65_000, 'in 1 min.'],
  [86_400_000, 'yesterday'],
])('formatAgo: %d ms before now = %s', (past, want) => {
  const now = new Date('2026-11-30T10:25:08Z');
  expect(formatAgo(new Date(now.getTime() - past), now, 'en')).toBe(want);
});
