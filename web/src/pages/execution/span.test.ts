import { expect, test } from 'vitest';
import { barOf, spanOf } from './span';

const at = (ms: number) => new Date(Date.UTC(2026, 10, 30) + ms).toISOString();

test('bars lie within the span, whatever is known', () => {
  const span = spanOf(at(0), at(1_000), [{ startedAt: at(200), finishedAt: at(700) }]);
  expect(span.length).toBe(1_000);
  expect(barOf({ startedAt: at(200), finishedAt: at(700) }, span)).toEqual({ start: 20, width: 50 });
  expect(barOf({ startedAt: at(600) }, span)).toEqual({ start: 60, width: 40 });
  expect(barOf({}, span)).toEqual({ start: 0, width: 0 });
});

test('while an execution runs, the latest step says how far it is', () => {
  expect(spanOf(at(0), undefined, [{ startedAt: at(300), finishedAt: at(400) }, { startedAt: at(500) }]).length).toBe(
    500,
  );
  expect(barOf({ startedAt: at(0), finishedAt: at(0) }, spanOf(at(0), undefined, []))).toEqual({ start: 0, width: 0 });
});
