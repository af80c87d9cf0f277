import { expect, test } from 'vitest';
import { between, instantOf } from './instant';

test('microseconds are kept', () => {
  const day = Date.UTC(2026, 10, 30);
  expect(instantOf('2026-11-30T00:00:00Z')).toBe(day);
  expect(instantOf('2026-11-30T00:00:00.5Z')).toBe(day + 500);
  expect(instantOf('2026-11-30T01:00:00.123456+01:00') - day).toBeCloseTo(123.456, 3);
  expect(between('2026-11-30T00:00:00.079482Z', '2026-11-30T00:00:00.079501Z')).toBeCloseTo(0.019, 3);
  expect(between('2026-11-30T00:00:01Z', '2026-11-30T00:00:00Z')).toBe(0);
});
